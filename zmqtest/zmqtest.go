// Package zmqtest is what generated tests call: it holds messages that zmqgen generated, and the codecs of
// their patterns, to what they promise. It needs no ZeroMQ.
package zmqtest

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"testing"

	zmqrt "github.com/zmqgen/zmqgen/runtime"
)

// Message is a pointer to a message of type T, as zmqgen generates it.
type Message[T any] interface {
	*T
	zmqrt.Message
	AppendJSON([]byte) ([]byte, error)
	UnmarshalJSON([]byte) error
	SizeProto() int
	Clone() T
	Equal(T) bool
}

// jsonMessage is what of it writes JSON.
type jsonMessage interface{ AppendJSON([]byte) ([]byte, error) }

// Pointer returns a pointer to v, for optional fields.
func Pointer[T any](v T) *T { return &v }

// Proto checks that m is written in protobuf wire format as want, in hexadecimal digits, and that what is read
// from want is m.
func Proto[T any, M Message[T]](t *testing.T, m M, want string) {
	t.Helper()
	golden, err := hex.DecodeString(want)
	if err != nil {
		t.Fatalf("the bytes that are wanted: %v", err)
	}
	got := appendProto(t, m)
	if !bytes.Equal(got, golden) {
		t.Errorf("%v\nis written as %x\nand should be %x", m, got, golden)
	}
	read := M(new(T))
	if err := read.ParseProto(golden); err != nil {
		t.Fatalf("%v\ncannot be read from %x: %v", m, golden, err)
	}
	if !read.Equal(*m) {
		t.Errorf("%v\nis read from %x as\n%v", m, golden, read)
	}
	if n := m.SizeProto(); n != len(golden) {
		t.Errorf("%v\nhas a size of %d, and should have %d", m, n, len(golden))
	}
	if c := m.Clone(); !m.Equal(c) {
		t.Errorf("%v\nis copied as\n%v", m, M(&c))
	}
}

// JSON checks that m is written as the JSON want, and that what is read from want is m.
func JSON[T any, M Message[T]](t *testing.T, m M, want string) {
	t.Helper()
	if !json.Valid([]byte(want)) {
		t.Fatalf("what is wanted is no JSON: %s", want)
	}
	if got := appendJSON(t, m); string(got) != want {
		t.Errorf("%v\nis written as %s\nand should be %s", m, got, want)
	}
	read := M(new(T))
	if err := read.UnmarshalJSON([]byte(want)); err != nil {
		t.Fatalf("%v\ncannot be read from %s: %v", m, want, err)
	}
	if !read.Equal(*m) {
		t.Errorf("%v\nis read from %s as\n%v", m, want, read)
	}
}

// Valid checks that m is within the limits of its topology.
func Valid(t *testing.T, m interface{ Validate() error }) {
	t.Helper()
	if err := m.Validate(); err != nil {
		t.Errorf("%v\nis not within its limits: %v", m, err)
	}
}

// Frames checks that a codec writes m as the frames want, each in hexadecimal digits, and that what is read from
// these is m.
func Frames[T any](t *testing.T, codec zmqrt.Codec[T], m T, want ...string) {
	t.Helper()
	golden := make([][]byte, len(want))
	for i, digits := range want {
		frame, err := hex.DecodeString(digits)
		if err != nil {
			t.Fatalf("frame %d of those that are wanted: %v", i, err)
		}
		golden[i] = frame
	}
	if got := appendFrames(t, codec, m); !equalFrames(got, golden) {
		t.Errorf("%v\nis written as frames %x\nand should be %x", m, got, golden)
	}
	var read T
	if err := codec.ParseFrames(golden, &read); err != nil {
		t.Fatalf("%v\ncannot be read from frames %x: %v", m, golden, err)
	}
	if again := appendFrames(t, codec, read); !equalFrames(again, golden) {
		t.Errorf("%v\nis read from frames %x as\n%v", m, golden, read)
	}
}

func equalFrames(a, b [][]byte) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if !bytes.Equal(a[i], b[i]) {
			return false
		}
	}
	return true
}

func appendProto(t testing.TB, m zmqrt.Message) []byte {
	t.Helper()
	b, err := m.AppendProto(nil)
	if err != nil {
		t.Fatalf("%v\ncannot be written: %v", m, err)
	}
	return b
}

func appendJSON(t testing.TB, m jsonMessage) []byte {
	t.Helper()
	b, err := m.AppendJSON(nil)
	if err != nil {
		t.Fatalf("%v\ncannot be written as JSON: %v", m, err)
	}
	return b
}

func appendFrames[T any](t *testing.T, codec zmqrt.Codec[T], m T) [][]byte {
	t.Helper()
	var w zmqrt.FrameWriter
	frames, err := zmqrt.AppendMessage(&w, codec, m)
	if err != nil {
		t.Fatalf("%v\ncannot be written as frames: %v", m, err)
	}
	return frames
}
