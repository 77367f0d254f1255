//go:build cgo

package runtime

import (
	"fmt"
	"strings"
	"testing"

	"github.com/pebbe/zmq4"
)

// This file cuts multipart messages by the deaths of peers, right at libzmq: fact 5.

// Fact 5: libzmq says EAGAIN to the part that the peer's death cuts off, and swallows what follows
// with success up to the last part of a message, whichever that is. The one message is sent again,
// whole, and the one behind it is not touched.
func TestAMessageWhosePeerDiesInItsMiddleIsSentAgainWhole(t *testing.T) {
	for _, endpoint := range []string{"tcp://127.0.0.1:*", "inproc://cut"} {
		for _, pair := range mortal {
			t.Run(fmt.Sprint(endpoint[:strings.Index(endpoint, ":")], " ", pair.one), func(t *testing.T) {
				newCutTest(t, endpoint, pair.one, pair.two).run(3) // half of the cuts meet the last part
			})
		}
	}
}

// cutTest has a bound sender, a peer that survives, and others that die.
type cutTest struct {
	t        *testing.T
	zctx     *zmq4.Context
	sender   rawSocket
	to       string
	peerType SocketType
	survivor rawSocket
	in       *inbox
}

func newCutTest(t *testing.T, endpoint string, one, two SocketType) *cutTest {
	c := &cutTest{t: t, zctx: must(zmq4.NewContext())(t), peerType: two, in: newInbox()}
	t.Cleanup(func() {
		if !t.Failed() { // a peer may be open
			c.zctx.Term()
		}
	})
	sender := c.open(one)
	t.Cleanup(func() { sender.Close() })
	if err := sender.Bind(endpoint); err != nil {
		t.Fatal(err)
	}
	c.sender, c.to = newRawSocket(sender), must(sender.GetLastEndpoint())(t)
	survivor := c.connect()
	c.survivor = newRawSocket(survivor)
	t.Cleanup(func() {
		c.survivor.free()
		survivor.Close()
	})
	return c
}

func (c *cutTest) open(typ SocketType) *zmq4.Socket {
	s := must(c.zctx.NewSocket(socketTypes[typ]))(c.t)
	s.SetLinger(0)
	s.SetSndhwm(0) // so that EAGAIN speaks of a death and of nothing else
	s.SetRcvhwm(0)
	return s
}

// connect makes a peer and waits until it is served.
func (c *cutTest) connect() *zmq4.Socket {
	s := c.open(c.peerType)
	if err := s.Connect(c.to); err != nil {
		c.t.Fatal(err)
	}
	eventually(c.t, "the peer is served", func() bool {
		probe := oneMessage("probe")
		c.sender.send(probe.buf, probe.frames)
		_, err := s.Recv(zmq4.DONTWAIT)
		return err == nil
	})
	return s
}

// many messages take longer to send than libzmq goes without a look at what has become of its peers,
// 3 million ticks: it is then that a death is noticed in the middle of a message.
const many = 10_000

// run has peers die under messages of n frames until some deaths have cut one.
func (c *cutTest) run(n int) {
	var batches [8]*FrameWriter // all there is time for while a peer dies
	for b := range batches {
		batches[b] = new(FrameWriter)
		for m := range many {
			for _, f := range pieces(b*many+m, n) {
				batches[b].Frame(f)
			}
			batches[b].finish(-1)
		}
	}
	const cuts, deaths = 3, 500
	for cut, death := 0, 0; cut < cuts; death++ {
		if death == deaths {
			c.t.Fatalf("of %d deaths %d cut a message", deaths, cut)
		}
		dying, begun, dead := c.connect(), make(chan struct{}), make(chan struct{})
		go func() {
			defer close(dead)
			<-begun
			dying.Close()
		}()
		close(begun)
		var again []int // messages that were cut
		for b, over := 0, false; b < len(batches) && !over; b++ {
			select {
			case <-dead:
				over = true // after this batch: the sender learns it a little later
			default:
			}
			again = append(again, c.sendAll(batches[b], b*many, n)...)
		}
		<-dead
		cut += len(again)
		c.check(fmt.Sprint("death ", death), again)
	}
}

// sendAll sends a batch of messages of n frames, of which first is the number of the first one, and
// those that a death cuts again. It returns their numbers.
func (c *cutTest) sendAll(batch *FrameWriter, first, n int) (again []int) {
	for at := (mark{}); at.frames < len(batch.frames); {
		r := c.sender.send(batch.buf[at.bytes:], batch.frames[at.frames:])
		at = mark{at.bytes + r.bytes, at.frames + r.frames}
		if r.err == errAgain {
			again = append(again, first+at.frames/n)
		} else if r.err != nil {
			c.t.Fatal(r.err)
		}
	}
	return again
}

// check receives what the survivor has got: messages whole, none twice, and those that were sent again.
// It is over when the survivor is the only one who gets any.
func (c *cutTest) check(death string, again []int) {
	c.t.Helper()
	last, ends := -1, ""
	eventually(c.t, death, func() bool {
		for _, end := range []string{death + " first", death + " second"} {
			mark := oneMessage(end)
			c.sender.send(mark.buf, mark.frames)
		}
		c.survivor.recv(c.in, maxBatch, -1, maxFrames)
		for c.in.next() {
			if len(c.in.views) == 1 { // a probe, or an end
				ends += string(c.in.views[0]) + ", "
				continue
			}
			m, err := whole(c.in.views)
			if err != nil {
				c.t.Fatal(err)
			}
			if m <= last {
				c.t.Fatalf("message %d after %d", m, last)
			}
			last = m
			if len(again) > 0 && again[0] < m {
				c.t.Fatalf("message %d, which was cut, did not come again", again[0])
			}
			if len(again) > 0 && again[0] == m {
				again = again[1:]
			}
		}
		return strings.Contains(ends, death+" first, "+death+" second")
	})
	if len(again) > 0 {
		c.t.Fatalf("message %d, which was cut, did not come again", again[0])
	}
}
