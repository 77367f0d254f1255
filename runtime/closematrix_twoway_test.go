//go:build cgo

package runtime

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
)

// This file opens the sockets of the close matrix whose two channels carry different things: a ROUTER that is no
// server, an XPUB and an XSUB.

// openByPeer opens a ROUTER that is no server.
func openByPeer(ctx context.Context, t testing.TB, u *user, p *Pump, top *Topology, name string) {
	codec := ByPeer[[][]byte](rawCodec{})
	send, recv, err := OpenDuplex(ctx, p, top, name, codec, codec, nil)
	if err != nil {
		t.Fatal(err)
	}
	u.hangUp = func() { close(send) }
	var to atomic.Pointer[string] // the last that it heard from
	u.send = func(ctx context.Context) bool {
		peer := to.Load()
		if peer == nil || !put(ctx, send, Routed[[][]byte]{Peer: *peer, Msg: u.compose()}) {
			return false
		}
		u.produced.Add(1)
		return true
	}
	u.receive = func(stop <-chan struct{}) bool {
		m, ok := take(u, recv, stop)
		if ok {
			u.consumed.Add(1)
			to.Store(&m.Peer)
		}
		return ok
	}
}

// openEvents opens an XPUB whose user reads subscriptions.
func openEvents(ctx context.Context, t testing.TB, u *user, p *Pump, top *Topology, name string) {
	send, recv, err := OpenXPub(ctx, p, top, name, rawCodec{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	useBoth(u, send, recv, u.compose)
}

// openSubscriptions opens an XSUB whose user makes and ends subscriptions.
func openSubscriptions(ctx context.Context, t testing.TB, u *user, p *Pump, top *Topology, name string) {
	send, recv, err := OpenXSub(ctx, p, top, name, rawCodec{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	useBoth(u, send, recv, func() Subscription {
		n := u.produced.Load()
		if n%3 == 0 {
			return Subscription{}
		}
		return Subscription{Topic: fmt.Sprint(n / 3), Unsubscribe: n%3 == 2}
	})
}

// useBoth has u send what compose makes, and receive.
func useBoth[S, R any](u *user, send chan<- S, recv <-chan R, compose func() S) {
	u.hangUp = func() { close(send) }
	u.send = func(ctx context.Context) bool {
		if !put(ctx, send, compose()) {
			return false
		}
		u.produced.Add(1)
		return true
	}
	u.receive = func(stop <-chan struct{}) bool {
		_, ok := take(u, recv, stop)
		if ok {
			u.consumed.Add(1)
		}
		return ok
	}
}
