package frames

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	zmqrt "github.com/zmqgen/zmqgen/runtime"
)

var id = zmqrt.UUID{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}

func ptr[T any](v T) *T { return &v }

func usual() Usual {
	return Usual{
		ABool: true, AInt32: -2, AInt64: math.MinInt64, AUint32: 1, AUint64: math.MaxUint64, ASint32: -1, ASint64: 258,
		AFixed32: math.MaxUint32, AFixed64: 2, ASfixed32: math.MinInt32, ASfixed64: -2, AFloat32: 1.5, AFloat64: math.Inf(1),
		AString: "hé", ABytes: []byte{0, 255}, ATimestamp: time.Unix(1, 5).UTC(), ADuration: time.Second, AUUID: id,
		ADecimal: "1.50", AJSON: json.RawMessage("{}"), Color: ColorDarkBlue,
	}
}

func little() *Little {
	return &Little{
		AInt32: -2, AInt64: 258, AUint32: 258, AUint64: 1, ASint32: -1, ASint64: math.MinInt64, AFixed32: 1, AFixed64: 2,
		ASfixed32: -3, ASfixed64: -4, AFloat32: 1.5, AFloat64: -1.5,
	}
}

func asText() *Text {
	return &Text{
		ABool: true, AInt32: math.MinInt32, AInt64: math.MinInt64, AUint32: math.MaxUint32, AUint64: math.MaxUint64, ASint32: 7,
		ASint64: -7, AFixed32: 10, AFixed64: 0, ASfixed32: -1, ASfixed64: 1, AFloat32: 0.1, AFloat64: 1e-9,
	}
}

func nested() Nested {
	return Nested{
		Rest: [][]byte{{1}, nil, {2, 3}}, Leaf: Leaf{Text: "l", Color: ColorRed}, MaybeLeaf: &Leaf{}, MaybeNumber: ptr(0.0),
		Names: []string{"", "b"}, Leaves: []Leaf{{}, {Text: "x"}}, Numbers: []int32{-1, 1}, ByName: map[string]Leaf{"k": {Text: "v"}},
	}
}

// eight and four are the bytes of a number in big endian, of which one is given and all others are fill.
func eight(last, fill byte) string {
	return strings.Repeat(string([]byte{fill}), 7) + string([]byte{last})
}
func four(last, fill byte) string {
	return strings.Repeat(string([]byte{fill}), 3) + string([]byte{last})
}

func TestUsualForms(t *testing.T) {
	want := []string{
		"\x01", four(0xfe, 0xff), "\x80" + eight(0, 0)[1:], four(1, 0), eight(255, 255), four(255, 255), "\x00\x00\x00\x00\x00\x00\x01\x02",
		four(255, 255), eight(2, 0), "\x80\x00\x00\x00", eight(0xfe, 0xff), "\x3f\xc0\x00\x00", "\x7f\xf0\x00\x00\x00\x00\x00\x00",
		"h\xc3\xa9", "\x00\xff", "\x00\x00\x00\x00\x3b\x9a\xca\x05", "\x00\x00\x00\x00\x3b\x9a\xca\x00", string(id[:]),
		"1.50", "{}", four(0xfd, 0xff),
	}
	roundTrip(t, UsualsCodec{}, usual(), want)
}

func TestLittleEndian(t *testing.T) {
	roundTrip(t, NumbersCodec{}, NumbersMessage(little()), []string{
		"Little", "\xfe\xff\xff\xff", "\x02\x01\x00\x00\x00\x00\x00\x00", "\x02\x01\x00\x00", "\x01\x00\x00\x00\x00\x00\x00\x00",
		four(255, 255), eight(0x80, 0), "\x01\x00\x00\x00", "\x02\x00\x00\x00\x00\x00\x00\x00", "\xfd\xff\xff\xff",
		"\xfc\xff\xff\xff\xff\xff\xff\xff", "\x00\x00\xc0\x3f", "\x00\x00\x00\x00\x00\x00\xf8\xbf",
	})
}

