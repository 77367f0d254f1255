package golden

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	zmqrt "github.com/zmqgen/zmqgen/runtime"
)

// These tests are of maps, oneofs and fields that nobody knows.

func TestEntriesMayBeIncompleteUnorderedAndRepeated(t *testing.T) {
	for name, c := range map[string]struct {
		body string
		want Keyed
	}{
		"nothing in it":         {"3a00", Keyed{BySint64: map[int64]string{0: ""}}},
		"no value":              {"3a02 0802", Keyed{BySint64: map[int64]string{1: ""}}},
		"no key":                {"3a03 120178", Keyed{BySint64: map[int64]string{0: "x"}}},
		"the value first":       {"3a05 120178 0802", Keyed{BySint64: map[int64]string{1: "x"}}},
		"the last of a key":     {"3a05 0802 120178 3a05 0802 120179", Keyed{BySint64: map[int64]string{1: "y"}}},
		"fields of other kinds": {"3a07 0802 1801 120178", Keyed{BySint64: map[int64]string{1: "x"}}},
		"a key twice":           {"3a07 0802 0804 120178", Keyed{BySint64: map[int64]string{2: "x"}}},
	} {
		var got Keyed
		if err := got.ParseProto(unhex(t, c.body)); err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %s, %v", name, got, err)
		}
	}
}

func TestErrorsInEntriesNameTheWholePath(t *testing.T) {
	for _, c := range []struct{ name, body, path string }{
		{"Keyed", "3a03 0901 00", "by_sint64.key"},   // a key as a fixed64
		{"Keyed", "3a03 1201 ff", "by_sint64.value"}, // invalid UTF-8
		{"Keyed", "6203 0a01ff", "by_string.key"},    // invalid UTF-8
		{"Keyed", "9202 05 1203 0a01ff", "to_leaf.value.text"},
		{"Keyed", "3a05 0802", "by_sint64"}, // of five bytes two are there
		{"Keyed", "3800", "by_sint64"},      // no message
		{"Choice", "b201 03 0a01ff", "leaf.text"},
		{"Choice", "7001", "a_string"},
	} {
		var in *zmqrt.FieldError
		if err := empties()[c.name]().ParseProto(unhex(t, c.body)); !errors.As(err, &in) || in.Path != c.path {
			t.Errorf("%s from %s: %v, want an error in %s", c.name, c.body, err, c.path)
		}
	}
}

func TestTheLastAlternativeHoldsAndMessagesAreMerged(t *testing.T) {
	for name, c := range map[string]struct {
		body string
		want Choice
	}{
		"another":         {"0801 1005", Choice{What: &ChoiceWhatAInt32{5}}},
		"the same":        {"1004 1005", Choice{What: &ChoiceWhatAInt32{5}}},
		"a message twice": {"b201 02 1007 b201 03 0a0178", Choice{What: &ChoiceWhatLeaf{Leaf{"x", 7}}}},
		"not in a row":    {"b201 02 1007 1005 b201 03 0a0178", Choice{What: &ChoiceWhatLeaf{Leaf{Text: "x"}}}},
	} {
		var got Choice
		if err := got.ParseProto(unhex(t, c.body)); err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %s, %v", name, got, err)
		}
	}
}

// stranger is a ChoiceWhat of another package's making.
type stranger struct{ ChoiceWhat }

func TestOneofsAndMapsThatCannotBeWritten(t *testing.T) {
	many := make(map[int32]string)
	for i := range zmqrt.MaxItems + 1 {
		many[int32(i)] = ""
	}
	for _, c := range []struct {
		message body
		path    string
	}{
		{&Choice{What: (*ChoiceWhatLeaf)(nil)}, "what"},
		{&Choice{What: (*ChoiceWhatAInt32)(nil)}, "what"},
		{&Choice{What: stranger{}}, "what"},
		{&Choice{What: &ChoiceWhatAString{"\xff"}}, "a_string"},
		{&Choice{What: &ChoiceWhatItself{Choice{What: &ChoiceWhatLeaf{Leaf{Text: "\xff"}}}}}, "itself.leaf.text"},
		{&Keyed{ByInt32: many}, "by_int32"},
		{&Keyed{ByString: map[string]string{"\xff": ""}}, "by_string"},
		{&Keyed{ToLeaf: map[string]Leaf{"": {Text: "\xff"}}}, "to_leaf.text"},
	} {
		var in *zmqrt.FieldError
		if _, err := c.message.AppendProto(nil); !errors.As(err, &in) || in.Path != c.path {
			t.Errorf("got %v, want an error in %s", err, c.path)
		}
		_ = c.message.String() // must return
	}
}

func TestMapsHaveALimit(t *testing.T) {
	var b []byte
	for i := range zmqrt.MaxItems + 1 {
		entry := zmqrt.AppendVarint([]byte{0x08}, uint64(i))
		b = append(append(b, 0x12, byte(len(entry))), entry...)
	}
	if err := new(Keyed).ParseProto(b); err == nil || !strings.Contains(err.Error(), "by_int32: more than 65536 items") {
		t.Errorf("got %v", err)
	}
}

