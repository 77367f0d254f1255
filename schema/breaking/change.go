// Package breaking compares two versions of a topology. Since a topology knows who sends and who receives each message,
// it says of each change for whom it breaks what, and in which order the programs can be replaced.
package breaking

import (
	"encoding/json"

	"github.com/zmqgen/zmqgen/schema"
)

// This file is what a comparison finds: changes, as plain data.

// Level is what a change is a change of. Several may apply.
type Level string

// The levels.
const (
	Wire     Level = "wire"     // frames and their bytes: protobuf, frames, names, topics
	JSON     Level = "json"     // bodies as JSON
	Source   Level = "source"   // generated Go: programs that use it are edited
	Topology Level = "topology" // nodes and sockets: who meets whom, and where
)

// Levels are all levels.
var Levels = []Level{Wire, JSON, Source, Topology}

// Outcome is what a program that was built from one version does with a message from one that was built from the other.
type Outcome string

// The outcomes, from harmless to worst.
const (
	None        Outcome = "none"         // nothing travels that way
	Same        Outcome = "same"         // reads it without loss
	Ignores     Outcome = "ignores"      // reads it without what it does not know
	KeepsNumber Outcome = "keeps-number" // keeps the number of an enum value that it does not know
	Default     Outcome = "default"      // reads it; what is missing is zero or absent
	Lost        Outcome = "lost"         // does not get it: another topic, name or endpoint
	Refuses     Outcome = "refuses"      // cannot decode it, or answers with an error status
	Misreads    Outcome = "misreads"     // takes it for another value
)

// rank orders outcomes from harmless to worst.
var rank = map[Outcome]int{None: 0, Same: 1, Ignores: 2, KeepsNumber: 3, Default: 4, Lost: 5, Refuses: 6, Misreads: 7}

// Harms reports whether a message with this outcome does not do what it was sent for.
func (o Outcome) Harms() bool { return rank[o] >= rank[Lost] }

// Reading is an outcome, in words too: "reads zero in its place".
type Reading struct {
	Outcome Outcome `json:"outcome"`
	Text    string  `json:"text"`
}

// Order says who is replaced first.
type Order string

// The orders.
const (
	Any            Order = "any"
	ReceiversFirst Order = "receivers-first"
	SendersFirst   Order = "senders-first"
	Together       Order = "together" // all at one time: old and new do not understand each other
	NoOrder        Order = "none"     // not even then: it needs a new message or a new number
)

// Rollout is the order in which nodes are replaced so that nobody meets what harms it.
type Rollout struct {
	Order Order    `json:"order"`
	First []string `json:"first,omitempty"` // nodes; all of those concerned, where the order is any, together or none
	Then  []string `json:"then,omitempty"`
	// Cycle is set if the order asks of nodes that send to one another to be before each other.
	Cycle bool `json:"cycle,omitempty"`
}

// Place is a place of one of the two versions. The zero Place is none.
type Place struct {
	File   string
	Span   schema.Span
	Source string // the text of its line
}

// IsSet reports whether the place is one.
func (p Place) IsSet() bool { return p.Span.Line > 0 }

// MarshalJSON writes the place as reports write places; null if it is none.
func (p Place) MarshalJSON() ([]byte, error) {
	if !p.IsSet() {
		return []byte("null"), nil
	}
	return json.Marshal(struct {
		File      string `json:"file"`
		Line      int    `json:"line"`
		Column    int    `json:"column"`
		EndColumn int    `json:"end_column"`
	}{p.File, p.Span.Line, p.Span.Col, p.Span.EndCol})
}

// Change is one difference of two versions.
type Change struct {
	Rule   string  `json:"rule"`
	Levels []Level `json:"levels"`
	// Severity is Error for what breaks, Warning for what needs an order of rollout or care, and Info for what is harmless.
	Severity schema.Severity `json:"severity"`
	Message  string          `json:"message"`
	// What it is called in the old and in the new version, such as messages.Quote.fields.bid; "" where it is not there.
	OldPath string `json:"old_path,omitempty"`
	NewPath string `json:"new_path,omitempty"`
	Old     Place  `json:"old"`
	New     Place  `json:"new"`
	// Sockets that send and receive what is changed, as node.socket, those of the new version first; at most 1,000 each.
	Senders     []string `json:"senders"`
	Receivers   []string `json:"receivers"`
	OldReadsNew Reading  `json:"old_reads_new"` // what an old peer does with a new message
	NewReadsOld Reading  `json:"new_reads_old"` // and the reverse
	Rollout     Rollout  `json:"rollout"`

	near Place // in the new version: what encloses that which is gone
	ways []*way
}

// has reports whether the change is one of the level.
func (c *Change) has(l Level) bool {
	for _, level := range c.Levels {
		if level == l {
			return true
		}
	}
	return false
}

// Select returns the changes that are of one of the levels, or all if there are none.
func Select(changes []Change, levels []Level) []Change {
	if len(levels) == 0 {
		return changes
	}
	var selected []Change
	for _, c := range changes {
		for _, l := range levels {
			if c.has(l) {
				selected = append(selected, c)
				break
			}
		}
	}
	return selected
}
