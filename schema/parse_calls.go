package schema

import (
	"cmp"
	"slices"
	"time"
)

// This file turns what a req-rep pattern says of its calls into the model: its methods, or the one request and the
// one reply of a pattern without them.

// methodless are the keys of a pattern that say what a method says of itself, where there is one.
var methodless = []string{"timeout", "idempotent", "retry"}

// bareMethod is what the only method of a pattern without methods is called in Go.
const bareMethod = "Call"

func (p *parser) parseCalls(pattern *Pattern, r record, what string) {
	pattern.Correlation = CallID
	if p.choice(r, "correlation") == string(Uncorrelated) {
		pattern.Correlation = Uncorrelated
	}
	if r.get("request") == nil && r.get("reply") == nil {
		for _, key := range methodless {
			if r.get(key) != nil {
				p.report(misplacedKey, r.keySpan(key), "%s has %s without request and reply", what, key).
					help("with methods, it stands at each of them")
			}
		}
		p.parseMethods(pattern, r, what)
		return
	}
	p.parseBare(pattern, r, what)
}

// parseBare reads a pattern without methods.
func (p *parser) parseBare(pattern *Pattern, r record, what string) {
	if r.get("methods") != nil {
		key := "request"
		if r.get(key) == nil {
			key = "reply"
		}
		p.report(misplacedKey, r.keySpan(key), "%s has both methods and %s", what, key).
			help("methods: calls by name, each with its request and reply; request and reply: one call, without a name on the wire").
			related(r.keySpan("methods"), "methods")
		return
	}
	for _, key := range []string{"request", "reply"} {
		if r.get(key) == nil && !r.excused {
			p.report(missingKey, pattern.Name.Span, "%s has no %q", what, key).
				help("request and reply come together; a method may do without: methods: {Ping: {}}")
			return
		}
	}
	if r.get("reserved") != nil {
		p.report(misplacedKey, r.keySpan("reserved"), "%s has no names on the wire that could be reserved", what).
			help("names are there with methods")
	}
	name := Text{bareMethod, pattern.Name.Span}
	m := &Method{Name: name, WireName: name, Deprecated: pattern.Deprecated}
	pattern.Bare, pattern.Methods = true, []*Method{m}
	p.parseCall(m, r, what)
}

// parseCall reads what a method and a pattern without methods have in common.
func (p *parser) parseCall(m *Method, r record, what string) {
	m.Places = r.places()
	if n := r.get("request"); n != nil {
		m.Request = p.message(n)
	}
	if n := r.get("reply"); n != nil {
		m.Reply = p.message(n)
	}
	if t := r.scalarText("timeout"); t.IsSet() {
		m.Timeout, _ = p.duration(t, "timeout", time.Millisecond)
	}
	before := len(p.findings)
	m.Idempotent = p.choice(r, "idempotent") == "true"
	if n := r.get("retry"); n != nil && len(p.findings) == before {
		p.parseRetry(m, n, r, what)
	}
}

const (
	maxAttempts    = 100              // how often a call is sent at most
	defaultTimeout = 30 * time.Second // of a call whose method says none
)

func (p *parser) parseRetry(m *Method, n *node, of record, what string) {
	key := of.keySpan("retry")
	r, ok := p.record(n, &retryKeys, "retry", key)
	switch {
	case !ok:
		return
	case !m.Idempotent && of.excused: // idempotent may be there, and misspelt
		return
	case !m.Idempotent:
		p.report(retryUnsafe, key, "%s has retry and is not idempotent", what).
			help("idempotent: true says that it does no harm to make a call twice; without it none is made again")
		return
	}
	attempts, _ := p.number(r, "attempts")
	m.Attempts = int(attempts)
	if t := r.scalarText("every"); t.IsSet() {
		m.RetryEvery, _ = p.duration(t, "every", time.Millisecond)
		timeout := cmp.Or(m.Timeout, defaultTimeout)
		if m.RetryEvery >= timeout && m.Attempts != 1 {
			p.report(lateRetry, t.Span, "%s waits %v for its answer, and would be made again after %v", what, timeout, m.RetryEvery).
				help("calls without a deadline of their own end before: every is to be less than the timeout")
		}
	}
}

func (p *parser) parseMethods(pattern *Pattern, r record, what string) {
	methods := r.get("methods")
	if methods == nil || len(methods.pairs) == 0 {
		if !r.excused && (methods == nil || !methods.partial) {
			p.report(noMessages, pattern.Name.Span, "%s has no methods", what).
				help("such as methods: {Lookup: {request: LookupRequest, reply: Instrument}}; or request and reply, of one call without a name on the wire")
		}
		return
	}
	names := newWireNames(pattern.Reserved)
	for _, pair := range methods.pairs {
		p.checkName(pair.key, upperCamel, "a method")
		m := &Method{Name: pair.key.text(), WireName: pair.key.text()}
		pattern.Methods = append(pattern.Methods, m)
		mr, ok := p.record(pair.value, &methodKeys, called("method", m.Name), m.Name.Span)
		if !ok {
			continue
		}
		m.Doc, m.GoName, m.WireName, m.Deprecated = mr.doc(), p.goName(mr), p.wireName(mr, m.Name), p.deprecated(mr)
		p.addWireName(names, wireNamed{"method", m, m.Name.Value, m.WireName, m.WireName != m.Name, p.topology, m.Name.Span})
		p.parseCall(m, mr, called("method", m.Name))
		p.parseErrors(m, mr)
	}
}

// statusOK is the status of a reply that is no error.
const statusOK = "ok"

func (p *parser) parseErrors(m *Method, r record) {
	first := map[string]Span{}
	names := newWireNames(nil)
	for _, n := range p.texts(r, "errors") {
		if other, twice := first[n.value]; twice {
			p.report(duplicateMessage, n.span, "error %q is named twice", clip(n.value)).related(other, "first")
			continue
		}
		first[n.value] = n.span
		if e := p.message(n); e != nil {
			m.Errors = append(m.Errors, e)
			p.checkImportedError(e, n)
			if e.WireName.Value == statusOK {
				p.report(badWireName, n.span, "error %q has the name %q on the wire, which says that nothing failed", clip(n.value), statusOK).
					help("give the message another wire_name").relatedIn(p, e.Topology, e.WireName.Span, "its wire_name")
			}
			p.addWireName(names, p.wireNamedMessage("error", e, n.span))
		}
	}
}

// checkImportedError reports a message of another topology that has no Error method there: only its own file can
// give it one.
func (p *parser) checkImportedError(e *Message, n *node) {
	if e.Topology == p.topology || e.IsError || p.broken[e] {
		return
	}
	for _, pattern := range e.Topology.Patterns {
		for _, m := range pattern.Methods {
			if slices.Contains(m.Errors, e) {
				return
			}
		}
	}
	p.report(notAnError, n.span, "%q is no error: no method of its topology fails with it", clip(n.value)).
		help("say so where it is declared: %s: {error: true, fields: …}", e.Name.Value).
		relatedIn(p, e.Topology, e.Name.Span, "declared")
}
