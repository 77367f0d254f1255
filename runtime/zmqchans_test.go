//go:build cgo

package runtime

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/pebbe/zmq4"
)

// This file holds the cases by which zmqchans, zmq-async's successor that was to have no deadlocks, tests itself. Where it
// asks whether something took long, these tests count what moved. Its stream-test is not here: topologies have no STREAM.

func TestZmqChans(t *testing.T) {
	for _, c := range []struct {
		name string
		run  func(*testing.T)
	}{
		{"startup-shutdown", startupShutdown},
		{"deadlock-seeker", deadlockSeeker},
		{"ping-pong", pingPong},
		{"big-small", bigSmall},
		{"xsub-xpub", xsubXpub},
		{"proxy-chain", proxyChain},
		{"buffering-test-1", func(t *testing.T) { buffering(t, false) }},
		{"buffering-test-2", func(t *testing.T) { buffering(t, true) }},
		{"pprint-xform-test", pprintXform},
		{"reconnect-rebind", reconnectRebind},
		{"relaxed-req", relaxedReq},
	} {
		t.Run(c.name, c.run)
	}
}

// 100 sockets of any type, each bound or connected to a name of its own where nobody is, end with their pump.
func startupShutdown(t *testing.T) {
	seed := rand.Uint64()
	t.Log("seed", seed)
	chance := rand.New(rand.NewPCG(seed, 0))
	p, top := newPump(t), &Topology{Name: "raw", Sockets: make(map[string]SocketSpec)}
	var types []string
	for typ := Pub; typ.known(); typ++ {
		types = append(types, typ.String())
		top.Sockets[typ.String()] = SocketSpec{Type: typ, Linger: Lingering(rawTimeout)} // which nothing uses up
	}
	for i := range 100 {
		where := Bind
		if chance.IntN(2) == 0 {
			where = Connect
		}
		at := fmt.Sprint("inproc://startup-shutdown-", i)
		openEnds(t, p, top, types[chance.IntN(len(types))], Instance(fmt.Sprint(i)), where(at))
	}
	equal(t, len(p.Stats()), 100)
	within(t, testPatience, "Pump.Close", func() { p.Close() })
	equal(t, len(p.Stats()), 0)
}

// A PUB floods ten SUBs, a REQ pings a REP, and SUBs open and close without a pause: none of it ever comes to a stand.
func deadlockSeeker(t *testing.T) {
	const subs, step, steps = 10, 50, 4
	p, top := newPump(t), rawTopology("inproc://deadlock-seeker", Pub, Sub)
	pub := openEnds(t, p, top, "a.one")
	calls := rawTopology("inproc://deadlock-seeker-ping", Rep, Req)
	calls.Name = "calls"
	rep, req := openEnds(t, p, calls, "a.one"), openEnds(t, p, calls, "b.two")

	var moved [subs + 2]atomic.Int64 // by each subscriber, by the calls, by the loop
	var all sync.WaitGroup
	stop := make(chan struct{})
	stream := func(n int, step func(i int) bool) {
		all.Add(1)
		go func() {
			defer all.Done()
			for i := 0; ; i++ {
				select {
				case <-stop:
					return
				default:
				}
				if !step(i) {
					return
				}
				if n >= 0 {
					moved[n].Add(1)
				}
			}
		}()
	}
	take := func(ch <-chan [][]byte, want string) bool {
		select {
		case m, open := <-ch:
			if !open || string(m[0]) != want {
				t.Errorf("got %q, want %s", m, want)
			}
			return open
		case <-stop:
			return false
		}
	}
	for n := range subs {
		topic := strconv.Itoa(n)
		sub := openEnds(t, p, top, "b.two", Instance(topic), Subscribe(topic))
		stream(n, func(int) bool { return take(sub.recv, topic) })
	}
	stream(subs, func(int) bool {
		req.send <- bytesOf("ping?")
		if !take(rep.recv, "ping?") {
			return false
		}
		rep.send <- bytesOf("pong!")
		return take(req.recv, "pong!")
	})
	stream(subs+1, func(i int) bool {
		_, err := OpenReceiver(context.Background(), p, top, "b.two", rawCodec{}, []SocketOption{Instance("passing"), Subscribe(strconv.Itoa(i % subs))})
		if err != nil {
			t.Error(err)
			return false
		}
		p.Socket("raw", "b.two#passing").Close()
		return true
	})
	stream(-1, func(i int) bool {
		pub.send <- bytesOf(strconv.Itoa(i % subs))
		return true
	})
	for s := range steps {
		for n := range moved {
			eventually(t, fmt.Sprintf("stream %d moves, step %d", n, s), func() bool { return moved[n].Load() >= int64((s+1)*step) })
		}
	}
	close(stop)
	within(t, testPatience, "the end of all streams", all.Wait)
}

