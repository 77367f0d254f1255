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
)

// None stands for the request or the reply of a method that has none.
type None struct{}

// Method is what generated code tells of one method of a req-rep pattern. It is not changed.
type Method[Req, Rep any] struct {
	Name          string
	Timeout       time.Duration // 0 for the default of 30 s
	AppendRequest func(Req, []byte) ([]byte, error)
	ParseRequest  func(*Req, []byte) error // nil if there is no request; likewise the others
	AppendReply   func(Rep, []byte) ([]byte, error)
	ParseReply    func(*Rep, []byte) error

	ValidateRequest func(Req) error // nil if the request has no limits
	ValidateReply   func(Rep) error // nil if the reply has no limits

	Errors []DeclaredError
}

func (m *Method[Req, Rep]) timeout() time.Duration {
	if m.Timeout > 0 {
		return m.Timeout
	}
	return defaultTimeout
}

// DeclaredError is an error that a method declares: a status of its own, with a message as the body.
type DeclaredError struct {
	name   string
	append func(ErrorMessage, []byte) ([]byte, error)
	parse  func([]byte) (ErrorMessage, error)
	find   func(error) ErrorMessage // in the tree of an error; nil if it is not there
}

// DeclareError declares *E as the error of status name.
func DeclareError[E any, P interface {
	*E
	ErrorMessage
}](name string) DeclaredError {
	return DeclaredError{
		name:   name,
		append: func(e ErrorMessage, b []byte) ([]byte, error) { return e.AppendProto(b) },
		parse: func(b []byte) (ErrorMessage, error) {
			e := P(new(E))
			return e, e.ParseProto(b)
		},
		find: findError[E, P],
	}
}

// DeclareJSONError declares *E as the error of status name, in JSON.
func DeclareJSONError[E any, P interface {
	*E
	ErrorMessage
	JSONMessage
}](name string) DeclaredError {
	return DeclaredError{
		name:   name,
		append: func(e ErrorMessage, b []byte) ([]byte, error) { return e.(P).AppendJSON(b) },
		parse: func(b []byte) (ErrorMessage, error) {
			e := P(new(E))
			return e, e.UnmarshalJSON(b)
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

// appendBody writes the body of a request or a reply, if there is one.
func appendBody[T any](w *FrameWriter, m T, appendProto func(T, []byte) ([]byte, error)) error {
	if appendProto == nil {
		return nil
	}
	return w.EndBody(appendProto(m, w.Begin()))
}

// parseBody reads the body behind the method or status frame, which is frames[0].
func parseBody[T any](frames [][]byte, m *T, parse func(*T, []byte) error) error {
	if parse == nil {
		return NoBody(frames, 1)
	}
	body, err := BodyFrame(frames, 1)
	if err != nil {
		return err
	}
	return parse(m, body)
}

// statusText makes err the body of a built-in status: UTF-8, and no longer than a peer may expect.
func statusText(err error) string {
	text := err.Error()
	if len(text) > maxStatusText {
		text = text[:maxStatusText]
	}
	return strings.ToValidUTF8(text, "")
}
