//go:build cgo

package runtime

import (
	"sync/atomic"
	"syscall"
	"time"
)

// This file keeps replies for peers of a queue's frontend that take no more for now, as parking.go does for what users send; but
// here they stay in ZeroMQ's memory, and the direction that moves them asks again.

const (
	parkTotal      = 16 << 10 // messages, for all peers of a device
	parkTotalBytes = 64 << 20 // of them
)

// parcels are messages that are parked. Who uses them holds the mutexes, but for now and note, in the device's goroutine.
type parcels struct {
	lane  *lane
	peers map[string][]timedParcel // by routing id; none is empty
	bytes int
	now   atomic.Int64
	wait  time.Duration // between two attempts
	due   time.Time     // of the next

	full, unroutable int   // that were dropped and are not reported yet
	err              error // by which sending has failed, likewise
}

type timedParcel struct {
	parcel
	until time.Time
}

func newParcels(l *lane) *parcels { return &parcels{lane: l, peers: make(map[string][]timedParcel)} }

// take parks the message that is in hand, behind those of its peer. If that has none after all, it is only known by a
// hash to have some, and then the message may go at once.
func (p *parcels) take(byHash bool) {
	next := timedParcel{parcel: p.lane.way.take()}
	peer := next.peer()
	queue := p.peers[peer]
	if byHash && len(queue) == 0 && p.send(next.parcel) != errAgain {
		return
	}
	if len(queue) >= parkMessages || p.now.Load() >= parkTotal || p.bytes+next.bytes() > parkTotalBytes {
		next.free()
		p.full++
		return
	}
	now := time.Now()
	if p.now.Load() == 0 {
		p.wait, p.due = parkRetry, now.Add(parkRetry)
	}
	next.until = now.Add(p.lane.d.pump.parkTime)
	p.peers[peer] = append(queue, next)
	p.bytes += next.bytes()
	p.now.Add(1)
	p.lane.way.park(next.parcel)
}

// send sends a parcel, or counts why it cannot be sent, or returns errAgain.
func (p *parcels) send(c parcel) error {
	size := c.bytes()
	r := p.lane.way.send(c)
	switch r.err {
	case nil:
		p.lane.passed(r.out.frames, size)
	case errAgain:
		return errAgain
	case syscall.EHOSTUNREACH:
		p.unroutable++
	default:
		p.err = r.err
		p.full++
	}
	c.free()
	return nil
}

// retry tries each peer until it takes no more, if it is time for that, and drops what has waited for too long.
func (p *parcels) retry() {
	if p.now.Load() == 0 {
		return
	}
	now := time.Now()
	if now.Before(p.due) {
		return
	}
	before := p.now.Load()
	p.lane.way.unparkAll()
	for peer, queue := range p.peers {
		for len(queue) > 0 {
			next := queue[0]
			size := next.bytes()
			if p.send(next.parcel) == errAgain {
				if now.Before(next.until) {
					break
				}
				next.free()
				p.full++
			}
			queue = queue[1:]
			p.bytes -= size
			p.now.Add(-1)
		}
		if p.peers[peer] = queue; len(queue) == 0 {
			delete(p.peers, peer)
		} else {
			p.lane.way.park(queue[0].parcel)
		}
	}
	if p.wait = min(2*p.wait, parkRetryMax); p.now.Load() < before || p.lane.d.isEnding() {
		p.wait = parkRetry
	}
	p.due = now.Add(p.wait)
}

// tells reports whether there is something to note.
func (p *parcels) tells() bool { return p.full+p.unroutable > 0 || p.err != nil }

// note counts what was dropped. No mutex is held.
func (p *parcels) note() {
	p.lane.to.drop(DroppedPeerFull, p.full)
	p.lane.to.drop(DroppedUnroutable, p.unroutable)
	if p.err != nil {
		p.lane.to.fail("send", p.err)
	}
	p.full, p.unroutable, p.err = 0, 0, nil
}

// end gives back what is still parked, and returns how many messages that were.
func (p *parcels) end() (lost int) {
	for _, queue := range p.peers {
		for _, next := range queue {
			next.free()
			lost++
		}
	}
	p.peers = nil
	p.now.Store(0)
	return lost
}
