// Package ledger is where processes write down what they send and receive, so that it outlives them: each in a file of its
// own, to which it appends. What a process has written is the kernel's, and stays when the process is killed.
package ledger

import (
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// Stream is one direction of one pattern.
type Stream uint8

// The streams of topology.yaml.
const (
	Ticks     Stream = iota + 1 // a PUB to the SUBs of every sink
	Wide                        // a PUB through a forwarder to SUBs
	Parts                       // a PUSH to the PULLs of every sink
	Lots                        // a PUSH through a streamer to PULLs
	Ask                         // calls, of DEALERs to a ROUTER
	Turns                       // calls, of REQs to a REP
	Queued                      // calls, through a queue
	RoomsUp                     // DEALERs to a ROUTER
	RoomsDown                   // the ROUTER to the DEALERs
	LineOut                     // the PAIR that binds to the one that connects
	LineBack                    // and back
)

// Streams are all of them, in the order in which they are shown.
var Streams = []Stream{Ticks, Wide, Parts, Lots, Ask, Turns, Queued, RoomsUp, RoomsDown, LineOut, LineBack}

var streamNames = map[Stream]string{
	Ticks: "ticks, pub-sub", Wide: "wide, pub-sub by a forwarder", Parts: "parts, push-pull", Lots: "lots, push-pull by a streamer",
	Ask: "ask, calls", Turns: "turns, calls by req and rep", Queued: "queued, calls by a queue",
	RoomsUp: "rooms, dealer to router", RoomsDown: "rooms, router to dealer", LineOut: "line, pair, out", LineBack: "line, pair, back",
}

func (s Stream) String() string { return streamNames[s] }

// Calls says whether it is calls that go on the stream.
func (s Stream) Calls() bool { return s == Ask || s == Turns || s == Queued }

// Device says whether the stream goes through a device.
func (s Stream) Device() bool { return s == Wide || s == Lots || s == Queued }

// Event is what happened.
type Event uint8

// The events. Those of calls have the number of the call.
const (
	Sent     Event = iota + 1 // is about to be given to the socket
	Received                  // From and Number are those of the sender
	Damaged                   // was received, and its bytes are not those of its number
	Called                    // Count is the milliseconds that it may take
	Answered
	Wrong    // answered by what is not the answer to this request
	Failed   // Number of the call, Count of the reason
	Served   // by a server; From and Number are those of the caller
	Up       // the socket has one peer more; Count is how many came so far
	Down     // the socket has one peer less; Count is how many went so far
	Anew     // the socket was disconnected and connected again by its user
	Retried  // Count is how many requests the client has repeated so far
	Turned   // a server has turned strangers away; Count is how many times so far
	Refused  // a client was refused by a server; Count is how many times so far
	Quieted  // sends nothing more
	Finished // came to an end of its own
)

// The reasons for which a call fails.
const (
	Deadline = iota + 1
	PeerLost
	Status
	Ended
	Other
)

// Entry is one thing that happened in a process.
type Entry struct {
	Stream Stream
	Event  Event
	From   uint32
	Number uint64
	Count  uint64
	At     time.Time
}

const size = 32

// Writer appends to the file of one process. All methods may be called concurrently.
type Writer struct {
	mu     sync.Mutex
	file   *os.File
	Number uint32 // of the process
}

// Create makes the file of a process in a directory.
func Create(dir string, process uint32, name string) (*Writer, error) {
	f, err := os.OpenFile(filepath.Join(dir, fmt.Sprintf("%03d-%s.ledger", process, name)), os.O_CREATE|os.O_EXCL|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	return &Writer{file: f, Number: process}, nil
}

// Write appends an entry, with the time of now. That it cannot is the end of the process: without its ledger nothing that it does
// counts.
func (w *Writer) Write(e Entry) {
	w.mu.Lock()
	defer w.mu.Unlock()
	var b [size]byte
	b[0], b[1] = byte(e.Stream), byte(e.Event)
	binary.BigEndian.PutUint32(b[4:], e.From)
	binary.BigEndian.PutUint64(b[8:], e.Number)
	binary.BigEndian.PutUint64(b[16:], e.Count)
	binary.BigEndian.PutUint64(b[24:], uint64(time.Now().UnixNano()))
	if _, err := w.file.Write(b[:]); err != nil {
		panic(err)
	}
}

// Process is what one process has written.
type Process struct {
	Number  uint32
	Name    string
	Entries []Entry // in the order in which they were written
}

// Finished says whether the process has come to an end of its own.
func (p *Process) Finished() bool {
	return len(p.Entries) > 0 && p.Entries[len(p.Entries)-1].Event == Finished
}

// Read reads the files of all processes in a directory, in the order of their numbers.
func Read(dir string) ([]*Process, error) {
	paths, err := filepath.Glob(filepath.Join(dir, "*.ledger"))
	if err != nil {
		return nil, err
	}
	var all []*Process
	for _, path := range paths {
		p := &Process{}
		number, name, _ := strings.Cut(strings.TrimSuffix(filepath.Base(path), ".ledger"), "-")
		if _, err := fmt.Sscanf(number, "%d", &p.Number); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		p.Name = name
		if p.Entries, err = read(path); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		all = append(all, p)
	}
	return all, nil
}

func read(path string) ([]Entry, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	all, err := io.ReadAll(f)
	if err != nil {
		return nil, err
	}
	entries := make([]Entry, 0, len(all)/size)
	for ; len(all) >= size; all = all[size:] {
		entries = append(entries, Entry{
			Stream: Stream(all[0]), Event: Event(all[1]),
			From: binary.BigEndian.Uint32(all[4:]), Number: binary.BigEndian.Uint64(all[8:]), Count: binary.BigEndian.Uint64(all[16:]),
			At: time.Unix(0, int64(binary.BigEndian.Uint64(all[24:]))),
		})
	}
	return entries, nil
}

// Size returns how much all processes have written, to see whether anything still happens.
func Size(dir string) (int64, error) {
	files, err := os.ReadDir(dir)
	if err != nil {
		return 0, err
	}
	var sum int64
	for _, f := range files {
		if info, err := f.Info(); err == nil {
			sum += info.Size()
		}
	}
	return sum, nil
}