func TestText(t *testing.T) {
	roundTrip(t, NumbersCodec{}, NumbersMessage(asText()), []string{
		"Text", "1", "-2147483648", "-9223372036854775808", "4294967295", "18446744073709551615", "7", "-7", "10", "0", "-1", "1", "0.1", "1e-09",
	})
}

func TestNestedAsProtobuf(t *testing.T) {
	roundTrip(t, NestedCodec{}, nested(), []string{
		"\x0a\x01l\x10\x01", // the message itself
		"\x12\x00",          // all others with their tags, since what is absent is not what is empty
		"\x19" + eight(0, 0),
		"\x22\x00\x22\x01b",
		"\x2a\x00\x2a\x03\x0a\x01x",
		"\x32\x02\x01\x02",
		"\x3a\x08\x0a\x01k\x12\x03\x0a\x01v",
		"\x01", "", "\x02\x03",
	})
	roundTrip(t, NestedCodec{}, Nested{}, []string{"", "", "", "", "", "", ""})
}

func document() Document {
	return Document{
		Leaf: Leaf{Text: "l", Color: ColorRed}, MaybeLeaf: &Leaf{}, MaybeNumber: ptr(0.0), MaybeBytes: []byte{}, MaybeColor: ptr(ColorDarkBlue),
		Leaves: []Leaf{{}, {Text: "x"}}, Names: []string{"", "\"b"}, Numbers: []int64{-1, math.MaxInt64},
		Documents: []json.RawMessage{json.RawMessage("null"), json.RawMessage(`{"a":[1]}`)},
		ByName:    map[string]Leaf{"k": {Text: "v"}, "a": {}}, ByNumber: map[int32]Color{-1: ColorRed, 2: 99},
		Choice: &DocumentChoiceSomething{Leaf{Text: "c"}}, Switch: &DocumentSwitchLevel{},
	}
}

func TestNestedAsJSON(t *testing.T) {
	roundTrip(t, DocumentsCodec{}, document(), []string{
		`{"text":"l","color":"COLOR_RED"}`, `{}`, `0`, `""`, `"COLOR_DARK_BLUE"`, `[{},{"text":"x"}]`, `["","\"b"]`,
		`["-1","9223372036854775807"]`, `[null,{"a":[1]}]`, `{"a":{},"k":{"text":"v"}}`, `{"-1":"COLOR_RED","2":99}`,
		`{"something":{"text":"c"}}`, "\x80\x01\x00",
	})
	roundTrip(t, DocumentsCodec{}, Document{}, []string{
		`{}`, `null`, `null`, `null`, `null`, `[]`, `[]`, `[]`, `[]`, `{}`, `{}`, `{}`, "",
	})
}

// What is read takes the place of what was there, and nothing is kept of it.
func TestReadingAsJSONReplacesWhatWasThere(t *testing.T) {
	frames, err := DocumentsFrames(Document{})
	if err != nil {
		t.Fatal(err)
	}
	for i := 5; i < 11; i++ {
		frames[i] = []byte("null") // as other programs may write nothing
	}
	m := document()
	if err := (DocumentsCodec{}).ParseFrames(frames, &m); err != nil || !m.Equal(Document{}) {
		t.Errorf("%s, %v", m, err)
	}
}

