package golden

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	zmqrt "github.com/zmqgen/zmqgen/runtime"
)

// encode writes a message that must be writable.
func encode(t testing.TB, m body) []byte {
	t.Helper()
	b, err := m.AppendProto(nil)
	if err != nil {
		t.Fatalf("%s: %v", m, err)
	}
	return b
}

// unhex reads hexadecimal with blanks and line ends between.
func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.Join(strings.Fields(s), ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// The bytes are worked out by hand from https://protobuf.dev/programming-guides/encoding.
func TestBytesOnTheWire(t *testing.T) {
	for _, c := range []struct {
		message body
		want    string
	}{
		{&Plain{}, "b201 00"},
		{fullPlain(), `08 01
			10 feffffffffffffffff01
			18 ac02
			20 01
			28 ffffffffffffffffff01
			30 01
			38 02
			45 01000000
			49 0200000000000000
			55 ffffffff
			59 feffffffffffffff
			65 0000c03f
			69 0000000000000080
			72 03 68c3a9
			7a 02 00ff
			8201 04 0801 1005
			8a01 04 0802 1001
			9201 10 000102030405060708090a0b0c0d0e0f
			9a01 04 312e3530
			a201 02 7b7d
			a801 fdffffffffffffffff01
			b201 03 0a0174`},
		{&Maybe{}, ""},
		{fullMaybe(), `08 00 10 00 18 00 20 00 28 00 30 00 38 00
			45 00000000
			49 0000000000000000
			55 00000000
			59 0000000000000000
			65 00000000
			69 0000000000000000
			72 00
			7a 00
			8201 00
			8a01 00
			9201 10 00000000000000000000000000000000
			9a01 00
			a201 04 6e756c6c
			a801 00
			b201 00`},
		{&Many{}, ""},
		{&Many{
			ABool: []bool{true, false}, ASint32: []int32{-1, 1, 0}, ASfixed32: []int32{-1, 2},
			AFloat64: []float64{1}, AString: []string{"", "x"}, ADuration: []time.Duration{0, -1},
			Color: []Color{ColorRed, ColorDarkBlue}, Leaf: []Leaf{{}, {Number: 1}},
		}, `0a 02 0100
			32 03 010200
			52 08 ffffffff 02000000
			6a 08 000000000000f03f
			72 00 72 01 78
			8a01 00 8a01 0b 10 ffffffffffffffffff01
			aa01 0b 01 fdffffffffffffffff01
			b201 00 b201 02 1001`},
		{&Empty{}, ""},
		{&Tree{Name: "a", Left: &Tree{}}, "0a0161 12 04 2200 2a00 2200 2a00"},
		{fullWide(), `7a 01 78
			8001 05
			fa7f 02 0102
			828001 00
			faff7f 01 01
			82808001 00
			f9ffff7f 0100000000000000
			8080808001 01
			faffffff0f 03 0a016c`},
		{&Keyed{
			ByBool: map[bool]string{true: "t", false: ""}, ByInt32: map[int32]string{1: "x", -1: "m"},
			ToFixed32: map[string]uint32{"s": 7, "": 0}, ToLeaf: map[string]Leaf{"k": {}},
		}, `0a 04 0800 1200 0a 05 0801 120174
			12 0e 08 ffffffffffffffffff01 12 01 6d 12 05 0801 120178
			a201 07 0a00 15 00000000 a201 08 0a0173 15 07000000
			9202 05 0a016b 1200`},
		{&Choice{Before: 5, What: &ChoiceWhatAInt32{}, Other: &ChoiceOtherText{"x"}}, "1000 f00105 82e209 0178"},
		{&Choice{What: &ChoiceWhatLeaf{}}, "b201 00"},
	} {
		if got, want := encode(t, c.message), unhex(t, c.want); !bytes.Equal(got, want) {
			t.Errorf("%s\n got %x\nwant %x", c.message, got, want)
		}
	}
}

func TestMessagesComeBackAsTheyWent(t *testing.T) {
	for name, messages := range samples() {
		for _, m := range messages {
			got := empties()[name]()
			b := encode(t, m)
			if err := got.ParseProto(b); err != nil {
				t.Errorf("%s: %v", m, err)
			} else if !reflect.DeepEqual(got, m) {
				t.Errorf("got %s, want %s", got, m)
			}
			// What is there already is replaced.
			if err := got.ParseProto(nil); err != nil || !reflect.DeepEqual(got, empties()[name]()) {
				t.Errorf("no bytes gave %s, %v", got, err)
			}
		}
	}
}

func TestAppendProtoAppends(t *testing.T) {
	b, err := fullPlain().AppendProto([]byte("head"))
	if err != nil || !bytes.Equal(b, append([]byte("head"), encode(t, fullPlain())...)) {
		t.Errorf("got %q, %v", b, err)
	}
}

func TestLongNestedMessagesHaveLongLengths(t *testing.T) {
	for _, n := range []int{0, 100, 123, 124, 125, 126, 127, 128, 16380, 16384, 70000} {
		want := &Tree{Left: &Tree{Leaf: Leaf{Text: strings.Repeat("x", n)}}}
		var got Tree
		if err := got.ParseProto(encode(t, want)); err != nil || !reflect.DeepEqual(&got, want) {
			t.Errorf("text of %d bytes: %v", n, err)
		}
	}
}

func TestTruncatedMessagesAreErrorsOrShorterMessages(t *testing.T) {
	for name, messages := range samples() {
		for _, m := range messages {
			b := encode(t, m)
			for n := range b {
				got := empties()[name]()
				if err := got.ParseProto(b[:n]); err != nil {
					var in *zmqrt.FieldError
					if !errors.As(err, &in) {
						t.Errorf("%s cut to %d bytes: %T %v", name, n, err, err)
					}
				} else if again := encode(t, got); len(again) > len(b) {
					t.Errorf("%s cut to %d bytes grew to %d", name, n, len(again))
				}
			}
		}
	}
}

func TestAnyByteMayBeDamaged(t *testing.T) {
	for name, messages := range samples() {
		for _, m := range messages {
			b := encode(t, m)
			for i := range b {
				for _, v := range []byte{0, 1, 0x7f, 0x80, 0xff} {
					damaged := bytes.Clone(b)
					damaged[i] = v
					_ = empties()[name]().ParseProto(damaged) // must return
				}
			}
		}
	}
}

// wires are the wire types of the fields of Plain, Maybe and Many, whose numbers start at 1.
var wires = []uint64{0, 0, 0, 0, 0, 0, 0, 5, 1, 5, 1, 5, 1, 2, 2, 2, 2, 2, 2, 2, 0, 2}

func TestWrongWireTypesAreErrorsThatNameTheField(t *testing.T) {
	payload := map[uint64][]byte{0: {0}, 1: make([]byte, 8), 2: {0}, 3: {}, 4: {}, 5: make([]byte, 4)}
	for name, table := range map[string]zmqrt.FieldNames{"Plain": plainFields, "Maybe": maybeFields, "Many": manyFields} {
		for i, right := range wires {
			for wire := range uint64(8) {
				number := uint32(i + 1)
				b := append(zmqrt.AppendVarint(nil, uint64(number)<<3|wire), payload[wire]...)
				err := empties()[name]().ParseProto(b)
				if wire == right || name == "Many" && wire == 2 {
					if err != nil {
						t.Errorf("%s.%s by wire type %d: %v", name, table[number], wire, err)
					}
					continue
				}
				var in *zmqrt.FieldError
				if !errors.As(err, &in) || in.Path != table[number] {
					t.Errorf("%s.%s by wire type %d: %v", name, table[number], wire, err)
				}
			}
		}
	}
}

func TestErrorsNameTheWholePath(t *testing.T) {
	for _, c := range []struct{ name, body, path string }{
		{"Tree", "1a 04 22 02 0801", "children.leaf.text"}, // text as a varint
		{"Tree", "12 02 0a05", "left.name"},                // a name of 5 bytes, and none is there
		{"Plain", "b201 03 0a01ff", "leaf.text"},           // invalid UTF-8
		{"Many", "6a 07 00000000000000", "a_float64"},      // 7 bytes of float64
		{"Many", "9201 01 00", "a_uuid"},                   // 1 byte of uuid
		{"Plain", "9a01 01 78", "a_decimal"},               // x is no number
		{"Plain", "a201 01 78", "a_json"},                  // x is no document
	} {
		var in *zmqrt.FieldError
		if err := empties()[c.name]().ParseProto(unhex(t, c.body)); !errors.As(err, &in) || in.Path != c.path {
			t.Errorf("%s from %s: %v, want an error in %s", c.name, c.body, err, c.path)
		}
	}
}

func TestValuesThatCannotBeWrittenAreErrorsThatNameTheField(t *testing.T) {
	bad := "\xff"
	late := time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		message body
		path    string
	}{
		{&Plain{AString: bad}, "a_string"},
		{&Plain{Leaf: Leaf{Text: bad}}, "leaf.text"},
		{&Plain{ATimestamp: late}, "a_timestamp"},
		{&Plain{ADecimal: "x"}, "a_decimal"},
		{&Plain{AJSON: json.RawMessage("{")}, "a_json"},
		{&Maybe{AString: &bad}, "a_string"},
		{&Many{AString: []string{"", bad}}, "a_string"},
		{&Many{ABool: make([]bool, zmqrt.MaxItems+1)}, "a_bool"},
		{&Many{Leaf: make([]Leaf, zmqrt.MaxItems+1)}, "leaf"},
		{&Tree{Children: []Tree{{Left: &Tree{Name: bad}}}}, "children.left.name"},
	} {
		var in *zmqrt.FieldError
		if _, err := c.message.AppendProto(nil); !errors.As(err, &in) || in.Path != c.path {
			t.Errorf("got %v, want an error in %s", err, c.path)
		}
	}
}

