package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	zmqrt "github.com/zmqgen/zmqgen/runtime"
)

// This file is the account of a run: every term from the calls to the answers, and what must hold between them.

// account is what a run has counted. Everything else follows from these.
type account struct {
	outcome
	calls, goroutines int
	kills             int
	took              time.Duration
	ends              []uint32 // by call: how often it has ended for its caller

	client zmqrt.Stats

	processes []processCounts
	served    []uint32 // by call: how often servers have taken it
}

// processCounts are what one server process has left in the ledger.
type processCounts struct {
	served, answered, failed, refused int
	ended                             bool // by itself; else it was killed
}

// terms are the account's sums.
type terms struct {
	answered, failed                 int
	retries, sent, unsent            int // requests; unsent are those that came to nothing before they were sent
	served, refused, lostRequests    int
	servedCalls, servedAgain         int
	given, notTaken, inHand          int // answers
	received, late, lostAnswers      int
	repeated                         int // refusals after which the client has made the call again
	killedProcesses, servedButFailed int
}

func (a *account) terms() terms {
	var t terms
	for _, answered := range a.answered {
		if answered {
			t.answered++
		} else {
			t.failed++
		}
	}
	t.retries = int(a.client.Retries)
	t.sent = int(a.client.MessagesOut)
	t.unsent = a.calls + t.retries - t.sent
	for _, p := range a.processes {
		t.served += p.served
		t.refused += p.refused
		t.given += p.answered
		t.notTaken += p.failed
		t.inHand += p.served - p.answered - p.failed
		if !p.ended {
			t.killedProcesses++
		}
	}
	for call, n := range a.served {
		if n > 0 {
			t.servedCalls++
			t.servedAgain += int(n) - 1
			if !a.answered[call] {
				t.servedButFailed++
			}
		}
	}
	t.lostRequests = t.sent - t.served - t.refused
	t.received = int(a.client.MessagesIn)
	t.late = int(a.client.Dropped[zmqrt.DroppedLate])
	t.repeated = t.received - t.answered - a.statuses - t.late
	t.lostAnswers = t.served + t.refused - t.notTaken - t.received
	return t
}

// String prints the terms, each below the one of which it is a part.
func (a *account) String() string {
	t := a.terms()
	var b strings.Builder
	fmt.Fprintf(&b, "%d calls by %d goroutines through one DEALER to %d servers, of which %d were killed, in %v\n",
		a.calls, a.goroutines, serverCount, a.kills, a.took.Round(time.Millisecond))
	line := func(depth int, name string, n int, note string) {
		fmt.Fprintf(&b, "%-48s %9d   %s\n", strings.Repeat("  ", depth)+name, n, note)
	}
	line(0, "calls", a.calls, fmt.Sprintf("the longest took %v of %v", a.longest.Round(time.Millisecond), timeout))
	line(1, "answered", t.answered, "each once, by the answer to its own request")
	line(1, "failed", t.failed, a.failureText())
	line(0, "retries", t.retries, "for what was lost, and for answers that were late")
	line(0, "requests sent", t.sent, "calls + retries - never sent")
	line(1, "never sent", t.unsent, "their calls had ended before")
	line(0, "requests served", t.served, "as server processes have written down, killed or not")
	line(1, "for the first time", t.servedCalls, fmt.Sprintf("calls; %d of them failed: their answers were lost", t.servedButFailed))
	line(1, "once more", t.servedAgain, "by retries")
	line(1, "written down by the process, not by the call", t.served-t.servedCalls-t.servedAgain, "killed in between")
	line(0, "requests sent and not served", t.sent-t.served, "")
	line(1, "refused by a server", t.refused, "")
	line(1, "lost with killed servers", t.lostRequests, "on their way, or received and not yet taken")
	line(0, "answers received", t.received, "requests served and refused - lost - not taken")
	line(1, "that answered a call", t.answered+a.statuses, "")
	line(1, "late", t.late, "their calls had been answered, or had failed")
	line(1, "refusals, after which a call was repeated", t.repeated, "")
	line(0, "answers not received", t.served+t.refused-t.received, "")
	line(1, "not taken by a server's socket", t.notTaken, "the client was not connected")
	line(1, "lost with killed servers", t.lostAnswers, fmt.Sprintf("%d of them at most not given: in hand when killed", t.inHand))
	return b.String()
}

