//go:build cgo

package runtime

/*
#cgo noescape zmqgen_forward
#cgo nocallback zmqgen_forward
#cgo noescape zmqgen_pass_parcel
#cgo nocallback zmqgen_pass_parcel

#include <string.h>
#include "inlet.h"

#define FEW 8    // frames that a hand has room for at first
#define MANY 64  // frames for which an idle hand keeps room

// Why a call has ended.
enum { ALL, NOTHING_MORE, TAKES_NO_MORE, PEER_FULL, RECEIVE_FAILED, SEND_FAILED };

// A message between two sockets: its frames, of which none goes on before the last has come.
typedef struct {
	zmq_msg_t *frames; // all of them initialised, n of them of the message
	int32_t room, n;
	int32_t whole;     // the last frame has come
	int32_t skipping;  // the rest of this message is discarded
	int32_t seen;      // frames of this message, discarded ones included
	int64_t bytes;
} zmqgen_hand;

// What a call moved, and ZMQ_EVENTS of both sockets after it.
typedef struct {
	int32_t in_msgs, in_frames;
	int64_t in_bytes;
	int32_t out_msgs, out_frames;
	int64_t out_bytes;
	int32_t oversize;   // discarded for being over a limit
	int32_t unroutable; // discarded, since the peer that they name is not there
	int32_t torn;       // a peer went in the middle of the message in hand, which will go again
	int32_t ended;      // why the call has ended
	int32_t err;        // errno, if something failed
	int32_t from_events, to_events;
} zmqgen_moved;

// How a direction moves.
typedef struct {
	void *from, *to;
	zmqgen_inlet *inlet;    // of from
	zmqgen_inlet *back;     // of to, or NULL
	void *capture;          // or NULL
	const char *tag;        // what captured messages begin with
	int64_t limit_bytes;
	int32_t limit_frames;
	int32_t routed;         // to is a mandatory ROUTER
	int32_t may_tear;       // to may lose its peer in the middle of a message
	uint64_t parked[64];    // bits of the hashes of peers for which messages are parked
	int32_t any_parked;
} zmqgen_way;

// Gives back the frames from the first on.
static void zmqgen_hand_drop(zmqgen_hand *h) {
	for (int32_t i = 0; i < h->n; i++) {
		zmq_msg_close(&h->frames[i]);
		zmq_msg_init(&h->frames[i]);
	}
	h->n = h->whole = h->skipping = h->seen = 0;
	h->bytes = 0;
}

static void zmqgen_hand_free(zmqgen_hand *h) {
	zmqgen_hand_drop(h);
	free(h->frames);
	h->frames = NULL;
	h->room = 0;
}

// Makes room for one frame more. Returns 0 without memory.
static int zmqgen_hand_grow(zmqgen_hand *h) {
	int32_t room = h->room ? 2 * h->room : FEW;
	zmq_msg_t *frames = malloc((size_t) room * sizeof *frames);
	if (!frames) return 0;
	for (int32_t i = 0; i < room; i++) zmq_msg_init(&frames[i]);
	for (int32_t i = 0; i < h->n; i++) zmq_msg_move(&frames[i], &h->frames[i]);
	free(h->frames);
	h->frames = frames;
	h->room = room;
	return 1;
}

// Receives one whole message. Returns 0, or errno.
static int zmqgen_take(const zmqgen_way *way, zmqgen_hand *h, zmqgen_moved *r) {
	for (;;) {
		if (h->n == h->room && !zmqgen_hand_grow(h)) return ENOMEM;
		zmq_msg_t *frame = &h->frames[h->n];
		int err = zmqgen_inlet_next(way->from, way->inlet, frame);
		if (err) return err;
		int more = zmq_msg_more(frame);
		h->n++;
		h->seen++;
		h->bytes += (int64_t) zmq_msg_size(frame);
		if (h->skipping || h->seen > way->limit_frames || h->bytes > way->limit_bytes) {
			int32_t seen = h->seen;
			int64_t bytes = h->bytes;
			zmqgen_hand_drop(h);
			h->seen = seen;
			h->bytes = bytes;
			h->skipping = 1;
		}
		if (more) continue;
		if (h->skipping) {
			r->oversize++;
			zmqgen_hand_drop(h);
			continue;
		}
		h->whole = 1;
		r->in_msgs++;
		r->in_frames += h->n;
		r->in_bytes += h->bytes;
		return 0;
	}
}

static int zmqgen_put(void *sock, zmq_msg_t *frame, int more) {
	int flags = ZMQ_DONTWAIT | (more ? ZMQ_SNDMORE : 0);
	while (zmq_msg_send(frame, sock, flags) < 0)
		if (zmq_errno() != EINTR) return zmq_errno();
	return 0;
}

// Sends a copy of a frame, which shares its body if that is large.
static int zmqgen_put_copy(void *sock, zmq_msg_t *frame, int more) {
	zmq_msg_t copy;
	zmq_msg_init(&copy);
	if (zmq_msg_copy(&copy, frame) != 0) return zmq_errno();
	int err = zmqgen_put(sock, &copy, more);
	if (err) zmq_msg_close(&copy);
	return err;
}

// Sends what has passed to whoever watches, in front of it the side that it came from. A PUB never blocks.
static void zmqgen_show(void *capture, const char *tag, zmqgen_hand *h) {
	while (zmq_send(capture, tag, strlen(tag), ZMQ_DONTWAIT | ZMQ_SNDMORE) < 0)
		if (zmq_errno() != EINTR) return;
	for (int32_t i = 0; i < h->n; i++)
		if (zmqgen_put(capture, &h->frames[i], i + 1 < h->n) != 0) return;
}

// Sends the message in hand, or nothing of it, and returns 0 or errno. Frames are kept as long as the message may have to go
// once more: if the peer of a PUSH or a DEALER dies between two frames, libzmq swallows those that follow up to the last, so
// they are fed to it.
static int zmqgen_pass(const zmqgen_way *way, zmqgen_hand *h, zmqgen_moved *r) {
	int err = 0;
	for (int32_t i = 0; i < h->n; i++) {
		int more = i + 1 < h->n;
		int keep = way->capture || (more && way->may_tear);
		err = keep ? zmqgen_put_copy(way->to, &h->frames[i], more) : zmqgen_put(way->to, &h->frames[i], more);
		if (!err) continue;
		if (i == 0 || err != EAGAIN) return err;
		r->torn++;
		while (more) {
			i++;
			more = i + 1 < h->n;
			zmqgen_put_copy(way->to, &h->frames[i], more);
		}
		return EAGAIN;
	}
	r->out_msgs++;
	r->out_frames += h->n;
	r->out_bytes += h->bytes;
	if (way->capture) zmqgen_show(way->capture, way->tag, h);
	if (way->capture || (way->may_tear && h->n > 1)) zmqgen_hand_drop(h);
	h->n = h->whole = h->seen = 0; // the frames have moved, and are empty
	h->bytes = 0;
	return 0;
}

// FNV-1a of the first frame: who a message is for.
static uint64_t zmqgen_peer(zmqgen_hand *h) {
	const unsigned char *id = zmq_msg_data(&h->frames[0]);
	uint64_t hash = 14695981039346656037u;
	for (size_t i = 0, n = zmq_msg_size(&h->frames[0]); i < n; i++) hash = (hash ^ id[i]) * 1099511628211u;
	return hash ^ hash >> 32;
}

static int zmqgen_is_parked(const zmqgen_way *way, zmqgen_hand *h) {
	uint64_t bit = zmqgen_peer(h) & 4095;
	return way->parked[bit / 64] >> (bit % 64) & 1;
}

static void zmqgen_park(zmqgen_way *way, zmqgen_hand *h) {
	uint64_t bit = zmqgen_peer(h) & 4095;
	way->parked[bit / 64] |= (uint64_t) 1 << (bit % 64);
	way->any_parked = 1;
}

static void zmqgen_unpark(zmqgen_way *way) {
	memset(way->parked, 0, sizeof way->parked);
	way->any_parked = 0;
}

// Moves whole messages without blocking, receiving at most max_msgs and about max_bytes, until there are no more or one does not
// go, which stays in hand. A message in hand goes first, also if max_msgs is 0.
static void zmqgen_forward(const zmqgen_way *way, zmqgen_hand *h, int32_t max_msgs, int64_t max_bytes, zmqgen_moved *r) {
	memset(r, 0, sizeof *r);
	for (;;) {
		if (!h->whole) {
			if (r->in_msgs + r->oversize >= max_msgs || r->in_bytes >= max_bytes) break;
			r->err = zmqgen_take(way, h, r);
			if (r->err) {
				r->ended = r->err == EAGAIN ? NOTHING_MORE : RECEIVE_FAILED;
				break;
			}
		}
		if (way->routed && h->n < 2) { // a ROUTER would drop it without a word
			r->unroutable++;
			zmqgen_hand_drop(h);
			continue;
		}
		if (way->any_parked && zmqgen_is_parked(way, h)) {
			r->ended = PEER_FULL;
			break;
		}
		r->err = zmqgen_pass(way, h, r);
		if (way->routed && r->err == EHOSTUNREACH) {
			r->unroutable++;
			r->err = 0;
			zmqgen_hand_drop(h);
			continue;
		}
		if (r->err) {
			r->ended = r->err != EAGAIN ? SEND_FAILED : way->routed ? PEER_FULL : TAKES_NO_MORE;
			break;
		}
	}
	if (h->room > MANY && h->n == 0) zmqgen_hand_free(h); // an idle hand keeps little
	r->from_events = zmqgen_inlet_events(way->from, way->inlet);
	r->to_events = zmqgen_inlet_events(way->to, way->back);
}

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
	r->to_events = zmqgen_inlet_events(way->to, way->back);
}
*/
import "C"

