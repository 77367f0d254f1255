package gen

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/zmqgen/zmqgen/gen/internal/vectors"
	"github.com/zmqgen/zmqgen/schema"
)

// TestVectorsHaveEverything sees that nothing is forgotten in testdata/vectors: a new type, a new encoding or a
// new way to tell messages apart is to have vectors that show what it is on the wire.
func TestVectorsHaveEverything(t *testing.T) {
	seen := seenInVectors(t)
	want := func(what ...string) {
		if name := strings.Join(what, ", "); !seen[name] {
			t.Errorf("no vector that is written has: %s", name)
		}
	}
	for s := range scalars {
		number := slices.Contains([]schema.Scalar{
			schema.Int32, schema.Int64, schema.Uint32, schema.Uint64, schema.Sint32, schema.Sint64, schema.Fixed32, schema.Fixed64,
			schema.Sfixed32, schema.Sfixed64,
		}, s)
		float := s == schema.Float32 || s == schema.Float64
		for _, encoding := range []string{"proto", "json"} {
			for _, place := range []string{"field", "optional", "list", "map", "oneof"} {
				want(encoding, place, string(s))
			}
			if number || s == schema.Bool || s == schema.String {
				want(encoding, "key", string(s))
			}
		}
		want("frames", "field", string(s))
		want("frames", "const", string(s))
		if number || float {
			want("frames", "as little", string(s))
		}
		if number || float || s == schema.Bool {
			want("frames", "as text", string(s))
		}
		if number || s == schema.Bool || s == schema.String || s == schema.UUID {
			want("topic", string(s))
		}
	}
	for _, place := range []string{"field", "optional", "list", "map", "oneof"} {
		for _, what := range []string{"an enum", "a message"} {
			want("proto", place, what)
			want("json", place, what)
		}
	}
	for _, encoding := range []string{"proto", "json", "frames"} {
		want(encoding, "pub-sub", "with topics")
		want(encoding, "push-pull", "without topics")
		want(encoding, "tag", "")
		want(encoding, "tag", "name")
	}
	for _, encoding := range []string{"proto", "json", "frames"} {
		want(encoding, "req-rep", "without topics")
		for _, sends := range []string{"dealer_sends", "router_sends", "bind_sends", "connect_sends"} {
			want(encoding, sends)
		}
		want(encoding, "request")
		want(encoding, "reply")
		want(encoding, "bare", "request")
		want(encoding, "bare", "reply")
	}
	want("correlation", string(schema.CallID))
	want("correlation", string(schema.Uncorrelated))
	for _, as := range []string{"as json", "as proto"} {
		for _, place := range []string{"message", "optional", "list", "map", "oneof"} {
			want("frames", as, place)
		}
	}
	want("metadata")
	want("frames", "tag", "const")
	want("frames", "dealer_sends", "const")
	want("frames", "tag", "topic")
	want("proto", "tag", "topic")
	want("json", "tag", "topic")
	want("an enum in a topic")
	want("topic_only")
}

// eachVector calls f for each of the vectors with its pattern.
func eachVector(t *testing.T, f func(p *schema.Pattern, v vectors.Vector)) (topologies map[string]*schema.Topology) {
	t.Helper()
	dir := filepath.Join("..", "testdata", "vectors")
	files, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatal("no vectors: ", err)
	}
	topologies = map[string]*schema.Topology{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		list, err := vectors.Parse(text)
		if err != nil {
			t.Fatal(file, ": ", err)
		}
		for _, v := range list {
			if topologies[v.Topology] == nil {
				topologies[v.Topology] = parse(t, filepath.Join(dir, v.Topology))
			}
			for _, p := range topologies[v.Topology].Patterns {
				if p.Name.Value == v.Pattern {
					f(p, v)
				}
			}
		}
	}
	return topologies
}

// seenInVectors is what the vectors that are written have.
func seenInVectors(t *testing.T) map[string]bool {
	t.Helper()
	seen := seenSet{}
	shown := map[*schema.Pattern]bool{}
	topologies := eachVector(t, func(p *schema.Pattern, v vectors.Vector) {
		if v.Check != vectors.Both {
			return
		}
		shown[p] = true
		seen.pattern(p, v)
		for _, m := range p.Topology.Messages {
			if m.Name.Value == v.Message {
				seen.message(v.Encoding, m, v.Value)
			}
		}
	})
	for name, topology := range topologies {
		for _, p := range topology.Patterns {
			if !shown[p] {
				t.Errorf("%s: no vector is of pattern %s", name, p.Name.Value)
			}
		}
	}
	return seen
}

