//go:build cgo

package runtime

/*
#cgo !windows pkg-config: libzmq
#cgo noescape zmqgen_send
#cgo nocallback zmqgen_send
#cgo noescape zmqgen_recv
#cgo nocallback zmqgen_recv
#cgo noescape zmqgen_events
#cgo nocallback zmqgen_events
#cgo noescape zmqgen_ahead
#cgo nocallback zmqgen_ahead

#include <string.h>
#include "inlet.h"

#define MORE 0x80000000u
#define BATCH_BYTES (64 << 10) // a batch with so many takes no further message
#define LEND_BYTES (16 << 10)  // a last frame of so many is not copied

// What a call did, and ZMQ_EVENTS after it.
typedef struct {
	int32_t msgs;     // whole messages moved
	int32_t frames;   // their frames
	int64_t bytes;    // their bytes
	int32_t oversize; // messages discarded for being over a limit
	int32_t err;      // errno of what ended the call, 0 if it did all it was asked
	int32_t events;   // ZMQ_POLLIN, ZMQ_POLLOUT
	int32_t torn;     // send: the first frames of the message that err is about have gone, and are lost
	int64_t need;     // recv: the bytes that the frame in hand needs, if that ended the call
	int64_t users;    // recv: of bytes, those of the users that come with the messages
	void *lent;       // recv: where the last frame is, if not in the buffer; valid until the next call
} zmqgen_result;

// What recv knows between two calls: the frame in hand and the message that it belongs to.
typedef struct {
	zmq_msg_t msg;
	int32_t held;     // msg holds a frame that no buffer has taken yet
	int32_t more;     // the next frame goes on with a message that has begun
	int32_t skipping; // the rest of this message is discarded
	int32_t frames;   // of this message so far
	int64_t bytes;
	int32_t named;    // each message has a frame more, before its last: the user that its peer was let in as
} zmqgen_recv_state;

static void zmqgen_recv_init(zmqgen_recv_state *st) { memset(st, 0, sizeof *st); zmq_msg_init(&st->msg); }
static void zmqgen_recv_free(zmqgen_recv_state *st) { zmq_msg_close(&st->msg); }

// Gives back the frame that msg still holds, though somebody has taken it.
static void zmqgen_recv_return(zmqgen_recv_state *st) { zmq_msg_close(&st->msg); zmq_msg_init(&st->msg); }

static int zmqgen_events(void *sock, zmqgen_inlet *inlet) { return zmqgen_inlet_events(sock, inlet); }
static int zmqgen_ahead(void *sock, zmqgen_inlet *inlet, int32_t messages) { return zmqgen_inlet_ahead(sock, inlet, messages); }

// Sends whole messages without blocking until one does not go. r says how far it came. If the peer
// of a multipart message dies between two parts, libzmq swallows the parts that follow up to the
// last: they are fed to it, so that the message can be sent again from its start.
static void zmqgen_send(void *sock, zmqgen_inlet *inlet, const char *buf, const uint32_t *frames, int32_t n, zmqgen_result *r) {
	int32_t i = 0;
	int64_t off = 0;
	memset(r, 0, sizeof *r);
	while (i < n) {
		size_t size = frames[i] & ~MORE;
		int more = (frames[i] & MORE) != 0;
		if (zmq_send(sock, buf + off, size, ZMQ_DONTWAIT | (more ? ZMQ_SNDMORE : 0)) < 0) {
			int err = zmq_errno();
			if (err == EINTR) continue;
			if (err == EAGAIN && i > r->frames) {
				r->torn = 1;
				while (more && ++i < n) {
					off += size;
					size = frames[i] & ~MORE;
					more = (frames[i] & MORE) != 0;
					while (zmq_send(sock, buf + off, size, ZMQ_DONTWAIT | (more ? ZMQ_SNDMORE : 0)) < 0 && zmq_errno() == EINTR)
						;
				}
			}
			r->err = err;
			break;
		}
		off += size;
		i++;
		if (!more) {
			r->msgs++;
			r->frames = i;
			r->bytes = off;
		}
	}
	r->events = zmqgen_events(sock, inlet);
}

// The user of the connection that a message came by, as ZAP's handler has it; no part of what the peer says. It is with each frame
// but the routing id of a ROUTER, which has it or not.
static const char *zmqgen_user(zmq_msg_t *msg) {
	const char *user = zmq_msg_gets(msg, "User-Id");
	return user ? user : "";
}

// Receives without blocking, at most max_msgs messages, those discarded included, into buf and frames, behind the r->bytes and
// r->frames that they hold already. r->need is set if there is no room for the frame in hand, which
// the state keeps. A message over limit_bytes or limit_frames is discarded. A large frame that ends its
// message ends the call too, and stays where it is: r->bytes does not count it.
static void zmqgen_recv(void *sock, zmqgen_inlet *inlet, zmqgen_recv_state *st, char *buf, int64_t cap, uint32_t *frames, int32_t max_frames,
                        int32_t max_msgs, int64_t limit_bytes, int32_t limit_frames, zmqgen_result *r) {
	int looked = 0; // the events have been read, and nothing has been received since
	r->err = 0;
	r->need = 0;
	r->lent = NULL;
	for (;;) {
		if (!st->held) {
			if (!st->more && (r->msgs + r->oversize >= max_msgs || r->bytes >= BATCH_BYTES)) break;
			looked = 0;
			int err = zmqgen_inlet_next(sock, inlet, &st->msg);
			if (err) {
				r->err = err == EFSM ? EAGAIN : err; // a REQ or a REP that is to send first has nothing for us
				break;
			}
			st->bytes += (int64_t) zmq_msg_size(&st->msg);
			st->frames++;
			st->held = 1;
		}
		int64_t size = (int64_t) zmq_msg_size(&st->msg);
		st->more = zmq_msg_more(&st->msg);
		if (!st->skipping && (st->frames > limit_frames || (limit_bytes >= 0 && st->bytes > limit_bytes))) {
			st->skipping = 1;
			r->bytes -= st->bytes - size; // what this message has put there
			r->frames -= st->frames - 1;
			r->oversize++;
		}
		int lends = !st->skipping && !st->more && size >= LEND_BYTES;
		if (!st->skipping) {
			const char *user = st->named && !st->more ? zmqgen_user(&st->msg) : NULL;
			int64_t named = user ? (int64_t) strlen(user) : 0;
			int64_t need = named + (lends ? 0 : size);
			if (r->bytes + need > cap || r->frames + (user != NULL) >= max_frames) {
				r->need = need > 0 ? need : 1;
				break;
			}
			if (user) {
				memcpy(buf + r->bytes, user, (size_t) named);
				frames[r->frames++] = (uint32_t) named | MORE;
				r->bytes += named;
				r->users += named;
			}
		}
		if (lends) {
			r->lent = zmq_msg_data(&st->msg);
			frames[r->frames++] = (uint32_t) size;
		} else if (!st->skipping) {
			if (size > 0) memcpy(buf + r->bytes, zmq_msg_data(&st->msg), (size_t) size);
			r->bytes += size;
			frames[r->frames++] = (uint32_t) size | (st->more ? MORE : 0);
		}
		st->held = 0;
		if (!st->more) {
			if (!st->skipping) r->msgs++;
			st->skipping = 0;
			st->frames = 0;
			st->bytes = 0;
			if (r->lent) break;
			if (r->msgs + r->oversize == 1) {
				// One message is often all there is. The events say so for less than a receive that fails.
				r->events = zmqgen_events(sock, inlet);
				looked = 1;
				if (!(r->events & ZMQ_POLLIN)) {
					r->err = EAGAIN;
					break;
				}
			}
		}
	}
	if (!st->held && !r->lent) zmqgen_recv_return(st); // an idle socket holds no frame
	if (r->need && r->msgs == 0) return; // with more room the call is made again at once
	if (!looked) r->events = zmqgen_events(sock, inlet);
}
*/
import "C"

