package runtime

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// This file tests what reading and writing protobuf does by whole words, at every length that a value can have and at
// every distance from the end of the memory.

// textsOfEveryLength are strings of every length up to well over what shares memory, of ASCII, and with a character of two bytes or an
// invalid one at every place.
func textsOfEveryLength() (all []string) {
	for n := range 2*shortText + 8 {
		plain := strings.Repeat("abcdefghi", n)[:n]
		all = append(all, plain)
		for at := range n {
			all = append(all, plain[:at]+"\xff"+plain[at+1:])
			if at+1 < n {
				all = append(all, plain[:at]+"é"+plain[at+2:])
			}
		}
	}
	return all
}

func TestStringsOfEveryLengthAreWritten(t *testing.T) {
	for _, s := range textsOfEveryLength() {
		want := append(binary.AppendUvarint([]byte{0xaa, 0x0a}, uint64(len(s))), s...)
		for _, room := range []int{0, 1, len(s), len(s) + 1, len(s) + 2, 100} {
			got, err := AppendTaggedString(append(make([]byte, 0, room+1), 0xaa), 0x0a, s)
			if (err == nil) != utf8.ValidString(s) {
				t.Fatalf("writing %q: %v", s, err)
			}
			if err == nil && !bytes.Equal(got, want) {
				t.Fatalf("%q is written as %x, want %x", s, got, want)
			}
		}
	}
}

func TestStringsOfEveryLengthAreRead(t *testing.T) {
	for _, sharing := range []bool{false, true} {
		var kept, want []string
		for _, s := range textsOfEveryLength() {
			b := append(binary.AppendUvarint(nil, uint64(len(s))), s...)
			var r ProtoReader
			if r.Begin(b); sharing {
				r.BeginLists(make([]byte, 1000))
				r.Text([]byte("\x04text and what follows of it"), 0)
			}
			got, next := r.Text(b, 0)
			if (r.Err() == nil) != utf8.ValidString(s) {
				t.Fatalf("reading %q: %v", s, r.Err())
			}
			if r.Err() != nil {
				continue
			}
			if next != len(b) {
				t.Fatalf("behind %q is %d, want %d", s, next, len(b))
			}
			if _, next = r.Text(b[:len(b)-1], 0); len(s) > 0 && next != failed {
				t.Fatalf("%q is read without its last byte", s)
			}
			kept, want = append(kept, got), append(want, s)
		}
		for i := range kept { // when all memory has been written
			if kept[i] != want[i] {
				t.Fatalf("%q is read as %q", want[i], kept[i])
			}
		}
	}
}

func TestStringsThatShareMemoryStayWhatTheyAre(t *testing.T) {
	var b []byte
	var want []string
	for i := range 200 {
		s := strings.Repeat(string(rune('a'+i%26)), i%(shortText+3))
		b, want = append(append(b, byte(len(s))), s...), append(want, s)
	}
	var r ProtoReader
	r.BeginLists(b)
	var got []string
	for i := 0; i < len(b); {
		var s string
		s, i = r.Text(b, i)
		got = append(got, s)
	}
	clear(b)
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("string %d is %q, want %q", i, got[i], want[i])
		}
	}
}

// The first byte of a tag of two is that of another tag, and no tag.
func TestTextsWithTagsOfTwoBytesAreReadOneByOne(t *testing.T) {
	b := []byte("\x01a\x82\x01\x01b")
	var r ProtoReader
	r.BeginLists(b)
	list, i := r.Texts(nil, b, 0, 16<<3|2)
	if len(list) != 1 || list[0] != "a" || i != 2 || r.Err() != nil {
		t.Errorf("%q to %d, %v", list, i, r.Err())
	}
}

