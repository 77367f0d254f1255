package runtime

import (
	"bytes"
	"errors"
	"math"
	"math/bits"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func TestDecimals(t *testing.T) {
	for _, d := range []Decimal{"", "0", "-0", "+1", "12.50", ".5", "5.", "1e-9", "-1.5E+10", "000"} {
		if err := d.Check(); err != nil {
			t.Errorf("%q: %v", d, err)
		}
	}
	for _, d := range []Decimal{".", "-", "e1", "1e", "1e+", "1.2.3", " 1", "1 ", "0x1", "NaN", "Inf", "1,5", "١", Decimal(strings.Repeat("1", maxDecimal+1))} {
		if d.Check() == nil {
			t.Errorf("%q is accepted", d)
		}
	}
}

func TestUUIDs(t *testing.T) {
	const text = "01234567-89ab-cdef-0123-456789abcdef"
	u, err := ParseUUID(strings.ToUpper(text))
	if err != nil || u.String() != text || u[0] != 1 || u[15] != 0xef {
		t.Errorf("got %v, %v", u, err)
	}
	for _, s := range []string{"", text[1:], text + "0", strings.ReplaceAll(text, "-", "0"), strings.Replace(text, "0", "g", 1), "{" + text[:34] + "}"} {
		if _, err := ParseUUID(s); err == nil {
			t.Errorf("%q is accepted", s)
		}
	}
}

func TestTimesKeepTheirNanoseconds(t *testing.T) {
	for _, want := range []time.Time{
		time.Unix(0, 0), time.Unix(-1, 1), time.Unix(1, 999999999), time.Date(1, 1, 1, 0, 0, 0, 1, time.UTC),
		time.Date(9999, 12, 31, 23, 59, 59, 999999999, time.UTC),
	} {
		b, err := AppendTimestamp(nil, want)
		if err != nil {
			t.Fatal(err)
		}
		r := NewProtoReader(b)
		if got, _ := r.Timestamp(b, 0); !got.Equal(want) || got.Location() != time.UTC || r.Err() != nil {
			t.Errorf("got %v, %v; want %v", got, r.Err(), want)
		}
	}
	for _, bad := range []time.Time{time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)} {
		if _, err := AppendTimestamp(nil, bad); err == nil {
			t.Errorf("%v is accepted", bad)
		}
	}
}

func TestDurations(t *testing.T) {
	for _, want := range []time.Duration{1, -1, time.Second, -time.Second - 1, 200 * 365 * 24 * time.Hour, math.MaxInt64, math.MinInt64} {
		b := AppendDuration(nil, want)
		r := NewProtoReader(b)
		if got, _ := r.Duration(b, 0); got != want || r.Err() != nil {
			t.Errorf("got %v, %v; want %v", got, r.Err(), want)
		}
	}
	for name, b := range map[string][]byte{
		"too long":          appendSecondsNanos(nil, 315576000000, 0),
		"longest":           appendSecondsNanos(nil, math.MinInt64, 0),
		"a little too long": appendSecondsNanos(nil, int64(math.MaxInt64/time.Second), 999999999),
		"a little too far":  appendSecondsNanos(nil, int64(math.MinInt64/time.Second), -999999999),
		"signs that differ": appendSecondsNanos(nil, 1, -1),
		"a second of nanos": appendSecondsNanos(nil, 0, 1e9),
	} {
		r := NewProtoReader(b)
		if got, _ := r.Duration(b, 0); r.Err() == nil {
			t.Errorf("%s: got %v", name, got)
		}
	}
}

func TestNestedMessagesOfEveryLength(t *testing.T) {
	for _, n := range []int{0, 1, 127, 128, 16383, 16384, 1 << 21} {
		b := []byte{0xff, 0x0a, 0}
		b = append(b, bytes.Repeat([]byte{7}, n)...)
		b = EndNested(b, 2)
		r := NewProtoReader(b)
		if inner, i := r.block(b, 2); len(inner) != n || i != len(b) || r.Err() != nil {
			t.Errorf("%d bytes: %v", n, r.Err())
		}
	}
}

func TestHostileProtoIsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		b    []byte
		want error
	}{
		"field number 0":      {[]byte{0x02, 0}, errTag},
		"field number 2^29":   {[]byte{0x80, 0x80, 0x80, 0x80, 0x10, 0}, errTag},
		"group":               {[]byte{0x0b, 0x0c}, errGroup},
		"end of a group":      {[]byte{0x0c}, errGroup},
		"wire type 6":         {[]byte{0x0e}, errWireType},
		"wrong wire type":     {[]byte{0x20, 0}, errWireType},
		"truncated tag":       {[]byte{0x80}, errTruncated},
		"truncated varint":    {[]byte{0x08, 0xff}, errTruncated},
		"overlong varint":     {append([]byte{0x08}, bytes.Repeat([]byte{0x80}, 11)...), errVarint},
		"truncated fixed64":   {[]byte{0x09, 1, 2, 3}, errTruncated},
		"truncated fixed32":   {[]byte{0x0d, 1, 2, 3}, errTruncated},
		"length past the end": {[]byte{0x12, 5, 1}, errTruncated},
		"length of 2^63":      {[]byte{0x12, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 1}, errTruncated},
	} {
		r := NewProtoReader(c.b)
		readFields(&r, c.b, func(tag uint32, i int) int { return r.Skip(c.b, i, tag, FieldNames{4: "four"}) })
		if !errors.Is(r.Err(), c.want) {
			t.Errorf("%s: got %v, want %v", name, r.Err(), c.want)
		}
	}
}

// node is a message that contains itself.
type node struct {
	name     string
	children []node
	numbers  []uint64
}

var nodeFields = FieldNames{1: "name", 2: "children", 3: "numbers"}

// readFields calls read for each field of b, as generated code does, and returns the last tag and where reading
// ended.
func readFields(r *ProtoReader, b []byte, read func(tag uint32, i int) int) (tag uint32, i int) {
	for i < len(b) {
		if tag, i = uint32(b[i]), i+1; tag >= 0x80 {
			tag, i = r.LongTag(b, i)
		}
		i = read(tag, i)
	}
	return tag, i
}

func (n *node) parse(r *ProtoReader, b []byte) {
	tag, end := readFields(r, b, func(tag uint32, i int) int {
		switch tag {
		case 0x0a:
			n.name, i = r.Text(b, i)
		case 0x12:
			var c node
			var inner []byte
			inner, i = r.Enter(b, i)
			c.parse(r, inner)
			i = r.Leave(i)
			n.children, i = AppendItem(r, n.children, c, i)
		case 0x18:
			var v uint64
			v, i = r.Uint64(b, i)
			n.numbers, i = AppendItem(r, n.numbers, v, i)
		case 0x1a:
			n.numbers, i = Packed(r, n.numbers, b, i, 0, (*ProtoReader).Uint64)
		default:
			i = r.Skip(b, i, tag, nodeFields)
		}
		return i
	})
	if end > len(b) {
		r.Locate(tag, nodeFields)
	}
}

func parseNode(b []byte) (node, error) {
	var n node
	r := NewProtoReader(b)
	n.parse(&r, b)
	return n, r.Err()
}

func TestErrorsNameThePathOfTheField(t *testing.T) {
	_, err := parseNode([]byte{0x12, 6, 0x12, 4, 0x0a, 2, 0xff, 0xff})
	if err == nil || err.Error() != "field children.children.name: invalid UTF-8" {
		t.Errorf("got %v", err)
	}
	_, err = parseNode([]byte{0x12, 1, 0x80})
	if err == nil || err.Error() != "field children: ends in the middle of a value" {
		t.Errorf("got %v", err)
	}
	_, err = parseNode([]byte{0x12, 3, 0x12, 200, 1})
	if err == nil || err.Error() != "field children.children: ends in the middle of a value" {
		t.Errorf("got %v", err)
	}
}

