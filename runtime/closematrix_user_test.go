//go:build cgo

package runtime

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// This file holds the users of the sockets in the close matrix: what goroutines do at the channels of
// each type, and what they are owed when the socket ends.

// matrixRow is a kind of socket in the matrix: a type, and what the user has in hand.
type matrixRow struct {
	name          string
	typ           SocketType
	peers         []string // rows that it talks to
	spec          func(*SocketSpec)
	calls, serves bool // it is a client, or a server, of req-rep
	open          func(ctx context.Context, t testing.TB, u *user, p *Pump, top *Topology, name string)
}

// begins says whether a socket of the row sends of its own accord when its peer is one of the other.
func (r *matrixRow) begins(peer *matrixRow) bool {
	return r.typ.sends() && !r.answers(peer)
}

// answers says whether a socket of the row sends only in answer to what it received.
func (r *matrixRow) answers(peer *matrixRow) bool {
	return r.typ == Rep || r.typ == Router && (peer.typ == Req || r.serves)
}

// hears says whether the user receives anything.
func (r *matrixRow) hears() bool { return r.typ.receives() }

// oneWay says whether the end of sending is the end of the socket.
func (r *matrixRow) oneWay() bool { return r.typ.sends() && !r.typ.receives() }

// hangsUp says whether the user has a channel to close.
func (r *matrixRow) hangsUp() bool { return r.typ.sends() && !r.calls && !r.serves }

// neverFull says whether receiving goes on although nobody reads, because something drops or answers.
func (r *matrixRow) neverFull() bool {
	return r.typ == XPub || r.name == "latest" || r.calls || r.serves || r.conflates()
}

// conflates says whether only the newest message is kept, and each has one frame.
func (r *matrixRow) conflates() bool { return strings.HasPrefix(r.name, "conflating") }

// neverBlocks says whether all that is sent is taken, and what there is no room for is dropped.
func (r *matrixRow) neverBlocks() bool {
	return r.typ == Pub || r.typ == XPub || r.typ == XSub || r.typ == Router || r.conflates()
}

// socketPlan is what a socket of the matrix is opened with, by this process or by another one.
type socketPlan struct {
	Row, Peer string
	Bind      bool
	Endpoint  string
	Buffer    int // of its channels
	HWM       int // of both of its directions
	Payload   int // bytes in each message that it sends
}

// open opens the socket under a name of its own.
func (plan socketPlan) open(ctx context.Context, t testing.TB, p *Pump, name string) *user {
	t.Helper()
	u := &user{row: matrixRowNamed(plan.Row), peer: matrixRowNamed(plan.Peer), payload: strings.Repeat("x", plan.Payload)}
	spec := SocketSpec{
		Type: u.row.typ, Linger: Lingering(matrixLinger), Buffer: Limit(plan.Buffer),
		SendHWM: Limit(plan.HWM), RecvHWM: Limit(plan.HWM),
	}
	if plan.Bind {
		spec.Bind = []string{plan.Endpoint}
	} else {
		spec.Connect = []string{plan.Endpoint}
	}
	if u.row.typ == Sub {
		spec.Subscribe = []string{""}
	}
	if u.row.spec != nil {
		u.row.spec(&spec)
	}
	u.row.open(ctx, t, u, p, &Topology{Name: "matrix", Sockets: map[string]SocketSpec{name: spec}}, name)
	u.handle = p.Socket("matrix", name)
	return u
}

// user is whoever uses one socket: goroutines that send, and one that receives.
type user struct {
	row, peer *matrixRow
	handle    *Socket
	payload   string
	// send gives the socket one message and blocks until it is taken, or ctx ends: then, and if the
	// socket has ended under a call, it returns false. It is nil if the user does not begin to send.
	send func(ctx context.Context) bool
	// receive takes one message, and answers it if the user is one who answers. It returns false if the
	// channel is closed or stop is. It is nil if the user has no channel to receive from.
	receive func(stop <-chan struct{}) bool
	hangUp  func()      // closes the channel to send on; nil if there is none, or it is closed
	mute    atomic.Bool // does not answer any more

	produced, consumed atomic.Uint64 // messages that the socket took, and gave
	closed             atomic.Bool   // the channel to receive from was seen closed

	sending, receiving sync.WaitGroup
	enough             context.CancelFunc // tells senders to leave
	stop               chan struct{}      // tells the receiver to leave; nil if there is none
}

