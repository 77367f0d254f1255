package schema

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

// frames is what the fields of the cases are part of.
const frames = "enums: {E: {X: 1}}\npatterns: {p: {kind: push-pull, encoding: frames, message: A}}\nmessages:\n  B: {}\n  A:\n    fields:\n"

// both are messages with constants, plain ones that have none.
const (
	both  = "messages: {A: {fields: {n: int32 @9, k: {type: string, id: 1, const: a}}}, B: {fields: {k: {type: string, id: 3, const: b}}}, C: {fields: {k: {type: string, id: 2, const: a}}}}\n"
	plain = "messages: {A: {fields: {s: string @1, n: int32 @2, u: uuid @3}}, B: {fields: {s: string @1, u: uuid @2}}}\n"
)

func manyFields(n int) string {
	var b strings.Builder
	for i := 1; i <= n; i++ {
		fmt.Fprintf(&b, "      x%da: bool @%d\n", i, i)
	}
	return b.String()
}

var frameCases = []badCase{
	{"an encoding with a slip", "encoding: «frame»\npatterns: {p: {kind: push-pull, message: A, encoding: «protobuf»}}\nmessages: {A: }\n", []string{"bad-choice", "bad-choice"}},
	{"calls in frames", "messages: {A: {fields: {«a»: B @1}}, B: {fields: {«b»: A? @1}}, C: {fields: {«c»: list<B> @1}}}\nencoding: frames\npatterns: {p: {kind: req-rep, methods: {L: {request: A, reply: B, errors: C}}}}\n",
		slices.Repeat([]string{"nested-frame"}, 3)},

	{"a form with a slip", frames + "      a: {type: int32, id: 1, as: «litle»}\n", []string{"bad-choice"}},
	{"a document that may be absent", frames + "      a: {type: json?, id: 1, as: «json»}\n", []string{"bad-form"}},
	{"forms that a oneof does not have", frames + "      a: {oneof: {x: B @1}, as: «little»}\n      b: {oneof: {y: B @2}, «const»: 1}\n", []string{"bad-form", "misplaced-key"}},
	{"forms that types do not have", frames +
		"      a: {type: bool, id: 1, as: «little»}\n      b: {type: string, id: 2, as: «text»}\n      c: {type: decimal, id: 3, as: «text»}\n" +
		"      d: {type: E, id: 4, as: «little»}\n      e: {type: int64, id: 5, as: «proto»}\n      f: {type: B, id: 6, as: «text»}\n" +
		"      g: {type: float64?, id: 7, as: «little»}\n      h: {type: list<int32>, id: 8, as: «little»}\n      i: {type: timestamp, id: 9, as: «little»}\n" +
		"      j: {type: bytes, id: 10, as: «proto»}\n",
		slices.Repeat([]string{"bad-form"}, 10)},

	{"what is nested", frames + "      «a»: B @1\n      «b»: B? @2\n      «c»: float64? @3\n      «d»: list<int32> @4\n      «e»: list<B> @5\n",
		slices.Repeat([]string{"nested-frame"}, 5)},
	{"a oneof and a map", frames + "      «a»: {oneof: {x: B @1}}\n      «b»: \"map<string, B> @2\"\n", slices.Repeat([]string{"nested-frame"}, 2)},
	{"the form of an alternative", frames + "      c: {oneof: {y: {type: B, id: 3, «as»: proto}}}\n", []string{"misplaced-key"}},
	{"what is nested, in two patterns", "messages: {A: {fields: {«a»: A? @1}}}\nencoding: frames\npatterns: {p: {kind: push-pull, message: A}, q: {kind: push-pull, message: A}}\n",
		[]string{"nested-frame"}},
	{"a list before the end", frames + "      «a»: list<bytes> @2\n      b: int32 @3\n      c: int32 @1\n", []string{"rest-last"}},
	{"two lists", frames + "      b: list<string> @3\n      «a»: list<string> @2\n", []string{"rest-last"}},
	{"no frames", "messages: {A: , B: }\npatterns: {p: {kind: push-pull, encoding: frames, message: «A»}, q: {kind: push-pull, encoding: frames, messages: {B: }}, r: {kind: pub-sub, encoding: frames, message: A, topic: x}}\n",
		[]string{"frame-count"}},

	{"too many frames", "patterns: {p: {kind: push-pull, encoding: frames, message: «A»}}\nmessages:\n  A:\n    fields:\n" + manyFields(1025), []string{"frame-count"}},

	{"constants that are none", frames +
		"      a: {type: int32, id: 1, const: «2147483648»}\n      b: {type: uint64, id: 2, const: «-1»}\n      c: {type: bool, id: 3, const: «yes»}\n" +
		"      d: {type: float32, id: 4, const: «1e39»}\n      e: {type: bytes, id: 5, const: «abc»}\n      f: {type: timestamp, id: 6, const: «now»}\n" +
		"      g: {type: duration, id: 7, const: «5»}\n      h: {type: uuid, id: 8, const: «\"\"»}\n      i: {type: decimal, id: 9, const: «1x5»}\n" +
		"      j: {type: json, id: 10, const: «\"{\"»}\n      k: {type: E, id: 11, const: «Y»}\n      l: {type: int32, id: 12, const: «\"\"»}\n",
		slices.Repeat([]string{"bad-value"}, 12)},
	{"constants of what is nested", frames + "      a: {type: B, id: 1, as: proto, «const»: x}\n      b: {type: string?, id: 2, as: proto, «const»: x}\n      c: {type: list<string>, id: 3, «const»: x}\n",
		[]string{"misplaced-key", "misplaced-key", "misplaced-key"}},
	{"limits of constants", frames + "      a: {type: string, id: 1, const: x, «required»: true, «max_len»: 3, «pattern»: x, «example»: x}\n      b: {type: int32, id: 2, const: 3, «min»: 1, «max»: 2}\n",
		slices.Repeat([]string{"misplaced-key"}, 6)},
	{"a constant of nothing", frames + "      a: {type: string, id: 1, «const»: }\n", []string{"wrong-kind"}},
	{"a timestamp that is no count of nanoseconds", frames + "      a: {type: timestamp, id: 1, const: «1600-01-01T00:00:00Z»}\n", []string{"bad-value"}},

	{"a constant in a topic", "messages: {A: {fields: {a: {type: string, id: 1, const: x}, b: string @2}}}\npatterns: {p: {kind: pub-sub, encoding: frames, message: A, topic: «\"{a}.{b}.\"»}}\n", []string{"topic-field"}},

	{"a tag of one", both + "patterns: {p: {kind: push-pull, encoding: frames, message: A, «tag»: const}}\n", []string{"misplaced-key"}},
	{"constants that are no frames", both + "patterns: {p: {kind: push-pull, messages: {A: {}, B: {}}, tag: «const»}, q: {kind: push-pull, encoding: frames, message: C}}\n", []string{"bad-tag"}},
	{"constants that are the same", both + "patterns: {p: {kind: push-pull, encoding: frames, messages: {A: {}, C: {}}, tag: «const»}, q: {kind: push-pull, encoding: frames, message: B}}\n", []string{"ambiguous-union"}},
	{"no constant", "messages: {A: {fields: {a: int32 @1}}}\npatterns: {p: {kind: push-pull, encoding: frames, messages: {A: {}}, tag: «const»}}\n", []string{"ambiguous-union"}},
	{"constants of other types", "messages: {A: {fields: {a: {type: int32, id: 1, const: 1}}}, B: {fields: {a: {type: uint32, id: 1, const: 2}}}}\npatterns: {p: {kind: push-pull, encoding: frames, messages: {A: {}, B: {}}, tag: «const»}}\n", []string{"ambiguous-union"}},
	{"no topics to tell apart", plain + "patterns: {p: {kind: push-pull, messages: {A: {}, B: {}}, tag: «topic»}}\n", []string{"bad-tag"}},
	{"topics that are the same", plain + "patterns: {p: {kind: pub-sub, messages: {A: {topic: \"x.{s}.\"}, B: {topic: «x.y.»}}, tag: topic}}\n", []string{"ambiguous-union"}},
	{"topics that meet", plain + "patterns: {p: {kind: pub-sub, messages: {A: {topic: \"{s}.x\"}, B: {topic: «\"y.{s}x\"»}}, tag: topic}}\n", []string{"ambiguous-union"}},
	{"topics that cannot be read", plain + "patterns: {p: {kind: pub-sub, messages: {A: {topic: «\"a{n}7.\"»}, B: {topic: «\"b{u}-\"»}}, tag: topic}}\n", []string{"bad-topic-only", "bad-topic-only"}},

	{"topic_only without a topic", plain + "patterns: {p: {kind: push-pull, encoding: frames, message: A, «topic_only»: [s]}, q: {kind: pub-sub, encoding: frames, message: A, topic_only: [«s»]}}\n", []string{"misplaced-key", "bad-topic-only"}},
	{"topic_only in protobuf", plain + "patterns: {p: {kind: pub-sub, message: A, topic: \"{s}.\", «topic_only»: [s]}}\n", []string{"misplaced-key"}},
	{"topic_only that is not there", plain + "patterns: {p: {kind: pub-sub, encoding: frames, message: A, topic: \"{s}.{n}.{n}.\", topic_only: [«ss», «n», «u»]}}\n", []string{"bad-topic-only", "bad-topic-only", "bad-topic-only"}},
	{"topic_only that nothing ends", plain + "patterns: {p: {kind: pub-sub, encoding: frames, message: A, topic: «\"{u}{n}.\"», topic_only: [n]}}\n", []string{"bad-topic-only"}},

	{"forms that no frame has", "messages: {A: {fields: {a: {type: int32, id: 1, «as»: text, const: 1}, b: {type: string, id: 2, «const»: \"\"}}}}\npatterns: {p: {kind: push-pull, message: A}}\n",
		[]string{"unused-form", "unused-form"}},
	{"no warning beside an error", "messages: {A: {fields: {a: {type: int32, id: 1, as: text}, b: «x» @2}}}\n", []string{"unknown-type"}},
}

