package peer

import (
	"fmt"
	"time"
)

// This file is the work one way.

// Send sends a.N messages.
func Send(a *Args, send func(number int) error) error {
	m := begin()
	for i := range a.N {
		if err := send(i); err != nil {
			return err
		}
	}
	m.end()
	AwaitEnd()
	return nil
}

// Receive receives a.N messages over the endpoint that has been bound. next returns the number of the
// next message.
func Receive(a *Args, endpoint string, next func() (int, error)) error {
	m := begin()
	Listening(endpoint)
	c := clock{want: a.N}
	if err := c.receive(next); err != nil {
		return err
	}
	m.end()
	Report("elapsed_ns", c.elapsed())
	return nil
}

// Both does both in one process.
func Both(a *Args, send func(number int) error, next func() (int, error)) error {
	m := begin()
	sent := make(chan error, 1)
	go func() {
		for i := range a.N {
			if err := send(i); err != nil {
				sent <- err
				return
			}
		}
		sent <- nil
	}()
	c := clock{want: a.N}
	if err := c.receive(next); err != nil {
		return err
	}
	if err := <-sent; err != nil {
		return err
	}
	m.end()
	Report("elapsed_ns", c.elapsed())
	return nil
}

// clock verifies that messages come all and in order, and times them from the first to the last.
type clock struct {
	want, seen   int
	first, ended time.Time
}

// take takes the message of that number and reports whether it is the last.
func (c *clock) take(number int) (last bool, err error) {
	if number != c.seen {
		return false, fmt.Errorf("message %d came where %d was due", number, c.seen)
	}
	if c.seen == 0 {
		c.first = time.Now()
	}
	c.seen++
	if c.seen < c.want {
		return false, nil
	}
	c.ended = time.Now()
	return true, nil
}

func (c *clock) receive(next func() (int, error)) error {
	for {
		number, err := next()
		if err != nil {
			return err
		}
		if last, err := c.take(number); last || err != nil {
			return err
		}
	}
}

func (c *clock) elapsed() int64 { return c.ended.Sub(c.first).Nanoseconds() }
