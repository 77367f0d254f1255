//go:build linux

package hosts

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/zmqgen/zmqgen/hosts/ledger"
)

// This file prints an account, and says what must hold of it.

// claim is something that must hold.
type claim struct {
	text  string
	holds bool
	but   string // what is so instead
}

// String prints every term of the account.
func (a *account) String() string {
	var b strings.Builder
	for _, f := range a.faults {
		fmt.Fprintf(&b, "fault: %s, for %v\n", f.what, f.to.Sub(f.from).Round(10*time.Millisecond))
	}
	fmt.Fprintf(&b, "%d processes, %d of them killed; the machine stalled for %v at most\n", len(a.processes), len(a.killed), a.stall.Round(time.Millisecond))
	fmt.Fprintf(&b, "%-30s %7s %8s %5s %5s %7s %6s %6s %5s %5s %5s\n", "stream", "sent", "received", "lost", "twice", "unorder", "before", "after", "up", "down", "anew")
	for _, s := range ledger.Streams {
		if t := a.tally(s); t.sent > 0 {
			fmt.Fprintf(&b, "%-30s %7d %8d %5d %5d %7d %6d %6d %5d %5d %5d\n", s, t.sent, t.received, t.lost, t.duplicates, t.disorder, t.before, t.after, t.ups, t.downs, t.anews)
		}
	}
	for _, s := range ledger.Streams {
		if c := a.calls(s); c.called > 0 {
			fmt.Fprintf(&b, "%s: %d called = %d answered + %d failed %s + %d in hand of callers that were killed; %d served, %d of them again, by %d retries\n",
				s, c.called, c.answered, c.failures(), c.reasons(), c.unfinished, c.served, c.again, c.retries)
		}
	}
	if len(a.drops) > 0 {
		fmt.Fprint(&b, "dropped by the runtime, and counted:")
		for _, cause := range slices.Sorted(maps.Keys(a.drops)) {
			fmt.Fprintf(&b, " %s %d", cause, a.drops[cause])
		}
		fmt.Fprintln(&b)
	}
	for _, f := range a.faults {
		a.printTimes(&b, f)
	}
	return b.String()
}

func (a *account) printTimes(b *strings.Builder, f fault) {
	if f.vanished {
		fmt.Fprintf(b, "missed after, of %v configured:", a.detection())
		for _, m := range a.detections(f) {
			fmt.Fprintf(b, " %s at %s %s;", m.stream, m.host, shown(m.after))
		}
		fmt.Fprintln(b)
	}
	all := a.recoveries(f)
	if len(all) == 0 {
		return
	}
	fmt.Fprintf(b, "flows again after, of %v configured (and %v allowed for the machine):", a.recovery(), a.allowance().Round(time.Millisecond))
	for _, k := range sortedFlows(all) {
		fmt.Fprintf(b, " %s from %s to %s %s;", k.stream, k.from, k.to, shown(all[k]))
	}
	fmt.Fprintln(b)
}

// shown is a measured time, or says that there is none.
func shown(d time.Duration) string {
	if d < 0 {
		return "never"
	}
	return d.Round(10 * time.Millisecond).String()
}

func sortedFlows(all map[flow]time.Duration) []flow {
	return slices.SortedFunc(maps.Keys(all), func(x, y flow) int {
		return strings.Compare(fmt.Sprintf("%02d %s %s", x.stream, x.from, x.to), fmt.Sprintf("%02d %s %s", y.stream, y.from, y.to))
	})
}

func (c *calls) reasons() string {
	names := map[uint64]string{ledger.Deadline: "deadline", ledger.PeerLost: "peer lost", ledger.Status: "status", ledger.Ended: "ended", ledger.Other: "other"}
	var all []string
	for _, r := range slices.Sorted(maps.Keys(c.failed)) {
		all = append(all, fmt.Sprintf("%s: %d", names[r], c.failed[r]))
	}
	return "(" + strings.Join(all, ", ") + ")"
}