func (a *account) failureText() string {
	if len(a.failures) == 0 {
		return ""
	}
	var parts []string
	for _, kind := range slices.Sorted(maps.Keys(a.failures)) {
		parts = append(parts, fmt.Sprintf("%s: %d", kind, a.failures[kind]))
	}
	return strings.Join(parts, ", ")
}

// claim is something that must hold.
type claim struct {
	text  string
	holds bool
	but   string // what is so instead
}

func (a *account) claims() []claim {
	t := a.terms()
	var endedOnce, answeredUnserved int
	for call, n := range a.ends {
		if n == 1 {
			endedOnce++
		}
		if a.answered[call] && a.served[call] == 0 {
			answeredUnserved++
		}
	}
	other := 0
	for cause, n := range a.client.Dropped {
		if cause != zmqrt.DroppedLate {
			other += int(n)
		}
	}
	all := []claim{
		{"every call has ended for its caller, once", endedOnce == a.calls, fmt.Sprintf("%d have", endedOnce)},
		{"every answer is that of its own request", len(a.wrong) == 0, some(a.wrong)},
		{"every failure says clearly what failed", len(a.unclear) == 0, some(a.unclear)},
		{"no call went on past its deadline", a.longest <= timeout+slack, fmt.Sprintf("one took %v", a.longest)},
		{"every call that was answered was served", answeredUnserved == 0, fmt.Sprintf("%d were not", answeredUnserved)},
		{"no request was sent but by a call or a retry", t.unsent >= 0, fmt.Sprintf("%d were", -t.unsent)},
		{"what was not sent belongs to calls that failed, or to retries", t.unsent <= t.failed+t.retries, fmt.Sprint(t.unsent)},
		{"no request was served that was not sent", t.lostRequests >= 0, fmt.Sprintf("%d were", -t.lostRequests)},
		{"calls were served again by retries alone", t.servedAgain <= t.retries, fmt.Sprintf("%d were, by %d retries", t.servedAgain, t.retries)},
		{"both counts of requests served agree", t.served-t.servedCalls-t.servedAgain >= 0 && t.served-t.servedCalls-t.servedAgain <= a.kills,
			fmt.Sprintf("%d by process, %d by call, %d kills", t.served, t.servedCalls+t.servedAgain, a.kills)},
		{"every answer received went to its call, was a refusal or was counted late", t.repeated >= 0 && t.repeated <= t.refused,
			fmt.Sprintf("%d received, %d to calls, %d late, %d refused", t.received, t.answered+a.statuses, t.late, t.refused)},
		{"no answer was received that no server gave", t.lostAnswers >= 0, fmt.Sprintf("%d were", -t.lostAnswers)},
		{"a kill lost no more than what was in flight", t.lostRequests+t.lostAnswers <= a.kills*a.goroutines*attempts,
			fmt.Sprintf("%d requests and %d answers, %d kills", t.lostRequests, t.lostAnswers, a.kills)},
		{"a killed server had one request in hand at most", t.inHand >= 0 && t.inHand <= a.kills, fmt.Sprintf("%d in hand, %d kills", t.inHand, a.kills)},
		{"the processes that did not end by themselves are those killed", t.killedProcesses == a.kills, fmt.Sprintf("%d and %d", t.killedProcesses, a.kills)},
		{"the client dropped nothing but late answers", other == 0, fmt.Sprint(a.client.Dropped)},
	}
	if a.kills == 0 {
		all = append(all,
			claim{"without kills nothing fails", t.failed == 0, a.failureText()},
			claim{"without kills no request is lost", t.lostRequests == 0, fmt.Sprintf("%d are", t.lostRequests)},
			claim{"without kills no answer is lost", t.lostAnswers == 0, fmt.Sprintf("%d are", t.lostAnswers)},
		)
	}
	return all
}

// some shows the first few of many.
func some(all []string) string {
	const few = 5
	if len(all) > few {
		return fmt.Sprintf("%s; and %d more", strings.Join(all[:few], "; "), len(all)-few)
	}
	return strings.Join(all, "; ")
}