import (
	"fmt"
	"reflect"
	"runtime"
	"sync"
	"syscall"
	"unsafe"

	"github.com/pebbe/zmq4"
)

// This file is the way into libzmq that pebbe/zmq4 does not offer: one C call that moves many frames
// and returns ZMQ_EVENTS with its result. Every function here wants the socket's mutex held.

const (
	pollIn  = C.ZMQ_POLLIN
	pollOut = C.ZMQ_POLLOUT

	errAgain = syscall.EAGAIN
	errState = zmq4.EFSM // a REQ or a REP that is not to send now
)

// checkPebble verifies, once, where pebbe/zmq4 keeps libzmq's pointer to a socket: in the first
// field, soc, in all its releases.
var checkPebbe = sync.OnceValue(func() error {
	f := reflect.TypeOf(zmq4.Socket{}).Field(0)
	if f.Name != "soc" || f.Offset != 0 || f.Type != reflect.TypeOf(unsafe.Pointer(nil)) {
		return fmt.Errorf("this release of github.com/pebbe/zmq4 keeps its socket in field %s %s, want soc unsafe.Pointer: use a release that zmqgen's go.mod names", f.Name, f.Type)
	}
	return nil
})

// rawSocket is a socket as libzmq knows it. The zmq4.Socket must stay reachable while it is used.
type rawSocket struct {
	zsock *zmq4.Socket
	ptr   unsafe.Pointer
	inlet *C.zmqgen_inlet      // in C's memory; nil if the socket never received
	state *C.zmqgen_recv_state // likewise; nil also if what it receives is moved by a passage
	named bool                 // messages come with the user of their peer
}

