//go:build cgo

package runtime

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// This file asks a function of the program's who is to be let in, where a security has no allow-list.

const (
	authorizerTime  = 5 * time.Second // until a peer is refused whom the function has not decided on; ZeroMQ's own patience is 30 s
	authorizerCalls = 32              // at once, of one pump
	maxUndecided    = 1024            // peers that wait for it, besides
	maxHashes       = 16              // peers of one address that wait for a hash, so that others have their turn
)

// AuthRequest is a peer that wants to be let in, as ZeroMQ's authentication protocol (RFC 27) tells of it.
type AuthRequest struct {
	Topology, Socket string // that it has connected to: topology, and node.socket with #instance
	Domain           string // of the security
	Mechanism        Mechanism
	Address          string // of the peer; for ipc, where the system tells, it ends in :uid:gid:pid
	Key              string // curve: its public key in Z85, which it has proved to have the secret key of
	User             string // plain: the name that it gives itself
	Password         Secret // plain
}

// WithAuthorizer has f decide who is let in where a security says neither a list nor any: nil lets a peer in, an error, or
// a panic, refuses it. The error is reported, and not told to the peer. Up to 32 calls run at once, in goroutines of their own. A
// call has 5 seconds, from when the peer came, and then its ctx ends and the peer is refused, to come again when it likes. It
// ends with the pump too, whose Close does not wait for calls.
func WithAuthorizer(f func(ctx context.Context, r AuthRequest) error) PumpOption {
	return func(p *Pump) { p.zap.authorizer = f }
}

// verdict is what was decided on a peer.
type verdict struct {
	status string // of ZAP
	user   string // as which it is let in
	reason Refusal
	err    error // more about the reason
}

// The statuses of ZAP.
const (
	zapAdmitted = "200"
	zapLater    = "300" // the peer may try again
	zapRefused  = "400"
	zapFault    = "500"
)

func admitted(user string) verdict { return verdict{status: zapAdmitted, user: user} }

func refusal(reason Refusal) verdict { return verdict{status: zapRefused, reason: reason} }

// ask has the authorizer decide on r, in a goroutine, and then calls decide, once.
func (z *zap) ask(r AuthRequest, decide func(verdict)) {
	ctx, cancel := context.WithTimeout(z.ctx, z.patience)
	var decided atomic.Bool
	once := func(v verdict) {
		if !decided.Swap(true) {
			decide(v)
		}
	}
	stop := context.AfterFunc(ctx, func() {
		once(verdict{status: zapLater, reason: RefusedTimeout})
	})
	asked := z.calls.do(r.Address, func() {
		defer cancel()
		if ctx.Err() == nil { // or its time has passed while it waited for others
			v := z.call(ctx, r)
			if ctx.Err() != nil { // what it says now is too late, even if nobody has noticed yet
				v = verdict{status: zapLater, reason: RefusedTimeout}
			}
			stop()
			once(v)
		}
	})
	if !asked {
		stop()
		cancel()
		once(verdict{status: zapLater, reason: RefusedBusy})
	}
}

// call calls the authorizer.
func (z *zap) call(ctx context.Context, r AuthRequest) (v verdict) {
	defer func() {
		if fault := recover(); fault != nil {
			v = verdict{status: zapRefused, reason: RefusedAuthorizer, err: fmt.Errorf("panic: %v", fault)}
		}
	}()
	if err := z.authorizer(ctx, r); err != nil {
		return verdict{status: zapRefused, reason: RefusedAuthorizer, err: err}
	}
	if r.User != "" {
		return admitted(r.User)
	}
	return admitted(r.Key)
}

// crew runs functions in goroutines, so many at once, while others wait, up to a limit. The functions of one crew
// may take long.
type crew struct {
	most  int // at once
	share int // of those that wait, for one address; 0 for all

	mu      sync.Mutex
	busy    int
	waiting []task
	from    map[string]int // those that wait, by address
}

// task is a function for a peer at an address.
type task struct {
	address string
	f       func()
}

// do has f run, or returns false if too many wait, or too many from the address.
func (c *crew) do(address string, f func()) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.busy < c.most {
		c.busy++
		go c.work(f)
		return true
	}
	if len(c.waiting) >= maxUndecided || c.share > 0 && c.from[address] >= c.share {
		return false
	}
	if c.from == nil {
		c.from = make(map[string]int)
	}
	c.from[address]++
	c.waiting = append(c.waiting, task{address, f})
	return true
}

// work runs f, and then what waits.
func (c *crew) work(f func()) {
	for f != nil {
		f()
		f = c.next()
	}
}

func (c *crew) next() (f func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.waiting) == 0 {
		c.busy--
		return nil
	}
	first := c.waiting[0]
	c.waiting[0] = task{}
	c.waiting = c.waiting[1:]
	if c.from[first.address]--; c.from[first.address] == 0 {
		delete(c.from, first.address)
	}
	return first.f
}

// dismiss forgets what waits.
func (c *crew) dismiss() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.waiting, c.from = nil, nil
}