func TestFrames(t *testing.T) { checkBadCases(t, frameCases) }

func TestEncodingIsThePatternsOrTheTopologys(t *testing.T) {
	const patterns = "messages: {A: {fields: {a: int32 @1}}}\npatterns: {p: {kind: push-pull, message: A}, q: {kind: push-pull, message: A, encoding: proto}, r: {kind: push-pull, message: A, encoding: frames}}\n"
	for header, want := range map[string][]Encoding{
		"":                   {EncodingProto, EncodingProto, EncodingFrames},
		"encoding: proto\n":  {EncodingProto, EncodingProto, EncodingFrames},
		"encoding: frames\n": {EncodingFrames, EncodingProto, EncodingFrames},
	} {
		var got []Encoding
		for _, p := range mustParse(t, header+patterns).Patterns {
			got = append(got, p.Encoding)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q: %v", header, got)
		}
	}
}

func TestFormsAndConstantsAreInTheModel(t *testing.T) {
	top := mustParse(t, frames+
		"      a: {type: string, id: 20, const: \"\"}\n      b: {type: bytes, id: 2, const: AP8=}\n      c: {type: E, id: 3, const: X}\n"+
		"      d: {type: uint32, id: 4, as: little, const: 7}\n      e: {type: float64, id: 5, as: text, const: -1.5}\n      f: {type: bool, id: 6, as: text, const: true}\n"+
		"      g: {type: list<B>, id: 7, as: proto}\n      h: {type: uuid, id: 8, const: 00000000-0000-0000-0000-0000000000fF}\n      i: {type: duration, id: 9, const: 1m}\n"+
		"      j: {type: timestamp, id: 10, const: \"1970-01-01T00:00:01Z\"}\n      k: {type: json, id: 11, const: \"[1]\"}\n      l: {type: decimal, id: 12, const: 1.50}\n"+
		"      m: {type: int64, id: 13, const: -9223372036854775808}\n      rest: list<bytes> @21\n")
	m := top.Messages[1]
	want := map[string]any{
		"a": "", "b": []byte{0, 255}, "c": &top.Enums[0].Values[1], "d": uint64(7), "e": -1.5, "f": true, "h": [16]byte{15: 255},
		"i": time.Minute, "j": time.Unix(1, 0).UTC(), "k": "[1]", "l": "1.50", "m": int64(math.MinInt64),
	}
	for _, f := range m.Fields {
		value, has := want[f.Name.Value]
		if f.Const.IsSet() != has || !reflect.DeepEqual(f.Const.Parsed, value) {
			t.Errorf("the constant of %s is %#v", f.Name.Value, f.Const.Parsed)
		}
	}
	if m.Fields[3].As != AsLittle || m.Fields[4].As != AsText || m.Fields[6].As != AsProto || m.Fields[0].As != AsUsual {
		t.Errorf("%+v", m.Fields)
	}
	order := FrameOrder(m.Fields)
	if order[0].Name.Value != "b" || order[12].Name.Value != "a" || !order[13].IsRest() || m.Fields[0].Name.Value != "a" {
		t.Errorf("the order of frames is %v", order)
	}
}

