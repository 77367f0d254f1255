package gen

import (
	"strings"
	"testing"
)

// joined joins the generated files of a topology.
func joined(t *testing.T, src string) string {
	t.Helper()
	all := ""
	for _, f := range generate(t, parseText(t, "t.yaml", src)) {
		all += string(f.Content)
	}
	return all
}

func TestOnlyMessagesWithLimitsCostAnything(t *testing.T) {
	all := joined(t, `version: 1
name: t
messages:
  Free: {fields: {n: int32 @1, within: Free? @2, holds: list<Free> @3}}
  Leaf: {fields: {n: {type: int32, id: 1, min: 1}}}
  Outer: {fields: {free: Free @1, leaf: list<Leaf> @2, again: Outer? @3}}
patterns:
  free: {kind: push-pull, message: Free}
  outer: {kind: push-pull, message: Outer}
  some: {kind: push-pull, messages: {Free: {}, Leaf: {}}}
  calls: {kind: req-rep, methods: {Do: {request: Free, reply: Outer}, Go: {request: Leaf, reply: Free}}}
nodes:
  x:
    sockets:
      free: {pull: free, bind: "tcp://*:6001"}
      outer: {pull: outer, bind: "tcp://*:6002"}
      some: {pull: some, bind: "tcp://*:6003"}
      calls: {router: calls, bind: "tcp://*:6004"}
`)
	for _, want := range []string{
		"func (Free) Validate() error {\n\treturn nil\n}",
		"func (m Outer) Validate() error {\n\treturn m.ValidateNested(0)\n}",
		"if err := m.Leaf[i].ValidateNested(depth + 1); err != nil {",
		"if err := m.Again.ValidateNested(depth + 1); err != nil {",
		"zmqrt.LimitedCodec[Outer] = OuterCodec{}",
		"zmqrt.LimitedCodec[SomeMessage] = SomeCodec{}",
		"zmqrt.Codec[Free] = FreeCodec{}",
	} {
		if !strings.Contains(all, want) {
			t.Errorf("%s is missing in\n%s", want, all)
		}
	}
	for text, want := range map[string]int{
		"m.Free.ValidateNested": 0, "func (m *Free) ValidateNested": 0, "(FreeCodec) ValidateMessage": 0,
		"ValidateRequest:": 1, "ValidateReply:": 1, "CheckDepth(depth)": 1,
	} {
		if n := strings.Count(all, text); n != want {
			t.Errorf("%s stands there %d times, want %d", text, n, want)
		}
	}
}

func TestBoundsThatAllValuesKeepAreLeftOut(t *testing.T) {
	all := joined(t, `version: 1
name: t
messages:
  M:
    fields:
      a: {type: int32, id: 1, min: -2147483648, max: 2147483647}
      b: {type: sfixed64, id: 2, min: -9223372036854775808, max: 9223372036854775807}
      c: {type: uint32, id: 3, min: 0, max: 4294967295}
      d: {type: fixed64, id: 4, min: 0, max: 18446744073709551615}
      e: {type: string, id: 5, min_len: 0}
      f: {type: list<string>, id: 6, min_items: 0}
`)
	for _, none := range []string{"zmqrt.BelowMin", "zmqrt.AboveMax", "zmqrt.TooShort", "zmqrt.TooFew"} {
		if strings.Contains(all, none) {
			t.Errorf("%s is emitted:\n%s", none, all)
		}
	}
}

func TestThePatternOfAFieldTakesAName(t *testing.T) {
	_, ds := Generate(parseText(t, "t.yaml", `version: 1
name: t
messages:
  Ab: {fields: {c_d: {type: string, id: 1, pattern: x}}}
  AbC: {fields: {d: {type: string, id: 1, pattern: x}}}
`))
	if !ds.HasErrors() || !strings.Contains(text(ds), "the pattern of field d of message AbC") {
		t.Errorf("got %s", text(ds))
	}
}

func TestMessagesAreLimitedByWhatLiesDeepInThem(t *testing.T) {
	all := joined(t, `version: 1
name: t
messages:
  Top: {fields: {ring: Ring? @1}}
  Ring: {fields: {next: Ring? @1, by_name: "map<string, Middle> @2"}}
  Middle: {fields: {one: {oneof: {leaf: Leaf @1, n: int32 @2}}}}
  Leaf: {fields: {n: {type: int32, id: 1, max: 1}}}
  Loop: {fields: {next: Loop? @1, free: list<Free> @2}}
  Free: {fields: {n: int32 @1}}
`)
	for message, limited := range map[string]bool{"Top": true, "Ring": true, "Middle": true, "Leaf": true, "Loop": false, "Free": false} {
		if strings.Contains(all, "func (m *"+message+") ValidateNested(depth int)") != limited {
			t.Errorf("%s has limits: %v", message, !limited)
		}
	}
}
