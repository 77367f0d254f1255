package main

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"syscall"

	"github.com/zmqgen/zmqgen/bench/internal/load"
	"github.com/zmqgen/zmqgen/bench/internal/markdown"
)

// This file is the table of what is measured.

// work is one table: the same work, done by several contenders.
type work struct {
	name    string
	title   string
	note    string // below the title
	n       int    // messages, calls or sockets, which columns divide by
	cast    cast
	args    []string // of every process
	rows    []row
	columns []column
	awake   bool // the processors do not sleep meanwhile
}

// selected returns the rows that run matches.
func (w work) selected(run *regexp.Regexp) []row {
	var rows []row
	for _, r := range w.rows {
		if run.MatchString(w.name + "/" + r.name) {
			rows = append(rows, r)
		}
	}
	return rows
}

func works(o options) []work {
	scaled := func(n int) int { return max(int(float64(n)*o.scale), 10) }
	var all []work
	for _, l := range []struct {
		name, title string
		layout      load.Layout
		n           int
	}{
		{"64B", "64 B", load.TickLayout, 500_000},
		{"1KiB", "1 KiB", load.Layout{1 << 10}, 200_000},
		{"64KiB", "64 KiB", load.Layout{64 << 10}, 10_000},
		{"3frames", "3 frames of 11, 9 and 40 B", load.PartsLayout, 200_000},
	} {
		for _, transport := range []string{"tcp", "ipc", "inproc"} {
			w := oneWay(transport, l.layout, scaled(l.n))
			w.name = "oneway/" + transport + "/" + l.name
			w.title = fmt.Sprintf("One way, %s, %s", transport, l.title)
			all = append(all, w)
		}
	}
	all = append(all, calls(scaled(10_000)), onAwake(calls(scaled(10_000))), callsAtOnce(scaled(50_000)))
	all = append(all, rpc(o, scaled)...)
	all = append(all, fan(scaled(50_000)))
	counts, idle := []int{1, 100, 1000, 9000}, "3s"
	if o.quick {
		counts, idle = []int{1, 100}, "200ms"
	}
	for _, n := range counts {
		all = append(all, sockets(n, idle))
	}
	return append(all, buffered(scaled(100_000)))
}

func oneWay(transport string, layout load.Layout, n int) work {
	w := work{
		n:       n,
		note:    fmt.Sprintf("%s messages from a PUSH in one process to a PULL in another.", count(n)),
		cast:    cast{server: "receive", client: "send", measured: "receive"},
		args:    []string{"-n", strconv.Itoa(n), "-layout", layout.String()},
		columns: append(timesPerMessage, perMillion, allocations),
	}
	tooLong := ""
	if transport == "inproc" {
		w.note = fmt.Sprintf("%s messages from a PUSH to a PULL, both in one process.", count(n))
		w.cast = cast{server: "both", measured: "both"}
		if layout[0] > 255 {
			tooLong = "its inproc garbles frames over 255 B"
		}
	}
	w.cast.transport = transport
	w.rows = []row{typed, inC, ready, codec, poller, drain, gozeromq.unless(tooLong), pyzmq}
	if slices.Equal(layout, load.TickLayout) {
		w.rows = slices.Insert(w.rows, 1, batch)
	}
	return w
}

func calls(n int) work {
	return work{
		name:  "calls",
		title: "Round trips, tcp, 64 B",
		note:  fmt.Sprintf("%s round trips between two processes, one at a time.", count(n)),
		n:     n,
		cast:  cast{transport: "tcp", server: "answer", client: "ask", measured: "ask"},
		args:  []string{"-n", strconv.Itoa(n), "-warmup", strconv.Itoa(max(n/20, 10))},
		rows: []row{
			typed.as("typed", "typed call (DEALER, ROUTER)"),
			typed.as("channels", "typed channels (PUSH, PULL, there and back)").with("-variant", "channels"),
			inC.as("c", "C, REQ and REP"),
			ready.as("pebbe", "pebbe/zmq4, REQ and REP"),
			poller.as("poller", "channels the usual way, REQ and REP"),
			gozeromq.as("gozeromq", "go-zeromq/zmq4, REQ and REP"),
			pyzmq.as("pyzmq", "pyzmq, REQ and REP"),
		},
		columns: []column{
			{title: "p50", value: metric("p50_ns"), show: markdown.Duration},
			{title: "p99", value: metric("p99_ns"), show: markdown.Duration},
			{title: "p50 ÷ C", value: metric("p50_ns"), base: "c"},
			{title: "p50 ÷ pebbe", value: metric("p50_ns"), base: "pebbe"},
			{title: "p50 ÷ usual way", value: metric("p50_ns"), base: "poller"},
			perMillion,
		},
	}
}