// REQ and REP count up by turns, and each closes its socket as soon as it has said its last: that still arrives.
func pingPong(t *testing.T) {
	overTransports(t, func(t *testing.T, endpoint string) {
		const n = 1000
		p, top := newPump(t), rawTopology(endpoint, Rep, Req)
		for name, spec := range top.Sockets {
			spec.Linger = Lingering(rawTimeout)
			top.Sockets[name] = spec
		}
		rep := openEnds(t, p, top, "a.one")
		req := openEnds(t, p, top, "b.two")
		count := func(name string, e ends, last int) <-chan int {
			result := make(chan int, 1)
			go func() {
				for m := range e.recv {
					last, _ = strconv.Atoi(string(m[0]))
					if last <= n {
						e.send <- bytesOf(strconv.Itoa(last + 1))
					}
					if last >= n {
						break
					}
				}
				p.Socket("raw", name).Close()
				result <- last
			}()
			return result
		}
		reps, reqs := count("a.one", rep, 0), count("b.two", req, 0)
		send(t, req.send, bytesOf("0"))
		equal(t, []int{next(t, reps), next(t, reqs)}, []int{n, n + 1})
	})
}

// Messages of 50 MiB on one pair of sockets do not keep small ones from moving on another pair of the same pump.
func bigSmall(t *testing.T) {
	for _, transport := range []string{"tcp", "inproc"} {
		t.Run(transport, func(t *testing.T) {
			const size, atLeast, beside = 50 << 20, 2, 50
			p := newPump(t)
			open := func(name string) (chan<- string, <-chan string) {
				top := testTopology(transports(t)[transport] + "-" + name)
				if transport == "tcp" {
					top = testTopology("tcp://127.0.0.1:*")
				}
				top.Name = name
				for name, spec := range top.Sockets {
					spec.MaxMessageSize, spec.Buffer = Size(size), Limit(0)
					top.Sockets[name] = spec
				}
				pull := must(OpenReceiver(context.Background(), p, top, "b.pull", textCodec{}, nil))(t)
				push := must(OpenSender(context.Background(), p, top, "a.push", textCodec{}, nil))(t)
				t.Cleanup(func() { close(push) })
				return push, pull
			}
			pushBig, pullBig := open("big")
			pushSmall, pullSmall := open("small")
			big := strings.Repeat("x", size)
			var bigs, moved atomic.Int64 // bigs is odd while a big message is on its way
			stop := make(chan struct{})
			var small sync.WaitGroup
			small.Add(1)
			go func() {
				defer small.Done()
				for {
					select {
					case <-stop:
						return
					default:
					}
					before := bigs.Load()
					pushSmall <- ""
					<-pullSmall
					if before%2 == 1 && bigs.Load() == before {
						moved.Add(1)
					}
				}
			}()
			within(t, testPatience, "the small beside the big", func() {
				for i := 0; i < atLeast || moved.Load() < beside; i++ {
					bigs.Add(1)
					pushBig <- big
					if got := <-pullBig; len(got) != size {
						t.Errorf("%d bytes arrived", len(got))
					}
					bigs.Add(1)
				}
			})
			close(stop)
			small.Wait()
		})
	}
}

// forward gives what comes from one channel to another, until the first closes or stop does.
func forward(wg *sync.WaitGroup, stop <-chan struct{}, from <-chan [][]byte, to chan<- [][]byte) {
	wg.Add(1)
	go func() {
		defer wg.Done()
		for m := range from {
			select {
			case to <- m:
			case <-stop:
				return
			}
		}
	}()
}

// device forwards between two raw sockets, both ways, until the test ends.
func device(t *testing.T, p *Pump, a, b ends, names ...string) {
	stop := make(chan struct{})
	var wg sync.WaitGroup
	forward(&wg, stop, a.recv, b.send)
	forward(&wg, stop, b.recv, a.send)
	t.Cleanup(func() {
		close(stop)
		for _, name := range names {
			p.Socket("raw", name).Close()
		}
		wg.Wait()
	})
}

