package docs

import "slices"

// This file compares the pages of two versions of a topology: the new one gets what only the old one had, and marks on all
// that is not as it was.

// changes is the summary of a comparison.
type changes struct {
	Added, Removed, Changed int
	List                    []*changedThing // in the order of the page
	Rollout                 []rollout
}

// changedThing is one section that is not as it was. What is in a section that was added or removed is not listed again.
type changedThing struct {
	Kind string
	Name text
	Mark mark
	What []text // of a changed one
}

// compare marks what changed from the old page to the new one, and takes what was removed into that.
func compare(old, new *page) {
	new.Changes = &changes{}
	for i, g := range new.Groups { // the same in every page
		g.Sections = new.Changes.sections(old.Groups[i].Sections, g.Sections)
	}
	if !slices.Equal(old.Doc, new.Doc) {
		new.Changes.note(changed, "topology", text{{Text: new.Title, Code: true}}, words("its doc"))
	}
}

func (c *changes) note(m mark, kind string, name text, what ...text) {
	switch m {
	case added:
		c.Added++
	case removed:
		c.Removed++
	default:
		c.Changed++
	}
	c.List = append(c.List, &changedThing{kind, name, m, what})
}

func (c *changes) noteSection(m mark, s *section, what ...text) {
	s.Mark = m
	c.note(m, s.Kind, link(s.Full, s.ID), what...)
}

// sections compares lists of sections, and returns the new one with what was removed in the places where it was.
func (c *changes) sections(old, new []*section) []*section {
	return merge(old, new, func(s *section) string { return s.ID }, func(was, is *section) {
		switch {
		case was == nil:
			c.noteSection(added, is)
		case is == nil:
			c.noteSection(removed, was)
		default:
			c.section(was, is)
		}
	})
}

// merge calls each for what is in one of two lists, in the order of what it returns: the new list, with what was removed behind
// what it was behind.
func merge[T any](old, new []*T, key func(*T) string, each func(was, is *T)) []*T {
	before, is := map[string]*T{}, map[string]bool{}
	for _, n := range new {
		is[key(n)] = true
	}
	gone := map[string][]*T{}
	last := ""
	for _, o := range old {
		if k := key(o); is[k] {
			before[k], last = o, k
		} else {
			gone[last] = append(gone[last], o)
		}
	}
	var out []*T
	take := func(removed []*T) {
		for _, o := range removed {
			each(o, nil)
			out = append(out, o)
		}
	}
	take(gone[""])
	for _, n := range new {
		each(before[key(n)], n)
		out = append(out, n)
		take(gone[key(n)])
		delete(gone, key(n)) // a key may be there twice
	}
	return out
}

// section compares what two versions of a section say themselves, then what is in them.
func (c *changes) section(old, new *section) {
	place := len(c.List)
	var what []text
	if !slices.Equal(old.Badges, new.Badges) {
		what = append(what, words("its labels"))
	}
	if !slices.Equal(old.Doc, new.Doc) {
		what = append(what, words("its doc"))
	}
	stated := slices.DeleteFunc(slices.Clone(old.Facts), func(f *fact) bool { return f.Derived })
	new.Facts = merge(stated, new.Facts, func(f *fact) string { return f.Label }, func(was, is *fact) {
		switch {
		case was == nil && !is.Derived:
			is.Mark = added
			what = append(what, words(is.Label+" is new"))
		case is == nil:
			was.Mark = removed
			what = append(what, words(was.Label+" is gone"))
		case was != nil && is != nil && !is.Derived && !sameLines(was.Lines, is.Lines):
			is.Mark, is.Was = changed, was.Lines
			what = append(what, words(is.Label))
		}
	})
	what = append(what, new.compareTables(old)...)
	new.Sections = c.sections(old.Sections, new.Sections)
	switch {
	case len(what) > 0:
		c.noteSection(changed, new, what...)
		// It stands before what is in it.
		own := c.List[len(c.List)-1]
		copy(c.List[place+1:], c.List[place:len(c.List)-1])
		c.List[place] = own
	case len(c.List) > place:
		new.Mark = changed
	}
}

// compareTables marks the rows of all tables, and says what changed. A message without fields has no table of them; all other
// tables that only one version has are told by a fact.
func (s *section) compareTables(old *section) []text {
	fields := func(t *table) bool { return t.Kind == "fields" }
	if slices.ContainsFunc(old.Tables, fields) && !slices.ContainsFunc(s.Tables, fields) {
		gone := *old.Tables[slices.IndexFunc(old.Tables, fields)]
		gone.Rows = nil
		s.Tables = append(s.Tables, &gone)
	}
	var what []text
	for _, t := range s.Tables {
		same := func(o *table) bool { return t.Caption.String() == o.Caption.String() }
		switch i := slices.IndexFunc(old.Tables, same); {
		case i >= 0:
			what = append(what, t.compare(old.Tables[i])...)
		case fields(t):
			what = append(what, t.compare(&table{})...)
		}
	}
	return what
}

// compare marks the rows of a table, and says what changed.
func (t *table) compare(old *table) []text {
	var what []text
	noun := "frame "
	switch t.Kind {
	case "fields":
		noun = "field "
	case "values":
		noun = "value "
	}
	t.Rows = merge(old.Rows, t.Rows, func(r *row) string { return r.Key }, func(was, is *row) {
		switch {
		case was == nil:
			is.Mark = added
			what = append(what, words(noun).and(code(is.Key)).say(" is new"))
		case is == nil:
			was.Mark = removed
			what = append(what, words(noun).and(code(was.Key)).say(" is gone"))
		default:
			if columns := t.compareRow(was, is); len(columns) > 0 {
				what = append(what, words(noun).and(code(is.Key)).say(": ").and(list(len(columns), func(i int) text { return words(columns[i]) })))
			}
		}
	})
	return what
}

// compareRow marks a row, and returns the columns in which it changed.
func (t *table) compareRow(was, is *row) (columns []string) {
	for i := range is.Cells {
		if c := &is.Cells[i]; !c.Derived && !sameLines(was.Cells[i].Lines, c.Lines) {
			is.Mark = changed
			if c.Was = was.Cells[i].Lines; len(c.Was) == 0 {
				c.Was = []text{aside("nothing")}
			}
			columns = append(columns, lower(t.Columns[i]))
		}
	}
	return columns
}

// sameLines reports whether lines say the same, wherever they lead.
func sameLines(a, b []text) bool {
	return slices.EqualFunc(a, b, func(x, y text) bool { return x.String() == y.String() })
}
