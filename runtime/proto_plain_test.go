package runtime

import (
	"bytes"
	"encoding/binary"
	"math/rand/v2"
	"slices"
	"testing"
	"unicode/utf8"
)

// This file reads values of protobuf once more, plainly and byte by byte, and compares.

// plainVarint reads a varint at b[i]; next is -1 if there is none.
func plainVarint(b []byte, i int) (v uint64, next int) {
	v, n := binary.Uvarint(b[i:])
	if n <= 0 {
		return 0, -1
	}
	return v, i + n
}

// plainBlock reads what is behind a length.
func plainBlock(b []byte, i int) (block []byte, next int) {
	n, i := plainVarint(b, i)
	if i < 0 || n > uint64(len(b)-i) {
		return nil, -1
	}
	return b[i : i+int(n)], i + int(n)
}

// samePlace reports whether the index behind a value is the plain one, with no error, or there is an error in both.
func samePlace(r *ProtoReader, next, plain int) bool {
	if plain < 0 {
		return next == failed && r.Err() != nil
	}
	return next == plain && r.Err() == nil
}

// comparePlain reads what is at every index of b in every way.
func comparePlain(t *testing.T, b []byte, tag uint32) {
	for i := range len(b) + 1 {
		var r ProtoReader
		r.Begin(b)
		v, next := r.Uint64(b, i)
		if want, plain := plainVarint(b, i); !samePlace(&r, next, plain) || plain >= 0 && v != want {
			t.Fatalf("%x at %d: varint %d to %d, %v, want %d to %d", b, i, v, next, r.Err(), want, plain)
		}

		block, plain := plainBlock(b, i)
		for _, lists := range []bool{false, true} {
			r = ProtoReader{}
			r.Begin(b)
			if r.shares = lists; lists {
				r.text = make([]byte, i%30, 64)
			}
			wanted := plain
			if !utf8.Valid(block) {
				wanted = -1
			}
			s, next := r.Text(b, i)
			if !samePlace(&r, next, wanted) || wanted >= 0 && s != string(block) {
				t.Fatalf("%x at %d: text %q to %d, %v, want %q to %d", b, i, s, next, r.Err(), block, plain)
			}
		}

		if s, n, next := plainSecondsNanos(b, i); next != 0 {
			r = ProtoReader{}
			if s2, n2, next2 := r.anySecondsNanos(b, i); s != s2 || n != n2 || next != next2 {
				t.Fatalf("%x at %d: %d s %d ns to %d, want %d s %d ns to %d", b, i, s, n, next, s2, n2, next2)
			}
		}

		items, at := 0, i
		for {
			if _, at = plainBlock(b, at); at < 0 {
				break
			}
			items++
			v, next := plainVarint(b, at)
			if at = next; next < 0 || v != uint64(tag) {
				break
			}
		}
		if got := itemsAhead(b, i, tag); got != items {
			t.Fatalf("%x at %d: %d items ahead, want %d", b, i, got, items)
		}

		var want []int64
		for at := 0; plain >= 0 && at < len(block); {
			var v uint64
			if v, at = plainVarint(block, at); at < 0 {
				plain = -1
				break
			}
			want = append(want, int64(v))
		}
		r = ProtoReader{}
		r.Begin(b)
		got, next := Packed(&r, nil, b, i, 0, (*ProtoReader).Int64)
		if !samePlace(&r, next, plain) || plain >= 0 && !slices.Equal(got, want) {
			t.Fatalf("%x at %d: packed %d to %d, %v, want %d to %d", b, i, got, next, r.Err(), want, plain)
		}
	}
}

// plainSeeds are bytes with all that is read in a way of its own.
var plainSeeds = [][]byte{
	[]byte("\x01a\x0a\x02bc\x0a\x80\x01"), []byte("\x0b\x08\x81\x82\x83\x84\x05\x10\x81\x82\x83\x01\x0a\x0400000"),
	bytes.Repeat([]byte{0xff}, 12), append(bytes.Repeat([]byte{0x80}, 9), 1, 0x0a, 0), append(bytes.Repeat([]byte{0x80}, 9), 2),
	[]byte("\x10abcdefghijklmnop\x0a\x05h\xc3\xa9xy\x0a\x04\xff000"), []byte("\x00\x8a\x80\x00\x00\x0a\x81\x80\x00x"),
}

func TestValuesAreReadAsTheyAreReadPlainly(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 0))
	edges := []byte{0, 1, 2, 3, 4, 5, 8, 10, 11, 12, 15, 16, 17, 0x7f, 0x80, 0x81, 0x82, 0xc3, 0xa9, 0xff}
	for n := range 20000 {
		b := bytes.Clone(plainSeeds[n%len(plainSeeds)])
		for range r.IntN(6) {
			at := r.IntN(len(b))
			b[at] = edges[r.IntN(len(edges))]
			if r.IntN(3) == 0 {
				b = append(b[:at:at], b[at/2:]...)
			}
		}
		b = b[:min(len(b), 60)]
		comparePlain(t, b[:len(b):len(b)], []uint32{0x0a, 0x82, 0x10}[n%3])
	}
}

// FuzzPlain is the same for whatever comes.
func FuzzPlain(f *testing.F) {
	for _, b := range plainSeeds {
		f.Add(b, uint32(0x0a))
	}
	f.Fuzz(func(t *testing.T, b []byte, tag uint32) {
		comparePlain(t, b[:min(len(b), 200)], tag)
	})
}

func TestTheLimitOnMemoryOfLongMessagesIsNoLess(t *testing.T) {
	var least int
	for n := 1; n < 1<<30; n *= 2 {
		r := reading{}
		if r.begin(n); r.budget < least {
			t.Fatalf("%d bytes may be read into %d, half of them into %d", n, r.budget, least)
		}
		least = r.budget
	}
}
