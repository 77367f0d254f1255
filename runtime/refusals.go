//go:build cgo

package runtime

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"sync/atomic"

	"github.com/pebbe/zmq4"
)

// This file is why peers are refused: it counts the reasons, and turns what ZeroMQ's monitor tells of handshakes into them.

// Refusal is the reason for which a peer was refused, by a socket with security.
type Refusal string

// The refusals. Those of a server's own decisions are first, then those of handshakes that came to no decision, on either
// side.
const (
	RefusedUnlisted   Refusal = "unlisted"   // its key, user or address is not in the allow-list
	RefusedPassword   Refusal = "password"   // its password is not that of the user
	RefusedAuthorizer Refusal = "authorizer" // the function of WithAuthorizer has returned an error, or panicked
	RefusedTimeout    Refusal = "timeout"    // that function has not returned in time
	RefusedBusy       Refusal = "busy"       // too many others wait to be decided on
	RefusedRequest    Refusal = "request"    // libzmq has asked in a way that RFC 27 does not know

	RefusedMechanism Refusal = "mechanism" // the other end speaks another mechanism
	RefusedKey       Refusal = "key"       // the other end does not have the keys that it should have
	RefusedProtocol  Refusal = "protocol"  // the other end broke the rules of ZMTP
	RefusedBroken    Refusal = "broken"    // the connection ended, or its time ran out, before the handshake was done
	RefusedByServer  Refusal = "server"    // of a client: the server has refused it
)

var refusals = [...]Refusal{RefusedUnlisted, RefusedPassword, RefusedAuthorizer, RefusedTimeout, RefusedBusy, RefusedRequest,
	RefusedMechanism, RefusedKey, RefusedProtocol, RefusedBroken, RefusedByServer}

// refusalTexts says what each is, to the one who reads errors.
var refusalTexts = map[Refusal]string{
	RefusedUnlisted:   "it is not in the allow-list",
	RefusedPassword:   "its password is wrong",
	RefusedAuthorizer: "the authorizer refused it",
	RefusedTimeout:    "the authorizer did not answer in time",
	RefusedBusy:       "too many others wait to be decided on",
	RefusedRequest:    "the request for authentication is not as RFC 27 has it",
	RefusedMechanism:  "the other end speaks another mechanism",
	RefusedKey:        "the other end does not have the keys that it should have",
	RefusedProtocol:   "the other end broke the rules of ZMTP",
	RefusedBroken:     "the connection ended before its handshake was done",
	RefusedByServer:   "the server has refused this client",
}

// RefusedError says that a peer was refused, and which. No key is in it, and no password.
type RefusedError struct {
	Reason    Refusal
	Mechanism Mechanism // of the socket
	Address   string    // of the peer, as far as ZeroMQ tells: for ipc it may end in :uid:gid:pid; "" if it does not
	Client    string    // a user's name, or the fingerprint of a public key; "" if there is none
	Err       error     // of the authorizer, or what ZeroMQ says; nil if there is no more to say
}

func (e *RefusedError) Error() string {
	text := "refused a peer"
	if e.Address != "" {
		text += fmt.Sprintf(" at %q", e.Address)
	}
	if e.Client != "" {
		text += fmt.Sprintf(", %q", e.Client)
	}
	text += fmt.Sprintf(" (%v): %s", e.Mechanism, refusalTexts[e.Reason])
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

func (e *RefusedError) Unwrap() error { return e.Err }

// fingerprint stands for a public key where the key itself would be too long to read, in the form that zmqgen keygen prints.
func (k *publicKey) fingerprint() string {
	sum := sha256.Sum256(k[:])
	return "SHA256:" + base64.RawStdEncoding.EncodeToString(sum[:12])
}

// refused counts refusals, in the order of refusals.
type refused [len(refusals)]atomic.Uint64

func (r *refused) count(reason Refusal) {
	for i, known := range refusals {
		if known == reason {
			r[i].Add(1)
		}
	}
}

// stats adds what was refused.
func (r *refused) stats(s *Stats) {
	for i, reason := range refusals {
		if n := r[i].Load(); n > 0 {
			if s.Refused == nil {
				s.Refused = make(map[Refusal]uint64)
			}
			s.Refused[reason] = n
		}
	}
}

// refusePeer counts and reports that a peer was refused.
func (s *Socket) refusePeer(err *RefusedError) {
	s.secured.refused.count(err.Reason)
	s.reportSome("authenticate", err)
}

// What the monitor says of a handshake that broke a rule, by ZeroMQ's numbers.
const (
	protocolErrorKeyExchange   = 0x10000003
	protocolErrorCryptographic = 0x11000001
	protocolErrorMechanism     = 0x11000002
)

// handshakeFailed counts and reports what the monitor tells of a handshake that has failed. What a server's own handler has
// refused is counted already.
func (s *Socket) handshakeFailed(event zmq4.Event, value int) {
	err := &RefusedError{Mechanism: s.secured.mechanism}
	switch {
	case event == zmq4.EVENT_HANDSHAKE_FAILED_AUTH && s.secured.server:
		return
	case event == zmq4.EVENT_HANDSHAKE_FAILED_AUTH:
		err.Reason, err.Err = RefusedByServer, fmt.Errorf("status %d", value)
	case event == zmq4.EVENT_HANDSHAKE_FAILED_NO_DETAIL:
		err.Reason = RefusedBroken
		if value > 0 {
			err.Err = zmq4.Errno(value)
		}
	case value == protocolErrorMechanism:
		err.Reason = RefusedMechanism
	case value == protocolErrorCryptographic || value == protocolErrorKeyExchange:
		err.Reason = RefusedKey
	default:
		err.Reason, err.Err = RefusedProtocol, fmt.Errorf("ZMQ_PROTOCOL_ERROR %#x", value)
	}
	s.refusePeer(err)
}
