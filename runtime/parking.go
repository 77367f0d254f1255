//go:build cgo

package runtime

import (
	"sync"
	"syscall"
	"time"
)

// This file keeps replies for clients that take no more for now.

const (
	parkMessages = 64          // per peer
	parkTime     = time.Second // until a parked message is dropped
	parkRetry    = time.Millisecond
	parkRetryMax = 100 * time.Millisecond
)

// parking keeps replies for peers that take no more for now. A ROUTER says POLLOUT when any one peer
// has room, so only asking again tells; and one full peer must not keep others waiting.
type parking struct {
	srv *server

	mu    sync.Mutex
	peers map[string][]parkedPacket // by routing id; none is empty
	timer *time.Timer               // set while there are peers
	wait  time.Duration
	ended bool
}

type parkedPacket struct {
	packet
	until time.Time
}

// send sends the one message in w, or parks it behind those of its peer.
func (p *parking) send(w *FrameWriter) error {
	s := p.srv.s
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ended {
		return ErrClosed
	}
	peer := string(w.buf[:w.frames[0]&^moreBit])
	err := error(errAgain)
	if len(p.peers[peer]) == 0 {
		err = s.sendNow(w)
	}
	if err != errAgain {
		return p.explain(err)
	}
	if len(p.peers[peer]) >= parkMessages {
		s.drop(DroppedPeerFull, 1)
		return nil
	}
	next := parkedPacket{until: time.Now().Add(parkTime)}
	next.take(w)
	if p.peers == nil {
		p.peers = make(map[string][]parkedPacket)
	}
	p.peers[peer] = append(p.peers[peer], next)
	if p.timer == nil {
		p.wait = parkRetry
		p.timer = time.AfterFunc(p.wait, p.retry)
	}
	return nil
}

// explain counts what send gave up on.
func (p *parking) explain(err error) error {
	if err == syscall.EHOSTUNREACH {
		p.srv.s.counters.drop(DroppedUnroutable, 1)
		return ErrUnroutable
	}
	return err
}

// retry sends what now goes, drops what has waited for too long, and asks again later for the rest.
func (p *parking) retry() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.timer = nil
	if p.ended {
		return
	}
	moved := p.sendParked()
	if len(p.peers) > 0 {
		if p.wait = min(2*p.wait, parkRetryMax); moved {
			p.wait = parkRetry
		}
		p.timer = time.AfterFunc(p.wait, p.retry)
	}
}

// sendParked tries each peer until it takes no more. It returns true if any took something. The mutex
// is held.
func (p *parking) sendParked() (moved bool) {
	s := p.srv.s
	now := time.Now()
	for peer, queue := range p.peers {
		for len(queue) > 0 {
			next := queue[0]
			err := s.sendNow(&FrameWriter{buf: next.buf, frames: next.frames})
			if err == errAgain && now.Before(next.until) {
				break
			}
			if err == errAgain {
				s.drop(DroppedPeerFull, 1)
			} else if err = p.explain(err); err != nil {
				s.reportSome("reply", err)
			}
			moved = moved || err == nil
			queue = queue[1:]
		}
		if len(queue) == 0 {
			delete(p.peers, peer)
		} else {
			p.peers[peer] = queue
		}
	}
	return moved
}

// end drops what is still parked.
func (p *parking) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ended = true
	if p.timer != nil {
		p.timer.Stop()
	}
	for _, queue := range p.peers {
		p.srv.s.drop(DroppedLinger, len(queue))
	}
	p.peers = nil
}
