//go:build cgo

package runtime

import (
	"fmt"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// This file keeps messages for peers of a ROUTER that take no more for now. A ROUTER says POLLOUT when any one
// peer has room, so only asking again tells; and one full peer must not keep others waiting.

const (
	parkMessages = 64          // per peer
	parkTime     = time.Second // until a parked message is dropped
	parkRetry    = time.Millisecond
	parkRetryMax = 100 * time.Millisecond
)

// parking sends replies, and parks those that do not go.
type parking struct {
	s      *Socket
	op     string        // what its errors are reported as
	parked chan struct{} // holds a token after something was parked

	waiting atomic.Int64 // how many messages are parked: who asks need not wait for mu

	mu    sync.Mutex
	peers map[string][]parkedPacket // by routing id; none is empty
	ended bool
}

type parkedPacket struct {
	packet
	until time.Time
}

func newParking(s *Socket, op string) *parking {
	p := &parking{s: s, op: op, parked: make(chan struct{}, 1), peers: make(map[string][]parkedPacket)}
	s.gauge(func(stats *Stats) { stats.Parked += int(p.waiting.Load()) })
	return p
}

// send sends the one message in w, or parks it behind those of its peer. It does not block.
func (p *parking) send(w *FrameWriter) error {
	err := p.sendOrPark(w)
	if err == errAgain {
		p.s.drop(DroppedPeerFull, 1)
		return nil
	}
	return p.explain(w, err)
}

// sendOrPark returns errAgain if there is no room to park.
func (p *parking) sendOrPark(w *FrameWriter) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ended {
		return ErrClosed
	}
	peer := string(w.firstFrame())
	if len(p.peers[peer]) == 0 {
		if err := p.s.sendOne(w); err != errAgain {
			return err
		}
	}
	if len(p.peers[peer]) >= parkMessages {
		return errAgain
	}
	next := parkedPacket{until: time.Now().Add(p.s.pump.parkTime)}
	next.take(w)
	p.peers[peer] = append(p.peers[peer], next)
	p.waiting.Add(1)
	select {
	case p.parked <- struct{}{}:
	default:
	}
	return nil
}

// explain counts a message that cannot be routed, and says to whom.
func (p *parking) explain(w *FrameWriter, err error) error {
	if err == syscall.EHOSTUNREACH {
		p.s.counters.drop(DroppedUnroutable, 1)
		return fmt.Errorf("%w: routing id %s", ErrUnroutable, quoteFrame(w.firstFrame()))
	}
	return err
}

func (w *FrameWriter) firstFrame() []byte { return w.buf[:w.frames[0]&^moreBit] }

// sendAll is send for all messages in w, with nobody to tell of an error.
func (p *parking) sendAll(w *FrameWriter) {
	for at := (mark{}); at.frames < len(w.frames); {
		frames, bytes := w.messageAt(at)
		end := mark{at.bytes + bytes, at.frames + frames}
		if err := p.send(&FrameWriter{buf: w.buf[at.bytes:end.bytes], frames: w.frames[at.frames:end.frames]}); err != nil {
			p.s.reportSome(p.op, err)
		}
		at = end
	}
}

// run is the select side of a server, whose replies come by send.
func (p *parking) run() { sendRouted(p, nil, func(struct{}) {}) }

// sendRouted is the select side of a ROUTER: it gives what comes through ch to send and sends what is
// parked, asking again by a growing timer, until the socket ends; and then what is left, until linger
// has passed.
func sendRouted[E any](p *parking, ch <-chan E, send func(E)) {
	ending := p.s.ending
	var retry <-chan time.Time // set while something is parked
	for wait := parkRetry; ; {
		select {
		case item, open := <-ch:
			if !open {
				ch = nil
			} else {
				send(item)
			}
			continue
		case <-p.parked:
			if retry != nil {
				continue
			}
			wait = parkRetry
		case <-retry:
		case <-ending:
			ending = nil
			for range len(ch) {
				if item, open := <-ch; open {
					send(item)
				}
			}
			ch = nil
		}
		moved, left := p.sendParked()
		if ending == nil && (left == 0 || p.s.lingered()) {
			return
		}
		retry = nil
		if left > 0 {
			if wait = min(2*wait, parkRetryMax); moved || ending == nil {
				wait = parkRetry
			}
			retry = time.After(wait)
		}
	}
}

// sendParked tries each peer until it takes no more, and drops what has waited for too long. It says
// whether any took something, and how many peers still have something parked.
func (p *parking) sendParked() (moved bool, left int) {
	full := 0
	var failed []error
	now := time.Now()
	p.mu.Lock()
	for peer, queue := range p.peers {
		for len(queue) > 0 {
			next := queue[0]
			w := &FrameWriter{buf: next.buf, frames: next.frames}
			err := p.s.sendOne(w)
			if err == errAgain && now.Before(next.until) {
				break
			}
			switch err {
			case nil:
				moved = true
			case errAgain:
				full++
			default:
				failed = append(failed, p.explain(w, err))
			}
			queue = queue[1:]
			p.waiting.Add(-1)
		}
		if p.peers[peer] = queue; len(queue) == 0 {
			delete(p.peers, peer)
		}
	}
	left = len(p.peers)
	p.mu.Unlock() // the error handler may answer calls
	p.s.drop(DroppedPeerFull, full)
	for _, err := range failed {
		p.s.reportSome(p.op, err)
	}
	return moved, left
}

// end drops what is still parked.
func (p *parking) end() {
	p.mu.Lock()
	p.ended = true
	n := 0
	for _, queue := range p.peers {
		n += len(queue)
	}
	p.peers = nil
	p.waiting.Store(0)
	p.mu.Unlock()
	p.s.drop(DroppedLinger, n)
}
