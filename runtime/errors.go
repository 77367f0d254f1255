package runtime

import (
	"errors"
	"fmt"
)

// This file holds the errors that users of sockets see.

var (
	// ErrClosed is the error of what is asked of a socket that has ended.
	ErrClosed = errors.New("socket closed")
	// ErrAnswered is the error of a second answer to a call.
	ErrAnswered = errors.New("call is answered already")
	// ErrUnroutable is the error of a message to a peer that is not connected any more.
	ErrUnroutable = errors.New("peer is not connected")
	// ErrPeerLost is the error of a call whose server, the last one, has gone before it answered.
	ErrPeerLost = errors.New("the server has gone: whether it did what was asked is not known")
	// ErrDropped is reported, with the cause, for messages that the runtime drops.
	ErrDropped = errors.New("message dropped")
)

// Error says what went wrong on which socket. The errors that a Pump reports, and those of its
// sockets, are of this type.
type Error struct {
	Op     string // open, bind, connect, send, receive, decode, encode, reply …
	Socket string // node.socket, and #instance if it has one; empty if the pump itself failed
	Err    error
}

func (e *Error) Error() string {
	if e.Socket == "" {
		return e.Op + ": " + e.Err.Error()
	}
	return e.Socket + ": " + e.Op + ": " + e.Err.Error()
}

func (e *Error) Unwrap() error { return e.Err }

// StatusError is the failure of a call that no declared error describes: a built-in status, whose
// name starts with an exclamation mark and whose body is text, or one that this client does not know.
type StatusError struct {
	Name string
	Body []byte
}

// The built-in statuses, by which a server answers a call that it could not serve.
const (
	StatusUnknownMethod = "!unknown-method"
	StatusBadRequest    = "!bad-request"
	StatusUnavailable   = "!unavailable"
	StatusInternal      = "!internal"
)

// Error returns the status and, for a built-in one, its text.
func (e *StatusError) Error() string {
	if len(e.Name) > 0 && e.Name[0] == '!' {
		return fmt.Sprintf("status %s: %s", e.Name, quoteFrame(e.Body))
	}
	return fmt.Sprintf("unknown status %q with a body of %d bytes", e.Name, len(e.Body))
}