// 20 PUBs reach 100 SUBs through an XSUB and an XPUB, and each SUB gets its own topic only.
func xsubXpub(t *testing.T) {
	const pubs, subs = 20, 100
	p := newPump(t)
	top := &Topology{Name: "raw", Sockets: map[string]SocketSpec{
		"pub":  {Type: Pub, Connect: []string{"xsub"}, Linger: Lingering(testLinger)},
		"xsub": {Type: XSub, Bind: []string{"inproc://xsub"}, Linger: Lingering(testLinger)},
		"xpub": {Type: XPub, Bind: []string{"inproc://xpub"}, Linger: Lingering(testLinger)},
		"sub":  {Type: Sub, Connect: []string{"xpub"}},
	}}
	device(t, p, openEnds(t, p, top, "xsub"), openEnds(t, p, top, "xpub"), "xsub", "xpub")
	topic := func(i int) string { return fmt.Sprintf("%02d", i%pubs) } // none is a prefix of another
	var served [subs]atomic.Bool
	var readers sync.WaitGroup
	for i := range subs {
		sub := openEnds(t, p, top, "sub", Instance(fmt.Sprint(i)), Subscribe(topic(i)))
		readers.Add(1)
		go func() {
			defer readers.Done()
			for m := range sub.recv {
				if got := stringsOf(m); got[0] != topic(i) || got[1] != "by "+topic(i) {
					t.Errorf("the subscriber of %s received %v", topic(i), got)
				}
				served[i].Store(true)
			}
		}()
	}
	var pub [pubs]ends
	for i := range pubs {
		pub[i] = openEnds(t, p, top, "pub", Instance(fmt.Sprint(i)))
	}
	eventually(t, "all subscribers are served", func() bool { // whose subscriptions are on their way
		for i := range pubs {
			send(t, pub[i].send, bytesOf(topic(i), "by "+topic(i)))
		}
		for i := range served {
			if !served[i].Load() {
				return false
			}
		}
		return true
	})
	for i := range subs {
		p.Socket("raw", fmt.Sprint("sub#", i)).Close()
	}
	within(t, testPatience, "the end of all subscribers", readers.Wait)
}

// A REQ reaches a REP through five pairs of ROUTER and DEALER over tcp, and its answer finds the way back.
func proxyChain(t *testing.T) {
	const devices, n = 5, 100
	p := newPump(t)
	any := []string{"tcp://127.0.0.1:*"}
	top := &Topology{Name: "raw", Sockets: map[string]SocketSpec{
		"rep":    {Type: Rep, Bind: any, Linger: Lingering(testLinger)},
		"dealer": {Type: Dealer, Linger: Lingering(testLinger)},
		"router": {Type: Router, Bind: any, Linger: Lingering(testLinger)},
		"req":    {Type: Req, Linger: Lingering(testLinger)},
	}}
	rep := openEnds(t, p, top, "rep")
	to := p.Socket("raw", "rep").Endpoints()
	for i := range devices {
		hop := Instance(fmt.Sprint(i))
		dealer, router := openEnds(t, p, top, "dealer", hop, Connect(to...)), openEnds(t, p, top, "router", hop)
		names := []string{fmt.Sprint("dealer#", i), fmt.Sprint("router#", i)}
		device(t, p, dealer, router, names...)
		to = p.Socket("raw", names[1]).Endpoints()
	}
	req := openEnds(t, p, top, "req", Connect(to...))
	for i := range n {
		send(t, req.send, bytesOf(strconv.Itoa(i)))
		equal(t, stringsOf(next(t, rep.recv)), []string{strconv.Itoa(i)})
		send(t, rep.send, bytesOf("re", strconv.Itoa(i)))
		equal(t, stringsOf(next(t, req.recv)), []string{"re", strconv.Itoa(i)})
	}
}

// What a DEALER sends over inproc before anybody reads, or even binds, waits for its peer.
func buffering(t *testing.T, bindFirst bool) {
	const n, parts = 500, 20
	p, top := newPump(t), rawTopology("inproc://buffering", Dealer, Dealer)
	var reader ends
	if bindFirst {
		reader = openEnds(t, p, top, "a.one", Buffer(0))
	}
	sender := openEnds(t, p, top, "b.two", Buffer(0))
	for i := range n {
		send(t, sender.send, bytesOf(strings.Split(strings.Repeat(fmt.Sprint(i, ","), parts-1)+"last", ",")...))
	}
	eventually(t, "ZeroMQ has them all", func() bool { return p.Socket("raw", "b.two").Stats().MessagesOut == n })
	if !bindFirst {
		reader = openEnds(t, p, top, "a.one")
	}
	for i := range n {
		got := stringsOf(next(t, reader.recv))
		equal(t, []any{len(got), got[0], got[parts-2], got[parts-1]}, []any{parts, fmt.Sprint(i), fmt.Sprint(i), "last"})
	}
	equal(t, p.Socket("raw", "a.one").Stats().FramesIn, uint64(n*parts))
}