// seenSet is what vectors have, each as words with commas between.
type seenSet map[string]bool

func (s seenSet) add(what ...string) { s[strings.Join(what, ", ")] = true }

func (s seenSet) pattern(p *schema.Pattern, v vectors.Vector) {
	topics := "without topics"
	if p.HasTopic() {
		topics = "with topics"
	}
	s.add(v.Encoding, v.Kind, topics)
	s.add(v.Encoding, string(v.Direction))
	if len(v.Metadata) > len("{}") {
		s.add("metadata")
	}
	s.add("correlation", string(p.Correlation))
	if p.Bare {
		s.add(v.Encoding, "bare", string(v.Direction))
	}
	for _, f := range p.Flows() {
		tag := ""
		if f.Union {
			tag = string(p.Tag)
		}
		if f.Sender == "" {
			s.add(v.Encoding, "tag", tag)
		} else if f.Key() == string(v.Direction) {
			s.add(v.Encoding, f.Key(), tag)
		}
	}
	if len(p.TopicOnly) > 0 {
		s.add("topic_only")
	}
	for _, m := range p.Messages {
		if m.Topic == nil || m.Message.Name.Value != v.Message {
			continue
		}
		for _, segment := range m.Topic.Segments {
			switch f := segment.Field; {
			case f == nil:
			case f.Type.Enum != nil:
				s.add("an enum in a topic")
			default:
				s.add("topic", string(f.Type.Scalar))
			}
		}
	}
}

// message sees the fields that are there in a value.
func (s seenSet) message(encoding string, m *schema.Message, value json.RawMessage) {
	var members map[string]json.RawMessage
	if json.Unmarshal(value, &members) != nil {
		return
	}
	for _, f := range m.Fields {
		place, alternatives := "field", []*schema.Field{f}
		if f.OneOf != nil {
			place, alternatives = "oneof", f.OneOf
		}
		if s.nested(encoding, f, members) {
			continue
		}
		for _, a := range alternatives {
			if value, is := members[lowerCamel(a.Name.Value)]; is {
				s.field(encoding, place, a, value)
			}
		}
	}
}

// nested sees a field whose frame is JSON or protobuf, and reports whether it is one that has no place of its own.
func (s seenSet) nested(encoding string, f *schema.Field, members map[string]json.RawMessage) bool {
	if encoding != "frames" || f.As != schema.AsJSON && f.As != schema.AsProto {
		return false
	}
	place := "message"
	switch {
	case f.OneOf != nil:
		place = "oneof"
	case f.Type.IsMap():
		place = "map"
	case f.Type.IsList():
		place = "list"
	case f.Type.Optional:
		place = "optional"
	}
	for _, a := range slices.Concat(f.OneOf, []*schema.Field{f}) {
		if _, is := members[lowerCamel(a.Name.Value)]; is {
			s.add(encoding, "as "+string(f.As), place)
		}
	}
	return f.OneOf != nil
}

func (s seenSet) field(encoding, place string, f *schema.Field, value json.RawMessage) {
	typ := f.Type
	switch {
	case f.Const.IsSet():
		place = "const"
	case f.As != schema.AsUsual:
		place = "as " + string(f.As)
	case typ.Optional:
		place = "optional"
	case typ.IsMap():
		place = "map"
		s.add(encoding, "key", string(typ.Key))
	case typ.IsList():
		place = "list"
	}
	if typ.Elem != nil {
		typ = *typ.Elem
	}
	switch {
	case typ.Enum != nil:
		s.add(encoding, place, "an enum")
	case typ.Message != nil:
		s.add(encoding, place, "a message")
		s.message(encoding, typ.Message, value)
	default:
		s.add(encoding, place, string(typ.Scalar))
	}
}

// lowerCamel is the key of a field in JSON.
func lowerCamel(name string) string {
	words := strings.Split(name, "_")
	for i, w := range words[1:] {
		words[i+1] = strings.ToUpper(w[:1]) + w[1:]
	}
	return strings.Join(words, "")
}
