package lint

import (
	"time"

	"github.com/zmqgen/zmqgen/schema"
)

// This file finds socket options that take more memory than was meant, or lose what was to be kept.

var (
	hwmUnlimited      = &schema.Rule{ID: "hwm-unlimited", Severity: schema.Warning, Summary: "queues have a high-water mark"}
	hwmBytes          = &schema.Rule{ID: "hwm-bytes", Severity: schema.Warning, Summary: "what waits of one peer has room in memory"}
	lingerZeroLoss    = &schema.Rule{ID: "linger-zero-loss", Severity: schema.Warning, Summary: "what is sent has time to leave"}
	conflatePublisher = &schema.Rule{ID: "conflate-publisher", Severity: schema.Warning, Summary: "subscribers conflate, and not the publisher"}
	uncorrelatedLate  = &schema.Rule{ID: "uncorrelated-late", Severity: schema.Warning, Summary: "a client without correlation connects, so that no late answer reaches its next call"}
	handoverUntrusted = &schema.Rule{ID: "handover-untrusted", Severity: schema.Info, Summary: "who takes over a routing id is trusted"}
)

// budget is what may wait of one peer: what ZeroMQ's high-water mark and our greatest message allow if nothing is said, in bytes.
const budget = 1000 * 16 << 20

// checkQueues reports queues without bounds, or with such as are none.
func (p *pass) checkQueues() {
	p.eachSocket(func(s *schema.Socket) {
		o := &s.Options
		for _, q := range []struct {
			key string
			hwm *int
		}{{"send_hwm", o.SendHWM}, {"recv_hwm", o.RecvHWM}} {
			if q.hwm != nil && *q.hwm == 0 {
				p.report(hwmUnlimited, o.Places.Value(q.key, s.Name.Span), "%s of 0 is no limit: a peer that is slow takes all memory there is", q.key).
					Helpf("a number of messages per peer, such as 100000; 1000 if left out")
			}
		}
		if o.RecvHWM == nil || o.MaxMessageSize == nil || *o.MaxMessageSize <= budget/int64(max(*o.RecvHWM, 1)) {
			return
		}
		p.report(hwmBytes, o.Places.Value("recv_hwm", s.Name.Span), "%d messages of up to %d bytes may wait of each peer, which is %d GiB",
			*o.RecvHWM, *o.MaxMessageSize, int64(*o.RecvHWM)*(*o.MaxMessageSize>>20)>>10).
			Helpf("a lower recv_hwm, or a lower max_message_size").
			RelateTo(p.topology, o.Places.Value("max_message_size", s.Name.Span), "the greatest message")
	})
}

// checkLinger reports sockets whose work is dropped if they close at the wrong time. What is published or called may always be lost.
func (p *pass) checkLinger() {
	p.eachSocket(func(s *schema.Socket) {
		sends, _ := s.Flows()
		o := &s.Options
		if o.Linger == nil || *o.Linger >= 100*time.Millisecond || sends == nil || s.Pattern.Kind == schema.PubSub {
			return
		}
		p.report(lingerZeroLoss, o.Places.Value("linger", s.Name.Span), "with linger %v most of what %q has not sent when it closes is lost", *o.Linger, s.FullName()).
			Helpf("as long as sending may take, from 100ms; 1s if left out")
	})
}

// checkConflate reports publishers that conflate, whose libzmq loses the memory of messages that come as its other thread looks.
func (p *pass) checkConflate() {
	p.eachSocket(func(s *schema.Socket) {
		if s.Type != schema.Pub || !s.Options.Conflate {
			return
		}
		p.report(conflatePublisher, s.Options.Places.Key("conflate", s.Name.Span), "ZeroMQ loses the memory of messages that a publisher with conflate sends quickly").
			Helpf("conflate on the subscribers, which keep the newest as well")
	})
}

// checkUncorrelatedBinds reports clients without correlation that bind: their servers keep a connection's queue for who is there next. What
// nobody would find again is an error of the parser's.
func (p *pass) checkUncorrelatedBinds() {
	p.eachSocket(func(s *schema.Socket) {
		calls := s.Type == schema.Dealer || s.Type == schema.Req
		if !calls || s.Pattern.Kind != schema.ReqRep || s.Pattern.Correlation != schema.Uncorrelated {
			return
		}
		for _, e := range s.Bind {
			p.report(uncorrelatedLate, e.Span, "without correlation a late answer that %q does not wait for any more reaches the socket that is here next, as the answer to its call", s.FullName()).
				Helpf("let the server bind, and this connect")
		}
	})
}

// checkHandover reports routers that strangers can reach and whose peers take each other's place.
func (p *pass) checkHandover() {
	p.eachSocket(func(s *schema.Socket) {
		if !s.Options.Handover {
			return
		}
		for _, e := range s.Bind {
			if host, _ := split(e.Value); transport(e.Value) == "tcp" && !isLoopback(host) && s.Security == nil {
				p.report(handoverUntrusted, s.Options.Places.Key("handover", s.Name.Span), "whoever reaches %q over tcp can take the place of any of its peers", s.FullName()).
					Helpf("bind where peers are trusted, or leave handover out").RelateTo(p.topology, e.Span, "bound")
				return
			}
		}
	})
}
