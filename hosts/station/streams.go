package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"sync/atomic"
	"time"

	"github.com/zmqgen/zmqgen/hosts/fleet"
	"github.com/zmqgen/zmqgen/hosts/ledger"
	zmqrt "github.com/zmqgen/zmqgen/runtime"
)

// This file sends and receives numbered messages, and makes and serves numbered calls.

// sum is what follows from a sender and a number.
func sum(from uint32, number uint64) uint64 {
	x := (uint64(from)<<40 ^ number) * 0x9e3779b97f4a7c15
	x ^= x >> 32
	return x * 0xd6e8feb86659fd93
}

// item makes message number of this process.
func (p *process) item(number uint64, size int) fleet.Item {
	return fleet.Item{From: p.Number, Number: number, Load: loadOf(p.Number, number, size)}
}

func loadOf(from uint32, number uint64, size int) []byte {
	b := make([]byte, 0, size+8)
	for i := uint64(0); len(b) < size; i++ {
		b = binary.BigEndian.AppendUint64(b, sum(from, number+i<<32))
	}
	return b[:size]
}

// send sends a message in each interval until all is to be quiet, or the socket ends. A message that ZeroMQ does not take waits, and
// those after it with it.
func (p *process) send(stream ledger.Stream, s *zmqrt.Socket, give func(fleet.Item) bool) {
	size, interval := *load, *every
	if *flood && stream == ledger.Parts {
		size, interval = 64<<10, time.Millisecond
	}
	tick := time.NewTicker(interval)
	defer tick.Stop()
	for number := uint64(0); ; number++ {
		select {
		case <-p.quiet:
			p.Write(ledger.Entry{Stream: stream, Event: ledger.Quieted})
			return
		case <-s.Done():
			return
		case <-tick.C:
		}
		item := p.item(number, size)
		p.Write(ledger.Entry{Stream: stream, Event: ledger.Sent, From: p.Number, Number: number})
		if !give(item) {
			return
		}
	}
}

// to gives messages to a channel.
func to(s *zmqrt.Socket, ch chan<- fleet.Item) func(fleet.Item) bool {
	return func(item fleet.Item) bool {
		select {
		case ch <- item:
			return true
		case <-s.Done():
			return false
		}
	}
}

// sends is send, on a channel of a socket that it watches; receives is receive.
func (p *process) sends(stream ledger.Stream, s *zmqrt.Socket, ch chan<- fleet.Item) {
	p.watch(stream, s)
	go p.send(stream, s, to(s, ch))
}

func (p *process) receives(stream ledger.Stream, s *zmqrt.Socket, ch <-chan fleet.Item) {
	p.watch(stream, s)
	go p.receive(stream, ch, func() {})
}

// receive writes down what comes on a channel.
func (p *process) receive(stream ledger.Stream, ch <-chan fleet.Item, then func()) {
	for item := range ch {
		p.received(stream, item)
		then()
	}
}

func (p *process) received(stream ledger.Stream, item fleet.Item) {
	e := ledger.Entry{Stream: stream, Event: ledger.Received, From: item.From, Number: item.Number}
	if !bytes.Equal(item.Load, loadOf(item.From, item.Number, len(item.Load))) {
		e.Event = ledger.Damaged
	}
	p.Write(e)
}

// The time that calls may take: see ../topology.yaml.
const (
	doTakes   = 20 * time.Second
	onceTakes = 1500 * time.Millisecond
)

// callers makes calls of both methods, which are numbered together.
func (p *process) callers(stream ledger.Stream, s *zmqrt.Socket, client *fleet.AskClient) {
	p.watch(stream, s)
	var number atomic.Uint64
	next := func() uint64 { return number.Add(1) - 1 }
	go p.call(stream, client.Do, doTakes, next)
	go p.call(stream, client.Once, onceTakes, next)
}

// call makes calls, one after the other, with the numbers that next gives.
func (p *process) call(stream ledger.Stream, do func(context.Context, fleet.Item) (fleet.Answer, error), takes time.Duration, next func() uint64) {
	tick := time.NewTicker(max(*every, time.Millisecond))
	defer tick.Stop()
	for {
		select {
		case <-p.quiet:
			return
		case <-tick.C:
		}
		number := next()
		e := ledger.Entry{Stream: stream, From: p.Number, Number: number}
		e.Event, e.Count = ledger.Called, uint64(takes.Milliseconds())
		p.Write(e)
		answer, err := do(p.ctx, p.item(number, *load))
		e.Count = 0
		switch {
		case err != nil:
			e.Event, e.Count = ledger.Failed, reason(err)
		case answer.From == p.Number && answer.Number == number && answer.Sum == sum(p.Number, number):
			e.Event = ledger.Answered
		default:
			e.Event = ledger.Wrong
		}
		p.Write(e)
		if errors.Is(err, zmqrt.ErrClosed) {
			return
		}
	}
}

func reason(err error) uint64 {
	var status *zmqrt.StatusError
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return ledger.Deadline
	case errors.Is(err, zmqrt.ErrPeerLost):
		return ledger.PeerLost
	case errors.As(err, &status):
		return ledger.Status
	case errors.Is(err, zmqrt.ErrClosed), errors.Is(err, context.Canceled):
		return ledger.Ended
	}
	return ledger.Other
}

// servers answers the calls of both methods.
func (p *process) servers(stream ledger.Stream, s *zmqrt.Socket, server *fleet.AskServer) {
	p.watch(stream, s)
	go p.serve(stream, server.Do)
	go p.serve(stream, server.Once)
}

func (p *process) serve(stream ledger.Stream, calls <-chan *zmqrt.Call[fleet.Item, fleet.Answer]) {
	for call := range calls {
		p.Write(ledger.Entry{Stream: stream, Event: ledger.Served, From: call.Request.From, Number: call.Request.Number})
		call.Reply(fleet.Answer{From: call.Request.From, Number: call.Request.Number, Sum: sum(call.Request.From, call.Request.Number)})
	}
}