func TestWrongJSONInAFrameNamesTheField(t *testing.T) {
	good, err := DocumentsFrames(document())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		frame      int
		text, path string
	}{
		{0, ``, "leaf"}, {0, `null`, "leaf"}, {0, `{"color":1.5}`, "leaf.color"}, {1, ``, "maybe_leaf"}, {1, `[]`, "maybe_leaf"},
		{2, `"x"`, "maybe_number"}, {3, `"!"`, "maybe_bytes"}, {5, `[null]`, "leaves"}, {5, `[{}] []`, "leaves"},
		{5, `[{},{"text":1}]`, "leaves.text"}, {6, `["a"`, "names"}, {7, `[1.5]`, "numbers"}, {8, `[}]`, "documents"},
		{9, `{"k":{},"k":{}}`, "by_name"}, {9, `{"k":{"text":[]}}`, "by_name.text"}, {10, `{"x":1}`, "by_number"},
		{11, `{"something":{},"number":1}`, "number"}, {11, `{"something":{"text":1}}`, "something.text"}, {11, `[]`, "choice"}, {12, "\xff", "switch"}, {12, "\x7a", "on"},
	} {
		frames := slices.Clone(good)
		frames[c.frame] = []byte(c.text)
		var m Document
		var wrong *zmqrt.FieldError
		if err := (DocumentsCodec{}).ParseFrames(frames, &m); !errors.As(err, &wrong) || wrong.Path != c.path {
			t.Errorf("frame %d %s: %v, want an error in %q", c.frame, c.text, err, c.path)
		}
	}
	for path, m := range map[string]Document{
		"names": {Names: []string{"\xff"}}, "leaves.text": {Leaves: []Leaf{{Text: "\xff"}}}, "documents": {Documents: []json.RawMessage{[]byte("{")}},
		"choice": {Choice: (*DocumentChoiceNumber)(nil)}, "something.text": {Choice: &DocumentChoiceSomething{Leaf{Text: "\xff"}}},
	} {
		var wrong *zmqrt.FieldError
		if _, err := DocumentsFrames(m); !errors.As(err, &wrong) || wrong.Path != path {
			t.Errorf("%s: %v, want an error in %q", m, err, path)
		}
	}
}

func TestConstants(t *testing.T) {
	// In the order of their numbers, which is not that of the file.
	want := []string{
		"\x01", four(0xfe, 0xff), "\x02\x01\x00\x00\x00\x00\x00\x00", "\x00\x00\x01\x02", "18446744073709551615", "\xfe\xfe\xff\xff", "-258",
		"\x3d\xcc\xcc\xcd", "1e+21", "<IDS|MSG>", "\x00\xff", "\x00\x00\x00\x00\x3b\x9a\xca\x05", "\x00\x00\x00\x00\x3b\x9a\xca\x00",
		string(id[:]), "1.50", "{}", four(0xfd, 0xff), "0", "\x00\x00\x00\x00\x00\x00\xf8\xbf", "0.1", "", "",
	}
	full := Constant{
		ABool: true, AInt32: -2, AInt64: 258, AUint32: 258, AUint64: math.MaxUint64, ASint32: -258, ASint64: -258, AFloat32: 0.1,
		AFloat64: 1e21, BFloat64: -1.5, CFloat32: 0.1, AString: "<IDS|MSG>", ABytes: []byte{0, 255}, ATimestamp: time.Unix(1, 5).UTC(),
		ADuration: time.Second, AUUID: id, ADecimal: "1.50", AJSON: json.RawMessage("{}"), Color: ColorDarkBlue,
	}
	roundTrip(t, ConstantsCodec{}, full, want)
	for _, m := range []Constant{{}, {AInt32: 5, AString: "other", ABytes: []byte("x")}} { // whatever is set
		got, err := ConstantsFrames(m)
		if err != nil || !reflect.DeepEqual(texts(got), want) {
			t.Errorf("%s became %q, %v", m, got, err)
		}
	}
	for i := range want {
		frames := bytesOf(want)
		frames[i] = append(bytes.Clone(frames[i]), 'x')
		var m Constant
		var wrong *zmqrt.FieldError
		if err := (ConstantsCodec{}).ParseFrames(frames, &m); !errors.As(err, &wrong) {
			t.Errorf("frame %d: %v", i, err)
		}
	}
}

func TestFramesBehindTopicsAndNames(t *testing.T) {
	roundTrip(t, WordsCodec{}, Words{Words: []string{"a", "", "c"}}, []string{"words", "a", "", "c"})
	roundTrip(t, WordsCodec{}, Words{}, []string{"words"})
	roundTrip(t, TapeCodec{}, TapeMessage(&Empty{}), []string{"empty", "Empty"})
	got, err := TapeFrames(ptr(usual()))
	if err != nil || len(got) != 23 || string(got[0]) != "usual.hé." || string(got[1]) != "Usual" {
		t.Errorf("%q, %v", got, err)
	}
}

