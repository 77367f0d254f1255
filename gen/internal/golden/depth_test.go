package golden

import (
	"errors"
	"strings"
	"testing"

	zmqrt "github.com/zmqgen/zmqgen/runtime"
)

// These tests are of messages within messages, which all encodings read equally deep.

// nested returns a tree with so many trees within each other, each placed in the one around it by put.
func nested(levels int, put func(outer *Tree, inner Tree)) Tree {
	var m Tree
	for range levels {
		var outer Tree
		put(&outer, m)
		m = outer
	}
	return m
}

func TestMessagesAreReadAHundredDeep(t *testing.T) {
	for field, put := range map[string]func(*Tree, Tree){
		"left":     func(outer *Tree, inner Tree) { outer.Left = &inner },
		"children": func(outer *Tree, inner Tree) { outer.Children = []Tree{{}, inner} },
	} {
		// The leaf of a tree is a level of its own.
		for levels, fits := range map[int]bool{0: true, 50: true, 99: true, 100: false, 150: false, 1000: false} {
			m := nested(levels, put)
			read := func(encoding string, b []byte, err error, parse func(*Tree, []byte) error) {
				if err != nil {
					t.Fatal(err)
				}
				var got Tree
				err = parse(&got, b)
				if fits && (err != nil || got.String() != m.String()) {
					t.Errorf("%s, %s, %d deep: %v", field, encoding, levels, err)
				}
				var at *zmqrt.FieldError
				if !fits && (!errors.As(err, &at) || !strings.HasPrefix(at.Path, field+"."+field) ||
					!strings.Contains(err.Error(), "deeper than 100")) {
					t.Errorf("%s, %s, %d deep: %.200v", field, encoding, levels, err)
				}
			}
			b, err := m.AppendProto(nil)
			read("proto", b, err, (*Tree).ParseProto)
			b, err = m.AppendJSON(nil)
			read("json", b, err, (*Tree).UnmarshalJSON)
		}
	}
}

// What a new version of a message has in a field that an old one does not know must not stop the old one.
func TestUnknownFieldsOfJSONMayBeAsDeepAsMessagesAre(t *testing.T) {
	m := nested(99, func(outer *Tree, inner Tree) { outer.Children = []Tree{inner} })
	b, err := m.AppendJSON([]byte(`{"newer":`))
	if err != nil {
		t.Fatal(err)
	}
	if err := new(Empty).UnmarshalJSON(append(b, '}')); err != nil {
		t.Error(err)
	}
}
