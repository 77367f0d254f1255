package main

import (
	"fmt"
	"os"
	"sync/atomic"
	"syscall"
	"unsafe"

	zmqrt "github.com/zmqgen/zmqgen/runtime"
)

// This file is where the processes of a round write down what they do, so that it outlives them: a file that all of them
// map into their memory. What a process has written there is the kernel's, and stays when the process is killed.

const (
	maxLives = 4096
	areaSize = 64 << 10 // bytes of a life's area
	maxSeq   = areaSize * 8
	maxCalls = areaSize / 4 // of one life of a client

	// messageSlack is how far from the end of the area a sender stops.
	messageSlack = 64
)

// life is one opening of one socket. Its process writes what it does; what it has sent is noted by those who receive it.
type life struct {
	// Of a sender: numbers taken, messages given to the channel, those of topics that every subscriber always has, and the number
	// of the last.
	begun, given, steady, lastGiven atomic.Uint64
	// Of what it sent: messages received, each counted once where each goes to one receiver, and the greatest number.
	arrived, newest atomic.Uint64

	// Of a receiver.
	received, steadyIn atomic.Uint64
	odd                [len(oddities)]atomic.Uint64

	// Of a client, and of a server.
	calls, ended      atomic.Uint64
	outcomes          [len(outcomes)]atomic.Uint64
	served, answered  atomic.Uint64
	notTaken, refused atomic.Uint64

	// Of all: what Stats said, at the end, or before if the process was killed.
	in, out, retries, blocked atomic.Uint64
	dropped                   [len(causes)]atomic.Uint64
	opened, over              atomic.Uint64 // 1 when it was open, and when it has ended by itself
	unbalanced                atomic.Uint64 // 1 if what was given or received has not become what Stats say
	lingered                  atomic.Uint64 // milliseconds that it took to end
}

// oddity is what must never be seen of a message, or of an answer.
type oddity int

const (
	outOfOrder oddity = iota // after a later one of the same sender
	twice                    // received before, by anyone
	unsent                   // with a number that its sender has not reached
	foreign                  // of no sender of this round
	altered                  // its sum does not fit
	unasked                  // of a topic that was unsubscribed before it was sent
)

var oddities = [...]string{"out of order", "twice", "never sent", "foreign", "altered", "not subscribed to"}

// ending is how a call ended.
type ending int

const (
	answeredCall ending = iota
	deniedCall          // by the error that its method declares, as its request wanted
	wrongCall           // by an answer that was not its own
	lateCall            // by its deadline
	lostCall            // since the server had gone
	closedCall          // since its socket had ended
	refusedCall         // by a status of the runtime's
	unclearCall         // by an error that is none of these
)

var outcomes = [...]string{"answered", "denied as asked", "answered wrongly", "deadline", "server lost", "socket closed", "refused by a server", "unclear"}

// causes are those of the runtime's drops, in the order of the table.
var causes = [...]zmqrt.Cause{
	zmqrt.DroppedLinger, zmqrt.DroppedEnded, zmqrt.DroppedUnread, zmqrt.DroppedOverflow, zmqrt.DroppedReplaced, zmqrt.DroppedPeerFull,
	zmqrt.DroppedUnroutable, zmqrt.DroppedLate, zmqrt.DroppedRefused, zmqrt.DroppedDecode, zmqrt.DroppedEncode, zmqrt.DroppedOversize,
	zmqrt.DroppedInvalid, zmqrt.DroppedState,
}

// ledger is that file.
type ledger struct {
	memory []byte
	lives  []life
	areas  []byte
}

const lifeBytes = maxLives * int(unsafe.Sizeof(life{}))

func createLedger(path string) (*ledger, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if err := f.Truncate(int64(lifeBytes) + maxLives*areaSize); err != nil { // with holes: only what is written takes room
		return nil, err
	}
	return mapLedger(f)
}

func openLedger(path string) (*ledger, error) {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return mapLedger(f)
}

func mapLedger(f *os.File) (*ledger, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if want := int64(lifeBytes) + maxLives*areaSize; info.Size() != want {
		return nil, fmt.Errorf("%s has %d bytes, want %d", f.Name(), info.Size(), want)
	}
	memory, err := syscall.Mmap(int(f.Fd()), 0, int(info.Size()), syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_SHARED)
	if err != nil {
		return nil, fmt.Errorf("map %s: %w", f.Name(), err)
	}
	return &ledger{memory: memory, lives: unsafe.Slice((*life)(unsafe.Pointer(&memory[0])), maxLives), areas: memory[lifeBytes:]}, nil
}

func (l *ledger) close() error { return syscall.Munmap(l.memory) }

// mark notes that message seq of a life has been received, and says whether it had been before.
func (l *ledger) mark(id uint32, seq uint64) (before bool) {
	bits := (*atomic.Uint32)(unsafe.Pointer(&l.areas[int(id)*areaSize+int(seq/32)*4]))
	bit := uint32(1) << (seq % 32)
	return bits.Or(bit)&bit != 0
}

// serves counts how often a call of a client's life was served.
func (l *ledger) serves(id uint32, call uint64) *atomic.Uint32 {
	return (*atomic.Uint32)(unsafe.Pointer(&l.areas[int(id)*areaSize+int(call)*4]))
}

// note writes down what a socket's Stats say.
func (e *life) note(s zmqrt.Stats) {
	e.in.Store(s.MessagesIn)
	e.out.Store(s.MessagesOut)
	e.retries.Store(s.Retries)
	e.blocked.Store(s.Blocked)
	for i, cause := range causes {
		e.dropped[i].Store(s.Dropped[cause])
	}
}

// drops is the sum of what the runtime has dropped for some causes.
func (e *life) drops(of ...zmqrt.Cause) (n uint64) {
	for i, cause := range causes {
		for _, c := range of {
			if c == cause {
				n += e.dropped[i].Load()
			}
		}
	}
	return n
}