func TestTagsAndTopicOnlyAreInTheModel(t *testing.T) {
	top := mustParse(t, both+`
patterns:
  p: {kind: push-pull, encoding: frames, messages: {A: {}, B: {}}, tag: const}
  q: {kind: pub-sub, encoding: frames, messages: {A: {topic: "a.{n}."}, C: {topic: c}}, tag: topic, topic_only: [n]}
  r: {kind: push-pull, messages: {A: {}, B: {}}}
`)
	p, q, r := top.Patterns[0], top.Patterns[1], top.Patterns[2]
	if p.Tag != TagConst || p.TagIndex(&p.Flow) != 0 || r.Tag != TagName {
		t.Errorf("%+v, tag at %d, %+v", p, p.TagIndex(&p.Flow), r)
	}
	a := top.Messages[0]
	if q.Tag != TagTopic || len(q.TopicOnly) != 1 || q.TopicOnly[0] != a.Fields[0] {
		t.Errorf("%+v", q)
	}
	if body := q.BodyFields(a); len(body) != 1 || body[0].Name.Value != "k" || len(p.BodyFields(a)) != 2 {
		t.Errorf("the body is %+v", body)
	}
	if !q.ReadsTopic(q.Messages[0]) || p.ReadsTopic(p.Messages[0]) {
		t.Error("topics are read where they need not be")
	}
}