func TestDepthItemsAndMemoryAreBounded(t *testing.T) {
	deep := []byte{}
	for range maxDepth + 1 {
		deep = EndNested(append([]byte{0x12, 0}, deep...), 1)
	}
	if _, err := parseNode(deep); !errors.Is(err, errDepth) {
		t.Errorf("deep: got %v", err)
	}
	many := EndNested(append([]byte{0x1a, 0}, make([]byte, MaxItems+1)...), 1)
	if _, err := parseNode(many); !errors.Is(err, errItems) {
		t.Errorf("packed: got %v", err)
	}
	if n, err := parseNode(EndNested(append([]byte{0x1a, 0}, make([]byte, MaxItems)...), 1)); err != nil || len(n.numbers) != MaxItems {
		t.Errorf("packed: got %v", err)
	}
	if _, err := parseNode(bytes.Repeat([]byte{0x18, 0}, MaxItems+1)); !errors.Is(err, errItems) {
		t.Errorf("unpacked: got %v", err)
	}
	// Where pointers have 32 bits, empty messages are less than the limit.
	if _, err := parseNode(bytes.Repeat([]byte{0x12, 0}, 60000)); bits.UintSize == 64 && !errors.Is(err, errBudget) {
		t.Errorf("empty messages: got %v", err)
	}
	if got := testing.AllocsPerRun(1, func() { parseNode(many) }); got > 5 {
		t.Errorf("%v allocations before the refusal", got)
	}
}

func TestFramesOfAMessage(t *testing.T) {
	body := []byte("body")
	meta := []byte{0, 1}
	for _, c := range []struct {
		frames [][]byte
		ok     bool
	}{
		{nil, false},
		{[][]byte{{'t'}}, false},
		{[][]byte{{'t'}, body}, true},
		{[][]byte{{'t'}, body, meta}, true},
		{[][]byte{{'t'}, body, meta, body, body}, true},
		{[][]byte{{'t'}, body, {0, 99, 1, 2}}, true},
		{[][]byte{{'t'}, body, body}, false},
		{[][]byte{{'t'}, body, {}}, false},
		{[][]byte{{'t'}, body, {0}}, false},
		{[][]byte{{'t'}, body, append(meta, make([]byte, maxMetadata-2)...)}, true},
		{[][]byte{{'t'}, body, append(meta, make([]byte, maxMetadata-1)...)}, false},
	} {
		got, err := BodyFrame(c.frames, 1)
		if (err == nil) != c.ok || c.ok && string(got) != "body" {
			t.Errorf("%q: got %q, %v", c.frames, got, err)
		}
	}
}

func TestFrameWriterForgetsWhatFailed(t *testing.T) {
	w := new(FrameWriter)
	w.FrameString("one")
	w.FrameString("")
	if err := w.finish(-1); err != nil {
		t.Fatal(err)
	}
	w.FrameString("half")
	w.rollback()
	w.FrameString("far too long")
	if w.finish(5) == nil {
		t.Error("no error over the limit")
	}
	w.FrameString("two")
	if err := w.finish(5); err != nil {
		t.Fatal(err)
	}
	if string(w.buf) != "onetwo" || w.msgs != 2 || len(w.frames) != 3 ||
		w.frames[0] != 3|moreBit || w.frames[1] != 0 || w.frames[2] != 3 {
		t.Errorf("%q %x", w.buf, w.frames)
	}
	if w.finish(5) == nil {
		t.Error("a message of no frames is accepted")
	}
}

func TestFormat(t *testing.T) {
	zero, seven := 0.0, int32(7)
	got := Format("M", "a", "x\n", "b", "", "c", int32(0), "d", uint64(5), "e", true, "f", Optional(&zero), "g", Optional[string](nil),
		"h", List([]string{"", "y"}), "i", List[bool](nil), "j", UUID{}, "k", time.Second, "l", []byte{1, 0xff}, "m", Optional(&seven), "n", time.Unix(0, 5).UTC(),
		"o", enum(0), "p", enum(3), "q", List([]UUID{{}}), "r", Optional(new(enum)), "s", List([]time.Time{{}}))
	want := `M{a: "x\n", d: 5, e: true, f: 0, h: ["", "y"], k: 1s, l: 01ff, m: 7, n: 1970-01-01T00:00:00.000000005Z, ` +
		`p: three, q: [00000000-0000-0000-0000-000000000000], r: zero, s: [0001-01-01T00:00:00Z]}`
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got := Format("M", "s", strings.Repeat("x", 1<<20)); len(got) > 400 {
		t.Errorf("%d bytes", len(got))
	}
}

