package gen

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/zmqgen/zmqgen/schema"
)

// This file turns the calls of req-rep patterns into the intermediate representation: clients, servers and their
// handlers. All of it is emitted, as codecs are.

func (l *lowering) service(p *schema.Pattern) {
	name := l.patternName(p)
	out := service{pattern: p.Name.Value, client: name + "Client", server: name + "Server", handler: name + "Handler"}
	for _, d := range []struct{ goName, what string }{
		{out.client, "the client"}, {openName(out.client), "what opens the client"},
		{out.server, "the server"}, {openName(out.server), "what opens the server"},
		{out.handler, "the handler of calls"},
	} {
		l.names.declare(d.goName, origin{namePlace(p.GoName, p.Name), d.what + " of pattern " + out.pattern, goNameHelp})
	}
	out.clientDoc, out.serverDoc = docLines(clientText(p, out)), docLines(serverText(p, out))
	out.handlerDoc = docLines(fmt.Sprintf("%s answers calls of pattern %s, each in a goroutine of its own: see %s.Serve.", out.handler, out.pattern, out.server))
	out.serveDoc = docLines(fmt.Sprintf("Serve takes the calls of all channels and answers each with what h returns, until ctx ends or the socket does, "+
		"and then returns when h has answered those that it has: why ctx ended, or nil if the socket did. ctx ends no call: h has one that "+
		"ends when the call's time is over. At most 64 calls are served at the same time, unless %s.WithConcurrency says otherwise.", runtimeAlias))
	for _, doc := range []*[]string{&out.clientDoc, &out.serverDoc, &out.handlerDoc} {
		if p.Doc != "" {
			*doc = with(*doc, "%s", p.Doc)
		}
		*doc = deprecated(*doc, p.Deprecated.Value)
	}
	methods := newScope(l.t, &l.ds, serviceMethods)
	for _, m := range p.Methods {
		lowered := l.method(p, m)
		by := origin{namePlace(m.GoName, m.Name), "method " + lowered.name, "give the method another Go name: go_name"}
		methods.declare(lowered.goName, by)
		by.what = fmt.Sprintf("the table of method %s of pattern %s", lowered.name, out.pattern)
		l.names.declare(lowered.table, by)
		out.methods = append(out.methods, lowered)
	}
	l.p.services = append(l.p.services, out)
}

func clientText(p *schema.Pattern, s service) string {
	text := fmt.Sprintf("%s calls the methods of pattern %s. It is safe for concurrent use", s.client, s.pattern)
	if p.Bare {
		text = fmt.Sprintf("%s makes calls of pattern %s. It is safe for concurrent use", s.client, s.pattern)
	}
	if p.Correlation == schema.Uncorrelated {
		text += "; since nothing tells replies apart, one call is made at a time and others wait"
	}
	return text + ". It ends with the context that it was opened with, with its pump, or by the handle of its socket."
}

func serverText(p *schema.Pattern, s service) string {
	text := fmt.Sprintf("%s serves the methods of pattern %s, with a channel for the calls of each. ", s.server, s.pattern)
	if p.Bare {
		text = fmt.Sprintf("%s serves pattern %s, with a channel for its calls. ", s.server, s.pattern)
	}
	return text + "Every call is to be answered, by Reply or Fail, once; or Serve does all of it. The channels are closed when the socket ends."
}

func (l *lowering) method(p *schema.Pattern, m *schema.Method) method {
	out := method{
		name: m.Name.Value, wireName: m.WireName.Value, goName: l.goName(m.GoName, m.Name.Value), json: p.Encoding == schema.EncodingJSON,
		bare: p.Bare, metadata: p.Metadata, idempotent: m.Idempotent, attempts: m.Attempts, retryEvery: durationOf(m.RetryEvery),
	}
	out.channel = out.goName
	calls, serves := fmt.Sprintf("calls method %s.", out.name), fmt.Sprintf("answers a call of method %s.", out.name)
	if p.Bare {
		out.channel = "Calls"
		out.wireName = p.Name.Value // nothing of it is on the wire; errors tell it
		calls, serves = fmt.Sprintf("sends a request of pattern %s and waits for its reply.", p.Name.Value), fmt.Sprintf("answers a request of pattern %s.", p.Name.Value)
	}
	out.table = unexported(l.patternName(p)) + out.goName
	out.request, out.reply = l.methodMessage(p, m.Request), l.methodMessage(p, m.Reply)
	var pointers []string
	for _, e := range m.Errors {
		d := declaredError{e.WireName.Value, l.methodMessage(p, e)}
		out.errors = append(out.errors, d)
		pointers = append(pointers, "*"+l.shown(d.typ))
	}
	out.timeout = durationOf(m.Timeout)
	out.clientDoc, out.handlerDoc = docOf(out.goName, m.Doc, calls), docOf(out.goName, m.Doc, serves)
	out.serverDoc = docLines(m.Doc)
	var says []string
	if m.Timeout > 0 {
		says = append(says, fmt.Sprintf("Without a deadline in ctx it waits %s.", m.Timeout))
	}
	if m.Idempotent {
		says = append(says, retryText(m)...)
	}
	if len(pointers) > 0 {
		says = append(says, "The errors it declares: "+all(pointers)+".")
		fails := "It may fail with " + either(pointers) + "."
		out.serverDoc = append(out.serverDoc, docLines(fails)...)
		out.handlerDoc = with(out.handlerDoc, "%s", fails)
	}
	if len(says) > 0 {
		out.clientDoc = with(out.clientDoc, "%s", strings.Join(says, " "))
	}
	if p.Bare {
		out.handlerDoc = with(out.handlerDoc, "No error reaches the client: without a status on the wire it gets no answer, or from a REP an empty frame.")
	}
	for _, doc := range []*[]string{&out.clientDoc, &out.serverDoc, &out.handlerDoc} {
		*doc = deprecated(*doc, m.Deprecated.Value)
	}
	return out
}

// What the runtime does where an idempotent method does not say.
const (
	defaultAttempts   = 3
	defaultRetryEvery = time.Second
)

// retryText says how an idempotent method is made again, if it is.
func retryText(m *schema.Method) []string {
	every := cmp.Or(m.RetryEvery, defaultRetryEvery)
	switch attempts := cmp.Or(m.Attempts, defaultAttempts); attempts {
	case 1:
		return nil
	case 2:
		return []string{fmt.Sprintf("If no reply comes within %s, the request is sent once more.", every)}
	default:
		return []string{fmt.Sprintf("If no reply comes within %s, the request is sent again, and so on after twice as long each time, %d times in all at most.", every, attempts)}
	}
}

// methodMessage lowers a message of a method, which may be nil.
func (l *lowering) methodMessage(p *schema.Pattern, m *schema.Message) methodMessage {
	if m == nil {
		return methodMessage{}
	}
	out := methodMessage{typ: l.messageType(m), limited: l.limited[m], foreign: l.prefixOf(m.Topology) != ""}
	if p.Encoding == schema.EncodingFrames {
		body := l.layout(p, m)
		out.appendFn, out.parseFn = body.appendFn, body.parseFn
	}
	return out
}