func TestTopicsMeet(t *testing.T) {
	fields := "messages: {A: {fields: {s: string @1, n: int32 @2, b: bool @3, u: uuid @4, e: E @5}}}\nenums: {E: {X: 1}}\n"
	for _, c := range []struct {
		a, b string
		meet bool
	}{
		{"a", "a", true}, {"a", "b", false}, {"a", "aa", false}, {"{s}.", "a.", true}, {"{s}.", "a.b.", false}, {"{s}", "a.b.", true},
		{"a.{n}.", "a.x.", false}, {"a.{n}.", "a.7.", true}, {"a.{n}.", "a.{b}.", true}, {"a.{e}.", "a.x.", false}, {"{s}.{s}.", "x.{s}.", true},
		{"{s}.b", "a.{s}", true}, {"{s}.b", "a.{s}.c", false}, {"{u}/", "0-/", true}, {"{s}.{n}", "{s}/{n}", false}, {"{s}.{s}", "{s}/{s}", true}, {"a{s}.", "b{s}.", false},
	} {
		top, _ := Parse("t.yaml", []byte(header+fields+"patterns: {p: {kind: pub-sub, message: A, topic: \""+c.a+"\"}, q: {kind: pub-sub, message: A, topic: \""+c.b+"\"}}\n"))
		a, b := top.Patterns[0].Messages[0].Topic, top.Patterns[1].Messages[0].Topic
		if topicsMeet(a, b) != c.meet || topicsMeet(b, a) != c.meet {
			t.Errorf("%s and %s: meet is not %v", c.a, c.b, c.meet)
		}
	}
}