import (
	"unsafe"
)

// This file is the way from one socket to another: a C call moves whole messages between them without showing them to Go. Every
// function here wants the mutexes of all sockets of the way held.

// The reasons for which a call of forward has ended.
const (
	movedAll       = C.ALL            // as many as were asked for
	nothingMore    = C.NOTHING_MORE   // to receive
	takesNoMore    = C.TAKES_NO_MORE  // who the message in hand goes to
	peerFull       = C.PEER_FULL      // the peer that the message in hand names, or messages for it are parked
	receiveFailed  = C.RECEIVE_FAILED // with an error
	sendFailed     = C.SEND_FAILED    // likewise
	forwardedMsgs  = 1024             // at most, by one call
	forwardedBytes = 1 << 20          // after which a call takes no further message
)

// passage is where messages come from and go to, and the one that is in hand between two calls. It is C's memory, so that
// it may hold pointers of libzmq's.
type passage struct {
	c        *C.zmqgen_way
	hand     *C.zmqgen_hand
	tagBytes int
}

// newPassage makes one. tag is what messages that pass are captured with; capture may be nil.
func newPassage(from, to, capture *Socket, tag string) passage {
	w := passage{c: (*C.zmqgen_way)(C.calloc(1, C.sizeof_zmqgen_way)), hand: (*C.zmqgen_hand)(C.calloc(1, C.sizeof_zmqgen_hand))}
	w.c.from, w.c.to, w.c.inlet = from.raw.ptr, to.raw.ptr, from.raw.open()
	if to.typ.receives() {
		w.c.back = to.raw.open()
	}
	if capture != nil {
		w.c.capture, w.c.tag, w.tagBytes = capture.raw.ptr, C.CString(tag), len(tag)
	}
	w.c.limit_bytes, w.c.limit_frames = C.int64_t(from.receiveLimit()), C.int32_t(from.maxFrames)
	w.c.routed = fromBool(to.typ == Router)
	w.c.may_tear = fromBool(to.typ == Push || to.typ == Dealer)
	return w
}

