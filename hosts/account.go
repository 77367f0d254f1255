//go:build linux

package hosts

import (
	"cmp"
	"slices"
	"sort"
	"time"

	"github.com/zmqgen/zmqgen/hosts/ledger"
)

// This file is the account of a run: what became of each message, by what the processes have written down.

// What topology.yaml configures.
const (
	heartbeat        = 500 * time.Millisecond
	heartbeatTimeout = 1500 * time.Millisecond
	connectTimeout   = time.Second
	reconnect        = 100 * time.Millisecond
	reconnectMax     = time.Second
	probe            = time.Second     // between TCP's probes, which those have in place of heartbeats whose users may stop reading
	silence          = 3 * time.Second // after which a mate connects anew; see station
	// slack is by how much the times of two processes may be off that wrote down the same thing, on an idle machine.
	slack = 500 * time.Millisecond
)

// span is a time between two.
type span struct{ from, to time.Time }

func (s span) holds(t time.Time) bool { return !t.Before(s.from) && !t.After(s.to) }

// fault is what a test did to hosts, and undid.
type fault struct {
	what  string
	hosts []string // with one, all that it says to others and they to it; with two, what they say to each other
	span
	vanished bool // nobody was told, so that only heartbeats could find out
	oneWay   bool // one end still hears the other, until that finds out and stops
	harmless bool // nothing may be lost, unless a connection is seen to end
	unlisted bool // somebody came with a key that the lists did not have yet
	narrow   bool // nor then, but by a PUB, whose queues may be full
}

// between says whether the fault is about what one host says to another.
func (f fault) between(a, b string) bool {
	if a == b {
		return false
	}
	if len(f.hosts) == 1 {
		return f.hosts[0] == a || f.hosts[0] == b
	}
	return f.hosts[0] == a && f.hosts[1] == b || f.hosts[0] == b && f.hosts[1] == a
}

// account is what is known of a run.
type account struct {
	processes []*ledger.Process
	hosts     map[uint32]string // of processes
	killed    map[uint32]time.Time
	faults    []fault
	quieted   time.Time     // when all were told to send nothing more: connections that end later are meant to
	stall     time.Duration // the longest time for which the machine did not let this process run
	drops     map[string]uint64
	patience  time.Duration // in place of heartbeatTimeout, if it is not 0
}

// detection is how long it may take to find that a peer has vanished.
func (a *account) detection() time.Duration {
	return heartbeat + cmp.Or(a.patience, heartbeatTimeout) + probe
}

// recovery is how long it may take until messages flow when a way is open again: the old connection is found dead, an attempt that is
// under way fails, and the next begins.
func (a *account) recovery() time.Duration {
	return a.detection() + connectTimeout + reconnectMax + reconnect
}

// allowance is what a busy machine may add to times that are held to what is configured.
func (a *account) allowance() time.Duration { return 2*time.Second + 10*a.stall }

// message is one that was sent.
type message struct {
	from   uint32
	number uint64
}

// tally is the account of one stream.
type tally struct {
	stream                       ledger.Stream
	sent, received               int
	duplicates, unknown, damaged int
	disorder, unordered          int // late, and so without a new connection that could have overtaken
	before, after                int // pub-sub: sent before a subscription arrived, and not yet taken when the subscriber was killed
	lost, unexplained            int
	lostOf                       []time.Time // when what was lost without an explanation was sent
	ups, downs, anews            int
	sentAt                       map[message]time.Time
	sentBy                       map[uint32][]time.Time
	got                          map[uint32]map[message]int // by receiver
	windows                      []span
	connected                    []span // times after new connections
}

// pubSub says which streams go to every receiver.
func pubSub(s ledger.Stream) bool { return s == ledger.Ticks || s == ledger.Wide }

// connects says on which streams the sender is the end that connects. What it sends while it has no connection waits for the next, and a
// streamer waits with it for those that pull.
func connects(s ledger.Stream) bool {
	return s == ledger.Parts || s == ledger.Lots || s == ledger.RoomsUp || s == ledger.LineBack
}

// passes says whether a process sends on what it receives on a stream.
func passes(p *ledger.Process, s ledger.Stream) bool { return p.Name == "hub" && s.Device() }

// both returns on which streams the processes of a stream write down that peers come and go.
func both(s ledger.Stream) []ledger.Stream {
	switch s {
	case ledger.RoomsUp, ledger.RoomsDown:
		return []ledger.Stream{ledger.RoomsUp, ledger.RoomsDown}
	case ledger.LineOut, ledger.LineBack:
		return []ledger.Stream{ledger.LineOut, ledger.LineBack}
	}
	return []ledger.Stream{s}
}

// tally makes the account of one stream.
func (a *account) tally(stream ledger.Stream) *tally {
	t := &tally{
		stream: stream, sentAt: make(map[message]time.Time), sentBy: make(map[uint32][]time.Time),
		got: make(map[uint32]map[message]int),
	}
	for _, p := range a.processes {
		for _, e := range p.Entries {
			if e.Stream == stream && e.Event == ledger.Sent {
				t.sent++
				t.sentAt[message{p.Number, e.Number}] = e.At
				t.sentBy[p.Number] = append(t.sentBy[p.Number], e.At)
			}
		}
	}
	t.connected = a.overtaking(stream)
	anyone := make(map[message]int)
	for _, p := range a.processes {
		t.receiver(p, anyone)
	}
	t.windows = a.windows(stream)
	if pubSub(stream) {
		for _, p := range a.processes {
			if t.got[p.Number] != nil {
				a.loseOfSubscriber(t, p)
			}
		}
		return t
	}
	for m, at := range t.sentAt {
		if anyone[m] == 0 {
			t.lose(at)
		}
	}
	if stream == ledger.RoomsDown { // whose ROUTER counts what it has no way to send
		t.unexplained = max(0, t.unexplained-int(a.drops["peer_full"]+a.drops["unroutable"]))
	}
	return t
}

