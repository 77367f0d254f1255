//go:build cgo

package runtime

import (
	"fmt"

	"github.com/pebbe/zmq4"
)

// This file says in words why a handshake failed.

// protocolErrors are the values of ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL, in zmq.h.
var protocolErrors = map[int]string{
	0x10000000: "a protocol error",
	0x10000001: "a command that was not expected",
	0x10000002: "a message out of sequence",
	0x10000003: "the key exchange failed",
	0x10000011: "a malformed command",
	0x10000012: "a malformed MESSAGE",
	0x10000013: "a malformed HELLO",
	0x10000014: "a malformed INITIATE",
	0x10000015: "a malformed ERROR",
	0x10000016: "a malformed READY",
	0x10000017: "a malformed WELCOME",
	0x10000018: "metadata that is not valid, such as a type of socket that does not fit",
	0x11000001: "a cryptographic error: a key does not fit",
	0x11000002: "the mechanisms differ",
	0x20000000: "an error of the authentication handler",
	0x20000001: "a malformed reply of the authentication handler",
	0x20000002: "a reply of the authentication handler to another request",
	0x20000003: "a reply of the authentication handler of another version",
	0x20000004: "a status of the authentication handler that is none",
	0x20000005: "metadata of the authentication handler that is not valid",
}

// handshakeError is why a handshake failed, as the monitor tells it.
func handshakeError(event zmq4.Event, value int) error {
	switch event {
	case zmq4.EVENT_HANDSHAKE_FAILED_AUTH:
		return &HandshakeError{Reason: fmt.Sprintf("refused by authentication, with status %d", value), Status: value}
	case zmq4.EVENT_HANDSHAKE_FAILED_PROTOCOL:
		if text, ok := protocolErrors[value]; ok {
			return &HandshakeError{Reason: text}
		}
		return &HandshakeError{Reason: fmt.Sprintf("protocol error %#x", value)}
	}
	if value == 0 {
		return &HandshakeError{Reason: "the other end hung up"}
	}
	return &HandshakeError{Reason: zmq4.Errno(value).Error()}
}
