//go:build cgo

package runtime

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/pebbe/zmq4"
)

// This file has what must not grow or spread without a bound: facts 4, 11, 16 and 17.

// fullRouter has a ROUTER send n numbered messages to a peer that does not read, with queues for 2.
func fullRouter(t *testing.T, p *Pump, n int) (s *Socket, full *zmq4.Socket) {
	router := openEnds(t, p, tinyQueues("inproc://full", Router, Dealer), "a.one")
	hello := func(peer *zmq4.Socket) []byte {
		sendFrames(t, peer, "hello")
		return next(t, router.recv)[0]
	}
	full, other := inprocPeer(t, p, Dealer, "inproc://full"), inprocPeer(t, p, Dealer, "inproc://full")
	fullID, otherID := hello(full), hello(other)
	for i := range n {
		send(t, router.send, [][]byte{fullID, []byte(fmt.Sprint(i))})
	}
	send(t, router.send, [][]byte{otherID, []byte("at once")})
	equal(t, recvFrames(t, other), frames("at once"))
	return p.Socket("raw", "a.one"), full
}

// Fact 4: a ROUTER's full peer has 64 messages parked; what is beyond is dropped and counted at once,
// and other peers do not notice.
func TestAFullPeerHasSoManyMessagesParked(t *testing.T) {
	p := newPump(t)
	p.parkTime = time.Hour
	const n, kept = 100, 2 + 64
	s, full := fullRouter(t, p, n)
	eventually(t, "what is beyond is dropped", func() bool { return s.Stats().Dropped[DroppedPeerFull] == n-kept })
	for i := range kept {
		equal(t, recvFrames(t, full), frames(fmt.Sprint(i)))
	}
	equal(t, s.Stats().Dropped, map[Cause]uint64{DroppedPeerFull: n - kept})
}

// Fact 4: and it has them parked for a second.
func TestAFullPeerHasMessagesParkedForSoLong(t *testing.T) {
	began := time.Now()
	s, _ := fullRouter(t, newPump(t), 10)
	eventually(t, "what was parked is dropped", func() bool { return s.Stats().Dropped[DroppedPeerFull] == 10-2 })
	if waited := time.Since(began); waited < time.Second {
		t.Errorf("parked for %v", waited)
	}
}

// child runs the named test again, in a process of its own in which setting is in the environment.
func child(t *testing.T, test, setting string) (out string, state *os.ProcessState) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^"+test+"$")
	cmd.Env = append(os.Environ(), setting)
	b, _ := cmd.CombinedOutput()
	return string(b), cmd.ProcessState
}

// Fact 11: libzmq's own limit is 1023 sockets.
func TestOnePumpHasMoreSocketsThanLibzmqWouldAllow(t *testing.T) {
	const n = 1100
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil || limit.Cur < 2*n+200 {
		t.Skipf("%d descriptors are too few for %d sockets", limit.Cur, n)
	}
	p, top := newPump(t), testTopology("inproc://many")
	pull := must(OpenReceiver(context.Background(), p, top, "b.pull", textCodec{}, nil))(t)
	for i := range n {
		push := must(OpenSender(context.Background(), p, top, "a.push", textCodec{}, []SocketOption{Instance(fmt.Sprint(i)), Buffer(1)}))(t)
		defer close(push)
		send(t, push, "here")
	}
	for range n {
		equal(t, next(t, pull), "here")
	}
}

