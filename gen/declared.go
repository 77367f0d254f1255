package gen

import "github.com/zmqgen/zmqgen/schema"

// This file finds names that generated code would declare twice. It turns what declares a name, and
// where, into diagnostics.

const ruleCollision = "name-collision"

// scope is one set of Go names that must differ: those of the package, or those of one struct.
type scope struct {
	t        *schema.Topology
	ds       *schema.Diagnostics
	declared map[string]origin
	reserved map[string]string // name to what it is
}

// origin is what of the topology declares a name.
type origin struct {
	span schema.Span
	what string // "message Quote"
	help string // how to give it another name
}

func newScope(t *schema.Topology, ds *schema.Diagnostics, reserved map[string]string) *scope {
	return &scope{t, ds, map[string]origin{}, reserved}
}

// declare enters a name, or reports that it is taken. Of two that collide, the one further down in
// the file is reported.
func (s *scope) declare(name string, by origin) {
	why := s.reserved[name]
	if why == "" {
		why = taken(name)
	}
	if why != "" {
		d := s.t.Errorf(by.span, ruleCollision, "%s becomes %s in Go, which is %s", by.what, name, why)
		d.Help = by.help
		*s.ds = append(*s.ds, d)
		return
	}
	other, found := s.declared[name]
	if !found {
		s.declared[name] = by
		return
	}
	if by.span.Line < other.span.Line || by.span.Line == other.span.Line && by.span.Col < other.span.Col {
		by, other = other, by
		s.declared[name] = other
	}
	d := s.t.Errorf(by.span, ruleCollision, "%s becomes %s in Go, and so does %s", by.what, name, other.what)
	d.Help = by.help
	d.Related = []schema.Related{{Span: other.span, Message: other.what + " becomes " + name}}
	*s.ds = append(*s.ds, d)
}

// What the methods of a message take from the names of its fields.
var messageMethods = map[string]string{
	"AppendJSON":     "a method of every message",
	"AppendProto":    "a method of every message",
	"appendProto":    "a method of every message",
	"ParseProto":     "a method of every message",
	"ReadJSON":       "a method of every message",
	"ReadProto":      "a method of every message",
	"String":         "a method of every message",
	"Validate":       "a method of every message",
	"ValidateNested": "a method of every message with limits",
	"Clone":          "a method of every message",
	"Equal":          "a method of every message",
	"MarshalJSON":    "a method of every message",
	"SizeProto":      "a method of every message",
	"UnmarshalJSON":  "a method of every message",
}

// What clients and servers take from the names of their methods.
var serviceMethods = map[string]string{
	"Serve": "a method of every server",
}
