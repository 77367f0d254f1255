package breaking_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/zmqgen/zmqgen/schema/breaking"
)

// field is a topology in which a field of a type travels, in an encoding.
func field(encoding, typ string) string {
	return fmt.Sprintf(`version: 1
name: market
enums:
  Side: {BUY: 1, SELL: 2}
  Way: {BUY: 1, SELL: 2, SHORT: 3}
messages:
  Leg: {fields: {symbol: string @1, ratio: sint32 @2}}
  Part: {fields: {symbol: string @1, ratio: sint32 @2}}
  Other: {fields: {symbol: bytes @1, ratio: string @2}}
  Entry: {fields: {key: string @1, value: uint32 @2}}
  Order: {fields: {it: {type: %q, id: 1}, rest: string @2}}
patterns:
  orders: {kind: push-pull, encoding: %s, message: Order}
nodes:
  desk: {sockets: {orders: {push: orders, bind: "tcp://*:5559"}}}
  gate: {sockets: {orders: {pull: orders, connect: desk.orders}}}
`, typ, encoding)
}

// TestTypesReadAsEachOther is the table of types: what a reader of one makes of what was written as another, and what is
// said of a field that goes from the one to the other.
func TestTypesReadAsEachOther(t *testing.T) {
	for _, test := range []struct {
		encoding, old, new       string
		oldReadsNew, newReadsOld breaking.Outcome
		rule                     string
		order                    breaking.Order
	}{
		{"proto", "int32", "int64", "misreads", "same", "field-type-one-way", "receivers-first"},
		{"proto", "int64", "int32", "same", "misreads", "field-type-one-way", "senders-first"},
		{"proto", "uint32", "int64", "misreads", "same", "field-type-one-way", "receivers-first"},
		{"proto", "uint32", "int32", "misreads", "misreads", "field-type-changed", "none"},
		{"proto", "int32", "sint32", "misreads", "misreads", "field-type-changed", "none"},
		{"proto", "sint32", "sint64", "misreads", "same", "field-type-one-way", "receivers-first"},
		{"proto", "int32", "fixed32", "refuses", "refuses", "field-type-changed", "none"},
		{"proto", "fixed32", "sfixed32", "misreads", "misreads", "field-type-changed", "none"},
		{"proto", "fixed32", "float32", "misreads", "misreads", "field-type-changed", "none"},
		{"proto", "bool", "uint64", "misreads", "same", "field-type-one-way", "receivers-first"},
		{"proto", "Side", "int32", "same", "same", "field-type-alike", "any"},
		{"proto", "Side", "Way", "misreads", "same", "field-type-one-way", "receivers-first"},
		{"proto", "string", "bytes", "refuses", "same", "field-type-one-way", "receivers-first"},
		{"proto", "uuid", "bytes", "refuses", "same", "field-type-one-way", "receivers-first"},
		{"proto", "decimal", "string", "refuses", "same", "field-type-one-way", "receivers-first"},
		{"proto", "json", "decimal", "refuses", "refuses", "field-type-changed", "none"},
		{"proto", "Leg", "bytes", "misreads", "same", "field-type-one-way", "receivers-first"},
		{"proto", "Leg", "Part", "same", "same", "field-type-alike", "any"},
		{"proto", "Leg", "Other", "misreads", "misreads", "field-type-changed", "none"},
		{"proto", "timestamp", "duration", "misreads", "misreads", "field-type-changed", "none"},
		{"proto", "uint32", "uint32?", "default", "default", "field-optional-changed", "any"},
		{"proto", "uint32", "uint64?", "misreads", "default", "field-type-one-way", "receivers-first"},
		{"proto", "string", "list<string>", "misreads", "default", "field-type-one-way", "receivers-first"},
		{"proto", "string?", "list<string>", "misreads", "same", "field-type-one-way", "receivers-first"},
		{"proto", "uint32", "list<uint32>", "refuses", "default", "field-type-one-way", "receivers-first"},
		{"proto", "list<int32>", "list<int64>", "misreads", "same", "field-type-one-way", "receivers-first"},
		{"proto", "list<uint32>", "list<fixed32>", "misreads", "misreads", "field-type-changed", "none"},
		{"proto", "map<string, uint32>", "list<Entry>", "misreads", "same", "field-type-one-way", "receivers-first"},
		{"proto", "map<string, uint32>", "map<string, uint64>", "misreads", "same", "field-type-one-way", "receivers-first"},
		{"proto", "map<string, uint32>", "list<Leg>", "misreads", "misreads", "field-type-changed", "none"},

		{"json", "int32", "int64", "refuses", "same", "field-type-one-way", "receivers-first"},
		{"json", "int32", "fixed64", "refuses", "refuses", "field-type-changed", "none"},
		{"json", "int32", "sint32", "same", "same", "field-type-alike", "any"},
		{"json", "int32", "float64", "refuses", "same", "field-type-one-way", "receivers-first"},
		{"json", "int64", "float64", "refuses", "misreads", "field-type-changed", "none"},
		{"json", "uuid", "string", "refuses", "same", "field-type-one-way", "receivers-first"},
		{"json", "bytes", "string", "refuses", "misreads", "field-type-changed", "none"},
		{"json", "Side", "Way", "misreads", "misreads", "field-type-changed", "none"},
		{"json", "string", "list<string>", "refuses", "refuses", "field-type-changed", "none"},
		{"json", "bool", "string", "refuses", "refuses", "field-type-changed", "none"},
		{"json", "uint32", "uint32?", "default", "default", "field-optional-changed", "any"},
		{"json", "map<int32, string>", "map<string, string>", "refuses", "same", "field-type-one-way", "receivers-first"},

		{"frames", "int32", "sfixed32", "same", "same", "field-type-alike", "any"},
		{"frames", "int32", "int64", "refuses", "refuses", "field-type-changed", "none"},
		{"frames", "int32", "uint32", "misreads", "misreads", "field-type-changed", "none"},
		{"frames", "int64", "timestamp", "misreads", "misreads", "field-type-changed", "none"},
		{"frames", "string", "bytes", "refuses", "same", "field-type-one-way", "receivers-first"},
		{"frames", "uint32", "bytes", "refuses", "same", "field-type-one-way", "receivers-first"},
	} {
		t.Run(strings.Join([]string{test.encoding, test.old, test.new}, " "), func(t *testing.T) {
			old, new := parse(t, "old.yaml", field(test.encoding, test.old)), parse(t, "new.yaml", field(test.encoding, test.new))
			seen := false
			for _, c := range breaking.Compare(old, new) {
				if strings.HasPrefix(c.Rule, "field-") {
					seen = true
					if c.Rule != test.rule || c.OldReadsNew.Outcome != test.oldReadsNew || c.NewReadsOld.Outcome != test.newReadsOld || c.Rollout.Order != test.order {
						t.Errorf("%s %s: old %+v, new %+v", c.Rule, c.Rollout.Order, c.OldReadsNew, c.NewReadsOld)
					}
				}
			}
			if !seen {
				t.Error("no change")
			}
		})
	}
}

