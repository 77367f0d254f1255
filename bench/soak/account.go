package main

import (
	"fmt"
	"slices"

	zmqrt "github.com/zmqgen/zmqgen/runtime"
)

// This file is the account of a scene: its terms, and what must hold of them.

// terms are sums over the lives of one scene, or of several scenes of one kind.
type terms struct {
	Scenes, Lives, Killed, Unopened, Losses, Cuts, Renewed int
	Unended, Unbalanced                                    int
	Longest                                                uint64 // milliseconds that a socket took to end

	// Of messages: at the near and at the far end.
	Begun, Given, Steady, Out, In, Received, SteadyIn [bothEnds]uint64
	Arrived                                           uint64 // as many as senders gave, each counted once; of a fan by each subscriber
	SteadyWanted                                      uint64 // of calm scenes: for every subscriber, each message of the topics that all have
	Dropped                                           [bothEnds][len(causes)]uint64
	Odd                                               [len(oddities)]uint64
	NewestMissing                                     int
	Bound                                             uint64 // what ZeroMQ may have lost

	// Of calls.
	Calls, Ended, Served, ServedCalls, ServedAgain, Answered, NotTaken, Retries uint64
	Outcomes                                                                    [len(outcomes)]uint64
	AnsweredUnserved, TooOften                                                  int
	KilledClients, Hanging                                                      int
}

// capacity is how many messages a pair of rough sockets has at most between the channel that one end gives them to and the hand
// of the other's user: two channels, the batches in the hands of both ends, both high-water marks, and what the kernel holds of
// messages of 2000 bytes or more in one connection, or in the two of a proxy.
const (
	inPump    = 2*(256+1) + 2*1024
	inZeroMQ  = 2*200 + 2*1024 // a batch on its way in libzmq besides
	inKernel  = 2 * (10 << 20) / 2000
	capacity  = inPump + inZeroMQ + inKernel
	maxServed = 5 // attempts of method Again
)

// sum adds up the lives of a scene.
func (p *performance) sum(st *stage) (t terms) {
	t.Scenes, t.Losses, t.Cuts, t.Renewed, t.Lives = 1, st.losses, st.cuts, st.renewed, len(st.lives)
	for _, info := range st.lives {
		t.add(p.ledger, info)
	}
	if st.kind.class == callings {
		for _, info := range st.lives {
			if !info.far {
				t.addCalls(p.ledger, info.id)
			}
		}
	}
	t.SteadyWanted = t.Steady[0] * uint64(len(st.slots[1]))
	t.Bound = uint64(st.losses) * capacity
	if st.kind.class == newest && st.calm {
		if e := &p.ledger.lives[st.slots[0][0].life]; e.newest.Load() != e.lastGiven.Load() {
			t.NewestMissing = 1
		}
	}
	return t
}

func (t *terms) add(l *ledger, info *liveInfo) {
	e, end := &l.lives[info.id], endOf(info.far)
	switch {
	case info.killed:
		t.Killed++
	case e.over.Load() == 0:
		t.Unended++
	case e.opened.Load() == 0:
		t.Unopened++
	}
	t.Unbalanced += int(e.unbalanced.Load())
	t.Longest = max(t.Longest, e.lingered.Load())
	given := e.given.Load()
	if info.killed { // what it had just given may not have been noted
		given = e.begun.Load()
	}
	t.Begun[end] += e.begun.Load()
	t.Given[end] += given
	t.Steady[end] += e.steady.Load()
	t.Out[end] += e.out.Load()
	t.In[end] += e.in.Load()
	t.Received[end] += e.received.Load()
	t.SteadyIn[end] += e.steadyIn.Load()
	t.Arrived += e.arrived.Load()
	for i := range causes {
		t.Dropped[end][i] += e.dropped[i].Load()
	}
	for i := range oddities {
		t.Odd[i] += e.odd[i].Load()
	}
	t.Retries += e.retries.Load()
	t.Served += e.served.Load()
	t.Answered += e.answered.Load()
	t.NotTaken += e.notTaken.Load()
	t.Calls += e.calls.Load()
	t.Ended += e.ended.Load()
	for i := range outcomes {
		t.Outcomes[i] += e.outcomes[i].Load()
	}
	open := e.calls.Load() - e.ended.Load()
	switch {
	case info.killed && !info.far:
		t.KilledClients++
		if open > callersEach {
			t.Hanging++
		}
	case open > 0:
		t.Hanging++
	}
}

// addCalls looks at how often each call of a client was served.
func (t *terms) addCalls(l *ledger, id uint32) {
	for call := range min(l.lives[id].calls.Load()+1, maxCalls) {
		n := l.serves(id, call).Load()
		if n == 0 {
			continue
		}
		t.ServedCalls++
		t.ServedAgain += uint64(n - 1)
		if n > 1 && !mayRepeat(call) || n > maxServed {
			t.TooOften++
		}
	}
}

