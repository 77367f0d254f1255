//go:build cgo

package runtime

import (
	"fmt"
	"strings"
	"time"
)

// This file shows counts to people.

// String returns the counts on one line. What is zero is left out, but for messages.
func (s Stats) String() string {
	var parts []string
	add := func(format string, args ...any) { parts = append(parts, fmt.Sprintf(format, args...)) }
	add("%s, %s", traffic("in", s.MessagesIn, s.FramesIn, s.BytesIn), traffic("out", s.MessagesOut, s.FramesOut, s.BytesOut))
	if text := droppedText(s.Dropped); text != "" {
		add("%s", text)
	}
	addCount := func(n uint64, one, many string) {
		if n > 0 {
			add("%s", countOf(n, one, many))
		}
	}
	addCount(s.DecodeErrors, "decode error", "decode errors")
	for _, w := range []struct {
		what  string
		times uint64
		total time.Duration
		since time.Time
	}{{"sending blocked", s.Blocked, s.BlockedTime, s.BlockedSince}, {"receiving stalled", s.Stalled, s.StalledTime, s.StalledSince}} {
		if w.times > 0 {
			add("%s %s, %v%s", w.what, countOf(w.times, "time", "times"), round(w.total), nowFor(w.since))
		}
	}
	for _, q := range []struct {
		what string
		QueueLength
	}{{"send", s.SendQueue}, {"receive", s.ReceiveQueue}} {
		if q.Len > 0 {
			add("%s queue %d of %d", q.what, q.Len, q.Cap)
		}
	}
	addCount(uint64(s.Parked), "parked", "parked")
	addCount(uint64(s.Calls), "call in flight", "calls in flight")
	addCount(s.Retries, "request repeated", "requests repeated")
	addCount(uint64(s.Peers), "peer", "peers")
	addCount(s.Connects, "connect", "connects")
	addCount(s.Disconnects, "disconnect", "disconnects")
	addCount(s.HandshakeFailures, "handshake failure", "handshake failures")
	addCount(s.ConnectRetries, "connect retry", "connect retries")
	addCount(s.EventsDropped, "event dropped", "events dropped")
	addCount(s.Blockages, "blockage", "blockages")
	return strings.Join(parts, "; ")
}

// traffic is messages, frames and bytes of one direction.
func traffic(way string, messages, frames, bytes uint64) string {
	if messages == 0 {
		return way + " 0"
	}
	return fmt.Sprintf("%s %s (%s, %s)", way, countOf(messages, "message", "messages"), countOf(frames, "frame", "frames"), byteText(bytes))
}

func droppedText(dropped map[Cause]uint64) string {
	var all uint64
	var by []string
	for _, cause := range causes {
		if n := dropped[cause]; n > 0 {
			all += n
			by = append(by, fmt.Sprintf("%s %d", cause, n))
		}
	}
	if all == 0 {
		return ""
	}
	return fmt.Sprintf("dropped %d (%s)", all, strings.Join(by, ", "))
}

func countOf(n uint64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprint(n, " ", many)
}

// byteText is a number of bytes to three digits.
func byteText(n uint64) string {
	if n < 1<<10 {
		return fmt.Sprintf("%d B", n)
	}
	value, units := float64(n)/1024, "KMGTPE"
	for value >= 1000 && len(units) > 1 {
		value, units = value/1024, units[1:]
	}
	return fmt.Sprintf("%.3g %ciB", value, units[0])
}

// round shortens a duration to about three digits.
func round(d time.Duration) time.Duration {
	for unit := time.Duration(1); ; unit *= 10 {
		if d/1000 < unit {
			return d.Round(unit)
		}
	}
}

func nowFor(since time.Time) string {
	if since.IsZero() {
		return ""
	}
	return fmt.Sprintf(", now for %v", round(time.Since(since)))
}

// String returns how full the channel is, as in 5/256.
func (q QueueLength) String() string { return fmt.Sprintf("%d/%d", q.Len, q.Cap) }

// String returns the counts of all sockets together on one line.
func (t Totals) String() string {
	text := fmt.Sprintf("%s open, %d so far; %v", countOf(uint64(t.Sockets), "socket", "sockets"), t.Opened, t.All)
	if t.Errors > 0 {
		text += "; " + countOf(t.Errors, "error reported", "errors reported")
	}
	return text
}
