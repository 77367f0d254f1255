//go:build cgo

package runtime

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"
)

// This file plays a cell of the close matrix: it opens a socket and its peer, makes the load, ends the
// socket or does to it what must not end it, and checks what its users are owed.

// scene is a cell under way.
type scene struct {
	*cell
	t         *trial
	endpoint  string // to bind
	pump      *Pump  // of the socket
	other     *Pump  // of its peer; the same over inproc
	endCtx    context.CancelCauseFunc
	endPump   context.CancelCauseFunc
	subject   *user
	companion *user        // its peer; nil if that is a process
	process   *peerProcess // its peer; nil if that is not a process
}

// play plays the cell.
func (c *cell) play(t *trial, endpoint string) {
	s := &scene{cell: c, t: t, endpoint: endpoint}
	t.state = s.String
	defer s.leave()
	s.open()
	if !s.hasty {
		s.converse(s.companion, 0)
	}
	switch s.way {
	case senderCloses:
		s.traffic()
		if s.row.oneWay() {
			s.end(senderCloses)
		} else {
			s.hangUp()
		}
	case ctxEnds, pumpCloses, socketCloses:
		s.traffic()
		s.end(s.way)
	case peerCloses:
		s.traffic()
		timely(t, "Close of the peer", func() { s.companion.handle.Close() })
		s.companion.ended(t, ErrClosed)
		s.newcomer()
	case peerKilled:
		s.traffic()
		s.process.kill()
		s.newcomer()
	case consumerStopped:
		s.stopConsumer()
	case bothFull:
		s.fill()
	}
	if !s.ends() {
		if err := s.subject.handle.Err(); err != nil {
			t.Fatalf("the socket has ended: %v", err)
		}
		s.end(s.closedBy)
	}
	s.close()
}

// open opens the pumps, the socket and its peer, and has their users receive.
func (s *scene) open() {
	var ctx, pumpCtx context.Context
	ctx, s.endCtx = context.WithCancelCause(s.t.Context())
	pumpCtx, s.endPump = context.WithCancelCause(s.t.Context())
	s.pump = must(NewPump(pumpCtx))(s.t)
	s.other = s.pump
	if s.transport != "inproc" {
		s.other = must(NewPump(s.t.Context()))(s.t)
	}
	mine, theirs := s.plan(s.row, s.peer, s.binds), s.plan(s.peer, s.row, !s.binds)
	if s.binds {
		s.subject = mine.open(ctx, s.t, s.pump, "a.subject")
		theirs.Endpoint = s.subject.handle.Endpoints()[0]
	}
	if s.way == peerKilled {
		s.process = startPeer(s.t, theirs)
		mine.Endpoint = s.process.endpoint
	} else {
		s.companion = theirs.open(s.t.Context(), s.t, s.other, "b.peer")
		s.companion.startReceiving()
	}
	if !s.binds {
		if s.companion != nil {
			mine.Endpoint = s.companion.handle.Endpoints()[0]
		}
		s.subject = mine.open(ctx, s.t, s.pump, "a.subject")
	}
	s.subject.startReceiving()
}

func (s *scene) plan(row, peer *matrixRow, bind bool) socketPlan {
	return socketPlan{row.name, peer.name, bind, s.endpoint, s.buffer, s.hwm, s.payload}
}

// converse has the socket and a peer send until each has heard something from the other, as far as the
// types allow; the user of the socket had received so many messages before. A nil peer is the process,
// which sees to its side.
func (s *scene) converse(peer *user, before uint64) {
	until(s.t, "the socket and its peer have heard from each other", func() bool {
		mine := !s.row.hears() || s.subject.consumed.Load() > before
		theirs := !s.peer.hears() || peer == nil && s.process.heard.Load() || peer != nil && peer.consumed.Load() > 0
		if mine && theirs {
			return true
		}
		s.subject.offer()
		if peer != nil {
			peer.offer()
		}
		return false
	})
}

