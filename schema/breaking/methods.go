package breaking

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/zmqgen/zmqgen/schema"
)

// This file compares the calls of req-rep patterns.

func methodThing(p *schema.Pattern, m *schema.Method) thing {
	if p.Bare {
		return patternThing(p)
	}
	return thing{p.Topology, m.Name.Span, "patterns." + p.Name.Value + ".methods." + m.Name.Value}
}

// callUsers are the clients of a pattern as those who send, and its servers; or the reverse for what is answered.
func (c *comparison) callUsers(o, n *schema.Pattern, answers bool) *users {
	u := &users{checked: !answers}
	for _, p := range []*schema.Pattern{n, o} {
		if p == nil {
			continue
		}
		u.external = u.external || p.External
		u.forms[formOf(p.Encoding)] = true
		var clients, servers []*schema.Socket
		for _, s := range c.sockets[p] {
			if s.Type == schema.Req || s.Type == schema.Dealer {
				clients = append(clients, s)
			} else {
				servers = append(servers, s)
			}
		}
		if answers {
			clients, servers = servers, clients
		}
		u.addSockets(c, clients, servers)
	}
	return u
}

func (c *comparison) compareCalls(o, n *schema.Pattern, u *users, breaks func(*schema.Rule, string, ...any)) {
	calls, answers := c.callUsers(o, n, false), c.callUsers(o, n, true)
	if o.Correlation != n.Correlation {
		c.add(correlationChanged, []Level{Wire}, "the correlation of pattern %q was %s and is %s", n.Name.Value, cmp.Or(o.Correlation, schema.CallID), cmp.Or(n.Correlation, schema.CallID)).
			at(patternThing(o), patternThing(n), thing{}).between(calls).
			reads(Reading{Same, "answer with the envelope that came"}, Reading{Same, "answer with the envelope that came, if they are made by zmqgen"})
	}
	if o.Bare != n.Bare {
		breaks(framingChanged, "pattern %q %s", n.Name.Value, map[bool]string{true: "has one call without a name and a status from now on", false: "has methods with names and statuses from now on"}[n.Bare])
		return
	}
	byName, byWire, names := map[string]*schema.Method{}, map[string]*schema.Method{}, map[string]bool{}
	for _, m := range o.Methods {
		byName[m.Name.Value], byWire[m.WireName.Value] = m, m
	}
	for _, m := range n.Methods {
		names[m.Name.Value] = true
	}
	kept := map[*schema.Method]bool{}
	for _, m := range n.Methods {
		om := byName[m.Name.Value]
		if other := byWire[m.WireName.Value]; om == nil && other != nil && !names[other.Name.Value] {
			om = other
		}
		if om == nil {
			c.add(methodAdded, []Level{Wire, Source}, "method %q of pattern %q is new", m.Name.Value, n.Name.Value).
				at(thing{}, methodThing(n, m), thing{}).between(calls).
				reads(Reading{Refuses, "answer !unknown-method"}, Reading{None, "meet none of it"}).order(ReceiversFirst)
			continue
		}
		kept[om] = true
		c.compareMethod(o, n, om, m, calls, answers)
	}
	for _, m := range o.Methods {
		if kept[m] {
			continue
		}
		b := c.add(methodRemoved, []Level{Wire, Source}, "method %q of pattern %q is gone", m.Name.Value, n.Name.Value).
			at(methodThing(o, m), thing{}, patternThing(n)).between(calls).
			reads(Reading{None, "meet none of it"}, Reading{Refuses, "answer !unknown-method"})
		if slices.ContainsFunc(n.Reserved, func(r schema.Text) bool { return r.Value == m.WireName.Value }) {
			b.as(schema.Warning)
		}
	}
}

func (c *comparison) compareMethod(op, np *schema.Pattern, o, n *schema.Method, calls, answers *users) {
	what := fmt.Sprintf("method %q of pattern %q", n.Name.Value, np.Name.Value)
	if np.Bare { // its method has no name of the user's
		what = fmt.Sprintf("the call of pattern %q", np.Name.Value)
	}
	at := func(b *builder, u *users) *builder {
		return b.at(methodThing(op, o), methodThing(np, n), thing{}).between(u)
	}
	if o.Name.Value != n.Name.Value {
		at(c.add(methodRenamed, []Level{Source}, "method %q of pattern %q is now called %q, and has its old name on the wire", o.Name.Value, np.Name.Value, n.Name.Value), calls)
	}
	c.compareGoName(what, o.Name, o.GoName, n.Name, n.GoName, methodThing(op, o), methodThing(np, n))
	if !np.Bare && o.WireName.Value != n.WireName.Value {
		unknown := Reading{Refuses, "answer !unknown-method"}
		at(c.add(wireNameChanged, []Level{Wire}, "%s had the name %q on the wire and has %q", what, o.WireName.Value, n.WireName.Value), calls).reads(unknown, unknown)
	}
	c.compareBody(op, np, "request", what, o.Request, n.Request, func(b *builder) *builder { return at(b, calls) }, calls)
	c.compareBody(op, np, "reply", what, o.Reply, n.Reply, func(b *builder) *builder { return at(b, answers) }, answers)
	c.compareErrors(o, n, what, func(b *builder) *builder { return at(b, answers) })
	c.compareTiming(o, n, what, func(b *builder) *builder { return at(b, calls) })
}