// startSending starts goroutines that send until stopSending. Those that are patient wait in a send
// come what may, as users do who trust that it ends.
func (u *user) startSending(patient bool) {
	if u.send == nil {
		return
	}
	leave, enough := context.WithCancel(context.Background())
	u.enough = enough
	ctx := leave
	if patient {
		ctx = context.Background()
	}
	for range 3 {
		u.sending.Add(1)
		go func() {
			defer u.sending.Done()
			tick := time.NewTicker(time.Millisecond)
			defer tick.Stop()
			for n := 1; leave.Err() == nil && u.send(ctx); n++ {
				if u.row.neverBlocks() && n%8 == 0 {
					<-tick.C // else it would take a processor for itself
				}
			}
		}()
	}
}

// stopSending waits until every sender has come back from its last send.
func (u *user) stopSending(t *trial) {
	t.Helper()
	if u.enough != nil {
		u.enough()
		timely(t, "the release of the senders to "+u.handle.Name(), u.sending.Wait)
	}
}

// startReceiving starts the goroutine that receives.
func (u *user) startReceiving() {
	if u.receive == nil || u.stop != nil {
		return
	}
	stop := make(chan struct{})
	u.stop = stop
	u.receiving.Add(1)
	go func() {
		defer u.receiving.Done()
		for u.receive(stop) {
		}
	}()
}

// stopReceiving has the user read no more.
func (u *user) stopReceiving(t *trial) {
	t.Helper()
	if u.stop != nil {
		close(u.stop)
		timely(t, "the release of the receiver of "+u.handle.Name(), u.receiving.Wait)
		u.stop = nil
	}
}

// ended checks all that a user is owed by a socket that was made to end: it ends in time and says why,
// releases senders, closes the channel to receive from, and has counted every message.
func (u *user) ended(t *trial, why error) {
	t.Helper()
	timely(t, "the end of "+u.handle.Name(), func() { <-u.handle.Done() })
	if err := u.handle.Err(); !errors.Is(err, why) {
		t.Errorf("%s: Err is %v, want %v", u.handle.Name(), err, why)
	}
	if u.receive != nil {
		u.startReceiving()
		timely(t, "the end of the receive channel of "+u.handle.Name(), u.receiving.Wait)
		if !u.closed.Load() {
			t.Errorf("%s: its receive channel is not closed", u.handle.Name())
		}
	}
	u.stopSending(t)
	if u.hangUp != nil {
		u.hangUp()
		u.hangUp = nil
	}
	u.accounted(t)
}

// accounted checks that what went in came out, or is counted as dropped.
func (u *user) accounted(t testing.TB) {
	t.Helper()
	s := u.handle.Stats()
	in := u.consumed.Load()
	for _, cause := range []Cause{DroppedUnread, DroppedOverflow, DroppedDecode, DroppedRefused, DroppedLate} {
		in += s.Dropped[cause]
	}
	if (u.receive != nil || u.row.calls) && in != s.MessagesIn {
		t.Errorf("%s received %d messages, of which %d came to its user, and dropped %v", u.handle.Name(), s.MessagesIn, u.consumed.Load(), s.Dropped)
	}
	if !u.row.hangsUp() {
		return
	}
	out := func() uint64 {
		s = u.handle.Stats()
		n := s.MessagesOut
		for _, cause := range []Cause{DroppedLinger, DroppedEnded, DroppedState, DroppedPeerFull, DroppedUnroutable, DroppedEncode, DroppedReplaced} {
			n += s.Dropped[cause]
		}
		return n
	}
	until(t, fmt.Sprintf("the %d messages that %s was given are sent or dropped, %+v", u.produced.Load(), u.handle.Name(), s),
		func() bool { return out() == u.produced.Load() })
}

// put sends e on ch, unless ctx ends before there is room.
func put[E any](ctx context.Context, ch chan<- E, e E) bool {
	select {
	case ch <- e:
		return true
	case <-ctx.Done():
		return false
	}
}

// take receives from ch, unless stop is closed before something comes.
func take[E any](u *user, ch <-chan E, stop <-chan struct{}) (e E, ok bool) {
	select {
	case e, ok = <-ch:
		if !ok {
			u.closed.Store(true)
		}
		return e, ok
	case <-stop:
		return e, false
	}
}