// TestMoreFramesBeforeTheRest sees that a peer that takes all frames left is not said to refuse one more: it takes it for
// another field.
func TestMoreFramesBeforeTheRest(t *testing.T) {
	for _, test := range []struct {
		rest    string
		outcome breaking.Outcome
	}{{"list<bytes>", breaking.Misreads}, {"bytes", breaking.Refuses}} {
		text := field("frames", test.rest)
		text = strings.Replace(text, "id: 1}, rest: string @2", "id: 9}, rest: string @2", 1)
		old, new := parse(t, "old.yaml", text), parse(t, "new.yaml", strings.Replace(text, "rest: string @2", "rest: string @2, urgent: bool @3", 1))
		seen := false
		for _, c := range breaking.Compare(old, new) {
			if c.Rule == "frames-changed" {
				seen = true
				if c.OldReadsNew.Outcome != test.outcome || c.NewReadsOld.Outcome != test.outcome {
					t.Errorf("%s: old %+v, new %+v", test.rest, c.OldReadsNew, c.NewReadsOld)
				}
			}
		}
		if !seen {
			t.Errorf("%s: no change", test.rest)
		}
	}
}

// TestAnotherMessageInThePlaceOfOne has messages whose fields have the same names, numbers and types: whether they are read as each
// other is a matter of constants and forms, and of limits where they are checked.
func TestAnotherMessageInThePlaceOfOne(t *testing.T) {
	text := func(kind, encoding, order, quote, name string) string {
		carries, from, to := "message: "+name, "push", "pull"
		if kind == "req-rep" {
			carries, from, to = "request: "+name+", reply: "+name, "dealer", "router"
		}
		return `version: 1
name: market
messages:
  Order: {fields: {` + order + `}}
  Quote: {fields: {` + quote + `}}
patterns:
  orders: {kind: ` + kind + `, encoding: ` + encoding + `, ` + carries + `}
nodes:
  desk: {sockets: {orders: {` + from + `: orders, connect: gate.orders}}}
  gate: {sockets: {orders: {` + to + `: orders, bind: "tcp://*:5559"}}}
`
	}
	for _, test := range []struct {
		kind, encoding, old, new string
		outcome                  breaking.Outcome
	}{
		{"push-pull", "frames", "a: string @1", "a: string @1", "same"},
		{"push-pull", "frames", "a: {type: string, id: 1, const: one}", "a: {type: string, id: 1, const: two}", "misreads"},
		{"push-pull", "frames", "a: {type: 'list<int32>', id: 1, as: json}", "a: {type: 'list<int32>', id: 1, as: proto}", "misreads"},
		{"push-pull", "json", "a: int32 @1", "a: {type: int32, id: 1, max: 7}", "same"},
		{"req-rep", "json", "a: int32 @1", "a: {type: int32, id: 1, max: 7}", "refuses"},
		{"req-rep", "json", "a: int32 @1", "a: int32 @1", "same"},
	} {
		t.Run(strings.Join([]string{test.kind, test.encoding, test.new}, " "), func(t *testing.T) {
			old := parse(t, "old.yaml", text(test.kind, test.encoding, test.old, test.new, "Order"))
			new := parse(t, "new.yaml", text(test.kind, test.encoding, test.old, test.new, "Quote"))
			seen := breaking.Outcome("")
			for _, c := range breaking.Compare(old, new) {
				if c.Rule == "pattern-message-changed" || c.Rule == "method-type-changed" && strings.Contains(c.Message, "request") {
					seen = c.OldReadsNew.Outcome
				}
			}
			if seen != test.outcome {
				t.Errorf("%q, want %q", seen, test.outcome)
			}
		})
	}
}

