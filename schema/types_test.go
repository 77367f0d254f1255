package schema

import (
	"slices"
	"strings"
	"testing"
)

// fields is a message A beside a message B and an enum E; its fields follow.
const fields = "enums: {E: {X: 1}}\nmessages:\n  B: {}\n  A:\n    fields:\n"

var typeCases = []badCase{
	{"a type with a slip", fields + "      a: «uint46» @1\n", []string{"unknown-type"}},
	{"a type of another language", fields + "      a: {type: «double», id: 1}\n", []string{"unknown-type"}},
	{"a type in a list", fields + "      a: list< «Leg» > @1\n", []string{"unknown-type"}},
	{"a quoted type", fields + "      a: \"«Leg»? @1\"\n", []string{"unknown-type"}},
	{"a type that is not spelled out", fields + "      a: «\"\\x4ceg @1\"»\n", []string{"unknown-type"}},
	{"no type", fields + "      a: \"«»@1\"\n", []string{"bad-type"}},
	{"spaces in a type", fields + "      a: «string string» @1\n", []string{"bad-type"}},
	{"lists of other languages", fields + "      a: \"«[]string» @1\"\n      b: «string[]» @2\n      c: «List<string>» @3\n      d: «list[string]» @4\n      e: «repeated string» @5\n      f: {type: \"«[B]»\", id: 6}\n",
		[]string{"bad-type", "bad-type", "bad-type", "bad-type", "bad-type", "bad-type"}},
	{"optional and named types of other languages", fields + "      a: «optional string» @1\n      b: «enum E» @2\n      c: «message B» @3\n      d: «Optional<int>» @4\n", []string{"bad-type", "bad-type", "bad-type", "bad-type"}},
	{"a list of other languages without a number", fields + "      a: «string[]»\n", []string{"bad-type"}},
	{"a number as in protobuf", fields + "      a: «string = 2»\n      b: «repeated string = 3»\n", []string{"missing-id", "missing-id"}},
	{"a list of lists of other languages", fields + "      a: «string[][]» @1\n", []string{"bad-type"}},
	{"maps of other languages", fields + "      a: «map[string]int» @1\n      b: «Map<String, B>» @2\n      c: «dict[str, float]» @3\n", []string{"bad-type", "bad-type", "bad-type"}},
	{"a list of nothing", fields + "      a: «list» @1\n", []string{"bad-type"}},
	{"a list that is not closed", fields + "      a: «list<string» @1\n", []string{"bad-type"}},
	{"a list of lists", fields + "      a: «list<list<string>>» @1\n", []string{"bad-type"}},
	{"a list of optional values", fields + "      a: «list<string?>» @1\n", []string{"bad-type"}},
	{"an optional list", fields + "      a: «list<string>?» @1\n", []string{"bad-type"}},
	{"what is optional twice", fields + "      a: «string??» @1\n", []string{"bad-type"}},
	{"a number with the type in a mapping", fields + "      a: {type: \"string «@1»\", id: 1}\n", []string{"bad-type"}},
	{"a map of nothing", fields + "      a: «map» @1\n      b: «map<string>» @2\n      c: map<string, «»> @3\n", []string{"bad-type", "bad-type", "bad-type"}},
	{"a map that is not closed", fields + "      a: «map<string, string» @1\n", []string{"bad-type"}},
	{"keys that a map cannot have", fields + "      a: \"map<«float64», string> @1\"\n      b: map< «E» , string> @2\n      c: map<«string?», B> @3\n      d: map<«B», «Leg»> @4\n",
		[]string{"bad-type", "bad-type", "bad-type", "bad-type", "unknown-type"}},
	{"a key of a map with a slip", fields + "      a: map<«uint46», string> @1\n", []string{"unknown-type"}},
	{"what a map cannot hold", fields + "      a: «map<string, list<B>>» @1\n      b: «map<string, map<string, B>>» @2\n      c: «map<string, B?>» @3\n", []string{"bad-type", "bad-type", "bad-type"}},
	{"a list of maps", fields + "      a: «list<map<string, B>>» @1\n", []string{"bad-type"}},
	{"an optional map", fields + "      a: «map<string, B>?» @1\n", []string{"bad-type"}},
	{"a map in a topic", fields + "      a: map<string, string> @1\npatterns: {p: {kind: pub-sub, message: A, topic: '«{a}».'}}\n", []string{"topic-field"}},
	{"a type of a topology that is not imported", fields + "      a: «common.Money» @1\n", []string{"unknown-import"}},
	{"a field without a number", fields + "      a: «string»\n", []string{"missing-id"}},
	{"a field without anything", fields + "      «a»:\n", []string{"wrong-kind"}},
	{"a field that is a list", fields + "      «a»: [string, 1]\n", []string{"wrong-kind"}},
	{"a field without its type", fields + "      «a»: {id: 1}\n", []string{"missing-key"}},
	{"number zero", fields + "      a: string @«0»\n", []string{"bad-number"}},
	{"a number with a zero before", fields + "      a: string @«01»\n", []string{"bad-number"}},
	{"a number that protobuf has not", fields + "      a: string @«536870912»\n", []string{"bad-number"}},
	{"a number beyond all", fields + "      a: string @«99999999999999999999»\n", []string{"bad-number"}},
	{"a number of protobuf's own", fields + "      a: string @«19999»\n", []string{"bad-id"}},
	{"a number twice", fields + "      a: string @1\n      b: string @«1»\n", []string{"duplicate-id"}},
	{"names that are one in JSON", fields + "      a_1: string @1\n      «a1»: string @2\n      b_c: string @3\n      bc: string @4\n      x: {oneof: {«a_1»: string @5, «a1_»: string @6, e_9: string @7}}\n      e9: {oneof: {f: string @8}}\n",
		[]string{"proto-name", "duplicate-name", "bad-name"}},
	{"enum values that are one to protobuf", "enums: {E: {A_1B: 1, «A1B»: 2, A1_B: 3, AB: 4, A_B: 5}}\n", []string{"proto-name"}},
	{"a reserved number and name", fields + "      «a»: string @«7»\n    reserved: [7, a]\n", []string{"reserved-reused", "reserved-reused"}},
	{"what is reserved twice", fields + "    reserved: [7, «7», a, «a»]\n", []string{"duplicate-id", "duplicate-id"}},
	{"a reserved name of the wrong case", fields + "    reserved: [«oldPrice», «\"\"»]\n", []string{"bad-name", "bad-name"}},

	{"choices of other languages", fields + "      a: \"«oneof<B, string>» @1\"\n      b: «B | string» @2\n      c: «oneof» @3\n", []string{"bad-type", "bad-type", "bad-type"}},
	{"a oneof of nothing", fields + "      a: {«oneof»: {}}\n      b: {«oneof»: }\n", []string{"no-alternatives", "no-alternatives"}},
	{"a oneof that is a list", fields + "      a: {oneof: «[B @1]»}\n", []string{"wrong-kind"}},
	{"types that a oneof cannot have", fields + "      a: {oneof: {b: «list<B>» @1, c: '«map<string, B>» @2', d: «B?» @3, e: {type: «string?», id: 4}}}\n",
		[]string{"bad-type", "bad-type", "bad-type", "bad-type"}},
	{"a oneof in a oneof", fields + "      a: {oneof: {b: {«oneof»: {c: B @1}}}}\n", []string{"bad-type"}},
	{"a oneof with a type", fields + "      a: {«type»: B, «id»: 1, oneof: {b: B @1}}\n", []string{"misplaced-key", "misplaced-key"}},
	{"a oneof with a slip", fields + "      a: {oneof: {b: B @1}, «go_nam»: X}\n      c: {«onof»: {d: B @2}}\n", []string{"unknown-key", "unknown-key"}},
	{"an alternative without a number", fields + "      a: {oneof: {b: «B», «c»: }}\n", []string{"missing-id", "wrong-kind"}},
	{"an alternative with the number of a field", fields + "      x: B @1\n      a: {oneof: {b: B @«1», c: B @2}}\n      d: B @«2»\n", []string{"duplicate-id", "duplicate-id"}},
	{"an alternative with the name of a field", fields + "      x: B @1\n      a: {oneof: {«x»: B @2, «a»: B @3, c: B @4}}\n      «c»: B @5\n", []string{"duplicate-name", "duplicate-name", "duplicate-name"}},
	{"an alternative that is reserved", fields + "      a: {oneof: {«b»: B @«7»}}\n    reserved: [7, b]\n", []string{"reserved-reused", "reserved-reused"}},
	{"an alternative with capitals", fields + "      a: {oneof: {«bB»: B @1}}\n", []string{"bad-name"}},
	{"a oneof in a topic", fields + "      a: {oneof: {b: string @1}}\npatterns: {p: {kind: pub-sub, message: A, topic: '«{a}».«{b}».'}}\n", []string{"topic-field", "topic-field"}},

	{"a message in itself", "messages: {A: {fields: {«a»: A @1}}}\n", []string{"recursive-message"}},
	{"a circle of ten messages", "messages: {A: {fields: {b: B @1}}, B: {fields: {b: C @1}}, C: {fields: {b: D @1}}, D: {fields: {b: E @1}}, " +
		"E: {fields: {b: F @1}}, F: {fields: {b: G @1}}, G: {fields: {b: H @1}}, H: {fields: {b: I @1}}, I: {fields: {b: J @1}}, J: {fields: {«b»: A @1}}}\n", []string{"recursive-message"}},
	{"a type that is too long", fields + "      a: «" + strings.Repeat("x", maxTypeTextLength+1) + "» @1\n", []string{"bad-type"}},
	{"messages in each other", "messages: {A: {fields: {b: B @1}}, B: {fields: {c: C @1}}, C: {fields: {«b»: B @1}}}\n", []string{"recursive-message"}},

	{"an enum without values", "enums: {«E»: {}}\n", []string{"no-values"}},
	{"an enum that is text", "enums: {E: «BUY»}\n", []string{"wrong-kind"}},
	{"an enum value that is a list", "enums: {E: {«BUY»: [1]}}\n", []string{"wrong-kind"}},
	{"an enum value that is no number", "enums: {E: {BUY: «one»}}\n", []string{"bad-number"}},
	{"an octal enum value", "enums: {E: {BUY: «010»}}\n", []string{"bad-number"}},
	{"an enum value beyond int32", "enums: {E: {BUY: «2147483648»}}\n", []string{"bad-number"}},
	{"an enum value without its number", "enums: {E: {«BUY»: {doc: x}}}\n", []string{"missing-key"}},
	{"two enum values of one number", "enums: {E: {BUY: 1, SELL: {id: «1»}}}\n", []string{"duplicate-id"}},
	{"a reserved enum value", "enums: {E: {values: {«BUY»: 1, SELL: «2»}, reserved: [BUY, 2]}}\n", []string{"reserved-reused", "reserved-reused"}},
	{"another number for UNSPECIFIED", "enums: {E: {«UNSPECIFIED»: 1}}\n", []string{"enum-zero"}},

	{"no second finding for a broken name", "messages: {«a»: {fields: {x: list<a> @1}}, B: {fields: {x: a @1}}}\n", []string{"bad-name"}},
	{"no second finding for a name in the wrong case", "enums: {«kind»: {A: 1}}\nmessages: {«ask»: {fields: {k: Kind @1, l: list<kind> @2, «aB»: Ask? @3}}}\n" +
		"patterns: {«Asks»: {kind: push-pull, messages: {Ask: {}}}, q: {kind: pub-sub, message: ask, topic: '{a_b}.'}}\n" +
		"nodes: {«Hub»: {sockets: {«In»: {pull: asks, bind: 'tcp://*:1'}}}, a: {sockets: {o: {push: Asks, connect: [hub.in, Hub.In, hub.In, Hub.in]}}}}\n",
		[]string{"bad-name", "bad-name", "bad-name", "bad-name", "bad-name", "bad-name"}},
	{"a name in the wrong case beside the right one", "messages: {«ask»: {}, Ask: {fields: {a: string @1}}}\npatterns: {p: {kind: pub-sub, message: Ask, topic: '{a}.'}}\n", []string{"bad-name"}},
	{"no second finding for a section that is not read", "messages: «[A]»\nenums: {E: {BUY: 1}}\npatterns: {p: {kind: push-pull, message: A}}\nnodes: {n: {sockets: {s: {push: p, bind: 'tcp://*:1'}}}}\n", []string{"wrong-kind"}},
}

