package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"sync"
	"time"

	"github.com/zmqgen/zmqgen/bench/soak/flows"
	zmqrt "github.com/zmqgen/zmqgen/runtime"
)

// This file is clients and servers.

const (
	callersEach  = 4 // goroutines of a client
	serversEach  = 4 // goroutines of a server
	roughTimeout = 4 * time.Second
	calmTimeout  = 100 * time.Second
)

// callAll makes the calls of one goroutine.
func (a *actor) callAll(g int) {
	r := rand.New(rand.NewPCG(a.Seed, uint64(a.Life)<<8|uint64(g)))
	timeout := roughTimeout
	if a.Calm {
		timeout = calmTimeout
	}
	pause := time.NewTimer(0)
	defer pause.Stop()
	for {
		select {
		case <-a.stop:
			return
		case <-pause.C:
		}
		n := a.life.calls.Add(1)
		if n >= maxCalls {
			a.life.ended.Add(1)
			a.life.outcomes[closedCall].Add(1)
			return
		}
		ask := flows.Ask{Run: a.run, Life: a.Life, Call: n, Salt: r.Uint64(), Pad: make([]byte, r.IntN(a.Pad+100))}
		ctx, cancel := context.WithTimeout(context.Background(), timeout)
		call := a.end.client.Once
		if mayRepeat(n) {
			call = a.end.client.Again
		}
		told, err := call(ctx, ask)
		how := a.judge(ask, told, err)
		cancel()
		a.life.outcomes[how].Add(1)
		a.life.ended.Add(1)
		pause.Reset(time.Duration(r.Int64N(int64(2 * callersEach * time.Second / time.Duration(a.Rate)))))
	}
}

// mayRepeat says which calls may be served more than once.
func mayRepeat(call uint64) bool { return call%2 == 0 }

// judge says how a call has ended.
func (a *actor) judge(ask flows.Ask, told flows.Told, err error) ending {
	var denied *flows.Denied
	var status *zmqrt.StatusError
	switch {
	case err == nil:
		if denies(ask) || told.Life != ask.Life || told.Call != ask.Call || told.Sum != answerTo(ask) {
			fmt.Fprintf(os.Stderr, "%s: call %d was answered with %v\n", a.handle.Name(), ask.Call, told)
			return wrongCall
		}
		return answeredCall
	case errors.As(err, &denied):
		if !denies(ask) || denied.Life != ask.Life || denied.Call != ask.Call {
			return wrongCall
		}
		return deniedCall
	case errors.As(err, &status):
		return refusedCall
	case errors.Is(err, context.DeadlineExceeded):
		return lateCall
	case errors.Is(err, zmqrt.ErrPeerLost):
		return lostCall
	case errors.Is(err, zmqrt.ErrClosed), errors.Is(err, context.Canceled):
		return closedCall
	}
	fmt.Fprintf(os.Stderr, "%s: call %d failed: %v\n", a.handle.Name(), ask.Call, err)
	return unclearCall
}

// serveAll answers calls until the socket has ended.
func (a *actor) serveAll() {
	var serving sync.WaitGroup
	for range serversEach {
		serving.Go(func() { a.serve(a.end.server.Once) })
		serving.Go(func() { a.serve(a.end.server.Again) })
	}
	serving.Wait()
}

func (a *actor) serve(calls <-chan *zmqrt.Call[flows.Ask, flows.Told]) {
	for c := range calls {
		a.life.served.Add(1)
		ask := c.Request
		if wait := time.Until(time.Unix(0, a.stalled.Load())); wait > 0 {
			select {
			case <-time.After(wait):
			case <-a.handle.Done():
			}
		}
		if ask.Run != a.run || ask.Life >= maxLives || ask.Call >= maxCalls {
			a.life.odd[foreign].Add(1)
			continue
		}
		a.ledger.serves(ask.Life, ask.Call).Add(1)
		told := flows.Told{Life: ask.Life, Call: ask.Call, Sum: answerTo(ask), Pad: make([]byte, len(ask.Pad))}
		if *sabotage == "answer" && ask.Call%50 == 0 {
			told.Sum++
		}
		var err error
		if denies(ask) {
			err = c.Fail(&flows.Denied{Life: ask.Life, Call: ask.Call})
		} else {
			err = c.Reply(told)
		}
		if err != nil {
			a.life.notTaken.Add(1)
		} else {
			a.life.answered.Add(1)
		}
	}
}
