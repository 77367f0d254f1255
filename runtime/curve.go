//go:build cgo

package runtime

/*
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <zmq.h>

// libzmq knows the option if it was built with its drafts; then a server without a handler lets nobody in by itself.
#define ENFORCE_DOMAIN 93

static int zmqgen_set_option(void *sock, int option, const void *value, size_t size) {
	return zmq_setsockopt(sock, option, value, size) == 0 ? 0 : zmq_errno();
}
*/
import "C"

import (
	"bytes"
	"errors"
	"fmt"
	"unsafe"

	"github.com/pebbe/zmq4"
)

// This file is libzmq's part in keys: it sets the options of CURVE and PLAIN from memory that can be wiped afterwards,
// which pebbe/zmq4's strings cannot, and knows Z85.

const (
	keyBytes = 32
	keyChars = 40 // the same in Z85
)

// publicKey is the public key of a client, as ZAP has it.
type publicKey [keyBytes]byte

// z85 is a key as libzmq takes it: its characters, and a zero.
type z85 [keyChars + 1]byte

// key reads a key of 40 characters, which may stand among comments.
func (k KeySource) key(kind sourceKind) (*z85, error) {
	text, err := k.read(kind)
	if err != nil {
		return nil, err
	}
	defer wipe(text)
	key, err := findKey(text)
	if err != nil {
		return nil, fmt.Errorf("%s from %v: %w", kind.name, k, err)
	}
	return key, nil
}

// findKey returns the one key in text. An error says nothing of what is there.
func findKey(text []byte) (*z85, error) {
	var found []byte
	for line := range bytes.Lines(text) {
		line = bytes.TrimSpace(line)
		switch {
		case len(line) == 0 || line[0] == '#':
		case found != nil:
			return nil, errors.New("it has more than one line, want one key")
		default:
			found = line
		}
	}
	if found == nil {
		return nil, errors.New("it has no key")
	}
	if len(found) != keyChars {
		return nil, fmt.Errorf("%d characters, want a key of %d in Z85: zmqgen keygen makes them", len(found), keyChars)
	}
	key := new(z85)
	copy(key[:], found)
	var decoded publicKey
	defer wipe(decoded[:])
	if !key.decode(&decoded) {
		wipe(key[:])
		return nil, errZ85
	}
	return key, nil
}

var errZ85 = errors.New("it is no Z85: a key is made of 0-9, a-z, A-Z and .-:+=^!/*?&<>()[]{}@%$#, and not every 40 of them are one")

// decode returns false if the key is none.
func (k *z85) decode(into *publicKey) bool {
	if bytes.IndexByte(k[:keyChars], 0) >= 0 {
		return false
	}
	return C.zmq_z85_decode((*C.uint8_t)(&into[0]), (*C.char)(unsafe.Pointer(&k[0]))) != nil
}

// String returns the key in Z85.
func (k *publicKey) String() string {
	var text z85
	C.zmq_z85_encode((*C.char)(unsafe.Pointer(&text[0])), (*C.uint8_t)(&k[0]), keyBytes)
	return string(text[:keyChars])
}

// public returns the public key of a secret one.
func (k *z85) public() (*z85, error) {
	of := new(z85)
	if _, err := C.zmq_curve_public((*C.char)(unsafe.Pointer(&of[0])), (*C.char)(unsafe.Pointer(&k[0]))); err != nil {
		return nil, explainCurve(err)
	}
	return of, nil
}

// option is an option of a socket that takes no integer, or one that pebbe/zmq4 does not have.
type option C.int

const (
	optCurveServer    option = C.ZMQ_CURVE_SERVER
	optCurvePublicKey option = C.ZMQ_CURVE_PUBLICKEY
	optCurveSecretKey option = C.ZMQ_CURVE_SECRETKEY
	optCurveServerKey option = C.ZMQ_CURVE_SERVERKEY
	optPlainServer    option = C.ZMQ_PLAIN_SERVER
	optPlainUsername  option = C.ZMQ_PLAIN_USERNAME
	optPlainPassword  option = C.ZMQ_PLAIN_PASSWORD
	optZAPDomain      option = C.ZMQ_ZAP_DOMAIN
	optEnforceDomain  option = C.ENFORCE_DOMAIN
)

// set sets an option to text, of which libzmq takes a copy.
func (o option) set(zsock *zmq4.Socket, value []byte) error {
	sock := *(*unsafe.Pointer)(unsafe.Pointer(zsock)) // as newRawSocket has it
	if errno := C.zmqgen_set_option(sock, C.int(o), unsafe.Pointer(unsafe.SliceData(value)), C.size_t(len(value))); errno != 0 {
		return explainCurve(toError(C.int32_t(errno)))
	}
	return nil
}

// setKey sets an option to a key.
func (o option) setKey(zsock *zmq4.Socket, key *z85) error { return o.set(zsock, key[:]) }

// turnOn sets an option to 1.
func (o option) turnOn(zsock *zmq4.Socket) error {
	one := C.int(1)
	return o.set(zsock, unsafe.Slice((*byte)(unsafe.Pointer(&one)), C.sizeof_int))
}

// explainCurve says so if libzmq has been built without what its errors would not name.
func explainCurve(err error) error {
	if !zmq4.HasCurve() {
		return errors.New("this libzmq is built without CURVE: it takes one with libsodium or tweetnacl")
	}
	return err
}
