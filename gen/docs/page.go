package docs

import (
	"slices"
	"strings"

	"github.com/zmqgen/zmqgen/gen/graph"
)

// This file is the model of a document: what is said of a topology, decided to the last word, before it is Markdown or HTML.

// page is a whole document.
type page struct {
	Title   string
	Doc     []string
	Source  string     // the base name of the topology's file
	Counts  text       // how much of everything there is
	Groups  []*section // nodes, patterns, messages, enums, imports: those that there are
	Against string     // what it is compared with; "" if it is not
	Changes *changes   // likewise; nil if it is not

	graph *graph.Graph
	ids   map[string]bool // of all anchors
}

// section is a heading and what stands below it.
type section struct {
	ID       string // of its anchor: no other section nor row has it
	Kind     string // group, node, socket, pattern, carried, method, message, enum, import
	Name     string // as the headings show it
	Full     string // the name by which one looks for it
	Badges   []string
	Doc      []string
	Facts    []*fact
	Tables   []*table
	Samples  []sample
	Sections []*section
	Mark     mark
}

// fact is one thing that is known of what a section is about.
type fact struct {
	Label string
	Lines []text
	// Derived facts follow from what is said elsewhere, so that a change of one is none of the section's.
	Derived bool
	Mark    mark
	Was     []text // of a changed one
}

// table is rows with a cell for each column.
type table struct {
	Kind    string // fields, values, frames
	Caption text
	Columns []string
	Rows    []*row
}

// row is one line of a table.
type row struct {
	ID    string // of its anchor; "" for none
	Name  string // by which one looks for it; "" for none
	Key   string // by which rows of two versions are the same
	Inner bool   // it belongs to the row before that is not
	Cells []cell
	Mark  mark
}

// cell is what a row has in one column.
type cell struct {
	Lines   []text
	Derived bool   // as a fact
	Was     []text // of a changed one
}

// sample is an example, to be copied.
type sample struct {
	Title text
	Lang  string // json or text
	Text  string
}

// text is a line of words.
type text []piece

// piece is a part of a line.
type piece struct {
	Text string
	Code bool   // it is something of the file or of the wire
	To   string // the ID that it leads to; "" for none
	Mute bool   // it is said by the way
}

// mark says what became of a thing since the version that it is compared with.
type mark string

const (
	added   mark = "added"
	removed mark = "removed"
	changed mark = "changed"
)

func words(s string) text           { return text{{Text: s}} }
func code(s string) text            { return text{{Text: s, Code: true}} }
func link(s, to string) text        { return text{{Text: s, Code: true, To: to}} }
func aside(s string) text           { return text{{Text: s, Mute: true}} }
func (t text) and(more text) text   { return append(t, more...) }
func (t text) say(more string) text { return append(t, piece{Text: more}) }

// add adds a fact, unless there is nothing to say.
func (s *section) add(label string, lines ...text) {
	if len(lines) > 0 {
		s.Facts = append(s.Facts, &fact{Label: label, Lines: lines})
	}
}

// derive adds a fact that follows from what is said elsewhere.
func (s *section) derive(label string, lines ...text) {
	if len(lines) > 0 {
		s.Facts = append(s.Facts, &fact{Label: label, Lines: lines, Derived: true})
	}
}

// each calls f for the section and all below it, the outer ones first.
func (s *section) each(f func(*section)) {
	f(s)
	for _, inner := range s.Sections {
		inner.each(f)
	}
}

func (p *page) each(f func(*section)) {
	for _, g := range p.Groups {
		g.each(f)
	}
}

// String is what the text says.
func (t text) String() string {
	var b strings.Builder
	for _, p := range t {
		b.WriteString(p.Text)
	}
	return b.String()
}

// run is pieces of a text that are shown as one: code that has no gaps, or what is no code.
type run struct {
	Code   bool
	Mute   bool
	Pieces []piece
}

// Runs splits a text into code and all else. A link that is code by itself is shown as a link.
func (t text) Runs() []run {
	var runs []run
	for i := 0; i < len(t); {
		end := i + 1
		for end < len(t) && t[end].Code == t[i].Code && t[end].Mute == t[i].Mute {
			end++
		}
		r := run{Code: t[i].Code, Mute: t[i].Mute, Pieces: t[i:end]}
		if end == i+1 && t[i].To != "" {
			r.Code = false
		}
		runs = append(runs, r)
		i = end
	}
	return runs
}

// settle drops the groups and columns that are empty and the links that lead nowhere.
func (p *page) settle() {
	p.Groups = slices.DeleteFunc(p.Groups, func(g *section) bool { return len(g.Sections) == 0 })
	ids := map[string]bool{}
	p.each(func(s *section) {
		ids[s.ID] = true
		for _, t := range s.Tables {
			t.dropEmptyColumns()
			for _, r := range t.Rows {
				ids[r.ID] = true
			}
		}
	})
	p.eachText(func(t text) {
		for i := range t {
			if !ids[t[i].To] {
				t[i].To = ""
			}
		}
	})
	p.ids = ids
}

// dropEmptyColumns drops the columns in which no row has anything, now or before. Columns are compared by their places, so
// that it comes after that.
func (t *table) dropEmptyColumns() {
	for i := len(t.Columns) - 1; i >= 0; i-- {
		if slices.ContainsFunc(t.Rows, func(r *row) bool { return len(r.Cells[i].Lines) > 0 || len(r.Cells[i].Was) > 0 }) {
			continue
		}
		t.Columns = slices.Delete(t.Columns, i, i+1)
		for _, r := range t.Rows {
			r.Cells = slices.Delete(r.Cells, i, i+1)
		}
	}
}

// eachText calls f for every line of the page that may lead elsewhere.
func (p *page) eachText(f func(text)) {
	all := func(lines []text) {
		for _, t := range lines {
			f(t)
		}
	}
	f(p.Counts)
	if p.Changes != nil {
		for _, c := range p.Changes.List {
			f(c.Name)
			all(c.What)
		}
	}
	p.each(func(s *section) {
		for _, fact := range s.Facts {
			all(fact.Lines)
			all(fact.Was)
		}
		for _, t := range s.Tables {
			f(t.Caption)
			for _, r := range t.Rows {
				for _, c := range r.Cells {
					all(c.Lines)
					all(c.Was)
				}
			}
		}
		for _, sample := range s.Samples {
			f(sample.Title)
		}
	})
}

// listed are the most things that one line lists: a page is read by people, and stays as large as the topology.
const listed = 12

// list joins texts with commas, and says how many more there are than it shows. A text is made only if it is shown.
func list(n int, item func(int) text) text {
	var out text
	for i := range min(n, listed) {
		if i > 0 {
			out = out.say(", ")
		}
		out = out.and(item(i))
	}
	switch more := n - listed; {
	case more == 1:
		out = out.say(" and one more")
	case more > 1:
		out = out.say(" and " + itoa(more) + " more")
	}
	return out
}
