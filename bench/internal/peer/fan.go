package peer

import (
	"sync/atomic"
	"time"
)

// This file is the work of one publisher with many subscribers.

// probe is the number of the messages by which subscribers see that they are subscribed.
const probe = -1

// Publish sends probes until the driver says that all subscribers have seen one, and then a.N messages.
func Publish(a *Args, endpoint string, send func(number int) error) error {
	m := begin()
	Listening(endpoint)
	subscribed := make(chan struct{})
	go func() {
		awaitGo()
		close(subscribed)
	}()
	for waiting := true; waiting; {
		if err := send(probe); err != nil {
			return err
		}
		select {
		case <-subscribed:
			waiting = false
		case <-time.After(time.Millisecond):
		}
	}
	for i := range a.N {
		if err := send(i); err != nil {
			return err
		}
	}
	m.end()
	AwaitEnd()
	return nil
}

// Subscribe receives a.N messages on each of a.Subscribers sockets. open opens one of them and returns
// what receives the number of its next message.
func Subscribe(a *Args, open func(i int) (next func() (int, error), err error)) error {
	nexts := make([]func() (int, error), a.Subscribers)
	for i := range nexts {
		var err error
		if nexts[i], err = open(i); err != nil {
			return err
		}
	}
	m := begin()
	clocks := make([]clock, len(nexts))
	done := make(chan error, len(nexts))
	var waiting atomic.Int64
	waiting.Store(int64(len(nexts)))
	for i, next := range nexts {
		c := &clocks[i]
		c.want = a.N
		go func() { done <- c.subscribe(next, &waiting) }()
	}
	for range nexts {
		if err := <-done; err != nil {
			return err
		}
	}
	m.end()
	first, ended := clocks[0].first, clocks[0].ended
	for _, c := range clocks {
		if c.first.Before(first) {
			first = c.first
		}
		if c.ended.After(ended) {
			ended = c.ended
		}
	}
	Report("elapsed_ns", ended.Sub(first).Nanoseconds())
	return nil
}

// subscribe receives the messages of one socket. The one that sees the last of the first probes says so.
func (c *clock) subscribe(next func() (int, error), waiting *atomic.Int64) error {
	probed := false
	return c.receive(func() (int, error) {
		for {
			number, err := next()
			if err != nil || number != probe {
				return number, err
			}
			if !probed {
				probed = true
				if waiting.Add(-1) == 0 {
					Report("ready", 1)
				}
			}
		}
	})
}
