//go:build cgo

package runtime

import (
	"context"
	"runtime/pprof"
)

// This file labels the goroutines that serve a socket, so that profiles tell whose they are: zmqgen.socket is
// topology.node.socket, zmqgen.side is poll, select, mailbox, monitor or handler.

// socketLabels returns ctx with the label of s, beside those that it has, as a goroutine's labels are inherited.
func socketLabels(ctx context.Context, s *Socket) context.Context {
	return pprof.WithLabels(context.WithoutCancel(ctx), pprof.Labels("zmqgen.socket", s.topology+"."+s.name))
}

// labelHandler labels the goroutine that calls it as one that runs a handler of the socket. That is done for each call, so the
// labels are made once.
func (s *Socket) labelHandler() {
	labels := s.handlerLabels.Load()
	if labels == nil {
		if s.labels == nil {
			return
		}
		ctx := pprof.WithLabels(s.labels, pprof.Labels("zmqgen.side", "handler"))
		labels = &ctx
		s.handlerLabels.Store(labels)
	}
	pprof.SetGoroutineLabels(*labels)
}

// label labels the goroutine that calls it as one that serves the socket.
func (s *Socket) label(side string) {
	if s.labels != nil {
		pprof.SetGoroutineLabels(pprof.WithLabels(s.labels, pprof.Labels("zmqgen.side", side)))
	}
}