// receiver counts what one process has received, and whether it came in order.
func (t *tally) receiver(p *ledger.Process, anyone map[message]int) {
	last := make(map[uint32]uint64)
	for _, e := range p.Entries {
		if e.Stream != t.stream {
			continue
		}
		switch e.Event {
		case ledger.Up:
			t.ups++
		case ledger.Down:
			t.downs++
		case ledger.Anew:
			t.anews++
		case ledger.Damaged:
			t.damaged++
		case ledger.Received:
			m := message{e.From, e.Number}
			if t.got[p.Number] == nil {
				t.got[p.Number] = make(map[message]int)
			}
			t.received++
			if before, ok := last[e.From]; ok && e.Number < before {
				t.disorder++
				if !t.overtook(e.At) {
					t.unordered++
				}
			}
			last[e.From] = e.Number
			if _, ok := t.sentAt[m]; !ok {
				t.unknown++
			}
			if t.got[p.Number][m] > 0 || !pubSub(t.stream) && anyone[m] > 0 {
				t.duplicates++
			}
			t.got[p.Number][m]++
			anyone[m]++
		}
	}
}

// loseOfSubscriber counts what one subscriber has not received, of all that was sent between its subscription and its end.
func (a *account) loseOfSubscriber(t *tally, p *ledger.Process) {
	got := t.got[p.Number]
	for from, times := range t.sentBy {
		first, last := -1, -1
		for n := range times {
			if got[message{from, uint64(n)}] > 0 {
				if first < 0 {
					first = n
				}
				last = n
			}
		}
		for n, at := range times {
			switch killed := a.killed[p.Number]; {
			case got[message{from, uint64(n)}] > 0:
			case at.Before(p.Entries[0].At) || !killed.IsZero() && at.After(killed):
			case n < first || first < 0:
				t.before++
			case n > last && !killed.IsZero():
				t.after++
			default:
				t.lose(at)
			}
		}
	}
}

// overtaking returns when messages of the stream may have come in another order than they were sent: ZeroMQ keeps the order within
// a connection, and what a receiver still holds of one that has ended may come after the first of the next.
func (a *account) overtaking(stream ledger.Stream) []span {
	var all []span
	for _, p := range a.processes {
		for _, e := range p.Entries {
			if e.Event == ledger.Up && e.Count > 1 && concerns(e.Stream, stream) {
				all = append(all, span{e.At.Add(-slack - a.stall), e.At.Add(a.detection() + a.allowance())})
			}
		}
	}
	return all
}

func (t *tally) overtook(at time.Time) bool {
	return slices.ContainsFunc(t.connected, func(s span) bool { return s.holds(at) })
}

func (t *tally) lose(sent time.Time) {
	t.lost++
	for _, w := range t.windows {
		if w.holds(sent) {
			return
		}
	}
	t.unexplained++
	t.lostOf = append(t.lostOf, sent)
}

// windows returns when a message of the stream may have been sent that ZeroMQ was allowed to lose, by docs/wire.md.
func (a *account) windows(stream ledger.Stream) []span {
	off := slack + a.stall
	var all []span
	add := func(from, to time.Time) { all = append(all, span{from.Add(-off), to.Add(off)}) }
	for _, p := range a.processes {
		sends := passes(p, stream)
		for _, e := range p.Entries {
			sends = sends || e.Stream == stream && e.Event == ledger.Sent
		}
		if at := a.killed[p.Number]; !at.IsZero() {
			add(at, at) // what it had in hand
		}
		came := time.Time{} // when it last began to connect, before it was refused
		for i, e := range p.Entries {
			if i == 0 {
				came = e.At
			}
			if !concerns(e.Stream, stream) {
				continue
			}
			switch {
			case e.Event == ledger.Anew:
				add(e.At.Add(-silence-a.detection()), e.At)
			case e.Event == ledger.Refused: // what it had given to the connection by then
				add(came, e.At)
				came = e.At
			case e.Event != ledger.Down || !a.quieted.IsZero() && e.At.After(a.quieted):
			case !connects(stream):
				add(a.onItsWay(e.At), e.At.Add(a.recovery()+a.allowance()))
			case sends: // what was on its way, and nothing that was sent later
				add(a.onItsWay(e.At), e.At)
			}
		}
	}
	for _, f := range a.faults {
		switch {
		case !a.touches(f, stream):
		case f.narrow && pubSub(stream):
			add(f.from, f.to.Add(a.recovery()+a.allowance()))
		case !connects(stream) && !f.harmless && !f.narrow: // nobody there to send to
			add(f.from, f.to.Add(a.recovery()+a.allowance()))
		}
	}
	sort.Slice(all, func(i, j int) bool { return all[i].from.Before(all[j].from) })
	return all
}

// onItsWay returns since when what was sent may have been on its way when a connection was seen to end: since its peer was gone, at
// the earliest, or since a link was narrow.
func (a *account) onItsWay(ended time.Time) time.Time {
	since := ended.Add(-a.detection())
	for _, f := range a.faults {
		if f.narrow && f.from.Before(since) && f.to.Add(a.recovery()).After(ended) {
			since = f.from
		}
	}
	return since
}

func concerns(written, stream ledger.Stream) bool {
	for _, s := range both(stream) {
		if s == written {
			return true
		}
	}
	return false
}
