//go:build cgo

package runtime

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// This file is a call at its server, and how it is answered.

// Call is one call at its server. Exactly one of Reply and Fail answers it; they may be called by any
// goroutine and do not block. A call that is not answered within the method's timeout is answered as
// an internal error. A bare method has no way to answer that a call failed: at a ROUTER its client gets
// no answer then, at a REP an empty frame.
type Call[Req, Rep any] struct {
	Request Req
	Meta    Meta // of the request; zero if it has none, as it has if the pattern has none

	// User is as whom the server's security has let the client in: with a list of keys the name that the list gives the key, or the
	// key in Z85, and with PLAIN the user's name. It is nothing that the client could write into its messages. It is empty
	// without security, with NULL and over inproc. The clients of a queue device are all the device to the server behind it.
	User string

	// ReplyHeaders go with the answer, if the request has metadata. They are set before Reply or Fail is called.
	ReplyHeaders map[string]string

	srv      *server
	method   *Method[Req, Rep]
	envelope packet
	number   uint64    // among those in flight
	until    time.Time // when it is answered as an internal error
	ends     time.Time // when its client waits no longer, or until
	hasMeta  bool      // the request had metadata of this version
}

// take claims the right to answer the call.
func (c *Call[Req, Rep]) take() error {
	if _, ok := c.srv.calls.remove(c.number); ok {
		return nil
	}
	if c.srv.calls.hasEnded() {
		return ErrClosed
	}
	return ErrAnswered
}

// Reply answers the call with rep. The error is ErrAnswered, ErrUnroutable if the client has gone,
// ErrClosed if the socket has, or that of a rep that cannot be sent, which the client sees as an
// internal error.
func (c *Call[Req, Rep]) Reply(rep Rep) error {
	return c.answer(func(w *FrameWriter) error {
		if err := checkBody(c.srv.s, ValidateSent, c.method.ValidateReply, rep); err != nil {
			return err
		}
		if !c.method.Bare {
			w.FrameString(statusOK)
		}
		return c.method.Reply.write(w, &rep)
	})
}

// Fail answers the call with an error: one that the method declares, if there is one in err's tree,
// which the client receives as such; else a built-in *StatusError as it is; else an internal error
// with err's text. Without statuses, where the pattern has request and reply in place of methods, no error can be
// told: a ROUTER sends nothing, a REP an empty frame. It returns what Reply returns.
func (c *Call[Req, Rep]) Fail(err error) error {
	if err == nil {
		err = errors.New("failed without an error")
	}
	if c.method.Bare {
		if taken := c.take(); taken != nil {
			return c.explain(taken)
		}
		c.srv.s.refuse(DroppedRefused, "fail call", err)
		return c.explain(c.srv.fail(c.envelope, nil))
	}
	for _, d := range c.method.Errors {
		if e := d.find(err); e != nil {
			return c.answer(func(w *FrameWriter) error {
				if err := checkError(c.srv.s, ValidateSent, e); err != nil {
					return err
				}
				w.FrameString(d.name)
				return d.append(w, e)
			})
		}
	}
	status := builtIn(StatusInternal, err)
	if s := (*StatusError)(nil); errors.As(err, &s) && strings.HasPrefix(s.Name, "!") {
		status = s
	}
	return c.answer(status.appendFrames)
}

func (c *Call[Req, Rep]) answer(write func(*FrameWriter) error) error {
	if err := c.take(); err != nil {
		return c.explain(err)
	}
	return c.explain(c.send(func(w *FrameWriter) error {
		if err := write(w); err != nil {
			return err
		}
		return c.writeMeta(w)
	}))
}

// readMeta reads the metadata of the request, if there is any, which came at now.
func (c *Call[Req, Rep]) readMeta(frames [][]byte, now time.Time) (err error) {
	c.ends = c.until
	at := c.method.Request.end(c.method.lead())
	if !c.method.Metadata || len(frames) <= at {
		return nil
	}
	if c.hasMeta, err = c.Meta.parse(frames[at]); err != nil {
		return err
	}
	if left := c.Meta.TimeLeft; left > 0 && left < c.method.timeout() {
		c.ends = now.Add(left)
	}
	return nil
}

// writeMeta writes the metadata of an answer.
func (c *Call[Req, Rep]) writeMeta(w *FrameWriter) error {
	if !c.hasMeta {
		return nil
	}
	meta := Meta{Headers: c.ReplyHeaders}
	meta.stamp(c.srv.sent.Add(1))
	return meta.write(w)
}

// explain says which call could not be answered, if err is not nil.
func (c *Call[Req, Rep]) explain(err error) error {
	if err == nil {
		return nil
	}
	return &Error{"reply " + c.method.Name, c.srv.s.name, err}
}

// send answers the call, once it is taken, with what write writes.
func (c *Call[Req, Rep]) send(write func(*FrameWriter) error) error {
	returned := false
	defer func() {
		if !returned { // write panicked, and nobody else can answer the call any more
			c.unsendable(DroppedEncode)
		}
	}()
	err := c.srv.answer(c.envelope, write)
	returned = true
	switch {
	case err == nil || errors.Is(err, ErrUnroutable) || errors.Is(err, ErrClosed):
	case isInvalid(err):
		c.unsendable(DroppedInvalid)
	default:
		c.unsendable(DroppedEncode)
	}
	return err
}

// unsendable answers a call, once it is taken, whose answer cannot be sent.
func (c *Call[Req, Rep]) unsendable(cause Cause) {
	c.srv.s.counters.drop(cause, 1)
	c.srv.fail(c.envelope, builtIn(StatusInternal, errors.New("the reply cannot be sent")))
}

// expire answers a call that its server forgot, once it has been taken.
func (c *Call[Req, Rep]) expire() {
	late := fmt.Errorf("not answered within %v", c.method.timeout())
	if err := c.srv.fail(c.envelope, builtIn(StatusInternal, late)); !errors.Is(err, ErrClosed) {
		c.srv.s.reportSome("call "+c.method.Name, late)
	}
}
