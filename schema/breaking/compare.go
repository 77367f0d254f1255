package breaking

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/zmqgen/zmqgen/schema"
)

// This file compares two versions of a topology, and of all that it imports, in passes: what is the same thing in both, then
// messages, patterns and nodes.

// comparison is the state of comparing.
type comparison struct {
	old, new               *schema.Topology
	oldTravels, newTravels *travels
	users                  map[[2]*schema.Message]*users

	// What is the same thing in both versions, from old to new.
	topologies   [][2]*schema.Topology
	messagePairs map[*schema.Message]*schema.Message
	enumPairs    map[*schema.Enum]*schema.Enum
	patternPairs map[*schema.Pattern]*schema.Pattern
	nodePairs    map[*schema.Node]*schema.Node
	socketPairs  map[*schema.Socket]*schema.Socket

	// What is looked up, of both versions.
	oldWays, newWays map[*schema.Pattern][]*schema.Passage
	carriedWays      map[*schema.PatternMessage]*schema.Passage
	sockets          map[*schema.Pattern][]*schema.Socket
	connectors       map[*schema.Socket][]*schema.Socket // that name a socket to connect to
	carried          map[*schema.Flow]map[*schema.Message]bool

	inTopics   map[*schema.Enum]bool // enums whose values stand in topics
	required   map[*schema.Enum]bool // enums of which some field requires a value
	alikes     map[[2]*schema.Message]bool
	never      map[*schema.Message]bool // of which one that nothing was written of is refused by limits
	framesDone map[*schema.Message]bool // the old ones that have been compared frame by frame
	changes    []*Change
}

// Compare returns what is changed from old to new, in the order of the new file, as far as it has a place there. Both are
// valid topologies, of which nothing is written to. Messages, patterns and nodes are the same thing if they have the same
// name, or else, if there is but one that looks exactly like it, have been renamed.
func Compare(old, new *schema.Topology) []Change {
	c := &comparison{
		old: old, new: new, oldTravels: newTravels(old), newTravels: newTravels(new),
		users:        map[[2]*schema.Message]*users{},
		messagePairs: map[*schema.Message]*schema.Message{},
		enumPairs:    map[*schema.Enum]*schema.Enum{},
		patternPairs: map[*schema.Pattern]*schema.Pattern{},
		nodePairs:    map[*schema.Node]*schema.Node{},
		socketPairs:  map[*schema.Socket]*schema.Socket{},
		carriedWays:  map[*schema.PatternMessage]*schema.Passage{},
		sockets:      map[*schema.Pattern][]*schema.Socket{},
		connectors:   map[*schema.Socket][]*schema.Socket{},
		carried:      map[*schema.Flow]map[*schema.Message]bool{},
		never:        map[*schema.Message]bool{},
		framesDone:   map[*schema.Message]bool{},
		inTopics:     map[*schema.Enum]bool{},
		required:     map[*schema.Enum]bool{},
		alikes:       map[[2]*schema.Message]bool{},
	}
	c.oldWays, c.newWays = byPattern(c.oldTravels), byPattern(c.newTravels)
	for _, p := range slices.Concat(c.oldTravels.all, c.newTravels.all) {
		if p.Carried != nil {
			c.carriedWays[p.Carried] = p
		}
	}
	for _, t := range slices.Concat(old.All(), new.All()) {
		c.index(t)
	}
	c.pairTopologies()
	for _, pair := range c.topologies {
		c.pairEnums(pair[0], pair[1])
	}
	for _, pair := range c.topologies {
		c.pairMessages(pair[0], pair[1])
	}
	for _, pair := range c.topologies {
		c.comparePackages(pair[0], pair[1])
		c.compareEnums(pair[0], pair[1])
		c.compareMessages(pair[0], pair[1])
		c.comparePatterns(pair[0], pair[1])
	}
	for _, pair := range c.topologies {
		c.pairNodes(pair[0], pair[1])
	}
	for _, pair := range c.topologies {
		c.compareNodes(pair[0], pair[1])
	}
	return c.sorted()
}

// byPattern puts the passages of a topology to their patterns.
func byPattern(tr *travels) map[*schema.Pattern][]*schema.Passage {
	ways := map[*schema.Pattern][]*schema.Passage{}
	for _, p := range tr.all {
		ways[p.Pattern] = append(ways[p.Pattern], p)
	}
	return ways
}

// index enters what a topology declares into what is looked up.
func (c *comparison) index(t *schema.Topology) {
	c.noteTopics(t)
	c.noteRequired(t)
	for s := range t.AllSockets() {
		if s.Pattern != nil && s.Node.Device == nil {
			c.sockets[s.Pattern] = append(c.sockets[s.Pattern], s)
		}
		for _, e := range s.Connect {
			if e.Ref != nil {
				c.connectors[e.Ref] = append(c.connectors[e.Ref], s)
			}
		}
	}
}

