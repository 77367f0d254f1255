//go:build cgo

package runtime

/*
#cgo noescape zmqgen_device_run
#cgo nocallback zmqgen_device_run
#cgo noescape zmqgen_device_round
#cgo nocallback zmqgen_device_round
#cgo noescape zmqgen_device_rest
#cgo nocallback zmqgen_device_rest

#include "device.h"
*/
import "C"

import (
	"fmt"
	goruntime "runtime"
	"sync/atomic"
	"time"
	"unsafe"
)

// This file is the loop of a device: it waits and moves messages within one call into C, which returns when Go is to look. Every function
// here wants the mutexes of all sides held.

// Why a call has returned: bits.
const (
	toTell     = C.TO_TELL     // a direction has something to tell
	wereAsked  = C.ASKED       // somebody waits for the mutexes
	wasRung    = C.RUNG        // the bell was
	hearsBack  = C.HEARS       // there is something to receive from the backend
	pollFailed = C.POLL_FAILED // with an error
	showsBack  = C.SHOWS_BACK  // there is something to receive from the capture, for which its poll side waits
)

// What a direction waits for.
const (
	forNothing = C.FOR_NOTHING
	forInput   = C.FOR_INPUT
	forOutput  = C.FOR_OUTPUT
)

// deviceLoop is what C knows of a device. It is C's memory, so that it may hold pointers of libzmq's, and those of Go's that are pinned.
type deviceLoop struct {
	c    *C.zmqgen_device
	pins goruntime.Pinner
}

// newDeviceLoop makes one that has no directions yet. sides are the frontend, the backend, and what is captured if anything is. hears says that Go receives from the backend.
func newDeviceLoop(sides []*Socket, f *floor, hears bool) (*deviceLoop, error) {
	l := &deviceLoop{c: (*C.zmqgen_device)(C.calloc(1, C.sizeof_zmqgen_device))}
	for i := range l.c.fds {
		l.c.fds[i].fd = -1
	}
	for i, s := range sides {
		if !s.isMoved() {
			l.c.sides[i], l.c.inlets[i] = s.raw.ptr, s.raw.open() // it has a poll side, which waits for ZMQ_FD
			continue
		}
		fd, err := s.raw.zsock.GetFd()
		if err != nil {
			l.free()
			return nil, fmt.Errorf("ZMQ_FD: %w", err)
		}
		l.c.sides[i] = s.raw.ptr
		if s.typ.receives() {
			l.c.inlets[i] = s.raw.open()
		}
		l.c.fds[i] = C.struct_pollfd{fd: C.int(fd), events: C.POLLIN}
	}
	l.c.fds[C.BELL] = C.struct_pollfd{fd: C.int(f.bellFd), events: C.POLLIN}
	l.c.asked = (*C.int32_t)(l.pin(unsafe.Pointer(&f.asked)))
	l.c.ends = (*C.int32_t)(l.pin(unsafe.Pointer(&f.ends)))
	l.c.hears = fromBool(hears)
	return l, nil
}

func (l *deviceLoop) pin(p unsafe.Pointer) unsafe.Pointer {
	l.pins.Pin(p)
	return p
}

func (l *deviceLoop) count(of *atomic.Uint64) *C.uint64_t {
	return (*C.uint64_t)(l.pin(unsafe.Pointer(of)))
}

// lane adds a direction from side from to the other one. tag is what messages that pass are captured with; capture may be nil.
func (l *deviceLoop) lane(sides []*Socket, from int, total *atomic.Uint64, capture *Socket, tag string) *C.zmqgen_lane {
	c := &l.c.lanes[l.c.n]
	l.c.n++
	c.from, c.to, c.here = C.int32_t(from), C.int32_t(1-from), 1
	setWay(&c.way, sides[from], sides[1-from], capture, tag)
	in, out := &sides[from].counters, &sides[1-from].counters
	c.in = C.zmqgen_counts{l.count(&in.msgsIn), l.count(&in.framesIn), l.count(&in.bytesIn)}
	c.out = C.zmqgen_counts{l.count(&out.msgsOut), l.count(&out.framesOut), l.count(&out.bytesOut)}
	if capture != nil {
		shown := &capture.counters
		c.shown = C.zmqgen_counts{l.count(&shown.msgsOut), l.count(&shown.framesOut), l.count(&shown.bytesOut)}
	}
	c.total = l.count(total)
	return c
}

// wants says whether the poll side of the capture waits for something to receive.
func (l *deviceLoop) wants(on bool) { l.c.wants = fromBool(on) }

// trace says whether Go is to look after each round that has moved something.
func (l *deviceLoop) trace(on bool) { l.c.traces = fromBool(on) }

// run moves messages until Go is to look, or for so long; 0 is for ever.
func (l *deviceLoop) run(most time.Duration) int {
	return int(C.zmqgen_device_run(l.c, whenOver(most)))
}

// round moves a batch in each direction that waits for nothing.
func (l *deviceLoop) round() int { return int(C.zmqgen_device_round(l.c)) }

// rest waits until there is something to do, for so long at most; 0 is for ever.
func (l *deviceLoop) rest(most time.Duration) int {
	return int(C.zmqgen_device_rest(l.c, whenOver(most)))
}

// whenOver is when so much time will have passed, by C's clock; 0 for never.
func whenOver(most time.Duration) C.int64_t {
	if most == 0 {
		return 0
	}
	return C.zmqgen_now() + C.int64_t(most)
}

// err is why a poll has failed.
func (l *deviceLoop) err() error { return toError(l.c.err) }

func (l *deviceLoop) free() {
	C.free(unsafe.Pointer(l.c))
	l.pins.Unpin()
}