// Fact 11: when descriptors run out the error says so, nothing is held by what did not open, and all
// goes on with what did.
func TestOutOfDescriptors(t *testing.T) {
	if os.Getenv("ZMQGEN_DESCRIPTORS") == "" {
		for _, left := range []string{"20", "21"} { // where there are duplicates, the last one lacks its own or libzmq's
			if out, state := child(t, t.Name(), "ZMQGEN_DESCRIPTORS="+left); !state.Success() {
				t.Errorf("with %s descriptors: %v\n%s", left, state, out)
			}
		}
		return
	}
	var left uint64
	fmt.Sscan(os.Getenv("ZMQGEN_DESCRIPTORS"), &left)
	p, top := newPump(t), testTopology("inproc://few")
	pull := must(OpenReceiver(context.Background(), p, top, "b.pull", textCodec{}, nil))(t)
	open := func(i int) (chan<- string, error) {
		return OpenSender(context.Background(), p, top, "a.push", textCodec{}, []SocketOption{Instance(fmt.Sprint(i))})
	}
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		t.Fatal(err)
	}
	f := must(os.Open(os.DevNull))(t) // has the next descriptor
	limit.Cur = uint64(f.Fd()) + left
	f.Close()
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		t.Fatal(err)
	}
	var pushes []chan<- string
	var err error
	for err == nil {
		var push chan<- string
		if push, err = open(len(pushes)); err == nil {
			pushes = append(pushes, push)
			defer close(push)
		}
	}
	for _, want := range []string{"too many open files", "two file descriptors", "ulimit -n"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%v does not say %q", err, want)
		}
	}
	want := int(left) / 2
	if haveWatcher { // which has one itself, and senders need no duplicate
		want = int(left) - 1
	}
	if len(pushes) != want {
		t.Errorf("%d sockets opened with %d descriptors", len(pushes), left)
	}
	if _, err := OpenReceiver(context.Background(), p, top, "b.pulls", textCodec{}, []SocketOption{Connect("inproc://few-more")}); err == nil || !strings.Contains(err.Error(), "too many open files") {
		t.Errorf("a receiver: %v", err)
	}
	for range 10 {
		if _, again := open(len(pushes)); again == nil || again.Error() != err.Error() {
			t.Errorf("opened again: %v", again)
		}
	}
	for _, push := range pushes {
		send(t, push, "here")
		equal(t, next(t, pull), "here")
	}
	p.Socket("test", "a.push#0").Close()
	eventually(t, "there is room for another", func() bool { // libzmq frees its descriptor a little later
		push, err := open(len(pushes))
		if err == nil {
			defer close(push)
			send(t, push, "again")
			equal(t, next(t, pull), "again")
		}
		return err == nil
	})
}

// Fact 11: libzmq aborts the process when it finds a socket of some other type where it looks for its
// authentication handler. So none of ours is bound there.
func TestTheNameOfTheAuthenticationHandlerIsReserved(t *testing.T) {
	const bound = "ZMQGEN_BOUND"
	switch os.Getenv(bound) {
	case "by hand":
		zctx := must(zmq4.NewContext())(t)
		push := must(zctx.NewSocket(zmq4.PUSH))(t)
		push.Bind(zapEndpoint)
		authenticate(t, zctx)
		return
	case "by a socket of ours":
		p, top := newPump(t), testTopology(zapEndpoint)
		_, err := OpenSender(context.Background(), p, top, "a.pushes", textCodec{}, nil)
		if err == nil || !strings.Contains(err.Error(), zapEndpoint) || !strings.Contains(err.Error(), "use another name") {
			t.Errorf("got %v", err)
		}
		authenticate(t, p.zctx)
		return
	}
	out, state := child(t, t.Name(), bound+"=by hand")
	if state.Success() || !strings.Contains(out, "Assertion failed") {
		t.Errorf("by hand: libzmq does not abort: %v\n%s", state, out)
	}
	if out, state := child(t, t.Name(), bound+"=by a socket of ours"); !state.Success() {
		t.Errorf("by a socket of ours: %v\n%s", state, out)
	}
}