func TestVarintsOfEveryLengthAtTheEnd(t *testing.T) {
	for bit := range 64 {
		for _, v := range []uint64{1 << bit, 1<<bit - 1, -(1 << bit), 0x5555555555555555 >> bit, ^uint64(0) >> bit} {
			want := binary.AppendUvarint([]byte{0x10}, v)
			if got := AppendTaggedVarint(nil, 0x10, v); !bytes.Equal(got, want) {
				t.Fatalf("%#x is written as %x, want %x", v, got, want)
			}
			for behind := range 12 {
				b := append(bytes.Clone(want), make([]byte, behind)...)
				var r ProtoReader
				r.Begin(b)
				if got, next := r.Uint64(b, 1); got != v || next != len(want) || r.Err() != nil {
					t.Fatalf("%x is read as %#x to %d, %v", b, got, next, r.Err())
				}
			}
		}
	}
}

func TestTimesOfEveryLength(t *testing.T) {
	for secondsBit := range 38 {
		for nanosBit := range 31 {
			for _, less := range []int64{0, 1} {
				s, n := int64(1)<<secondsBit-less, min(int64(1)<<nanosBit-less, 999999999)
				if s > maxTimestamp {
					continue
				}
				var inner []byte
				if s != 0 {
					inner = binary.AppendUvarint(append(inner, 1<<3), uint64(s))
				}
				if n != 0 {
					inner = binary.AppendUvarint(append(inner, 2<<3), uint64(n))
				}
				want := append([]byte{byte(len(inner))}, inner...)
				at := time.Unix(s, n).UTC()
				if got, err := AppendTimestamp(nil, at); err != nil || !bytes.Equal(got, want) {
					t.Fatalf("%d s %d ns is written as %x, %v, want %x", s, n, got, err, want)
				}
				for behind := range 9 {
					b := append(bytes.Clone(want), make([]byte, behind)...)
					var r ProtoReader
					r.Begin(b)
					if got, next := r.Timestamp(b, 0); !got.Equal(at) || next != len(want) || r.Err() != nil {
						t.Fatalf("%x is read as %v to %d, %v", b, got, next, r.Err())
					}
				}
			}
		}
	}
}

func TestRoomIsMadeForTheItemsThatFollow(t *testing.T) {
	for _, c := range []struct {
		what string
		b    []byte
		tag  uint32
		want int
	}{
		{"three", []byte("\x01a\x0a\x01b\x0a\x00"), 0x0a, 3},
		{"two and another field", []byte("\x01a\x0a\x01b\x12\x00"), 0x0a, 2},
		{"a long one", append([]byte("\x80\x01"), make([]byte, 128)...), 0x0a, 1},
		{"of a tag of two bytes", []byte("\x01a\x82\x01\x01b\x82\x01\x01c"), 0x82, 3},
		{"one that is cut off", []byte("\x01a\x0a\x05b"), 0x0a, 1},
		{"none that is whole", []byte("\x05a"), 0x0a, 1},
		{"an endless length", bytes.Repeat([]byte{0xff}, 12), 0x0a, 1},
	} {
		var r ProtoReader
		r.Begin(c.b)
		list, next := MakeRoom[string](&r, nil, c.b, 0, c.tag)
		if cap(list) != c.want || next != 0 || r.Err() != nil {
			t.Errorf("%s: room for %d, want %d; %d, %v", c.what, cap(list), c.want, next, r.Err())
		}
	}
}

func TestRoomKeepsToTheLimits(t *testing.T) {
	b := bytes.Repeat([]byte{0, 0x0a}, 3*MaxItems)
	var r ProtoReader
	r.Begin(b)
	list, _ := MakeRoom[byte](&r, nil, b, 0, 0x0a)
	if cap(list) != MaxItems {
		t.Errorf("room for %d, want %d", cap(list), MaxItems)
	}
	if _, next := MakeRoom(&r, list[:MaxItems], b, 0, 0x0a); next != failed || r.Err() == nil {
		t.Error("room for more than the most items is made")
	}

	r = ProtoReader{}
	r.Begin(b)
	type large [4096]byte
	few, next := MakeRoom[large](&r, nil, b, 0, 0x0a)
	if cap(few) != 1 || next != 0 {
		t.Errorf("room for %d large items that may not come, want 1", cap(few))
	}
}