func TestTypes(t *testing.T) { checkBadCases(t, typeCases) }

func TestEnumPutsZeroFirst(t *testing.T) {
	top := mustParse(t, "enums:\n  A: {X: -1, NONE: 0}\n  B: {doc: d, go_name: Bee, values: {Y: {id: 5, doc: five}}, reserved: [6, OLD]}\n")
	a, b := top.Enums[0], top.Enums[1]
	if len(a.Values) != 2 || a.Values[0].Name.Value != "NONE" || a.Values[1].Number != -1 {
		t.Errorf("A is %+v", a.Values)
	}
	if b.Doc != "d" || b.GoName.Value != "Bee" || b.Values[0].Name.Value != "UNSPECIFIED" || b.Values[0].Name.IsSet() || b.Values[1].Doc != "five" || b.Values[1].Number != 5 {
		t.Errorf("B is %+v", b)
	}
}

func TestMessagesHoldThemselvesThroughListsMapsAndOptionals(t *testing.T) {
	mustParse(t, "messages: {A: {fields: {a: A? @1, b: list<B> @2, c: 'map<bool, A> @3'}}, B: {fields: {a: A @1}}}\n")
}

func TestOneOfHoldsItsAlternatives(t *testing.T) {
	top := mustParse(t, "messages: {A: {fields: {a: {doc: d, go_name: Ay, oneof: {b: A @3, c: {type: string, id: 1, doc: e}}}, d: E @2}}}\nenums: {E: {X: 1}}\n")
	f := top.Messages[0].Fields
	if len(f) != 2 || f[1].OneOf != nil || f[1].ID != 2 {
		t.Fatalf("%+v", f)
	}
	a := f[0]
	if a.Doc != "d" || a.GoName.Value != "Ay" || a.ID != 0 || a.Type != (Type{}) || len(a.OneOf) != 2 {
		t.Errorf("a is %+v", a)
	}
	if b, c := a.OneOf[0], a.OneOf[1]; b.ID != 3 || b.Type.Message != top.Messages[0] || c.Name.Value != "c" || c.Type.Scalar != String || c.Doc != "e" {
		t.Errorf("its alternatives are %+v and %+v", b, c)
	}
}

