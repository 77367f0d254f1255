package gen

import (
	"fmt"

	"github.com/zmqgen/zmqgen/schema"
)

// This file turns what a side of a pattern sends into the names and the channels that carry it.

// flowName is what the Go names of what a side of a pattern sends start with: Quotes, ChatDealer.
func (l *lowering) flowName(p *schema.Pattern, f *schema.Flow) string {
	return l.patternName(p) + exported(f.Sender)
}

// describeFlow is what a side of a pattern sends, in words.
func describeFlow(p *schema.Pattern, f *schema.Flow) string {
	switch f.Sender {
	case "":
		return "pattern " + p.Name.Value
	case "bind", "connect":
		return fmt.Sprintf("the %sing side's part of pattern %s", f.Sender, p.Name.Value)
	}
	return fmt.Sprintf("the %s's part of pattern %s", f.Sender, p.Name.Value)
}

// carried is what a channel of socket s carries of a flow, one by one.
func (l *lowering) carried(s *schema.Socket, f *schema.Flow) carried {
	p := s.Pattern
	out := carried{codec: l.qualified(p.Topology, l.flowName(p, f)+"Codec"), element: l.elementOf(p, f)}
	routed := s.Type == schema.Router
	switch {
	case routed && p.Metadata:
		out.wrap, out.element.in = rtItemsByPeer, rtRouted
	case routed:
		out.wrap, out.element.in = rtByPeer, rtRouted
	case p.Metadata:
		out.wrap, out.element.in = rtItems, rtItem
	}
	if p.Metadata {
		out.frames = 1
		if f.HasTopic() {
			out.frames++
		}
		if f.Union && p.Tag == schema.TagName {
			out.frames++
		}
	}
	return out
}

// subscriptions is what a channel of an XPUB or XSUB carries beside messages.
var subscriptions = carried{element: goType{path: runtimePath, name: string(rtSubscription)}}
