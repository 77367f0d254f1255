//go:build cgo

package runtime

import (
	"bytes"
	"context"
	"math"
	"sync"
	"time"
)

// This file repeats the requests of calls that are idempotent: when no answer comes for a while, when the
// server says that it is unavailable, and when the last server has gone. The request goes again under the
// same call id, and the first answer ends the call.

// retry is what happens to a call that may be repeated. The caller's goroutine repeats it.
type retry struct {
	bare     bool          // its answers have no status
	lockstep bool          // only the last request can still be answered
	changed  chan struct{} // holds a token after a change that the caller has not seen

	mu      sync.Mutex
	attempt int          // requests that were sent, or are about to be
	open    int          // those that may still be answered
	refusal *StatusError // the last one; nil if there was none
	lost    bool         // the last server has gone, and the caller has not seen it
}

// persist sends a request, and again as often as the method allows, until the call has ended or ctx is
// done. The error is why it has not ended.
func persist[Req, Rep any](ctx context.Context, c *Client, m *Method[Req, Rep], id uint64, req Req, call *progress) error {
	wait := m.retryEvery()
	timer := time.NewTimer(wait)
	defer timer.Stop()
	for attempt := 1; ; attempt++ {
		call.retry.sends()
		if err := sendRequest(ctx, c, m, id, req, call); err != nil {
			return err
		}
		if err := call.pause(ctx, timer, wait, attempt == m.attempts()); err != nil || call.hasEnded() {
			return err
		}
		c.s.counters.retries.Add(1)
		if wait <= math.MaxInt64/2 {
			wait *= 2
		}
	}
}

// pause waits until the call has ended, ctx is done, or it is time to send the request again. After the
// last attempt it never is.
func (call *progress) pause(ctx context.Context, timer *time.Timer, wait time.Duration, last bool) error {
	timer.Reset(wait)
	for {
		select {
		case <-call.done:
			return nil
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-timer.C:
			if !last && call.sent.Load() {
				return nil
			}
			if !last { // what ZeroMQ has not taken yet need not be repeated
				timer.Reset(wait)
			}
		case <-call.retry.changed:
			lost, err := call.retry.look(last)
			if lost || err != nil {
				return err
			}
		}
	}
}

func (call *progress) hasEnded() bool {
	select {
	case <-call.done:
		return true
	default:
		return false
	}
}

// sends notes that the request is going to be sent.
func (r *retry) sends() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.lockstep {
		r.open = 0
	}
	r.attempt++
	r.open++
}

// last returns the number of the last request.
func (r *retry) last() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.attempt
}

// look says whether the last server has gone, so that the request is to be sent again at once, or with
// what error the call ends if it was the last attempt.
func (r *retry) look(last bool) (lost bool, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	lost, r.lost = r.lost, false
	switch {
	case !last:
		return lost, nil
	case lost:
		return false, ErrPeerLost
	case r.open == 0 && r.refusal != nil:
		return false, r.refusal
	}
	return false, nil
}

// notify has the caller look.
func (r *retry) notify() {
	select {
	case r.changed <- struct{}{}:
	default: // it has not looked yet
	}
}

// lose notes that the last server has gone, and with it what it had been sent.
func (r *retry) lose() {
	r.mu.Lock()
	r.lost, r.open = true, 0
	r.mu.Unlock()
	r.notify()
}

// refused notes that a server has answered a request as unavailable; where only the last request can still be answered and this was
// an earlier one, there is nothing to note. It returns false if that is an answer
// like others, because the call is not to be repeated, or because there is no such call.
func (c *Client) refused(id uint64, attempt int, frames [][]byte) bool {
	f, ok := c.calls.get(id)
	if !ok {
		return false
	}
	r := f.state().retry
	if r == nil || r.bare {
		return false
	}
	status := &StatusError{Name: StatusUnavailable}
	if len(frames) > 1 {
		status.Body = bytes.Clone(frames[1])
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.lockstep && attempt != r.attempt {
		return true
	}
	r.open = max(r.open-1, 0) // one that lose has written off may have waited in ZeroMQ
	r.refusal = status
	r.notify()
	return true
}