func TestPackedListsMayComeUnpackedAndInPieces(t *testing.T) {
	for name, b := range map[string]string{
		"packed":   "12 04 01020304 6a 10 000000000000f03f 0000000000000040 aa01 02 0102",
		"unpacked": "10 01 10 02 10 03 10 04 69 000000000000f03f 69 0000000000000040 a801 01 a801 02",
		"mixed":    "12 02 0102 10 03 12 01 04 69 000000000000f03f aa01 01 01 6a 08 0000000000000040 12 00 a801 02",
	} {
		var got Many
		want := Many{AInt32: []int32{1, 2, 3, 4}, AFloat64: []float64{1, 2}, Color: []Color{ColorRed, ColorGreen}}
		if err := got.ParseProto(unhex(t, b)); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %s, %v", name, got, err)
		}
	}
}

func TestFieldsMayComeInAnyOrderAndTwice(t *testing.T) {
	var got Plain
	// leaf.number, a_int32 twice, leaf.text: scalars are replaced, messages merged.
	err := got.ParseProto(unhex(t, "b201 02 1007 10 01 10 02 b201 03 0a0178"))
	if want := (Plain{AInt32: 2, Leaf: Leaf{"x", 7}}); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %s, %v", got, err)
	}
	var maybe Maybe
	err = maybe.ParseProto(unhex(t, "b201 02 1007 b201 03 0a0178"))
	if want := (Maybe{Leaf: &Leaf{"x", 7}}); err != nil || !reflect.DeepEqual(maybe, want) {
		t.Errorf("got %s, %v", maybe, err)
	}
}