// TestWhatEvolutionShowed has what random versions of patterns, in the module parity, showed to be read otherwise than was
// said: each had been taken for harmless.
func TestWhatEvolutionShowed(t *testing.T) {
	order := func(encoding, text string) string { // VALUES OF S | FIELDS, or fields alone
		values, fields, two := strings.Cut(text, " | ")
		if !two {
			values, fields = "A: 1", text
		}
		return `version: 1
name: market
enums:
  S: {` + values + `}
messages:
  Order: {fields: {` + fields + `}}
  Answer: {fields: {ok: bool @1}}
patterns:
  orders: {kind: req-rep, request: Order, reply: Answer, encoding: ` + encoding + `}
nodes:
  desk: {sockets: {orders: {dealer: orders, connect: gate.orders}}}
  gate: {sockets: {orders: {router: orders, bind: "tcp://*:5559"}}}
`
	}
	for _, test := range []struct {
		what, encoding, old, new string
		oldReadsNew, newReadsOld breaking.Outcome // the worst of all changes
	}{
		{"a limit is lost where a field comes into a oneof", "proto", "a: {type: int32, id: 1, max: 68}, c: {oneof: {b: int32 @2}}", "c: {oneof: {b: int32 @2, a: int32 @1}}", "refuses", "misreads"},
		{"and comes with one that leaves it", "proto", "c: {oneof: {b: int32 @2, a: int32 @1}}", "a: {type: int32, id: 1, max: 68}, c: {oneof: {b: int32 @2}}", "misreads", "refuses"},
		{"a limit is lost with a type", "proto", "a: {type: int32, id: 1, max: 68}", "a: int64 @1", "misreads", "same"},
		{"a limit of a type that can be read", "proto", "a: {type: int32, id: 1}", "a: {type: int64, id: 1, max: 68}", "misreads", "refuses"},
		{"a number that stands in a frame", "frames", "a: {type: int32?, id: 4, as: proto}", "a: {type: int32?, id: 205, as: proto}", "default", "default"},
		{"a number in a frame that another field has", "frames", "a: {type: int32?, id: 4, as: proto}, b: string @5", "a: {type: int32?, id: 5, as: proto}, b: string @6", "refuses", "default"},
		{"a number that stands in no frame", "frames", "a: {type: int32?, id: 4, as: json}", "a: {type: int32?, id: 205, as: json}", "same", "same"},
		{"a frame behind one that only new peers read", "frames", "a: {type: 'list<uint32>', id: 1, as: json}, b: {type: 'list<int32>', id: 2, as: json}", "a: {type: 'list<int64>', id: 1, as: json}, b: {type: 'list<int32>', id: 2, as: proto}", "misreads", "misreads"},
		{"a name that is required and not known", "json", "A: 1 | a: {type: S, id: 1, required: true}", "A: 1, B: 2 | a: {type: S, id: 1, required: true}", "refuses", "same"},
		{"the name of an enum's value", "json", "a: S @1", "a: string @1", "refuses", "refuses"},
		{"a new field with the number that another had", "proto", "a: int32 @1", "a: int32 @2, b: uuid @1", "refuses", "refuses"},
		{"a field that is gone, with the number that another has", "proto", "a: int32 @2, b: uuid @1", "a: int32 @1", "refuses", "refuses"},
		{"what may be left out and is needed", "proto", "a: int32? @1", "a: {type: int32, id: 1, min: 1}", "default", "refuses"},
		{"what is needed and may be another alternative", "proto", "a: {type: int32, id: 1, required: true}, c: {oneof: {b: int32 @2}}", "c: {oneof: {b: int32 @2, a: int32 @1}}", "refuses", "misreads"},
		{"what leaves a oneof that is gone with it", "proto", "c: {oneof: {a: int32 @1}}", "a: {type: int32, id: 1, min: 1}", "default", "refuses"},
		{"what comes into a oneof under another number", "json", "a: int32 @1, c: {oneof: {b: int32 @2}}", "c: {oneof: {b: int32 @2, a: int32 @3}}", "default", "refuses"},
		{"a name that servers need", "json", "a: {type: int32, id: 1, required: true}", "b: {type: int32, id: 1, required: true}", "refuses", "refuses"},
		{"a number that servers need", "proto", "a: {type: int32, id: 1, min: 1}", "a: {type: int32, id: 2}", "refuses", "default"},
		{"a field with a limit that zero is outside of", "proto", "b: int32 @2", "b: int32 @2, a: {type: string, id: 1, min_len: 1}", "ignores", "refuses"},
		{"a field whose limits hold for what is there", "proto", "b: int32 @2", "b: int32 @2, a: {type: string?, id: 1, min_len: 1}", "ignores", "default"},
		{"a limit under another number in JSON", "json", "a: {type: int32, id: 1}", "a: {type: int32, id: 2, max: 68}", "same", "refuses"},
	} {
		t.Run(test.what, func(t *testing.T) {
			badness := []breaking.Outcome{"same", "ignores", "default", "refuses", "misreads"}
			worst := [2]breaking.Outcome{"same", "same"}
			for _, c := range breaking.Compare(parse(t, "old.yaml", order(test.encoding, test.old)), parse(t, "new.yaml", order(test.encoding, test.new))) {
				for i, o := range []breaking.Outcome{c.OldReadsNew.Outcome, c.NewReadsOld.Outcome} {
					if from, to := slices.Index(badness, worst[i]), slices.Index(badness, o); to > from {
						worst[i] = o
					}
				}
			}
			if worst != [2]breaking.Outcome{test.oldReadsNew, test.newReadsOld} {
				t.Errorf("old reads new: %s, new reads old: %s; want %s and %s", worst[0], worst[1], test.oldReadsNew, test.newReadsOld)
			}
		})
	}
}
