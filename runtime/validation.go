//go:build cgo

package runtime

import "errors"

// This file says where sockets hold messages to their limits. A codec without limits stays as it is, so
// that nothing is asked for each of its messages.

// Validation says which messages of a socket are held to the limits that the topology sets.
type Validation uint8

// The messages that a socket may validate.
const (
	ValidateSent     Validation = 1 << iota // one that fails is not sent
	ValidateReceived                        // one that fails is not delivered
)

// Validate replaces which messages the socket validates: those that it sends and, at a server, the
// requests that it receives, unless this says otherwise. Validate(0) is none. What a socket other than
// a server receives is not validated by default, so that loosening a limit breaks nobody.
func Validate(v Validation) SocketOption { return func(c *socketConfig) { c.validate = v } }

// asServer makes the options of a server, which validates requests too, of those that its user gave.
func asServer(opts []SocketOption) []SocketOption {
	return append([]SocketOption{Validate(ValidateSent | ValidateReceived), func(c *socketConfig) { c.calls = true }}, opts...)
}

// invalid is the error of a message that is not within its limits.
type invalid struct{ error }

func (e *invalid) Unwrap() error { return e.error }

// orInvalid makes the outcome of a Validate the reason for which a message is dropped.
func orInvalid(err error) error {
	if err == nil {
		return nil
	}
	return &invalid{err}
}

// isInvalid reports whether err is that of a message that is not within its limits.
func isInvalid(err error) bool {
	e := (*invalid)(nil)
	return errors.As(err, &e)
}

// forSending returns the codec by which s sends.
func forSending[T any](s *Socket, codec Codec[T]) Codec[T] {
	if c, ok := codec.(interface{ counting() Codec[T] }); ok {
		codec = c.counting()
	}
	if limited, ok := codec.(LimitedCodec[T]); ok && s.validates(ValidateSent) {
		return sendsValid[T]{limited}
	}
	return codec
}

// forReceiving returns the codec by which s receives.
func forReceiving[T any](s *Socket, codec Codec[T]) Codec[T] {
	if limited, ok := codec.(LimitedCodec[T]); ok && s.validates(ValidateReceived) {
		return receivesValid[T]{limited}
	}
	return codec
}

func (l *socketLimits) validates(what Validation) bool { return l.validate&what != 0 }

// sendsValid writes only messages within their limits.
type sendsValid[T any] struct{ LimitedCodec[T] }

func (c sendsValid[T]) AppendFrames(w *FrameWriter, m *T) error {
	if err := c.ValidateMessage(m); err != nil {
		return &invalid{err}
	}
	return c.LimitedCodec.AppendFrames(w, m)
}

// receivesValid reads only messages within their limits.
type receivesValid[T any] struct{ LimitedCodec[T] }

func (c receivesValid[T]) ParseFrames(frames [][]byte, m *T) error {
	if err := c.LimitedCodec.ParseFrames(frames, m); err != nil {
		return err
	}
	return orInvalid(c.ValidateMessage(m))
}

// checkBody validates the body of a request or a reply, if it has limits and s validates it.
func checkBody[T any](s *Socket, what Validation, validate func(T) error, m T) error {
	if validate == nil || !s.validates(what) {
		return nil
	}
	return orInvalid(validate(m))
}

// checkError is checkBody for a declared error.
func checkError(s *Socket, what Validation, e ErrorMessage) error {
	if limited, ok := e.(interface{ Validate() error }); ok && s.validates(what) {
		return orInvalid(limited.Validate())
	}
	return nil
}
