//go:build cgo

package runtime

import (
	"errors"
	"strings"
	"time"
)

// This file is what a client and a server of a req-rep pattern share: methods and statuses.

const (
	defaultTimeout = 30 * time.Second // of a call that nobody gave a deadline
	maxCalls       = 1024             // in flight, per client and per server
	statusOK       = "ok"
	maxStatusText  = 1024 // bytes

	defaultAttempts   = 3
	defaultRetryEvery = time.Second
)

// None stands for the request or the reply of a method that has none.
type None struct{}

// Method is what generated code tells of one method of a req-rep pattern. It is not changed.
type Method[Req, Rep any] struct {
	Name    string
	Timeout time.Duration // 0 for the default of 30 s
	Request Body[Req]     // the zero Body if there is none; likewise the reply
	Reply   Body[Rep]

	ValidateRequest func(Req) error // nil if the request has no limits
	ValidateReply   func(Rep) error // nil if the reply has no limits

	Errors []DeclaredError

	// Bare says that requests and replies are their bodies alone: no method, no status. Such a method is the
	// only one of its pattern, and declares no errors.
	Bare bool

	// Metadata says that requests carry metadata, and that replies do to requests that did. Bodies are one frame then, or
	// none.
	Metadata bool

	// Idempotent says that a request may be served more than once, so that a client may repeat it.
	Idempotent bool
	Attempts   int           // at most, the first included; 0 for 3
	RetryEvery time.Duration // until the second attempt, and twice as long each time; 0 for 1 s
}

// lead returns how many frames come before the body: the method or the status.
func (m *Method[Req, Rep]) lead() int {
	if m.Bare {
		return 0
	}
	return 1
}

func (m *Method[Req, Rep]) timeout() time.Duration {
	if m.Timeout > 0 {
		return m.Timeout
	}
	return defaultTimeout
}

func (m *Method[Req, Rep]) attempts() int {
	if m.Attempts > 0 {
		return m.Attempts
	}
	return defaultAttempts
}

func (m *Method[Req, Rep]) retryEvery() time.Duration {
	if m.RetryEvery > 0 {
		return m.RetryEvery
	}
	return defaultRetryEvery
}

// DeclaredError is an error that a method declares: a status of its own, with a message as the body.
type DeclaredError struct {
	name   string
	end    int // of its frames, from the status on
	append func(*FrameWriter, ErrorMessage) error
	parse  func(frames [][]byte) (ErrorMessage, error) // from the status on
	find   func(error) ErrorMessage                    // in the tree of an error; nil if it is not there
}

// DeclareError declares *E as the error of status name, with its body.
func DeclareError[E any, P interface {
	*E
	ErrorMessage
}](name string, body Body[E]) DeclaredError {
	return DeclaredError{
		name:   name,
		end:    body.end(1),
		append: func(w *FrameWriter, e ErrorMessage) error { return body.write(w, e.(P)) },
		parse: func(frames [][]byte) (ErrorMessage, error) {
			e := P(new(E))
			return e, body.read(frames, 1, e)
		},
		find: findError[E, P],
	}
}

func findError[E any, P interface {
	*E
	ErrorMessage
}](err error) ErrorMessage {
	if e := P(nil); errors.As(err, &e) && e != nil {
		return e
	}
	return nil
}

// statusText makes err the body of a built-in status: UTF-8, and no longer than a peer may expect.
func statusText(err error) string {
	text := err.Error()
	if len(text) > maxStatusText {
		text = text[:maxStatusText]
	}
	return strings.ToValidUTF8(text, "")
}
