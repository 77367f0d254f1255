//go:build cgo

package runtime

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/pebbe/zmq4"
)

// This file tests what is made of the events of a monitor.

// With several I/O threads a descriptor may have its second connection before the begin of the first is told.
func TestADescriptorThatIsUsedAgainBeforeItsBeginIsToldCountsNoPeerTwice(t *testing.T) {
	const first, second, fd = "tcp://127.0.0.1:1", "tcp://127.0.0.1:2", 5
	var p peers
	for _, e := range []struct {
		event zmq4.Event
		of    string
		peers int
	}{
		{zmq4.EVENT_HANDSHAKE_SUCCEEDED, first, 1},
		{zmq4.EVENT_DISCONNECTED, first, 0},
		{zmq4.EVENT_ACCEPTED, second, 0},
		{zmq4.EVENT_HANDSHAKE_SUCCEEDED, second, 1},
		{zmq4.EVENT_ACCEPTED, first, 1},
		{zmq4.EVENT_DISCONNECTED, second, 0},
		{zmq4.EVENT_ACCEPTED, second, 0},
		{zmq4.EVENT_HANDSHAKE_SUCCEEDED, second, 1},
	} {
		p.see(e.event, fd, e.of)
		if got := p.count(); got != e.peers {
			t.Fatalf("%d peers after %v of %s, want %d", got, e.event, e.of, e.peers)
		}
	}
}

func TestEventsInAnyOrderCountNoFewerThanNoPeers(t *testing.T) {
	events := []zmq4.Event{zmq4.EVENT_CONNECTED, zmq4.EVENT_ACCEPTED, zmq4.EVENT_HANDSHAKE_SUCCEEDED, zmq4.EVENT_HANDSHAKE_FAILED_NO_DETAIL, zmq4.EVENT_DISCONNECTED}
	for seed := range uint64(2000) {
		r := rand.New(rand.NewPCG(seed, 1))
		var p peers
		for range 60 {
			endpoint := fmt.Sprint("tcp://127.0.0.1:", r.IntN(3))
			switch r.IntN(40) {
			case 0:
				p.forget([]string{endpoint})
			case 1:
				p.expect([]string{endpoint})
			default:
				p.see(events[r.IntN(len(events))], r.IntN(4), endpoint)
			}
			if n := p.count(); n < 0 {
				t.Fatalf("seed %d: %d peers", seed, n)
			}
		}
	}
}