// onAwake is w on processors that do not sleep.
func onAwake(w work) work {
	w.name += "-awake"
	w.title += ", on processors that are kept awake"
	w.note += " Beside them a process burns what\ntime nobody else wants, so that no processor has to be woken, which on a virtual machine takes longest of all."
	w.awake = true
	w.rows = slices.Clone(w.rows)
	for i, r := range w.rows {
		w.rows[i] = r.unless(cannotKeepAwake)
	}
	return w
}

func callsAtOnce(n int) work {
	return work{
		name:  "inflight",
		title: "Calls per second, tcp, 64 B",
		note:  fmt.Sprintf("%s calls between two processes: 64 at once through one typed client, beside lock-step.", count(n)),
		n:     n,
		cast:  cast{transport: "tcp", server: "answer", client: "ask", measured: "ask"},
		args:  []string{"-n", strconv.Itoa(n), "-warmup", strconv.Itoa(max(n/20, 10))},
		rows: []row{
			typed.as("typed64", "typed client, 64 calls at once").with("-inflight", "64"),
			typed.as("typed", "typed client, one call at a time"),
			inC.as("c", "C, REQ and REP in lock-step"),
			ready.as("pebbe", "pebbe/zmq4, REQ and REP in lock-step"),
		},
		columns: []column{
			{title: "calls/s", value: rate, show: whole},
			{title: "× C", value: rate, base: "c"},
			{title: "× pebbe", value: rate, base: "pebbe"},
			{title: "p50", value: metric("p50_ns"), show: markdown.Duration},
			{title: "p99", value: metric("p99_ns"), show: markdown.Duration},
			perMillion,
		},
	}
}

func fan(n int) work {
	const subscribers = 10
	return work{
		name:  "fan",
		title: "One publisher, ten subscribers, tcp, 64 B",
		note: fmt.Sprintf("%s messages from a PUB in one process to %d SUBs in another, without high-water marks: all arrive. Each arrival counts.",
			count(n), subscribers),
		n:       n * subscribers,
		cast:    cast{transport: "tcp", server: "publish", client: "subscribe", measured: "subscribe", ready: true},
		args:    []string{"-n", strconv.Itoa(n), "-subscribers", strconv.Itoa(subscribers)},
		rows:    []row{typed, inC, ready, codec, poller, gozeromq, pyzmq},
		columns: append(timesPerMessage, perMillion),
	}
}

func sockets(n int, idle string) work {
	title := count(n) + " idle sockets"
	if n == 1 {
		title = "One idle socket"
	}
	return work{
		name:  "sockets/" + strconv.Itoa(n),
		title: title,
		note: "PULL, bound to inproc, channels of buffer 0. Memory is resident memory for each socket, after a garbage\n" +
			"collection; used is the same after each socket has carried 100 messages and its sender has disconnected.",
		n:    n,
		cast: cast{server: "sockets", measured: "sockets"},
		args: []string{"-sockets", strconv.Itoa(n), "-idle", idle},
		rows: []row{
			typed.unless(tooManyFiles(2 * n)),
			ready.as("plain", "pebbe/zmq4, nobody waits").unless(tooManyFiles(n)),
			ready.as("blocked", "pebbe/zmq4, a goroutine blocked in each").with("-variant", "blocked").unless(tooManyFiles(n)),
			poller.as("poller", "channels the usual way").unless(tooManyFiles(3 * n)),
		},
		columns: []column{
			{title: "memory", value: perUnit("memory_bytes"), show: kilobytes},
			{title: "used", value: perUnit("used_bytes"), show: kilobytes},
			{title: "OS threads", value: metric("threads"), show: whole},
			{title: "CPU while idle", value: idleCPU(idle), show: percent},
			{title: "to open", value: perUnit("open_ns"), show: markdown.Duration},
			{title: "to close", value: perUnit("close_ns"), show: markdown.Duration},
		},
	}
}

// tooManyFiles says why a process cannot have so many descriptors for its sockets, if it cannot.
func tooManyFiles(n int) string {
	const others = 100
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil || limit.Max >= uint64(n+others) {
		return ""
	}
	return fmt.Sprintf("it needs %s file descriptors and the limit is %s", count(n), count(int(limit.Max)))
}

func buffered(n int) work {
	return work{
		name:  "buffered",
		title: "Messages in a channel",
		note:  fmt.Sprintf("Growth of the heap, for each of %s messages of 64 B that stand in a channel. The struct itself takes 88 B.", count(n)),
		n:     n,
		cast:  cast{server: "buffer", measured: "buffer"},
		args:  []string{"-n", strconv.Itoa(n)},
		rows:  []row{typed},
		columns: []column{
			{title: "to be sent, strings shared", value: perUnit("sent_bytes"), show: bytesEach},
			{title: "received, strings of its own", value: perUnit("received_bytes"), show: bytesEach},
		},
	}
}