// pairTopologies pairs the two files, and what they import, by name.
func (c *comparison) pairTopologies() {
	c.topologies = append(c.topologies, [2]*schema.Topology{c.old, c.new})
	known := map[string]*schema.Topology{}
	for _, t := range c.old.All()[1:] {
		known[t.Name.Value] = t
	}
	for _, t := range c.new.All()[1:] {
		if o := known[t.Name.Value]; o != nil {
			c.topologies = append(c.topologies, [2]*schema.Topology{o, t})
		}
	}
}

// sorted returns the changes in the order of the new file, with who is concerned.
func (c *comparison) sorted() []Change {
	all := make([]Change, len(c.changes))
	for i, change := range c.changes {
		all[i] = *change
	}
	slices.SortStableFunc(all, func(a, b Change) int {
		p, q := a.place(), b.place()
		return cmp.Or(
			cmp.Compare(p.File, q.File),
			cmp.Compare(p.Span.Line, q.Span.Line),
			cmp.Compare(p.Span.Col, q.Span.Col),
			cmp.Compare(a.Old.Span.Line, b.Old.Span.Line),
			cmp.Compare(a.Old.Span.Col, b.Old.Span.Col),
		)
	})
	return all
}

// place is where the change is shown in the new version.
func (c *Change) place() Place {
	if c.New.IsSet() {
		return c.New
	}
	return c.near
}

// builder adds to a change.
type builder struct {
	*Change
	in *comparison
}

// add adds a change, which reads the same both ways unless reads says otherwise.
func (c *comparison) add(rule *schema.Rule, levels []Level, format string, args ...any) *builder {
	change := &Change{
		Rule: rule.ID, Severity: rule.Severity, Levels: levels, Message: fmt.Sprintf(format, args...),
		Senders: []string{}, Receivers: []string{},
		OldReadsNew: Reading{Same, "read it without loss"}, NewReadsOld: Reading{Same, "read it without loss"},
		Rollout: Rollout{Order: Any},
	}
	c.changes = append(c.changes, change)
	return &builder{change, c}
}

// as gives the change another severity than its rule's.
func (b *builder) as(s schema.Severity) *builder {
	b.Severity = s
	return b
}

// thing is something of a version: where it stands, and what it is called.
type thing struct {
	in   *schema.Topology
	span schema.Span
	path string
}

// at gives the change its places. A thing without a topology is none; near is what encloses it in the new version.
func (b *builder) at(old, new, near thing) *builder {
	b.Old, b.New, b.near = old.place(), new.place(), near.place()
	b.OldPath, b.NewPath = old.path, new.path
	return b
}

func (t thing) place() Place {
	if t.in == nil || t.span.Line == 0 {
		return Place{}
	}
	d := t.in.Errorf(t.span, "", "")
	return Place{t.in.File, t.span, d.Source}
}

// between says who sends and who receives what is changed.
func (b *builder) between(u *users) *builder {
	b.Senders, b.Receivers, b.External, b.ways = u.senders.list, u.receivers.list, u.external, u.ways
	if b.Senders == nil {
		b.Senders = []string{}
	}
	if b.Receivers == nil {
		b.Receivers = []string{}
	}
	return b.order(b.Rollout.Order)
}

// reads says what old peers do with new messages and the reverse, from which the order of rollout follows.
func (b *builder) reads(old, new Reading) *builder {
	b.OldReadsNew, b.NewReadsOld = old, new
	return b.order(orderOf(old.Outcome, new.Outcome))
}

// orderOf is the order in which nobody meets what harms it.
func orderOf(old, new Outcome) Order {
	switch {
	case old.Harms() && new.Harms():
		return Together
	case old.Harms():
		return ReceiversFirst
	case new.Harms():
		return SendersFirst
	}
	return Any
}

// order sets the order of rollout, and with it the nodes.
func (b *builder) order(o Order) *builder {
	b.Rollout = rolloutOf(o, b.ways)
	return b
}

// nothing says that nothing travels of it, in either direction.
func (b *builder) nothing() *builder {
	b.OldReadsNew, b.NewReadsOld = Reading{None, "meet none of it"}, Reading{None, "meet none of it"}
	return b
}

// both are the two readings of a change.
type both struct{ old, new Reading }

// readings returns the worst readings of all forms in which something travels. What travels nowhere is read as protobuf: another
// file, or another program, may use it.
func (u *users) readings(of func(form) both) both {
	worst := both{}
	several := 0
	for f := range forms {
		if u.forms[f] {
			several++
		}
	}
	for f := range forms {
		if !u.forms[f] && (several > 0 || f != asProto) {
			continue
		}
		b := of(f)
		if several > 1 {
			b.old.Text += " (as " + formNames[f] + ")"
			b.new.Text += " (as " + formNames[f] + ")"
		}
		worst = both{worse(worst.old, b.old), worse(worst.new, b.new)}
	}
	return worst
}