// newRawSocket takes over s: its finalizer, which would close it at a time of its own, is cleared.
func newRawSocket(s *zmq4.Socket) rawSocket {
	runtime.SetFinalizer(s, nil)
	return rawSocket{zsock: s, ptr: *(*unsafe.Pointer)(unsafe.Pointer(s))}
}

// free gives back what receiving took. The socket is closed after it.
func (s *rawSocket) free() {
	if s.state != nil {
		C.zmqgen_recv_free(s.state)
		C.free(unsafe.Pointer(s.state))
		s.state = nil
	}
	if s.inlet != nil {
		C.zmqgen_inlet_free(s.inlet)
		C.free(unsafe.Pointer(s.inlet))
		s.inlet = nil
	}
}

// open has the socket ready to receive.
func (s *rawSocket) open() *C.zmqgen_inlet {
	if s.inlet == nil {
		s.inlet = (*C.zmqgen_inlet)(C.calloc(1, C.sizeof_zmqgen_inlet))
	}
	return s.inlet
}

// receiveAhead receives the rest of a message of which only the first frame was asked for, and so many whole messages after it,
// or all that there are, for those who receive later. Nothing is left in the middle of a message then.
func (s *rawSocket) receiveAhead(messages int) error {
	if C.zmqgen_ahead(s.ptr, s.open(), C.int32_t(messages)) == 0 {
		return syscall.ENOMEM
	}
	return nil
}

// beCareful has the socket stay between two messages, but while it receives one: always, or until it has received all that there
// is. It looks whether a connection has gone before each message, and receives that ahead as a whole.
func (s *rawSocket) beCareful(always bool) {
	switch in := s.open(); {
	case always:
		in.careful = C.ZMQGEN_CAREFUL
	case in.careful == C.ZMQGEN_CARELESS:
		in.careful = C.ZMQGEN_CAREFUL_UNTIL_IDLE
	}
}

// giveBack gives back the frame that was lent to in, if there is one. It needs no mutex: only the poll
// side, which calls it, touches the state.
func (s *rawSocket) giveBack(in *inbox) {
	if in.lent != nil {
		in.lent = nil
		C.zmqgen_recv_return(s.state)
	}
}

// events reads ZMQ_EVENTS, and with it lets the socket do its housekeeping.
func (s *rawSocket) events() int { return int(C.zmqgen_events(s.ptr, s.inlet)) }

// sent says how much of some frames send has sent.
type sent struct {
	msgs, frames, bytes int
	events              int
	torn                bool  // the message that did not go has begun to
	err                 error // errAgain if the socket takes no more for now
}

// send sends the messages in buf and frames until one does not go.
func (s *rawSocket) send(buf []byte, frames []uint32) sent {
	var r C.zmqgen_result
	C.zmqgen_send(s.ptr, s.inlet, (*C.char)(unsafe.Pointer(unsafe.SliceData(buf))),
		(*C.uint32_t)(unsafe.SliceData(frames)), C.int32_t(len(frames)), &r)
	return sent{int(r.msgs), int(r.frames), int(r.bytes), int(r.events), r.torn != 0, toError(r.err)}
}

