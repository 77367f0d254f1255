//go:build cgo

package z85_test

import (
	"bytes"
	"crypto/rand"
	"testing"

	"github.com/pebbe/zmq4"

	"github.com/zmqgen/zmqgen/internal/z85"
)

// This file compares with libzmq: what it makes, and what it makes of ours.

func TestPairsOfLibzmqAreOurs(t *testing.T) {
	if !zmq4.HasCurve() {
		t.Skip("needs a libzmq with CURVE")
	}
	for range 200 {
		public, secret, err := zmq4.NewCurveKeypair() // zmq_curve_keypair
		if err != nil {
			t.Fatal(err)
		}
		if ours, err := z85.PublicOf(secret); err != nil || ours != public {
			t.Fatalf("libzmq's public key is another: %v", err)
		}
		public, secret, err = z85.NewKeys()
		if err != nil {
			t.Fatal(err)
		}
		if theirs, err := zmq4.AuthCurvePublic(secret); err != nil || theirs != public { // zmq_curve_public
			t.Fatalf("libzmq makes another public key of ours: %v", err)
		}
	}
}

func TestZ85OfLibzmqIsOurs(t *testing.T) {
	for n := range 200 {
		b := make([]byte, n*4+4)
		rand.Read(b)
		ours, err := z85.Encode(b)
		if theirs := zmq4.Z85encode(string(b)); err != nil || ours != theirs { // zmq_z85_encode
			t.Fatalf("%x is %q, libzmq says %q, %v", b, ours, theirs, err)
		}
		if back, err := z85.Decode(ours); err != nil || !bytes.Equal(back, b) || zmq4.Z85decode(ours) != string(b) { // zmq_z85_decode
			t.Fatalf("%q is decoded to %x, %v", ours, back, err)
		}
	}
}