// printed is the codec of values of any type, of which each prints itself into a frame. What is received is text.
type printed struct{}

func (printed) AppendFrames(w *FrameWriter, values *[]any) error {
	for _, v := range *values {
		w.FrameString(fmt.Sprintf("%v", v))
	}
	return nil
}

type texts struct{}

func (texts) ParseFrames(frames [][]byte, m *[]string) error {
	*m = stringsOf(frames)
	return nil
}

func (texts) AppendFrames(*FrameWriter, *[]string) error {
	return errors.New("texts are only received")
}

func (printed) ParseFrames([][]byte, *[]any) error { return errors.New("values are only sent") }

// The codec of a channel decides what its messages are, and how many frames: each direction has its own.
func pprintXform(t *testing.T) {
	ctx, p, top := context.Background(), newPump(t), rawTopology("inproc://pprint-xform", Pair, Pair)
	values, _, err := openBoth(ctx, p, top, "a.one", printed{}, texts{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer close(values)
	back, got, err := openBoth(ctx, p, top, "b.two", printed{}, texts{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer close(back)
	send(t, values, []any{123})
	equal(t, next(t, got), []string{"123"})
	send(t, values, []any{123, []int{111}})
	equal(t, next(t, got), []string{"123", "[111]"})
	send(t, values, []any{map[string]int{"a": 111}})
	equal(t, next(t, got), []string{"map[a:111]"})
}

// One pair of sockets binds and connects, talks, and undoes that, over and over.
func reconnectRebind(t *testing.T) {
	p, top := newPump(t), rawTopology("tcp://127.0.0.1:*", Rep, Req)
	rep, req := openEnds(t, p, top, "a.one"), openEnds(t, p, top, "b.two")
	binder, connector := p.Socket("raw", "a.one"), p.Socket("raw", "b.two")
	at := binder.Endpoints()[0]
	for i := range 100 {
		send(t, req.send, bytesOf("ping?", fmt.Sprint(i)))
		equal(t, stringsOf(next(t, rep.recv)), []string{"ping?", fmt.Sprint(i)})
		send(t, rep.send, bytesOf("pong!", fmt.Sprint(i)))
		equal(t, stringsOf(next(t, req.recv)), []string{"pong!", fmt.Sprint(i)})
		err := errors.Join(connector.Disconnect(at), binder.Do(func(s *zmq4.Socket) (err error) {
			if err := errors.Join(s.Unbind(at), s.Bind("tcp://127.0.0.1:*")); err != nil {
				return err
			}
			at, err = s.GetLastEndpoint()
			return err
		}))
		if err := errors.Join(err, connector.Connect(at)); err != nil {
			t.Fatal(i, err)
		}
	}
}

// A REQ that Do has relaxed may ask again without an answer, and the answer to what it asked before is not taken for
// the one that it waits for. libzmq lets both options be set on a socket that is open.
func relaxedReq(t *testing.T) {
	p, top := newPump(t), rawTopology("inproc://relaxed-req", Router, Req)
	router, req := openEnds(t, p, top, "a.one"), openEnds(t, p, top, "b.two")
	handle := p.Socket("raw", "b.two")
	if err := handle.Do(func(s *zmq4.Socket) error {
		return errors.Join(s.SetReqCorrelate(1), s.SetReqRelaxed(1))
	}); err != nil {
		t.Fatal(err)
	}
	var asked [][]string
	for _, question := range []string{"1", "2", "3"} {
		send(t, req.send, bytesOf(question))
		m := stringsOf(next(t, router.recv)) // [routing id] [request id] [] [question]
		equal(t, m[2:], []string{"", question})
		asked = append(asked, m)
	}
	for _, m := range asked {
		send(t, router.send, bytesOf(m[0], m[1], "", "re "+m[3]))
	}
	equal(t, stringsOf(next(t, req.recv)), []string{"re 3"})
	equal(t, handle.Stats().Blocked, uint64(0))
}