// authenticate has a client connect that libzmq asks its authentication handler about.
func authenticate(t *testing.T, zctx *zmq4.Context) {
	server := must(zctx.NewSocket(zmq4.PULL))(t)
	defer server.Close()
	server.SetPlainServer(1)
	if err := server.Bind("tcp://127.0.0.1:*"); err != nil {
		t.Fatal(err)
	}
	failed := must(zctx.NewSocket(zmq4.PAIR))(t)
	defer failed.Close()
	if err := server.Monitor("inproc://monitor", zmq4.EVENT_ACCEPTED|zmq4.EVENT_DISCONNECTED|zmq4.EVENT_HANDSHAKE_FAILED_AUTH|zmq4.EVENT_HANDSHAKE_FAILED_NO_DETAIL|zmq4.EVENT_HANDSHAKE_FAILED_PROTOCOL|zmq4.EVENT_HANDSHAKE_SUCCEEDED); err != nil {
		t.Fatal(err)
	}
	if err := failed.Connect("inproc://monitor"); err != nil {
		t.Fatal(err)
	}
	failed.SetRcvtimeo(10 * time.Second)
	client := must(zctx.NewSocket(zmq4.PUSH))(t)
	defer client.Close()
	client.SetLinger(0)
	client.SetPlainUsername("name")
	client.SetPlainPassword("word")
	if err := client.Connect(must(server.GetLastEndpoint())(t)); err != nil {
		t.Fatal(err)
	}
	for range 2 { // accepted, and then what became of it
		if _, _, _, err := failed.RecvEvent(0); err != nil {
			t.Fatal(err)
		}
	}
}

// Fact 16: of two workers the one that does not work has what its channel holds and one message in
// hand; all others stay where they can be counted, and no batch takes more even after it goes on.
func TestAWorkerTakesWhatItsChannelHoldsAndOneMore(t *testing.T) {
	for _, buffer := range []int{0, 1, 10} {
		t.Run(fmt.Sprint(buffer), func(t *testing.T) {
			ctx, p, top := context.Background(), newPump(t), testTopology("inproc://work")
			push := must(OpenSender(ctx, p, top, "a.pushes", textCodec{}, nil))(t)
			defer close(push)
			lazy := must(OpenReceiver(ctx, p, top, "b.pulls", textCodec{}, []SocketOption{Instance("lazy"), Buffer(buffer)}))(t)
			busy := must(OpenReceiver(ctx, p, top, "b.pulls", textCodec{}, []SocketOption{Instance("busy"), Buffer(buffer)}))(t)
			handle := p.Socket("test", "b.pulls#lazy")
			const n = 400
			for i := range n {
				send(t, push, fmt.Sprint(i))
			}
			for range n / 2 { // the other half waits for the lazy one
				next(t, busy)
			}
			read := 0
			for range 20 {
				eventually(t, "the lazy one has what it can hold", func() bool { return handle.Stats().MessagesIn >= uint64(read+buffer+1) })
				equal(t, handle.Stats().MessagesIn, uint64(read+buffer+1))
				next(t, lazy)
				read++
			}
			handle.Close()
			for range lazy {
				read++
			}
			equal(t, uint64(read)+handle.Stats().Dropped[DroppedUnread], uint64(n/2))
		})
	}
}

// Fact 17: subscriptions come in for ever and nobody reads the channel of an XPUB. It takes them from
// libzmq nonetheless, keeps the newest, and counts what it drops.
func TestSubscriptionsThatNobodyReadsDoNotQueueUp(t *testing.T) {
	for _, buffer := range []int{0, 10} { // 0 means 1
		t.Run(fmt.Sprint(buffer), func(t *testing.T) {
			p, top := newPump(t), rawTopology("tcp://127.0.0.1:*", XPub, Sub)
			e := openEnds(t, p, top, "a.one", Buffer(buffer))
			handle := p.Socket("raw", "a.one")
			sub := rawSock(t, zmq4.SUB, func(s *zmq4.Socket) error {
				s.SetSndhwm(0) // of subscriptions under way
				return s.Connect(handle.Endpoints()[0])
			})
			const n = 5000
			for i := range n {
				sub.SetSubscribe(fmt.Sprint(i))
			}
			kept := max(buffer, 1)
			eventually(t, "all are taken", func() bool {
				s := handle.Stats()
				return s.MessagesIn == n && s.Dropped[DroppedOverflow] == uint64(n-kept)
			})
			for i := n - kept; i < n; i++ {
				equal(t, stringsOf(next(t, e.recv)), frames("\x01"+fmt.Sprint(i)))
			}
		})
	}
}