type enum int32

func (e enum) String() string { return [...]string{0: "zero", 3: "three"}[e] }

func FuzzProtoReader(f *testing.F) {
	f.Add([]byte{0x12, 6, 0x12, 4, 0x0a, 2, 0x41, 0x42})
	f.Add([]byte{0x1a, 3, 1, 2, 3, 0x18, 4})
	f.Fuzz(func(t *testing.T, b []byte) {
		r := NewProtoReader(b)
		_, end := readFields(&r, b, func(tag uint32, i int) int {
			switch tag >> 3 & 15 {
			case 1:
				_, i = r.Timestamp(b, i)
			case 2:
				_, i = r.Duration(b, i)
			case 3:
				_, i = r.Decimal(b, i)
			case 4:
				_, i = r.JSON(b, i)
			case 5:
				_, i = r.UUID(b, i)
			case 6:
				_, i = Packed(&r, nil, b, i, 8, (*ProtoReader).Fixed64)
			case 7:
				_, i = Packed(&r, []uint32{}, b, i, 4, (*ProtoReader).Fixed32)
			default:
				i = r.Skip(b, i, tag, nodeFields)
			}
			return i
		})
		if (end == len(b)) != (r.Err() == nil) || end > len(b) && end != failed {
			t.Errorf("ended at %d of %d with %v", end, len(b), r.Err())
		}
		parseNode(b)
	})
}

// FuzzFrames cuts its input into frames, a length byte before each, and reads them as every pattern
// would.
// FuzzSecondsNanos holds the short way of reading a time to the long one.
func FuzzSecondsNanos(f *testing.F) {
	for _, b := range []string{"", "\x00", "\x01\x08", "\x02\x08\x05", "\x04\x08\x05\x10\x07", "\x04\x10\x05\x08\x07", "\x04\x08\x05\x10\x87", "\x05\x08\x85\x00\x10\x07!"} {
		f.Add([]byte(b))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		s, n, next := plainSecondsNanos(b, 0)
		if next == 0 {
			return
		}
		long := NewProtoReader(b)
		wantS, wantN, want := long.anySecondsNanos(b, 0)
		if s != wantS || n != wantN || next != want || long.err != nil {
			t.Fatalf("got %d %d up to %d, want %d %d up to %d, %v", s, n, next, wantS, wantN, want, long.err)
		}
	})
}

// FuzzUTF8 holds the short way of looking at text to the standard one.
func FuzzUTF8(f *testing.F) {
	for _, s := range []string{"", "a", "é", "abcd", "abc\xff", "1234567é", "12345678\x80", "123456789\xc3", strings.Repeat("x", 31) + "é"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if want := utf8.Valid(b); validUTF8(b) != want || validText(string(b)) != want {
			t.Errorf("%q: want %t", b, want)
		}
	})
}

func FuzzFrames(f *testing.F) {
	f.Add([]byte("\x05topic\x04body\x02\x00\x01"))
	f.Add([]byte("\x02id\x00\x04Echo\x01x"))
	f.Fuzz(func(t *testing.T, b []byte) {
		var frames [][]byte
		for len(b) > 0 {
			n := min(int(b[0]), len(b)-1)
			frames = append(frames, b[1:1+n])
			b = b[1+n:]
		}
		for lead := range 3 {
			if _, err := BodyFrame(frames, lead); (err == nil) != (NoBody(frames, lead+1) == nil) {
				t.Errorf("%q: %v", frames, err)
			}
			NamedBody(frames, lead)
		}
		if envelope, rest, err := splitEnvelope(frames, 1); err == nil {
			last := envelope[len(envelope)-1]
			if len(last) != 0 || len(envelope)+len(rest) != len(frames) || len(envelope) > maxEnvelope+1 {
				t.Errorf("%q is split into %q and %q", frames, envelope, rest)
			}
		}
		for _, f := range frames {
			if len(UnknownName(f).Error()) > 512 {
				t.Errorf("a long error for a frame of %d bytes", len(f))
			}
		}
	})
}
