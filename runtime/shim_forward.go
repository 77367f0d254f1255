//go:build cgo

package runtime

/*
#cgo noescape zmqgen_pass_parcel
#cgo nocallback zmqgen_pass_parcel

#include "device.h"

// Takes the message out of a hand.
static zmqgen_hand *zmqgen_parcel(zmqgen_hand *h) {
	zmqgen_hand *parcel = malloc(sizeof *parcel);
	if (!parcel) abort();
	*parcel = *h;
	memset(h, 0, sizeof *h);
	return parcel;
}

static void zmqgen_parcel_free(zmqgen_hand *parcel) {
	zmqgen_hand_free(parcel);
	free(parcel);
}

// Sends a parcel, or nothing of it, and returns 0 or errno.
static void zmqgen_pass_parcel(const zmqgen_way *way, zmqgen_hand *parcel, zmqgen_moved *r) {
	memset(r, 0, sizeof *r);
	r->err = zmqgen_pass(way, parcel, r);
}
*/
import "C"

import (
	"unsafe"
)

// This file is one direction of a device as C knows it: the way that whole messages go between two sockets without being shown to Go,
// and the one that is in hand between two calls. Every function here wants the mutexes of all sides held.

// Why a direction has moved no more, where Go has to see to that.
const (
	peerFull      = C.PEER_FULL      // the peer that the message in hand names, or messages for it are parked
	receiveFailed = C.RECEIVE_FAILED // with an error
	sendFailed    = C.SEND_FAILED    // likewise
)

// setWay says where messages come from and go to. tag is what messages that pass are captured with; capture may be nil.
func setWay(w *C.zmqgen_way, from, to, capture *Socket, tag string) {
	w.from, w.to, w.inlet = from.raw.ptr, to.raw.ptr, from.raw.open()
	if capture != nil {
		w.capture, w.tag = capture.raw.ptr, C.CString(tag)
	}
	w.limit_bytes, w.limit_frames = C.int64_t(from.receiveLimit()), C.int32_t(from.maxFrames)
	w.routed = fromBool(to.typ == Router)
	w.may_tear = fromBool(to.typ == Push || to.typ == Dealer)
}

func fromBool(b bool) C.int32_t {
	if b {
		return 1
	}
	return 0
}

// moved says what a direction has moved.
type moved struct {
	out                  sent // what was sent
	oversize, unroutable int
	ended                int
	err                  error
}

func toMoved(r *C.zmqgen_moved) moved {
	return moved{
		out:      sent{msgs: int(r.out_msgs), frames: int(r.out_frames), bytes: int(r.out_bytes)},
		oversize: int(r.oversize), unroutable: int(r.unroutable), ended: int(r.ended), err: toError(r.err),
	}
}

// parcel is a message that was taken out of a hand.
type parcel struct{ hand *C.zmqgen_hand }

// passage is a direction as C knows it.
type passage struct{ c *C.zmqgen_lane }

// prepare has the direction receive or not, and if anew, look anew, whatever it waited for.
func (w passage) prepare(reads, anew bool) {
	w.c.reads = fromBool(reads)
	if anew {
		w.c.waits, w.c.failed = forNothing, 0
	}
}

// waits says what the direction waits for.
func (w passage) waits() int { return int(w.c.waits) }

// blocked reports whether Go knows that the direction waits for who takes the message in hand, as setBlocked has said.
func (w passage) blocked() bool { return w.c.blocked != 0 }

func (w passage) setBlocked(on bool) { w.c.blocked = fromBool(on) }

// moved says what the last round has moved.
func (w passage) moved() moved { return toMoved(&w.c.moved) }

// holds reports whether a message is in hand.
func (w passage) holds() bool { return w.c.hand.whole != 0 }

func (w passage) take() parcel { return parcel{C.zmqgen_parcel(&w.c.hand)} }

// park has messages for the peer of p kept back, and those for others with the same hash.
func (w passage) park(p parcel) { C.zmqgen_park(&w.c.way, p.hand) }

// unparkAll undoes park for all peers.
func (w passage) unparkAll() { C.zmqgen_unpark(&w.c.way) }

// send sends a parcel, which is empty then, or nothing of it.
func (w passage) send(p parcel) moved {
	var r C.zmqgen_moved
	C.zmqgen_pass_parcel(&w.c.way, p.hand, &r)
	return toMoved(&r)
}

// leave gives back what is in hand, and moves no more.
func (w passage) leave() {
	w.c.here = 0
	C.zmqgen_hand_free(&w.c.hand)
	C.free(unsafe.Pointer(w.c.way.tag))
	w.c.way.tag = nil
}

func (p parcel) free() { C.zmqgen_parcel_free(p.hand) }

func (p parcel) bytes() int { return int(p.hand.bytes) }

// peer returns the first frame: the routing id of who the message is for.
func (p parcel) peer() string {
	return C.GoStringN((*C.char)(C.zmq_msg_data(p.hand.frames)), C.int(C.zmq_msg_size(p.hand.frames)))
}
