// Package z85 is the text form of ZeroMQ's keys, Z85 of RFC 32, and makes pairs of keys for CURVE. It is pure Go.
package z85

import (
	"crypto/ecdh"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
)

// This file turns bytes into Z85 and back: four bytes are five characters, most significant first.

const alphabet = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#"

const base = uint64(len(alphabet))

const (
	// KeyBytes is the length of a key of CURVE.
	KeyBytes = 32
	// KeyChars is its length in Z85.
	KeyChars = 40
)

// Encode returns b, of which the length is a multiple of four, in Z85.
func Encode(b []byte) (string, error) {
	if len(b)%4 != 0 {
		return "", fmt.Errorf("%d bytes, want a multiple of 4", len(b))
	}
	out := make([]byte, 0, len(b)/4*5)
	for ; len(b) > 0; b = b[4:] {
		n := uint64(binary.BigEndian.Uint32(b))
		for power := base * base * base * base; power > 0; power /= base {
			out = append(out, alphabet[n/power%base])
		}
	}
	return string(out), nil
}

// Decode returns what text, of which the length is a multiple of five, stands for. The error says where text is wrong, and
// nothing of what is there.
func Decode(text string) ([]byte, error) {
	if len(text)%5 != 0 {
		return nil, fmt.Errorf("%d characters, want a multiple of 5", len(text))
	}
	out := make([]byte, 0, len(text)/5*4)
	for at := 0; at < len(text); at += 5 {
		n := uint64(0)
		for i, c := range []byte(text[at : at+5]) {
			digit := strings.IndexByte(alphabet, c)
			if digit < 0 {
				return nil, fmt.Errorf("character %d is none of Z85's", at+i+1)
			}
			n = n*base + uint64(digit)
		}
		if n > 1<<32-1 {
			return nil, fmt.Errorf("characters %d to %d are more than 32 bits", at+1, at+5)
		}
		out = binary.BigEndian.AppendUint32(out, uint32(n))
	}
	return out, nil
}

// DecodeKey is Decode for a key.
func DecodeKey(text string) ([]byte, error) {
	if len(text) != KeyChars {
		return nil, fmt.Errorf("%d characters, want a key of %d in Z85", len(text), KeyChars)
	}
	return Decode(text)
}

// NewKeys makes a pair of keys, in Z85.
func NewKeys() (public, secret string, err error) {
	key, err := ecdh.X25519().GenerateKey(rand.Reader)
	if err != nil {
		return "", "", err
	}
	public, err = Encode(key.PublicKey().Bytes())
	secret, secretErr := Encode(key.Bytes())
	return public, secret, errors.Join(err, secretErr)
}

// PublicOf returns the public key of a secret one, both in Z85.
func PublicOf(secret string) (string, error) {
	b, err := DecodeKey(secret)
	if err != nil {
		return "", err
	}
	key, err := ecdh.X25519().NewPrivateKey(b)
	if err != nil {
		return "", err
	}
	return Encode(key.PublicKey().Bytes())
}

// Fingerprint stands for a public key in Z85 where people compare keys, and in what the runtime reports.
func Fingerprint(public string) (string, error) {
	b, err := DecodeKey(public)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(b)
	return "SHA256:" + base64.RawStdEncoding.EncodeToString(sum[:12]), nil
}
