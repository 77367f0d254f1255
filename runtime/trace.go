//go:build cgo

package runtime

import (
	"context"
	"encoding/hex"
	"log/slog"
	"strconv"
	"strings"
)

// This file logs what sockets do: at level debug that they open and close and what happens to their connections, at
// LevelTrace each message; and the same of devices.

// LevelTrace is the level at which each message is logged, with the size of each of its frames. It is below
// slog.LevelDebug.
const LevelTrace = slog.LevelDebug - 4

// WithTraceBodies has the log of messages, at LevelTrace, show the first bytes of each frame of a body, quoted. Without it
// no byte of a body is logged, but only what comes before it: topics, names, methods and statuses.
func WithTraceBodies(bytes int) PumpOption { return func(p *Pump) { p.traceBytes = bytes } }

// logs reports whether the pump logs at a level.
func (p *Pump) logs(level slog.Level) bool {
	return p.logger != nil && p.logger.Enabled(context.Background(), level)
}

// log logs what the socket does. No mutex is held.
func (s *Socket) log(level slog.Level, what string, args ...any) {
	if s.pump.logs(level) {
		s.pump.logger.Log(context.Background(), level, what, append([]any{"socket", s.topology + "." + s.name}, args...)...)
	}
}

// logEvent logs what the monitor tells.
func (s *Socket) logEvent(e *Event) {
	if !s.pump.logs(slog.LevelDebug) {
		return
	}
	args := []any{"endpoint", e.Endpoint}
	if e.Address != "" {
		args = append(args, "address", e.Address)
	}
	if e.Interval > 0 {
		args = append(args, "interval", e.Interval)
	}
	if e.Err != nil {
		args = append(args, "err", e.Err.Error())
	}
	s.log(slog.LevelDebug, e.Kind.String(), args...)
}

// log logs what the device does. No mutex is held.
func (d *Device) log(level slog.Level, what string, args ...any) {
	if d.pump.logs(level) {
		d.pump.logger.Log(context.Background(), level, what, append([]any{"device", d.topology + "." + d.name}, args...)...)
	}
}

// logPause logs that the device was paused, or goes on.
func (d *Device) logPause(on, was bool) {
	switch {
	case on && !was:
		d.log(slog.LevelDebug, "paused")
	case !on && was:
		d.log(slog.LevelDebug, "resumed")
	}
}

// trace logs what a call has moved. A device does not look at messages, so there is one line for all of them.
func (l *lane) trace(r moved) {
	if r.out.msgs > 0 {
		l.d.log(LevelTrace, "passed", "from", l.from.base, "to", l.to.base, "messages", r.out.msgs, "frames", r.out.frames, "bytes", r.out.bytes)
	}
}

// What is logged of a message.
const (
	wasReceived = "received"
	wasSent     = "sent"
)

// layout is where in a message the frames are that are no body.
type layout struct {
	in, out   int  // frames before the body
	calls     bool // requests and replies, of which some have no body
	enveloped bool // an envelope comes before them, up to its delimiter
	routed    bool // of which the first frame is a routing id
}

// layout is where the frames of the socket's messages are, by what the topology says.
func (c *socketConfig) layout() layout {
	l := layout{in: c.LeadIn, out: c.LeadOut, calls: c.calls, routed: c.Type == Router}
	l.enveloped = c.calls && (c.Type == Router || c.Type == Dealer) // a REQ and a REP keep it for themselves
	return l
}

// traceIn logs what was received, and leaves in as it is.
func (s *Socket) traceIn(in *inbox) {
	if s.secret || !s.pump.logs(LevelTrace) {
		return
	}
	at, left := in.at, in.left
	for in.next() {
		s.trace(wasReceived, in.views, s.layout.in)
	}
	in.at, in.left = at, left
}

// traceOut logs what of w was sent.
func (s *Socket) traceOut(w *FrameWriter, from, to mark) {
	if s.secret || !s.pump.logs(LevelTrace) {
		return
	}
	var frames [][]byte
	for from.frames < to.frames {
		size := int(w.frames[from.frames] &^ moreBit)
		frames = append(frames, w.buf[from.bytes:from.bytes+size])
		if w.frames[from.frames]&moreBit == 0 {
			s.trace(wasSent, frames, s.layout.out)
			frames = frames[:0]
		}
		from.frames, from.bytes = from.frames+1, from.bytes+size
	}
}

// trace logs one message, which has so many frames before its body.
func (s *Socket) trace(what string, frames [][]byte, lead int) {
	bytes := 0
	for _, f := range frames {
		bytes += len(f)
	}
	args := []any{"bytes", bytes, "frames", sizes(frames)}
	peer, call, rest, fits := s.layout.split(frames)
	if peer != nil {
		args = append(args, "peer", quoteFrame(peer))
	}
	if call != nil {
		args = append(args, "call", hex.EncodeToString(call))
	}
	if subscription := s.subscription(what, rest); subscription != "" {
		args, rest = append(args, subscription, quoteFrame(rest[0][1:])), nil
	}
	if !fits || lead > len(rest) || lead == len(rest) && !s.layout.calls { // what stands where a name would be may be a body: only a method may have none
		lead = 0
	}
	if lead > 0 {
		args = append(args, "name", quoteFrames(rest[:lead]))
	}
	if body := rest[lead:]; s.pump.traceBytes > 0 && len(body) > 0 {
		shown := make([][]byte, 0, min(len(body), maxSizes))
		for _, f := range body[:cap(shown)] {
			shown = append(shown, f[:min(len(f), s.pump.traceBytes)])
		}
		args = append(args, "body", quoteFrames(shown))
	}
	s.log(LevelTrace, what, args...)
}

// split takes the envelope off the frames of a message, as far as the socket sees one: the routing id of the peer, and of a
// call all up to the first empty frame, of which the last may be a call id of ours. It fits if nothing is missing.
func (l layout) split(frames [][]byte) (peer, call []byte, rest [][]byte, fits bool) {
	rest = frames
	if l.routed && len(rest) > 0 {
		peer, rest = rest[0], rest[1:]
	}
	if !l.enveloped {
		return peer, nil, rest, true
	}
	for i, f := range rest[:min(len(rest), maxEnvelope+1)] {
		if len(f) == 0 {
			if i > 0 && len(rest[i-1]) == 8 {
				call = rest[i-1]
			}
			return peer, call, rest[i+1:], true
		}
	}
	return peer, nil, rest, false
}

// subscription says which kind of subscription the frames of a message are, if they are one: what an XPUB receives, and an
// XSUB sends.
func (s *Socket) subscription(what string, frames [][]byte) string {
	switch {
	case len(frames) != 1 || len(frames[0]) == 0:
	case what == wasReceived && s.typ != XPub, what == wasSent && s.typ != XSub:
	case frames[0][0] == 0:
		return "unsubscribe"
	case frames[0][0] == 1:
		return "subscribe"
	}
	return ""
}

const maxSizes = 16 // frames of a message whose sizes are logged

// sizes is the sizes of frames, as in 12 64.
func sizes(frames [][]byte) string {
	var b strings.Builder
	for i, f := range frames[:min(len(frames), maxSizes)] {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(strconv.Itoa(len(f)))
	}
	if more := len(frames) - maxSizes; more > 0 {
		b.WriteString(" and " + strconv.Itoa(more) + " more")
	}
	return b.String()
}

func quoteFrames(frames [][]byte) string {
	quoted := make([]string, len(frames))
	for i, f := range frames {
		quoted[i] = quoteFrame(f)
	}
	return strings.Join(quoted, " ")
}