// traffic has all senders send, under load, and waits until some of that has come through.
func (s *scene) traffic() {
	if s.process != nil {
		s.process.tell(map[bool]string{true: tellTraffic, false: tellQuiet}[s.load])
	}
	if !s.load {
		return
	}
	u := s.subject
	produced, consumed := u.produced.Load()+s.after, u.consumed.Load()+s.after
	u.startSending(true)
	if s.companion != nil {
		s.companion.startSending(true)
	}
	comes := s.row.hears() && (s.peer.begins(s.row) || s.peer.answers(s.row))
	until(s.t, "there is traffic", func() bool {
		return (u.send == nil || u.produced.Load() >= produced) && (!comes || u.consumed.Load() >= consumed)
	})
}

// hangUp closes the send channel of a two-way socket, which goes on receiving.
func (s *scene) hangUp() {
	u := s.subject
	u.stopSending(s.t)
	answers := s.row.answers(s.peer)
	if answers { // who receives sends too
		u.stopReceiving(s.t)
		u.mute.Store(true)
	}
	u.hangUp()
	u.hangUp = nil
	u.startReceiving()
	if !answers && s.peer.begins(s.row) {
		before := u.consumed.Load()
		until(s.t, "the socket goes on receiving", func() bool {
			s.companion.offer()
			return u.consumed.Load() > before
		})
	}
}

// newcomer has a new peer take the place of the one that has gone.
func (s *scene) newcomer() {
	switch {
	case !s.goesOn || !s.binds:
		return
	case s.row.typ == Req && !s.row.calls: // it waits for the answer of the one that has gone, for ever
		return
	case s.row.typ == Pair: // it turns away, for ever, who comes before it has seen that the other has gone
		return
	}
	plan := s.plan(s.peer, s.row, false)
	plan.Endpoint = s.subject.handle.Endpoints()[0]
	before := s.subject.consumed.Load()
	peer := plan.open(s.t.Context(), s.t, s.other, "c.newcomer")
	peer.startReceiving()
	s.converse(peer, before)
	timely(s.t, "Close of the newcomer", func() { peer.handle.Close() })
	peer.ended(s.t, ErrClosed)
}

// stopConsumer has the user receive no more while the peer goes on sending. For a socket that gives its
// user no channel to receive from, that user is its peer's.
func (s *scene) stopConsumer() {
	stalled, pusher := s.subject, s.companion
	if stalled.receive == nil {
		stalled, pusher = pusher, stalled
	}
	unread := stalled.unread()
	stalled.stopReceiving(s.t)
	pusher.startSending(s.load)
	if s.load || pusher.send == nil { // one who answers wants to be asked
		stalled.startSending(s.load)
	}
	comes := pusher.row.begins(stalled.row) || pusher.row.answers(stalled.row)
	if comes {
		until(s.t, "something comes that is not read", unread)
	}
	standstill(s.t, stalled.movedIn)
	if s.goesOn && comes {
		before := stalled.consumed.Load()
		stalled.startReceiving()
		until(s.t, "receiving goes on", func() bool { return stalled.consumed.Load() > before })
	}
}

// fill has both sides send and none receive until nothing moves. Under load the senders then go on
// waiting, else they leave.
func (s *scene) fill() {
	type flow struct {
		from, to *user
		unread   func() bool
	}
	var flows []flow
	both := []*user{s.subject, s.companion}
	for i, u := range both {
		u.stopReceiving(s.t)
		// A REQ whose answers are not read may be waiting for one, and send nothing more.
		if from := both[1-i]; from.send != nil && (from.row.typ != Req || from.row.calls) && u.row.hears() {
			flows = append(flows, flow{from, u, u.unread()})
		}
	}
	for _, u := range both {
		u.startSending(s.load)
	}
	for _, f := range flows {
		until(s.t, "something comes that is not read", f.unread)
	}
	standstill(s.t, func() uint64 {
		return s.subject.movedIn() + s.subject.movedOut() + s.companion.movedIn() + s.companion.movedOut()
	})
	if !s.load {
		s.subject.stopSending(s.t)
		s.companion.stopSending(s.t)
	}
	if !s.goesOn {
		return
	}
	before := []uint64{s.subject.consumed.Load(), s.companion.consumed.Load()}
	s.subject.startReceiving()
	s.companion.startReceiving()
	for _, f := range flows {
		if f.to.row.serves && !s.load { // its calls may all have been refused
			continue
		}
		until(s.t, "receiving goes on at "+f.to.handle.Name(), func() bool {
			return f.to.consumed.Load() > before[slices.Index(both, f.to)]
		})
	}
}

