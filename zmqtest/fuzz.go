package zmqtest

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"testing"
)

// This file holds messages to what they promise for bytes that nobody vouches for. Whatever can be read can be
// written, and is read as the same message again.
//
// There is one exception. A message may take so much memory for each byte that it is read from, and what is written
// again may have fewer bytes than what was read. So what is not read is read once more, as long as it was before.

// FuzzProto reads whatever comes as messages of the type of seed, in protobuf wire format.
func FuzzProto[T any, M Message[T]](f *testing.F, seed M) {
	f.Helper()
	f.Add([]byte(nil))
	f.Add(appendProto(f, seed))
	f.Fuzz(func(t *testing.T, b []byte) {
		m := M(new(T))
		if m.ParseProto(b) != nil {
			return
		}
		_ = m.String()
		once := appendProto(t, m)
		again := M(new(T))
		if err := again.ParseProto(once); err != nil {
			if M(new(T)).ParseProto(padProto(once, len(b))) == nil {
				return
			}
			t.Fatalf("%v\nis written as %x, which is not read: %v", m, once, err)
		}
		if twice := appendProto(t, again); !bytes.Equal(once, twice) {
			t.Fatalf("%v\nis written as %x\nread and written again as %x", m, once, twice)
		}
		if c := m.Clone(); !again.Equal(*m) || !again.Equal(c) || m.SizeProto() != len(once) {
			t.Fatalf("%v\n%v\nand a copy are not equal, or %x is not %d bytes", m, again, once, m.SizeProto())
		}
	})
}

// FuzzJSON reads whatever comes as messages of the type of seed, in JSON.
func FuzzJSON[T any, M Message[T]](f *testing.F, seed M) {
	f.Helper()
	f.Add([]byte("{}"))
	f.Add(appendJSON(f, seed))
	f.Fuzz(func(t *testing.T, b []byte) {
		m := M(new(T))
		if m.UnmarshalJSON(b) != nil {
			return
		}
		if !json.Valid(b) {
			t.Fatalf("%q is read, and is no JSON", b)
		}
		once := appendJSON(t, m)
		again := M(new(T))
		if err := again.UnmarshalJSON(once); err != nil {
			if M(new(T)).UnmarshalJSON(padJSON(once, len(b))) == nil {
				return
			}
			t.Fatalf("%v\nis written as %s, which is not read: %v", m, once, err)
		}
		if twice := appendJSON(t, again); !bytes.Equal(once, twice) {
			t.Fatalf("%v\nis written as %s\nread and written again as %s", m, once, twice)
		}
		if !again.Equal(*m) {
			t.Fatalf("%v\nis written as %s and read as\n%v", m, once, again)
		}
	})
}

// padProto returns a message with n bytes at least, by a field that no topology can declare: its number is one
// of protobuf's own.
func padProto(b []byte, n int) []byte {
	if len(b) >= n {
		return b
	}
	const tag = 19000<<3 | 2
	b = binary.AppendUvarint(bytes.Clone(b), tag)
	n -= len(b)
	return append(binary.AppendUvarint(b, uint64(max(n, 0))), make([]byte, max(n, 0))...)
}

// padJSON returns JSON with n bytes at least, by spaces.
func padJSON(b []byte, n int) []byte {
	return append(bytes.Clone(b), bytes.Repeat([]byte{' '}, max(n-len(b), 0))...)
}