func (t *terms) drops(end int, of ...zmqrt.Cause) (n uint64) {
	for i, cause := range causes {
		if slices.Contains(of, cause) {
			n += t.Dropped[end][i]
		}
	}
	return n
}

// unsent is what the runtime dropped of what was given to send, unread what it dropped of what came.
func (t *terms) unsent() uint64 { return t.drops(0, sendCauses...) + t.drops(1, sendCauses...) }
func (t *terms) unread() uint64 {
	return t.drops(0, receiveCauses...) + t.drops(1, receiveCauses...)
}

// lost is what was given, was not dropped by the runtime as far as is known, and was not received: what ZeroMQ lost, and what
// killed processes had in hand.
func (t *terms) lost() int64 {
	return int64(t.Given[0]+t.Given[1]) - int64(t.unsent()) - int64(t.unread()) - int64(t.Arrived)
}

// onItsWay says whether something of a calm scene has not arrived yet.
func (t *terms) onItsWay(st *stage) bool {
	switch st.kind.class {
	case spread, twoWay:
		return t.Given[0]-t.drops(0, sendCauses...) != t.In[1] || t.Given[1]-t.drops(1, sendCauses...) != t.In[0] || t.Received[0]+t.Received[1]+t.unread() < t.In[0]+t.In[1]
	case fan:
		return !st.kind.drops && t.SteadyIn[1] < t.SteadyWanted
	case newest:
		return t.NewestMissing > 0 && !st.kind.holdsBack
	}
	return t.Hanging > 0
}

// claim is something that must hold.
type claim struct {
	text  string
	holds bool
	but   string // what is so instead
}

// claims are what must hold of a scene of some kind.
func (t *terms) claims(k *kind, calm bool) (all []claim) {
	must := func(text string, holds bool, format string, args ...any) {
		all = append(all, claim{text, holds, fmt.Sprintf(format, args...)})
	}
	must("every socket that was not killed has ended by itself", t.Unended == 0, "%d have not", t.Unended)
	must("every socket's Stats account for all that was given to it and came to it", t.Unbalanced == 0, "those of %d do not", t.Unbalanced)
	must("a socket ends in bounded time", t.Longest < 30_000 || calm, "one took %d ms", t.Longest)
	for i, n := range t.Odd {
		if oddity(i) == outOfOrder && t.Renewed > 0 {
			must("messages are out of order only where a connection was followed by another, and no more than a pair of sockets holds",
				n <= uint64(t.Renewed)*capacity, "%d are, with %d connections", n, t.Renewed)
			continue
		}
		must("no message is "+oddities[i], n == 0, "%d are", n)
	}
	for _, cause := range []zmqrt.Cause{zmqrt.DroppedEncode, zmqrt.DroppedOversize, zmqrt.DroppedInvalid, zmqrt.DroppedState} {
		n := t.drops(0, cause) + t.drops(1, cause)
		must("nothing is dropped as "+string(cause), n == 0, "%d are", n)
	}
	decode := t.drops(0, zmqrt.DroppedDecode) + t.drops(1, zmqrt.DroppedDecode)
	must("what does not parse is what libzmq mixed up when a peer went", decode <= uint64(2*t.Losses) && (!calm || decode == 0), "%d messages, %d ends of peers", decode, t.Losses)
	switch {
	case k.class == callings:
		t.claimCalls(k, must, calm)
	case calm:
		t.claimCalm(must, k)
	case k.class == spread || k.class == twoWay:
		must("no message arrives that was not given, or was dropped", t.lost() >= 0 || decode > 0, "%d more", -t.lost())
		must("what is lost went with disturbances, and is no more than what pairs of sockets hold", t.lost() <= int64(t.Bound), "%d lost, at most %d", t.lost(), t.Bound)
		must("messages get through at all", t.Arrived > 0 || t.Given[0] == 0, "none of %d", t.Given[0])
	}
	return all
}

// claimCalm is what holds where nothing is lost.
func (t *terms) claimCalm(must func(string, bool, string, ...any), k *kind) {
	switch k.class {
	case spread, twoWay:
		full := t.drops(1, zmqrt.DroppedPeerFull) // a ROUTER waits a second for a peer that takes no more, and counts
		must("all that the near end sent has come to the far end", t.Out[0] == t.In[1], "%d of %d", t.In[1], t.Out[0])
		must("all that the far end sent has come to the near end", t.Out[1] == t.In[0], "%d of %d", t.In[0], t.Out[1])
		must("all that was given was sent", t.Given[0]+t.Given[1] == t.Out[0]+t.Out[1]+full, "%d of %d", t.Out[0]+t.Out[1], t.Given[0]+t.Given[1])
	case fan:
		over := t.drops(1, zmqrt.DroppedOverflow)
		must("every subscriber has received all of its topics", t.SteadyIn[1] == t.SteadyWanted || k.drops && t.SteadyIn[1]+over >= t.SteadyWanted,
			"%d received and %d dropped, of %d", t.SteadyIn[1], over, t.SteadyWanted)
	case newest:
		must("the newest message has come", t.NewestMissing == 0 || k.holdsBack, "in %d scenes it has not", t.NewestMissing)
	}
	if !k.drops && k.class == fan { // of topics that come and go something may still be on its way when all others have come
		must("nothing is dropped but what came at the very end", t.unsent()+t.unread() == t.drops(1, zmqrt.DroppedUnread), "%d of what was given, %d of what came", t.unsent(), t.unread())
	} else if !k.drops && k.class != newest {
		must("nothing is dropped, but for a ROUTER's peer that is full", t.unsent()+t.unread() == t.drops(1, zmqrt.DroppedPeerFull), "%d of what was given, %d of what came", t.unsent(), t.unread())
	}
	if k.class == spread || k.class == twoWay {
		must("nothing is lost", t.lost() == 0, "%d are", t.lost())
	}
}

