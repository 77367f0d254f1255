package main

import (
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/zmqgen/zmqgen/bench/soak/flows"
)

// This file is what becomes of a message that is received: it is held to what its sender has written down.

// take takes what has come, and does with it what -sabotage says.
func (a *actor) take(l letter) {
	if wait := time.Until(time.Unix(0, a.stalled.Load())); wait > 0 {
		select {
		case <-time.After(wait):
		case <-a.handle.Done():
		}
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.counts++
	hit := a.counts%500 == 0
	switch {
	case *sabotage == "drop" && hit:
		return
	case *sabotage == "twice" && hit:
		a.check(l)
	case *sabotage == "alter" && hit:
		l.Topic++
	case *sabotage == "swap" && a.held != nil:
		a.check(l)
		l, a.held = *a.held, nil
	case *sabotage == "swap" && hit:
		a.held = &l
		return
	}
	a.check(l)
}

// release has what -sabotage swap still holds.
func (a *actor) release() {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.held != nil {
		a.check(*a.held)
	}
}

// check counts a message, and whatever is wrong with it.
func (a *actor) check(l letter) {
	a.life.received.Add(1)
	if l.Run != a.run || l.Life >= maxLives {
		a.odd(foreign, l)
		return
	}
	from := &a.ledger.lives[l.Life]
	if sumOf(l.Note) != l.Sum {
		a.odd(altered, l)
		return
	}
	if l.Seq == 0 || l.Seq > from.begun.Load() {
		a.odd(unsent, l)
		return
	}
	key := uint64(l.Life)
	if a.Kind == "latest" { // in order by topic
		key = key*allTopics + uint64(l.Topic)
	}
	if a.last[key] > l.Seq { // the same again is twice
		a.odd(outOfOrder, l)
	}
	a.last[key] = max(a.last[key], l.Seq)
	if a.sawBefore(l) {
		a.odd(twice, l)
		return
	}
	switch a.kind.class {
	case spread, twoWay:
		if a.ledger.mark(l.Life, l.Seq) {
			a.odd(twice, l)
			return
		}
	case fan:
		if l.Topic < steadyTopics {
			a.life.steadyIn.Add(1)
		} else if since, off := a.off[l.Topic][l.Life], a.off[l.Topic] != nil; off && !a.kind.xsub && l.Seq > since {
			a.odd(unasked, l)
		}
	}
	from.arrived.Add(1)
	for now := from.newest.Load(); now < l.Seq && !from.newest.CompareAndSwap(now, l.Seq); now = from.newest.Load() {
	}
	if l.peer != "" && !slices.Contains(a.peers, l.peer) {
		a.peers = append(slices.Clone(a.peers[max(0, len(a.peers)-3):]), l.peer)
	}
}

// sawBefore notes that this receiver has a message, and says whether it had it already. The ledger knows only of messages that
// go to one receiver whether another one had them.
func (a *actor) sawBefore(l letter) (before bool) {
	bits := a.seen[l.Life]
	for uint64(len(bits)) <= l.Seq/64 {
		bits = append(bits, 0)
	}
	bit := uint64(1) << (l.Seq % 64)
	before = bits[l.Seq/64]&bit != 0
	bits[l.Seq/64] |= bit
	a.seen[l.Life] = bits
	return before
}

func (a *actor) odd(what oddity, l letter) {
	if n := a.life.odd[what].Add(1); n <= 3 {
		fmt.Fprintf(os.Stderr, "%s: message %d of life %d is %s\n", a.handle.Name(), l.Seq, l.Life, oddities[what])
	}
}

// turn subscribes to a topic, or ends that. What was sent later than the end must not be received.
func (a *actor) turn(topic uint32) {
	a.turns.Lock()
	defer a.turns.Unlock()
	a.mu.Lock()
	on := a.off[topic] == nil && a.counts > 0
	a.mu.Unlock()
	if !on {
		a.mu.Lock()
		a.off[topic] = nil
		a.mu.Unlock()
		a.handle.Subscribe(flows.NoteTopic(topic))
		return
	}
	if a.handle.Unsubscribe(flows.NoteTopic(topic)) != nil {
		return
	}
	reached := make(map[uint32]uint64)
	for id := range a.ledger.lives {
		reached[uint32(id)] = a.ledger.lives[id].begun.Load()
	}
	a.mu.Lock()
	a.off[topic] = reached
	a.mu.Unlock()
}