// compareBody compares the request or the reply of a method.
func (c *comparison) compareBody(op, np *schema.Pattern, part, what string, o, n *schema.Message, at func(*builder) *builder, u *users) {
	switch {
	case o == nil && n == nil:
		return
	case o != nil && n != nil && c.samePair(o, n):
		if op.Encoding == schema.EncodingFrames && np.Encoding == schema.EncodingFrames {
			c.compareFrames(op, np, o, n, u)
		}
		return
	}
	name := func(m *schema.Message) string {
		if m == nil {
			return "none"
		}
		return fmt.Sprintf("%q", m.Name.Value)
	}
	b := at(c.add(methodTypeChanged, []Level{Wire, JSON, Source}, "the %s of %s was %s and is %s", part, what, name(o), name(n)))
	refuse := Reading{Refuses, "refuse it: there is a body more or less"}
	switch {
	case o == nil || n == nil:
		b.reads(refuse, refuse).order(NoOrder)
	case c.alike(o, n) && part == "request" && limitsText(o) != limitsText(n):
		refuse := c.refusal(u)
		b.reads(refuse, refuse)
	case c.alike(o, n):
		b.as(schema.Warning)
	default:
		b.reads(takesOther, takesOther).order(NoOrder)
	}
}

// compareErrors compares what a method answers in place of a reply.
func (c *comparison) compareErrors(o, n *schema.Method, what string, at func(*builder) *builder) {
	back := map[*schema.Message]*schema.Message{}
	for _, e := range o.Errors {
		back[c.messagePairs[e]] = e
	}
	delete(back, nil)
	status := Reading{Refuses, "return it as a *StatusError, without its body"}
	kept := map[*schema.Message]bool{}
	for _, e := range n.Errors {
		oe := back[e]
		if oe == nil {
			at(c.add(methodErrorAdded, []Level{Wire, Source}, "%s fails with %q too", what, e.Name.Value)).
				reads(status, Reading{None, "meet none of it"}).order(ReceiversFirst)
			continue
		}
		kept[oe] = true
		if oe.WireName.Value != e.WireName.Value {
			at(c.add(wireNameChanged, []Level{Wire}, "error %q of %s had the name %q on the wire and has %q", e.Name.Value, what, oe.WireName.Value, e.WireName.Value)).reads(status, status)
		}
	}
	for _, e := range o.Errors {
		if !kept[e] {
			at(c.add(methodErrorRemoved, []Level{Wire, Source}, "%s fails with %q no more", what, e.Name.Value)).
				reads(Reading{None, "meet none of it"}, status)
		}
	}
}

// The runtime's own, where the file is silent.
const (
	defaultTimeout  = 30 * time.Second
	defaultAttempts = 3
	defaultEvery    = time.Second
)

// compareTiming compares how long calls wait and how they are made again.
func (c *comparison) compareTiming(o, n *schema.Method, what string, at func(*builder) *builder) {
	if was, is := cmp.Or(o.Timeout, defaultTimeout), cmp.Or(n.Timeout, defaultTimeout); was != is {
		b := at(c.add(timeoutChanged, []Level{Topology}, "the timeout of %s was %s and is %s", what, was, is))
		late := Reading{Refuses, "answer !internal after the shorter time, or wait no longer for an answer"}
		b.reads(late, late).order(Any)
		if is > was {
			b.as(schema.Info)
		}
	}
	if o.Idempotent != n.Idempotent {
		b := at(c.add(idempotentChanged, []Level{Topology}, "calls of %s are made again from now on, if they get no answer", what)).order(ReceiversFirst)
		if o.Idempotent {
			b.Message = fmt.Sprintf("calls of %s are not made again any more", what)
			b.as(schema.Info).order(Any)
		}
		return
	}
	if cmp.Or(o.Attempts, defaultAttempts) != cmp.Or(n.Attempts, defaultAttempts) || cmp.Or(o.RetryEvery, defaultEvery) != cmp.Or(n.RetryEvery, defaultEvery) {
		at(c.add(retryChanged, []Level{Topology}, "calls of %s are made again %d times every %s, before %d times every %s", what,
			cmp.Or(n.Attempts, defaultAttempts), cmp.Or(n.RetryEvery, defaultEvery), cmp.Or(o.Attempts, defaultAttempts), cmp.Or(o.RetryEvery, defaultEvery)))
	}
}