// openFrames opens a socket of any type for frames.
func openFrames(ctx context.Context, t testing.TB, u *user, p *Pump, top *Topology, name string) {
	send, recv, err := openRaw(ctx, p, top, name, nil)
	if err != nil {
		t.Fatal(err)
	}
	if send != nil {
		u.hangUp = func() { close(send) }
	}
	var to atomic.Pointer[[]byte] // the routing id of the last that a ROUTER heard from
	if u.row.begins(u.peer) {
		u.send = func(ctx context.Context) bool {
			m := u.compose()
			if u.row.typ == Router {
				id := to.Load()
				if id == nil {
					return false
				}
				m = append([][]byte{*id}, m...)
			}
			if !put(ctx, send, m) {
				return false
			}
			u.produced.Add(1)
			return true
		}
	}
	if recv == nil {
		return
	}
	u.receive = func(stop <-chan struct{}) bool {
		m, ok := take(u, recv, stop)
		if !ok {
			return false
		}
		u.consumed.Add(1)
		if u.row.typ == Router {
			to.Store(&m[0])
		}
		if u.row.answers(u.peer) && !u.mute.Load() {
			answer := bytesOf("answer", u.payload)
			if u.row.typ == Router {
				answer = append([][]byte{m[0], nil}, answer...)
			}
			send <- answer
			u.produced.Add(1)
		}
		return true
	}
}

// compose makes the next message, without a routing id.
func (u *user) compose() [][]byte {
	n := u.produced.Load()
	if u.row.conflates() {
		return bytesOf(fmt.Sprint(n, u.payload))
	}
	switch u.row.typ {
	case XSub: // a subscription to all, messages that are none, and topics subscribed to and given up
		switch n % 4 {
		case 0:
			return bytesOf("\x01")
		case 1:
			return bytesOf("topic", u.payload[:min(len(u.payload), maxSubscription)]) // more ends the connection
		default:
			return bytesOf(fmt.Sprintf("%c%d", 3-n%4, n/4))
		}
	case Dealer, Router: // with an empty delimiter, which a REP or a REQ wants
		return bytesOf("", "topic", u.payload)
	default:
		return bytesOf(fmt.Sprint("topic ", n%5), "", u.payload)
	}
}

// openSlicesOut opens a socket that sends slices.
func openSlicesOut(ctx context.Context, t testing.TB, u *user, p *Pump, top *Topology, name string) {
	send := must(OpenBatchSender(ctx, p, top, name, rawCodec{}, nil))(t)
	u.hangUp = func() { close(send) }
	u.send = func(ctx context.Context) bool {
		size := 1 + u.produced.Load()%11 // some are longer than a batch
		slice := make([][][]byte, size)
		for i := range slice {
			slice[i] = u.compose()
		}
		if !put(ctx, send, slice) {
			return false
		}
		u.produced.Add(size)
		return true
	}
}

// openSlicesIn opens a socket that receives slices.
func openSlicesIn(ctx context.Context, t testing.TB, u *user, p *Pump, top *Topology, name string) {
	recv := must(OpenBatchReceiver(ctx, p, top, name, rawCodec{}, nil))(t)
	u.receive = func(stop <-chan struct{}) bool {
		slice, ok := take(u, recv, stop)
		u.consumed.Add(uint64(len(slice)))
		return ok
	}
}

// openCaller opens a client, whose users make calls.
func openCaller(ctx context.Context, t testing.TB, u *user, p *Pump, top *Topology, name string) {
	client := must(OpenClient(ctx, p, top, name, nil))(t)
	u.send = func(ctx context.Context) bool {
		_, err := Invoke(ctx, client, &echo, note{u.payload})
		var status *StatusError
		if err != nil && !errors.As(err, &status) {
			return false
		}
		u.produced.Add(1)
		u.consumed.Add(1)
		return true
	}
}

// openAnswerer opens a server, whose user answers calls.
func openAnswerer(ctx context.Context, t testing.TB, u *user, p *Pump, top *Topology, name string) {
	var calls <-chan *Call[note, note]
	if err := OpenServer(ctx, p, top, name, nil, Serve(&echo, &calls)); err != nil {
		t.Fatal(err)
	}
	u.receive = func(stop <-chan struct{}) bool {
		call, ok := take(u, calls, stop)
		if !ok {
			return false
		}
		u.consumed.Add(1)
		call.Reply(call.Request)
		return true
	}
}

// openLatest opens a socket that keeps the newest message of each topic.
func openLatest(ctx context.Context, t testing.TB, u *user, p *Pump, top *Topology, name string) {
	recv := must(OpenReceiver(ctx, p, top, name, rawCodec{}, nil))(t)
	u.receive = func(stop <-chan struct{}) bool {
		_, ok := take(u, recv, stop)
		if ok {
			u.consumed.Add(1)
		}
		return ok
	}
}