func TestWrongFramesAreRefused(t *testing.T) {
	good, err := UsualsFrames(usual())
	if err != nil {
		t.Fatal(err)
	}
	metadata := []byte{0, 1}
	for name, frames := range map[string][][]byte{"none": nil, "one too few": good[1:], "metadata": append(good[:len(good):len(good)], metadata)} {
		var m Usual
		var wrong *zmqrt.FrameError
		if err := (UsualsCodec{}).ParseFrames(frames, &m); !errors.As(err, &wrong) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for i, field := range map[int]string{0: "a_bool", 1: "a_int32", 10: "a_sfixed64", 13: "a_string", 15: "a_timestamp", 17: "a_uuid", 18: "a_decimal", 19: "a_json", 20: "color"} {
		frames := append([][]byte(nil), good...)
		frames[i] = []byte{0xff, 0xfe, 0xfd}
		var m Usual
		var wrong *zmqrt.FieldError
		if err := (UsualsCodec{}).ParseFrames(frames, &m); !errors.As(err, &wrong) || wrong.Path != field {
			t.Errorf("frame %d: %v, want an error in %s", i, err, field)
		}
	}
	for _, frames := range [][]string{{"tape"}, {"empty", "Full"}, {"empty", "Empty", "x"}, {}} {
		var m TapeMessage
		if err := (TapeCodec{}).ParseFrames(bytesOf(frames), &m); err == nil {
			t.Errorf("%q was read as %v", frames, m)
		}
	}
	var m Nested
	var wrong *zmqrt.FieldError
	err = (NestedCodec{}).ParseFrames(bytesOf([]string{"", "", "", "", "\x2a\x03\x0a\x01\xff", "", ""}), &m)
	if !errors.As(err, &wrong) || wrong.Path != "leaves.text" {
		t.Errorf("got %v", err)
	}
	// A frame of one field sets no other.
	err = (NestedCodec{}).ParseFrames(bytesOf([]string{"\x0a\x01a", "\x0a\x03\x0a\x01z", "", "", "", "", ""}), &m)
	if err != nil || m.Leaf.Text != "a" || m.MaybeLeaf != nil {
		t.Errorf("got %s, %v", m, err)
	}
}

func TestWhatHasNoFrameIsNotSent(t *testing.T) {
	for field, m := range map[string]Usual{
		"a_string": {AString: "\xff"}, "a_timestamp": {}, "a_decimal": {ADecimal: "x", ATimestamp: time.Unix(0, 0)}, "a_json": {AJSON: json.RawMessage("{"), ATimestamp: time.Unix(0, 0)},
	} {
		var wrong *zmqrt.FieldError
		if _, err := UsualsFrames(m); !errors.As(err, &wrong) || wrong.Path != field {
			t.Errorf("%v, want an error in %s", err, field)
		}
	}
	var wrong *zmqrt.FieldError
	if _, err := NestedFrames(Nested{Leaves: []Leaf{{Text: "\xff"}}}); !errors.As(err, &wrong) || wrong.Path != "leaves.text" {
		t.Error(err)
	}
	if _, err := WordsFrames(Words{Words: make([]string, 65536)}); !errors.As(err, &wrong) || wrong.Path != "words" {
		t.Error(err)
	}
}

func TestSendingAllocatesNothing(t *testing.T) {
	u, n, c := usual(), nested(), Constant{}
	n.ByName = nil // the keys of a map are sorted in memory of their own
	u.AJSON = nil  // json.Valid has its memory from a pool, of which -race forgets some at random
	for name, send := range map[string]func(*zmqrt.FrameWriter) error{
		"usual":     u.appendFrames,
		"little":    little().appendFrames,
		"text":      asText().appendFrames,
		"nested":    n.appendFrames,
		"constants": c.appendFrames,
	} {
		// A writer that has room already is a socket's in the middle of its life: it cannot be emptied from
		// here, so room for all of them is made at first.
		const runs = 100
		var w zmqrt.FrameWriter
		room := func() {
			w = zmqrt.FrameWriter{}
			for range runs + 1 {
				if err := send(&w); err != nil {
					t.Fatal(name, err)
				}
			}
		}
		grown := testing.AllocsPerRun(10, room)
		if per := grown / (runs + 1); per > 0.5 {
			t.Errorf("%s: %v allocations for %d messages", name, grown, runs+1)
		}
	}
}

func TestReceivingAllocatesStringsAndBytesOnly(t *testing.T) {
	frames, err := UsualsFrames(usual())
	if err != nil {
		t.Fatal(err)
	}
	var m Usual
	if n := testing.AllocsPerRun(100, func() { _ = (UsualsCodec{}).ParseFrames(frames, &m) }); n != 4 { // string, bytes, decimal, json
		t.Errorf("%v allocations", n)
	}
	frames, err = NumbersFrames(asText())
	if err != nil {
		t.Fatal(err)
	}
	var numbers Text
	if n := testing.AllocsPerRun(100, func() { _ = numbers.parseFrames(frames[1:]) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// FuzzFrames reads any frames: what is read is written, read again, and is the same.
func FuzzFrames(f *testing.F) {
	good, err := UsualsFrames(usual())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(bytes.Join(good, []byte("|")))
	text, err := NumbersFrames(asText())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(bytes.Join(text[1:], []byte("|")))
	f.Add([]byte("\x0a\x01l\x10\x01|\x12\x00|||\x2a\x00|\x32\x02\x01\x02|x|y"))
	f.Fuzz(func(t *testing.T, all []byte) {
		frames := bytes.Split(all, []byte("|"))
		again(t, UsualsCodec{}, frames)
		again(t, NestedCodec{}, frames)
		again(t, WordsCodec{}, frames)
		for _, name := range []string{"Text", "Little"} {
			again(t, NumbersCodec{}, append([][]byte{[]byte(name)}, frames...))
		}
	})
}

// again writes what frames are read as, and reads and writes that: the same bytes.
func again[T any](t *testing.T, c zmqrt.Codec[T], frames [][]byte) {
	t.Helper()
	var m, back T
	if c.ParseFrames(frames, &m) != nil {
		return
	}
	var w, w2 zmqrt.FrameWriter
	once, err := zmqrt.AppendMessage(&w, c, m)
	if err != nil {
		t.Fatalf("%v was read from %q and cannot be written: %v", m, frames, err)
	}
	if err := c.ParseFrames(once, &back); err != nil {
		t.Fatalf("%v was written as %q and cannot be read: %v", m, once, err)
	}
	if twice, err := zmqrt.AppendMessage(&w2, c, back); err != nil || !reflect.DeepEqual(once, twice) {
		t.Fatalf("%q was written again as %q, %v", once, twice, err)
	}
}

func roundTrip[T any](t *testing.T, c zmqrt.Codec[T], m T, want []string) {
	t.Helper()
	var w zmqrt.FrameWriter
	got, err := zmqrt.AppendMessage(&w, c, m)
	if err != nil || !reflect.DeepEqual(texts(got), want) {
		t.Fatalf("%v became\n%q, %v, want\n%q", m, got, err, want)
	}
	var back T
	if err := c.ParseFrames(got, &back); err != nil || !reflect.DeepEqual(back, m) {
		t.Errorf("%q was read as\n%v, %v, want\n%v", got, back, err, m)
	}
}

func texts(frames [][]byte) []string {
	var out []string
	for _, f := range frames {
		out = append(out, string(f))
	}
	return out
}

func bytesOf(frames []string) [][]byte {
	var out [][]byte
	for _, f := range frames {
		out = append(out, []byte(f))
	}
	return out
}