func fromBool(b bool) C.int32_t {
	if b {
		return 1
	}
	return 0
}

// free gives the way back, and the message that is in hand.
func (w *passage) free() {
	C.zmqgen_hand_free(w.hand)
	C.free(unsafe.Pointer(w.hand))
	C.free(unsafe.Pointer(w.c.tag))
	C.free(unsafe.Pointer(w.c))
}

// holds reports whether a message is in hand.
func (w *passage) holds() bool { return w.hand.whole != 0 }

// moved says what a call has moved.
type moved struct {
	in, out              sent // what was received, and what was sent
	oversize, unroutable int
	torn                 int
	ended                int
	err                  error
}

// forward sends the message in hand, then receives up to most messages and sends each.
func (w *passage) forward(most int, m *moved) {
	var r C.zmqgen_moved
	C.zmqgen_forward(w.c, w.hand, C.int32_t(most), forwardedBytes, &r)
	m.set(&r)
}

func (m *moved) set(r *C.zmqgen_moved) {
	*m = moved{
		in:       sent{msgs: int(r.in_msgs), frames: int(r.in_frames), bytes: int(r.in_bytes), events: int(r.from_events)},
		out:      sent{msgs: int(r.out_msgs), frames: int(r.out_frames), bytes: int(r.out_bytes), events: int(r.to_events)},
		oversize: int(r.oversize), unroutable: int(r.unroutable), torn: int(r.torn), ended: int(r.ended), err: toError(r.err),
	}
}

// parcel is a message that was taken out of a way.
type parcel struct{ hand *C.zmqgen_hand }

func (w *passage) take() parcel { return parcel{C.zmqgen_parcel(w.hand)} }

func (p parcel) free() { C.zmqgen_parcel_free(p.hand) }

func (p parcel) bytes() int { return int(p.hand.bytes) }

// peer returns the first frame: the routing id of who the message is for.
func (p parcel) peer() string {
	return C.GoStringN((*C.char)(C.zmq_msg_data(p.hand.frames)), C.int(C.zmq_msg_size(p.hand.frames)))
}

// park has forward keep back messages for the peer of p, and for others with the same hash.
func (w *passage) park(p parcel) { C.zmqgen_park(w.c, p.hand) }

// unparkAll undoes park for all peers.
func (w *passage) unparkAll() { C.zmqgen_unpark(w.c) }

// send sends a parcel, which is empty then, or nothing of it.
func (w *passage) send(p parcel, m *moved) {
	var r C.zmqgen_moved
	C.zmqgen_pass_parcel(w.c, p.hand, &r)
	m.set(&r)
}