func TestTheNextNumberCountsAlternatives(t *testing.T) {
	_, ds := Parse("t.yaml", []byte(header+"messages: {A: {fields: {a: {oneof: {b: A @1, c: {type: A, id: 7}}}, d: string}}}\n"))
	if len(ds) != 1 || ds[0].Help != `write "string @8"` {
		t.Errorf("%+v", ds)
	}
}

func TestWhatIsDeprecatedReservedAndKeptIsInTheModel(t *testing.T) {
	top := mustParse(t, `
enums: {E: {deprecated: use F, values: {X: {id: 1, deprecated: " use Y ", go_name: Ex}, Y: 2}, reserved: [-3, OLD]}}
messages:
  A: {deprecated: use B, unknown: keep, fields: {a: {type: E, id: 1, deprecated: use b}, b: {oneof: {c: E @2}, deprecated: use c}}, reserved: [9, old, 7]}
  B: {unknown: drop}
`)
	e, a, b := top.Enums[0], top.Messages[0], top.Messages[1]
	if x := e.Values[1]; e.Deprecated.Value != "use F" || x.Deprecated.Value != "use Y" || x.GoName.Value != "Ex" || e.Values[2].Deprecated.IsSet() {
		t.Errorf("E is %+v", e)
	}
	if want := []Reserved{{From: -3, To: -3}, {Name: "OLD"}}; !slices.Equal(e.Reserved, want) {
		t.Errorf("E reserves %+v", e.Reserved)
	}
	if want := []Reserved{{From: 9, To: 9}, {Name: "old"}, {From: 7, To: 7}}; !slices.Equal(a.Reserved, want) {
		t.Errorf("A reserves %+v", a.Reserved)
	}
	if a.Deprecated.Value != "use B" || a.Fields[0].Deprecated.Value != "use b" || a.Fields[1].Deprecated.Value != "use c" || b.Deprecated.IsSet() {
		t.Errorf("A is %+v", a)
	}
	if !a.KeepUnknown || b.KeepUnknown {
		t.Errorf("A keeps %v, B keeps %v", a.KeepUnknown, b.KeepUnknown)
	}
}

func TestMapsHaveAKeyAndAnElement(t *testing.T) {
	top := mustParse(t, fields+"      a: map<string, B> @1\n      b: {type: 'map<sfixed64,E>', id: 2}\n      c: map<uint32, float64> @3\n")
	f := top.Messages[1].Fields
	if a := f[0].Type; !a.IsMap() || a.IsList() || a.Key != String || a.Elem.Message != top.Messages[0] || a.Optional {
		t.Errorf("a is %+v", a)
	}
	if b := f[1].Type; b.Key != Sfixed64 || b.Elem.Enum != top.Enums[0] {
		t.Errorf("b is %+v", b)
	}
	if c := f[2].Type; c.Key != Uint32 || c.Elem.Scalar != Float64 || c.Scalar != "" {
		t.Errorf("c is %+v", c)
	}
}
