//go:build cgo

package runtime

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"
)

// This file holds devices to the bounds of what they keep: replies for clients that take no more, and threads.

// fullClients opens a queue over inproc with so many clients, each of which asks once and then reads nothing, and returns who
// answers, and how each client is named to it.
func fullClients(t *testing.T, n int) (d *Device, worker ends, names [][]byte) {
	t.Helper()
	p := newPump(t)
	p.parkTime = time.Hour // which a busy machine may need
	top := deviceTopology("inproc://front", "inproc://back")
	one := func(c *socketConfig) { c.SendHWM, c.RecvHWM = Limit(1), Limit(1) }
	d = openDevice(t, p, top, "queue", OnFrontend(one))
	worker = openEnds(t, p, top, "b.dealer")
	for i := range n {
		client := openEnds(t, p, top, "a.dealer", Instance(fmt.Sprint(i)), Buffer(1), one)
		send(t, client.send, bytesOf("hello"))
		names = append(names, next(t, worker.recv)[0])
	}
	return d, worker, names
}

// answerAll sends so many replies to each.
func answerAll(t *testing.T, d *Device, worker ends, names [][]byte, n int, body []byte) {
	t.Helper()
	for round := range n {
		for _, name := range names {
			send(t, worker.send, [][]byte{name, body})
		}
		disposed(t, d, (round+1)*len(names))
	}
}

// disposed waits until a queue has received n replies and each of them is sent, parked or dropped.
func disposed(t *testing.T, d *Device, n int) {
	t.Helper()
	eventually(t, "each reply is sent, parked or dropped", func() bool {
		s := d.Stats()
		return s.Backend.MessagesIn == uint64(n) &&
			s.Frontend.MessagesOut+s.Frontend.Dropped[DroppedPeerFull]+uint64(s.Parked) == uint64(n)
	})
}

func TestRepliesThatAreParkedAreBounded(t *testing.T) {
	const each = parkMessages + 16
	for name, c := range map[string]struct{ clients, body, most int }{
		"for one client":  {1, 1, parkMessages},
		"for all clients": {parkTotal/parkMessages + 10, 1, parkTotal},
		"in bytes":        {2, 900 << 10, parkTotalBytes / (900 << 10)},
	} {
		t.Run(name, func(t *testing.T) {
			d, worker, names := fullClients(t, c.clients)
			answerAll(t, d, worker, names, each, []byte(strings.Repeat("x", c.body)))
			s := d.Stats()
			if s.Parked > c.most || s.Parked < c.most-1 { // a message has its routing id too
				t.Errorf("%d replies are parked, want %d", s.Parked, c.most)
			}
			equal(t, s.Frontend.Dropped[DroppedPeerFull] > 0, true)
		})
	}
}

// Threads that Go has are kept for whoever needs one next.
func TestADeviceTakesOneThreadAndGivesItBack(t *testing.T) {
	const tasks = "/proc/self/task"
	if _, err := os.Stat(tasks); err != nil {
		t.Skip("this system does not tell of threads: ", err)
	}
	threads := func() int { return len(must(os.ReadDir(tasks))(t)) }
	p := newPump(t)
	const n = 40
	before := threads()
	for range 4 {
		var open []*Device
		for i := range n {
			kind := []string{"streamer", "queue", "forwarder"}[i%3]
			end := fmt.Sprint("inproc://", i)
			open = append(open, openDevice(t, p, deviceTopology(end+"f", end+"b"), kind, WithDeviceInstance(fmt.Sprint(i))))
		}
		if more := threads() - before; more > n+n/2 { // and what Go has besides
			t.Errorf("%d devices have made %d threads", n, more)
		}
		for _, d := range open {
			if err := d.Close(); err != nil {
				t.Error(err)
			}
		}
	}
}