func TestWhatIsNotKnownIsKept(t *testing.T) {
	body := unhex(t, "c03e 01 0a01 78 c13e 0102030405060708 12 06 0a0179 c23e 00 c23e 03 010203 c53e 01020304")
	var got Keeper
	if err := got.ParseProto(body); err != nil || got.Text != "x" || got.Inner.Text != "y" {
		t.Fatalf("got %s, %v", got, err)
	}
	want := unhex(t, "0a01 78 12 06 0a0179 c23e 00 c03e 01 c13e 0102030405060708 c23e 03 010203 c53e 01020304")
	clear(body) // what is kept is the message's own
	if again := encode(t, &got); !bytes.Equal(again, want) {
		t.Errorf("sends %x, want %x", again, want)
	}
	if err := got.ParseProto(nil); err != nil || len(encode(t, &got)) > 0 {
		t.Errorf("another message still has %x, %v", encode(t, &got), err)
	}
	if err := got.ParseProto([]byte{0x0b}); err == nil {
		t.Error("a group is kept")
	}
}

func TestMapsAndOneofsAreShownInOrder(t *testing.T) {
	m := Keyed{ByInt32: map[int32]string{2: "b", -1: "a"}, ByBool: map[bool]string{true: "", false: "x"}}
	if want := `Keyed{by_bool: {false: "x", true: ""}, by_int32: {-1: "a", 2: "b"}}`; m.String() != want {
		t.Errorf("got %s, want %s", m, want)
	}
	c := Choice{What: &ChoiceWhatAInt32{}, Other: &ChoiceOtherText{"x"}}
	if want := `Choice{what: {a_int32: 0}, other: {text: "x"}}`; c.String() != want {
		t.Errorf("got %s, want %s", c, want)
	}
}

func TestMapsAndOneofsInJSON(t *testing.T) {
	for _, c := range []struct {
		m    body
		want string
	}{
		{&Keyed{
			ByBool: map[bool]string{true: "t", false: ""}, ByInt64: map[int64]string{-1: "m", 2: "p"}, ByString: map[string]string{"b\n": "1", "a": "2"},
			ToInt64: map[string]int64{"m": -1}, ToColor: map[int32]Color{1: ColorDarkBlue}, ToLeaf: map[string]Leaf{"l": {}},
		}, `{"byBool":{"false":"","true":"t"},"byInt64":{"-1":"m","2":"p"},"byString":{"a":"2","b\n":"1"},` +
			`"toInt64":{"m":"-1"},"toColor":{"1":"COLOR_DARK_BLUE"},"toLeaf":{"l":{}}}`},
		{&Choice{Before: 1, What: &ChoiceWhatAInt32{}, Other: &ChoiceOtherText{"x"}}, `{"aInt32":0,"before":1,"text":"x"}`},
		{&Choice{What: &ChoiceWhatLeaf{}}, `{"leaf":{}}`},
	} {
		if got := string(encodeJSON(t, c.m)); got != c.want {
			t.Errorf("%s\n got %s\nwant %s", c.m, got, c.want)
		}
	}
	for _, c := range []struct {
		json string
		want jsonBody
	}{
		{`{"by_int32": null, "byBool": {}}`, &Keyed{}},
		{`{"byUint32": {"\u0031": "x"}}`, &Keyed{ByUint32: map[uint32]string{1: "x"}}},
		{`{"aInt32": null, "leaf": {"number": 1}}`, &Choice{What: &ChoiceWhatLeaf{Leaf{Number: 1}}}},
		{`{"color": "COLOR_RED"}`, &Choice{What: &ChoiceWhatColor{ColorRed}}},
		{`{"color": null}`, &Choice{}},
	} {
		got := reflect.New(reflect.TypeOf(c.want).Elem()).Interface().(jsonBody)
		if err := got.UnmarshalJSON([]byte(c.json)); err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: got %s, %v", c.json, got, err)
		}
	}
}

func TestMapsAndOneofsInJSONThatAreRefused(t *testing.T) {
	for _, c := range []struct{ name, json, want string }{
		{"Keyed", `{"byInt32": {"1": "a", "1": "b"}}`, "field by_int32: there twice"},
		{"Keyed", `{"byInt32": {"1": null}}`, "field by_int32: null is no item of a list and no value of a map"},
		{"Keyed", `{"byInt32": {"x": ""}}`, "field by_int32: invalid key of a map"},
		{"Keyed", `{"byInt32": {"2147483648": ""}}`, "field by_int32: invalid key of a map"},
		{"Keyed", `{"byUint64": {"-1": ""}}`, "field by_uint64: invalid key of a map"},
		{"Keyed", `{"byBool": {"TRUE": ""}}`, "field by_bool: invalid key of a map"},
		{"Keyed", `{"byBool": []}`, `field by_bool: unexpected '[', want an object`},
		{"Keyed", `{"toLeaf": {"k": {"text": 1}}}`, "field to_leaf.text: "},
		{"Choice", `{"aInt32": 1, "aBool": true}`, "field a_bool: another alternative is there"},
		{"Choice", `{"aInt32": 1, "aInt32": 2}`, "field a_int32: there twice"},
		{"Choice", `{"leaf": {"text": 1}}`, "field leaf.text: "},
	} {
		err := empties()[c.name]().(jsonBody).UnmarshalJSON([]byte(c.json))
		if err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %s", c.json, err, c.want)
		}
	}
	many := []byte(`{"byInt32":{`)
	for i := range zmqrt.MaxItems {
		many = fmt.Appendf(many, `"%d":"",`, i)
	}
	err := new(Keyed).UnmarshalJSON(append(many, `"-1":""}}`...))
	if err == nil || err.Error() != "field by_int32: more than 65536 items" {
		t.Errorf("got %v", err)
	}
	for _, m := range []jsonBody{&Choice{What: (*ChoiceWhatLeaf)(nil)}, &Choice{What: stranger{}}, &Keyed{ByString: map[string]string{"\xff": ""}}} {
		if b, err := m.AppendJSON(nil); err == nil {
			t.Errorf("wrote %s", b)
		}
	}
}