// inbox is memory to receive messages into. Sockets borrow one from the pump while they have
// something to receive.
type inbox struct {
	buf    []byte
	frames []uint32
	lent   []byte // the last frame, if it is large: in libzmq's memory, until giveBack or the next recv

	result   C.zmqgen_result // of the last recv; here, and not on a stack, so that an idle socket has a small one
	received received        // the same

	turn  turn     // of what was sent last when this was received, on a socket that takes turns
	left  int      // messages that next has not come to
	at    mark     // where the next one begins
	views [][]byte // the frames of the message that next came to
	whole [][]byte // the same, with its user among them
	named bool     // each has a user
	user  []byte   // the user of the one that next came to, a view; empty if it has none
}

// next goes to the next message received, whose frames are views until the next call, or returns false
// if there is none.
func (in *inbox) next() bool {
	if in.left == 0 {
		return false
	}
	in.left--
	in.whole = in.whole[:0]
	at := in.at
	for more := true; more; {
		size := int(in.frames[at.frames] &^ moreBit)
		more = in.frames[at.frames]&moreBit != 0
		at.frames++
		if in.lent != nil && in.left == 0 && !more {
			in.whole = append(in.whole, in.lent)
			break
		}
		in.whole = append(in.whole, in.buf[at.bytes:at.bytes+size:at.bytes+size])
		at.bytes += size
	}
	in.at, in.views = at, in.whole
	if in.named {
		last := len(in.whole) - 1
		in.user = in.whole[last-1]
		in.whole[last-1] = in.whole[last]
		in.views = in.whole[:last]
	}
	return true
}

const (
	inboxBytes  = 64 << 10
	inboxFrames = 1024
	inboxKeep   = 1 << 20 // an inbox that grew past this is not kept
)

func newInbox() *inbox {
	return &inbox{buf: make([]byte, inboxBytes), frames: make([]uint32, inboxFrames)}
}

// received says what recv put into an inbox.
type received struct {
	msgs, frames, bytes int
	oversize            int
	events              int
	more                bool  // there is more to receive, for which the inbox had no room
	err                 error // errAgain if there is nothing more
}

// recv receives up to most messages into in, which grows as a single message needs, within limits.
func (s *rawSocket) recv(in *inbox, most int, limitBytes int64, limitFrames int) *received {
	if s.state == nil {
		s.state = (*C.zmqgen_recv_state)(C.calloc(1, C.sizeof_zmqgen_recv_state))
		C.zmqgen_recv_init(s.state)
		if s.named {
			s.state.named = 1
		}
	}
	in.named, in.user = s.named, nil
	in.result = C.zmqgen_result{}
	for {
		C.zmqgen_recv(s.ptr, s.open(), s.state, (*C.char)(unsafe.Pointer(&in.buf[0])), C.int64_t(len(in.buf)),
			(*C.uint32_t)(&in.frames[0]), C.int32_t(len(in.frames)), C.int32_t(most),
			C.int64_t(limitBytes), C.int32_t(limitFrames), &in.result)
		begun := s.state.frames > 1 // the message in hand has frames in the inbox
		if in.result.need == 0 || in.result.msgs > 0 && !begun {
			break
		}
		in.grow() // the message in hand fits its limits, which the shim has checked, but not the inbox
	}
	in.settle()
	return &in.received
}

// grow makes room for the frame that the shim has in hand.
func (in *inbox) grow() {
	r := &in.result
	if need := int(r.bytes) + int(r.need); need > len(in.buf) {
		in.buf = append(in.buf, make([]byte, max(need, 2*len(in.buf))-len(in.buf))...)
	}
	if int(r.frames)+2 > len(in.frames) { // a user may come before it
		in.frames = append(in.frames, make([]uint32, len(in.frames))...)
	}
}

// settle makes what the shim says ready for next.
func (in *inbox) settle() {
	r := &in.result
	in.left, in.at, in.lent = int(r.msgs), mark{}, nil
	if r.lent != nil {
		in.lent = unsafe.Slice((*byte)(r.lent), in.frames[r.frames-1])
	}
	in.received = received{
		msgs: int(r.msgs), frames: int(r.frames), bytes: int(r.bytes-r.users) + len(in.lent), oversize: int(r.oversize),
		events: int(r.events), more: r.need != 0, err: toError(r.err),
	}
	if in.named {
		in.received.frames -= int(r.msgs)
	}
}

func toError(errno C.int32_t) error {
	switch {
	case errno == 0:
		return nil
	case errno > C.ZMQ_HAUSNUMERO:
		return zmq4.Errno(errno)
	default:
		return syscall.Errno(errno)
	}
}
