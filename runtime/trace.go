//go:build cgo

package runtime

import (
	"context"
	"log/slog"
	"strconv"
	"strings"
)

// This file logs what sockets do: at level debug that they open and close and what happens to their connections, at
// LevelTrace each message.

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

// layout is where in a message the frames are that are no body.
type layout struct {
	lead       int  // frames before the body
	call       bool // an envelope comes before them, up to its delimiter
	noEnvelope bool // which ZeroMQ keeps for itself
}

// traceIn logs what was received, and leaves in as it is.
func (s *Socket) traceIn(in *inbox) {
	if s.secret || !s.pump.logs(LevelTrace) {
		return
	}
	at, left := in.at, in.left
	for in.next() {
		s.trace("received", in.views)
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
			s.trace("sent", frames)
			frames = frames[:0]
		}
		from.frames, from.bytes = from.frames+1, from.bytes+size
	}
}

// trace logs one message.
func (s *Socket) trace(what string, frames [][]byte) {
	bytes := 0
	for _, f := range frames {
		bytes += len(f)
	}
	args := []any{"bytes", bytes, "frames", sizes(frames)}
	envelope, rest := s.split(frames)
	if len(envelope) > 0 {
		args = append(args, "peer", quoteFrame(envelope[0]))
	}
	lead := min(s.layout.lead, len(rest))
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

// split takes the envelope off the frames of a message, as far as the socket has one: a routing id, and of a call all up to
// the first empty frame.
func (s *Socket) split(frames [][]byte) (envelope, rest [][]byte) {
	switch {
	case s.layout.noEnvelope:
		return nil, frames
	case s.layout.call:
		for i, f := range frames[:min(len(frames), maxEnvelope+1)] {
			if len(f) == 0 {
				return frames[:i], frames[i+1:]
			}
		}
		return nil, frames
	case s.typ == Router:
		return frames[:1], frames[1:]
	}
	return nil, frames
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