// claims are what must hold, whatever the faults were.
func (a *account) claims() []claim {
	var all []claim
	add := func(text string, holds bool, but string, args ...any) {
		all = append(all, claim{text, holds, fmt.Sprintf(but, args...)})
	}
	for _, s := range ledger.Streams {
		t := a.tally(s)
		if t.sent == 0 {
			continue
		}
		add(fmt.Sprintf("%s: something was received", s), t.received > 0, "of %d nothing was", t.sent)
		add(fmt.Sprintf("%s: no message came twice", s), t.duplicates == 0, "%d did", t.duplicates)
		add(fmt.Sprintf("%s: each receiver has each sender's messages in order, within a connection", s), t.unordered == 0, "%d of %d came late without a new one", t.unordered, t.disorder)
		add(fmt.Sprintf("%s: nothing was received that was not sent", s), t.unknown == 0, "%d were", t.unknown)
		add(fmt.Sprintf("%s: what is received is as it was sent", s), t.damaged == 0, "%d are not", t.damaged)
		add(fmt.Sprintf("%s: nothing was lost but where ZeroMQ may lose it", s), t.unexplained == 0, "%d of %d lost: %s", t.unexplained, t.lost, t.where())
		if !pubSub(s) {
			add(fmt.Sprintf("%s: received and lost are what was sent", s), t.received-t.duplicates-t.unknown+t.lost == t.sent, "%d + %d, %d sent", t.received, t.lost, t.sent)
		}
	}
	for _, s := range ledger.Streams {
		if c := a.calls(s); c.called > 0 {
			all = append(all, c.claims(s)...)
		}
	}
	refused, unlisted := a.refused()
	add("nobody is refused that is listed", refused == 0 || unlisted, "%d times", refused)
	for _, cause := range []string{"decode", "encode", "oversize", "invalid", "overflow", "state"} {
		add("the runtime drops nothing as "+cause, a.drops[cause] == 0, "%d", a.drops[cause])
	}
	return append(all, a.timely()...)
}

// claims are what must hold of calls.
func (c *calls) claims(s ledger.Stream) (all []claim) {
	add := func(text string, holds bool, but string, args ...any) {
		all = append(all, claim{s.String() + ": " + text, holds, fmt.Sprintf(but, args...)})
	}
	add("something was answered", c.answered > 0, "of %d nothing was", c.called)
	add("every answer is that of its own call", c.wrong == 0, "%d are not", c.wrong)
	add("every call has ended once", c.endedTwice == 0, "%d ended twice", c.endedTwice)
	add("every call has ended by its deadline", c.late == 0, "%d ended later", c.late)
	add("no call is left but those of killed callers", c.unfinished <= callersOfSink*c.killed && c.inHand == 0, "%d are, %d of them of others, %d callers were killed", c.unfinished, c.inHand, c.killed)
	add("called is answered, failed and left", c.called == c.answered+c.wrong+c.failures()+c.unfinished, "%+v", *c)
	add("every call that was answered was served", c.unserved == 0, "%d were not", c.unserved)
	add("nothing was served that was not called", c.uncalled == 0, "%d were", c.uncalled)
	add("calls were served again by retries alone", c.again <= c.retries+attempts*callersOfSink*c.killed, "%d were, by %d retries", c.again, c.retries)
	add("a call that may not be repeated was served once at most", c.repeated == 0, "%d were served again", c.repeated)
	add("calls fail by their deadline or because their server has gone", c.failed[ledger.Status]+c.failed[ledger.Ended]+c.failed[ledger.Other] == 0, "%s", c.reasons())
	return all
}

// timely are the claims about times.
func (a *account) timely() (all []claim) {
	for _, f := range a.faults {
		flows := a.recoveries(f)
		for _, k := range sortedFlows(flows) {
			took := flows[k]
			all = append(all, claim{
				fmt.Sprintf("%s: %s from %s to %s flows again within %v", f.what, k.stream, k.from, k.to, a.within(k.stream)),
				took >= 0 && took <= a.within(k.stream), fmt.Sprint(took),
			})
		}
		if !f.vanished {
			continue
		}
		for _, m := range a.detections(f) {
			all = append(all, claim{
				fmt.Sprintf("%s: %s at %s misses it within %v", f.what, m.stream, m.host, a.found(f)),
				m.after >= 0 && m.after <= a.found(f), fmt.Sprint(m.after),
			})
		}
	}
	return all
}

// where shows when the first and the last of what was lost without an explanation was sent, and the windows.
func (t *tally) where() string {
	if len(t.lostOf) == 0 {
		return ""
	}
	first, last := slices.MinFunc(t.lostOf, time.Time.Compare), slices.MaxFunc(t.lostOf, time.Time.Compare)
	var b strings.Builder
	fmt.Fprintf(&b, "sent from %s to %s; windows", first.Format("05.000"), last.Format("05.000"))
	for _, w := range t.windows {
		fmt.Fprintf(&b, " %s-%s", w.from.Format("05.000"), w.to.Format("05.000"))
	}
	return b.String()
}