// claimCalls is what holds of calls.
func (t *terms) claimCalls(k *kind, must func(string, bool, string, ...any), calm bool) {
	o := t.Outcomes
	sum := uint64(0)
	for _, n := range o {
		sum += n
	}
	must("every call has ended, once; a killed client had some in hand", t.Hanging == 0 && sum == t.Ended, "%d clients have others, %d endings of %d calls", t.Hanging, sum, t.Ended)
	must("every answer is that of its own request", o[wrongCall] == 0, "%d are not", o[wrongCall])
	must("every failure says clearly what failed", o[unclearCall] == 0, "%d do not", o[unclearCall])
	must("every call that was answered was served", o[answeredCall]+o[deniedCall] <= t.ServedCalls, "%d answered, %d served", o[answeredCall]+o[deniedCall], t.ServedCalls)
	must("no call was served again but by declared retries", t.TooOften == 0, "%d were", t.TooOften)
	must("calls were served again by retries alone", t.ServedAgain <= t.Retries || t.KilledClients > 0, "%d times, by %d retries", t.ServedAgain, t.Retries)
	must("no more calls are served than were made", t.ServedCalls <= t.Calls, "%d of %d", t.ServedCalls, t.Calls)
	if !calm {
		must("calls get through at all", o[answeredCall] > 0 || t.Calls == 0, "none of %d", t.Calls)
		return
	}
	failed := t.Ended - o[answeredCall] - o[deniedCall] - o[closedCall]
	must("no call fails", failed == 0, "%d do", failed)
	if k.lone {
		must("every request has come to a server, or was sent again by another connection", t.In[1] <= t.Out[0] && t.Out[0]-t.In[1] <= t.Retries, "%d of %d, %d retries", t.In[1], t.Out[0], t.Retries)
	} else {
		must("every request has come to a server", t.Out[0] == t.In[1], "%d of %d", t.In[1], t.Out[0])
	}
	must("every answer has come to its client, or was for a request that was sent again", t.In[0] <= t.Out[1] && t.Out[1]-t.In[0] <= t.Retries, "%d of %d, %d retries", t.In[0], t.Out[1], t.Retries)
}

// merge adds the terms of another scene.
func (t *terms) merge(o terms) {
	t.Longest = max(t.Longest, o.Longest)
	for _, p := range [][2]*int{{&t.Scenes, &o.Scenes}, {&t.Lives, &o.Lives}, {&t.Killed, &o.Killed}, {&t.Unopened, &o.Unopened}, {&t.Losses, &o.Losses}, {&t.Cuts, &o.Cuts}, {&t.Renewed, &o.Renewed}} {
		*p[0] += *p[1]
	}
	for _, p := range [][2]*uint64{{&t.Arrived, &o.Arrived}, {&t.SteadyWanted, &o.SteadyWanted}, {&t.Bound, &o.Bound}, {&t.Calls, &o.Calls}, {&t.Ended, &o.Ended},
		{&t.Served, &o.Served}, {&t.ServedCalls, &o.ServedCalls}, {&t.ServedAgain, &o.ServedAgain}, {&t.Answered, &o.Answered}, {&t.NotTaken, &o.NotTaken}, {&t.Retries, &o.Retries}} {
		*p[0] += *p[1]
	}
	for i := range t.Outcomes {
		t.Outcomes[i] += o.Outcomes[i]
	}
	for end := range bothEnds {
		for _, p := range [][2]*[bothEnds]uint64{{&t.Given, &o.Given}, {&t.Out, &o.Out}, {&t.In, &o.In}, {&t.Received, &o.Received}, {&t.Steady, &o.Steady}, {&t.SteadyIn, &o.SteadyIn}} {
			p[0][end] += p[1][end]
		}
		for i := range causes {
			t.Dropped[end][i] += o.Dropped[end][i]
		}
	}
	for i := range t.Odd {
		t.Odd[i] += o.Odd[i]
	}
}