func TestUnknownFieldsAreSkipped(t *testing.T) {
	unknown := unhex(t, "c03e 01 c13e 0102030405060708 c23e 03 010203 c53e 01020304") // number 1000
	messagesOf := samples()
	delete(messagesOf, "Keeper") // keeps them
	for name, messages := range messagesOf {
		for _, m := range messages {
			got := empties()[name]()
			b := append(bytes.Clone(unknown), encode(t, m)...)
			if err := got.ParseProto(append(b, unknown...)); err != nil || !reflect.DeepEqual(got, m) {
				t.Errorf("%s: %s, %v", name, got, err)
			}
		}
	}
}

func TestEnumsAreOpen(t *testing.T) {
	var got Plain
	if err := got.ParseProto(unhex(t, "a801 63")); err != nil || got.Color != 99 || got.Color.String() != "99" {
		t.Errorf("got %s, %v", got, err)
	}
	if ColorUnspecified.String() != "UNSPECIFIED" || ColorDarkBlue.String() != "DARK_BLUE" || LevelLow != 0 {
		t.Error("the enums' names are wrong")
	}
}

func TestWhatIsReadIsTheReadersOwn(t *testing.T) {
	b := encode(t, fullPlain())
	var got Plain
	if err := got.ParseProto(b); err != nil {
		t.Fatal(err)
	}
	clear(b)
	if want := fullPlain(); !reflect.DeepEqual(&got, want) {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestStringShowsWhatIsNotZero(t *testing.T) {
	for _, c := range []struct {
		message fmt.Stringer
		want    string
	}{
		{Empty{}, "Empty{}"},
		{Leaf{Text: "x"}, `Leaf{text: "x"}`},
		{&Leaf{Number: -1}, "Leaf{number: -1}"},
		{Maybe{}, "Maybe{}"},
		{Maybe{ABool: ptr(false), AFloat64: ptr(math.Inf(1))}, "Maybe{a_bool: false, a_float64: +Inf}"},
		{Many{Color: []Color{ColorRed, 9}}, "Many{color: [RED, 9]}"},
	} {
		if got := c.message.String(); got != c.want {
			t.Errorf("got %s, want %s", got, c.want)
		}
	}
}

func TestDeclaredErrorsAreErrors(t *testing.T) {
	err := fmt.Errorf("call: %w", &Leaf{Text: "x"})
	var leaf *Leaf
	if !errors.As(err, &leaf) || leaf.Error() != `Leaf{text: "x"}` {
		t.Errorf("got %v", err)
	}
}
