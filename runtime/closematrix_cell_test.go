//go:build cgo

package runtime

import (
	"errors"
	"fmt"
	"math/rand/v2"
)

// This file says what a cell of the close matrix is: its coordinates, and the details that vary.

// way is what happens to the socket.
type way string

const (
	senderCloses    way = "sender closes"
	ctxEnds         way = "ctx ends"
	pumpCloses      way = "pump closes"
	socketCloses    way = "socket closes"
	peerCloses      way = "peer closes"
	peerKilled      way = "peer killed"
	consumerStopped way = "consumer stopped"
	bothFull        way = "both full"
)

var (
	matrixWays       = []way{senderCloses, ctxEnds, pumpCloses, socketCloses, peerCloses, peerKilled, consumerStopped, bothFull}
	matrixTransports = []string{"tcp", "ipc", "inproc"}

	errMatrixCtx  = errors.New("the socket's ctx ends")
	errMatrixPump = errors.New("the pump's ctx ends")
)

// cell is one cell, with the details that vary from round to round.
type cell struct {
	row, peer *matrixRow
	transport string
	way       way
	load      bool // traffic in all directions when the end comes; for both full, senders that wait

	binds    bool // the socket binds and its peer connects, or the reverse
	buffer   int
	hwm      int
	payload  int
	after    uint64 // so many messages in each direction, under load, the end comes
	byCtx    bool   // the pump closes by its ctx
	hasty    bool   // the end comes before the socket and its peer have heard from each other
	goesOn   bool   // what had stopped goes on before the socket is closed
	closedBy way    // in the end, if it lives so long
	origin   string // how to play it again
}

func (c *cell) String() string {
	load := "idle"
	if c.load {
		load = "load"
	}
	return fmt.Sprintf("%s/%s/%s/%s", c.row.name, c.transport, c.way, load)
}

// details describes what varies.
func (c *cell) details() string {
	return fmt.Sprintf("peer %s, binds %v, buffer %d, high-water mark %d, payload %d, after %d, pump by ctx %v, hasty %v, goes on %v, closed by %s%s",
		c.peer.name, c.binds, c.buffer, c.hwm, c.payload, c.after, c.byCtx, c.hasty, c.goesOn, c.closedBy, c.origin)
}

// possible says whether there is such a cell at all, and if not, why.
func (c *cell) possible() (why string, ok bool) {
	switch {
	case c.way == peerKilled && c.transport == "inproc":
		return "a peer over inproc is not a process of its own that could be killed", false
	case c.way == senderCloses && !c.row.hangsUp():
		return c.row.name + " has no channel that its user closes", false
	}
	return "", true
}

// vary draws the details. In the first round they are such that every cell is as its name says.
func (c *cell) vary(r *rand.Rand, round int) {
	c.peer = matrixRowNamed(c.row.peers[r.IntN(len(c.row.peers))])
	c.binds, c.byCtx, c.goesOn = r.IntN(2) == 0, r.IntN(2) == 0, r.IntN(2) == 0
	if c.transport == "inproc" { // where a client without correlation does not bind
		c.binds = c.binds && c.row.name != "Plain client" || c.peer.name == "Plain client"
	}
	c.buffer = []int{0, 1, 4, 64}[r.IntN(4)]
	c.hwm = []int{1, 2, 10, 100}[r.IntN(4)]
	c.payload = []int{0, 64, 3000, 64 << 10}[r.IntN(4)]
	c.after = uint64(1 + r.IntN(100))
	ends := []way{ctxEnds, pumpCloses, socketCloses}
	if c.row.oneWay() && !c.load {
		ends = append(ends, senderCloses)
	}
	c.closedBy = ends[r.IntN(len(ends))]
	c.hasty = r.IntN(4) == 0 && round > 0 && !c.load && !c.goesOn && (c.ends() || c.way == peerCloses || c.way == peerKilled)
	if c.way == bothFull || c.way == consumerStopped { // so that the system's buffers fill soon
		c.hwm, c.payload = min(c.hwm, 10), 64<<10
	}
}

// ends says whether the way ends the socket.
func (c *cell) ends() bool {
	switch c.way {
	case senderCloses:
		return c.row.oneWay()
	case ctxEnds, pumpCloses, socketCloses:
		return true
	}
	return false
}
