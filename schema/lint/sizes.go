package lint

import "github.com/zmqgen/zmqgen/schema"

// This file compares the greatest message that a socket takes with the smallest that its pattern's limits allow.

var maxMsgSizeSmall = &schema.Rule{ID: "maxmsgsize-small", Severity: schema.Warning, Summary: "max_message_size has room for every message of the pattern"}

// checkMaxSize reports sockets that take no message of some kind at all.
func (p *pass) checkMaxSize() {
	sizes := leastSizes{}
	greatest := map[*schema.Pattern]*schema.Message{} // the one whose least size is the greatest
	p.eachSocket(func(s *schema.Socket) {
		size := s.Options.MaxMessageSize
		if size == nil {
			return
		}
		m, known := greatest[s.Pattern]
		if !known {
			for _, other := range carried(s.Pattern) {
				if m == nil || sizes.of(other) > sizes.of(m) {
					m = other
				}
			}
			greatest[s.Pattern] = m
		}
		if m != nil && sizes.of(m) > *size {
			p.report(maxMsgSizeSmall, s.Options.Places.Value("max_message_size", s.Name.Span),
				"a message %q within its limits has %d bytes or more, and %q takes %d at most", m.Name.Value, sizes.of(m), s.FullName(), *size).
				Helpf("who sends more is disconnected; 16MiB if left out").
				RelateTo(m.Topology, m.Name.Span, "declared")
		}
	})
}

// leastSizes are numbers of bytes that every message with fields within their limits has in every encoding, though the smallest
// may have more.
type leastSizes map[*schema.Message]int64

// more is what no max_message_size allows; sums stay below it.
const more = 1 << 32

func (l leastSizes) of(m *schema.Message) int64 {
	if size, known := l[m]; known {
		return size
	}
	l[m] = 0 // of the message within itself
	var sum int64
	for _, f := range m.Fields {
		if f.OneOf == nil && (!f.Type.Optional || f.Limits.Required) {
			sum = min(sum+l.ofField(f), more)
		}
	}
	l[m] = sum
	return sum
}

func (l leastSizes) ofField(f *schema.Field) int64 {
	items, item := int64(1), itemOf(f.Type)
	if f.Type.Elem != nil {
		if f.Limits.MinItems == nil {
			return 0
		}
		items = int64(*f.Limits.MinItems)
	}
	switch {
	case item.Message != nil:
		return items * l.of(item.Message)
	case f.Limits.MinLen != nil:
		return items * int64(*f.Limits.MinLen)
	}
	return 0
}