// movedIn and movedOut count what is received and sent, if that ever comes to a stand.
func (u *user) movedIn() uint64 {
	if u.row.neverFull() {
		return 0
	}
	return u.handle.Stats().MessagesIn
}

func (u *user) movedOut() uint64 {
	if u.row.neverBlocks() && u.row.typ != Router || !u.row.hangsUp() || u.peer.conflates() {
		return 0
	}
	return u.handle.Stats().MessagesOut
}

// unread returns what says whether something has come, from now on, that the user has not read.
func (u *user) unread() func() bool {
	before := u.handle.Stats().MessagesIn
	return func() bool {
		if u.row.neverFull() {
			return u.handle.Stats().MessagesIn > before
		}
		return u.handle.Stats().MessagesIn > u.consumed.Load()
	}
}

// standstill waits until a count has been the same for many looks.
func standstill(t testing.TB, count func() uint64) {
	t.Helper()
	const looks = 50
	last, same := count(), 0
	until(t, "nothing moves any more", func() bool {
		now := count()
		if now != last {
			last, same = now, 0
		}
		same++
		return same > looks
	})
}

// end ends the socket and checks what its users are owed.
func (s *scene) end(by way) {
	s.t.Helper()
	why := ErrClosed
	switch by {
	case senderCloses:
		s.subject.stopSending(s.t)
		s.subject.hangUp()
		s.subject.hangUp = nil
	case ctxEnds:
		why = errMatrixCtx
		s.endCtx(why)
	case socketCloses:
		timely(s.t, "Socket.Close", func() { s.subject.handle.Close() })
	case pumpCloses:
		if s.byCtx {
			why = errMatrixPump
			s.endPump(why)
			timely(s.t, "the end of the pump", func() { <-s.pump.Done() })
		}
		s.closePump(s.pump)
		if s.other == s.pump && s.way != peerCloses {
			s.companion.ended(s.t, why)
		}
	}
	s.subject.ended(s.t, why)
	if s.transport == "inproc" && s.row.typ == Push && s.ends() && by != pumpCloses {
		out := s.subject.handle.Stats().MessagesOut
		until(s.t, "all that was sent is received", func() bool { return s.companion.consumed.Load() == out })
	}
}

func (s *scene) closePump(p *Pump) {
	s.t.Helper()
	var err error
	timely(s.t, "Pump.Close", func() { err = p.Close() })
	switch {
	case errors.Is(err, errInUse): // it waits for linger and a second, and this machine is busy
		tempo.Lock() // its goroutine must come to an end yet
		tempo.gaveUp++
		tempo.Unlock()
	case err != nil:
		s.t.Error(err)
	}
}

// close ends what is left, and checks that too.
func (s *scene) close() {
	if u := s.companion; u != nil && u.handle.Err() == nil {
		timely(s.t, "Close of the peer", func() { u.handle.Close() })
		u.ended(s.t, ErrClosed)
	}
	s.closePump(s.pump)
	s.closePump(s.other)
}

// String tells how the users of the cell stand.
func (s *scene) String() (text string) {
	for _, u := range []*user{s.subject, s.companion} {
		if u != nil {
			text += fmt.Sprintf("%s: user sent %d and received %d; %+v\n", u.handle.Name(), u.produced.Load(), u.consumed.Load(), u.handle.Stats())
		}
	}
	return text
}

// leave stops all that a cell which has failed has left running.
func (s *scene) leave() {
	for _, u := range []*user{s.subject, s.companion} {
		if u != nil && u.enough != nil {
			u.enough()
		}
	}
	if s.process != nil {
		s.process.kill()
	}
	for _, p := range []*Pump{s.pump, s.other} {
		if p != nil {
			go p.Close()
		}
	}
	s.endCtx(nil)
	s.endPump(nil)
}

// offer sends one message if the socket takes one soon.
func (u *user) offer() {
	if u.send != nil {
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
		defer cancel()
		u.send(ctx)
	}
}
