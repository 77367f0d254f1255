//go:build cgo

package runtime

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"
)

// limitedCodec is textCodec for messages of which some are not within limits.
type limitedCodec struct{ textCodec }

func (limitedCodec) ValidateMessage(m *string) error { return limit(*m) }

func limit(text string) error {
	if strings.HasPrefix(text, "bad") {
		return InField("text", BelowMin(text, "good"))
	}
	return nil
}

func TestMessagesThatFailAreCountedReportedAndSkipped(t *testing.T) {
	for name, test := range map[string]struct {
		send, receive []SocketOption
		arrives       []string
		failed        string // the socket that counts "bad"
	}{
		"sending":   {nil, nil, []string{"one", "two"}, "a.push"},
		"receiving": {[]SocketOption{Validate(0)}, []SocketOption{Validate(ValidateReceived)}, []string{"one", "two"}, "b.pull"},
		"nowhere":   {[]SocketOption{Validate(ValidateReceived)}, []SocketOption{Validate(ValidateSent)}, []string{"one", "bad", "two"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			var reported faults
			ctx, p, top := context.Background(), newPump(t, WithErrorHandler(reported.handle)), testTopology("tcp://127.0.0.1:*")
			pull := must(OpenReceiver(ctx, p, top, "b.pull", limitedCodec{}, test.receive))(t)
			push := must(OpenSender(ctx, p, top, "a.push", limitedCodec{}, test.send))(t)
			for _, text := range []string{"one", "bad", "two"} {
				send(t, push, text)
			}
			for _, want := range test.arrives {
				equal(t, next(t, pull), want)
			}
			for _, socket := range []string{"a.push", "b.pull"} {
				want := map[Cause]uint64(nil)
				if socket == test.failed {
					want = map[Cause]uint64{DroppedInvalid: 1}
				}
				equal(t, p.Socket(top.Name, socket).Stats().Dropped, want)
			}
			close(push)
			if test.failed == "" {
				equal(t, len(reported.all()), 0)
				return
			}
			var e *Error
			if errs := reported.all(); len(errs) != 1 || !errors.As(errs[0], &e) || e.Op != "validate" || e.Socket != test.failed {
				t.Fatalf("reported %v", errs)
			}
			equal(t, e.Err.Error(), "field text: bad, want at least good")
			var limit *LimitError
			if !errors.As(e, &limit) || limit.Limit != "min" {
				t.Errorf("%v has no *LimitError", e)
			}
		})
	}
}

func TestBatchesAndMailboxesSkipWhatFails(t *testing.T) {
	ctx, p, top := context.Background(), newPump(t), testTopology("tcp://127.0.0.1:*")
	for _, name := range []string{"a.push", "b.pull"} {
		spec := top.Sockets[name]
		spec.Batch = 8
		top.Sockets[name] = spec
	}
	pull := must(OpenBatchReceiver(ctx, p, top, "b.pull", limitedCodec{}, []SocketOption{Validate(ValidateReceived)}))(t)
	push := must(OpenBatchSender(ctx, p, top, "a.push", limitedCodec{}, []SocketOption{Validate(0)}))(t)
	send(t, push, []string{"one", "bad", "two", "bad"})
	send(t, push, []string{"three"})
	var got []string
	for len(got) < 3 {
		got = append(got, next(t, pull)...)
	}
	equal(t, got, []string{"one", "two", "three"})
	equal(t, p.Socket(top.Name, "b.pull").Stats().Dropped, map[Cause]uint64{DroppedInvalid: 2})
	close(push)

	spec := top.Sockets["b.sub"]
	spec.Overflow = Latest
	top.Sockets["b.sub"] = spec
	pub := must(OpenSender(ctx, p, top, "a.pub", limitedTicks{}, []SocketOption{Validate(0)}))(t)
	sub := must(OpenReceiver(ctx, p, top, "b.sub", limitedTicks{}, []SocketOption{Validate(ValidateReceived)}))(t)
	subscribed(t, pub, sub)
	send(t, pub, tick{"t", "good"})
	send(t, pub, tick{"t", "bad"})
	eventually(t, "bad is dropped", func() bool { return p.Socket(top.Name, "b.sub").Stats().Dropped[DroppedInvalid] == 1 })
	for got := next(t, sub); got != (tick{"t", "good"}); got = next(t, sub) {
		equal(t, got, tick{"sync", ""})
	}
	close(pub)
}

type limitedTicks struct{ tickCodec }

func (limitedTicks) ValidateMessage(m *tick) error { return limit(m.text) }

// strict is a note that has limits.
type strict struct{ note }

func (s strict) Validate() error { return limit(s.text) }

var strictBody = OneFrame(strict.AppendProto, (*strict).ParseProto)

var strictEcho = Method[strict, strict]{
	Name: "Echo", Timeout: 5 * time.Second,
	Request: strictBody, ValidateRequest: strict.Validate,
	Reply: strictBody, ValidateReply: strict.Validate,
	Errors: []DeclaredError{DeclareError("Refused", strictBody)},
}

// openStrict opens a server that answers what is behind the first word of a request: as its reply, or as
// its error.
func openStrict(t *testing.T, p *Pump, top *Topology, opts ...SocketOption) (replies chan error) {
	t.Helper()
	var calls <-chan *Call[strict, strict]
	if err := OpenServer(context.Background(), p, top, "b.server", opts, Serve(&strictEcho, &calls)); err != nil {
		t.Fatal(err)
	}
	replies = make(chan error, 10)
	go func() {
		for c := range calls {
			how, what, _ := strings.Cut(c.Request.text, " ")
			if how == "fail" {
				replies <- c.Fail(&strict{note{what}})
			} else {
				replies <- c.Reply(strict{note{what}})
			}
		}
	}()
	return replies
}

func TestCallsAreValidatedAtBothEnds(t *testing.T) {
	ctx, p, top := context.Background(), newPump(t), testTopology("tcp://127.0.0.1:*")
	replies := openStrict(t, p, top)
	c := must(OpenClient(ctx, p, top, "a.client", nil))(t)
	loose := must(OpenClient(ctx, p, top, "a.client", []SocketOption{Instance("loose"), Validate(0)}))(t)
	ask := func(c *Client, text string) (strict, error) { return Invoke(ctx, c, &strictEcho, strict{note{text}}) }

	equal(t, must(ask(c, "reply good"))(t), strict{note{"good"}})
	equal(t, <-replies, nil)

	_, err := ask(c, "bad")
	var field *FieldError
	if !errors.As(err, &field) || err.Error() != "a.client: call Echo: field text: bad, want at least good" {
		t.Errorf("an invalid request: %v", err)
	}
	equal(t, p.Socket(top.Name, "b.server").Stats().MessagesIn, uint64(1)) // it was never sent

	_, err = ask(loose, "bad")
	var status *StatusError
	if !errors.As(err, &status) || status.Name != StatusBadRequest || string(status.Body) != "field text: bad, want at least good" {
		t.Errorf("an invalid request that was sent: %v", err)
	}
	equal(t, p.Socket(top.Name, "b.server").Stats().Dropped, map[Cause]uint64{DroppedInvalid: 1})

	for _, text := range []string{"reply bad", "fail bad"} {
		_, err = ask(c, text)
		if !errors.As(err, &status) || status.Name != StatusInternal {
			t.Errorf("%s: %v", text, err)
		}
		if err := <-replies; !errors.As(err, &field) {
			t.Errorf("%s: the server got %v", text, err)
		}
	}
	equal(t, p.Socket(top.Name, "b.server").Stats().Dropped, map[Cause]uint64{DroppedInvalid: 3})
}

func TestAClientValidatesRepliesOnRequest(t *testing.T) {
	ctx, p, top := context.Background(), newPump(t), testTopology("tcp://127.0.0.1:*")
	openStrict(t, p, top, Validate(0))
	usual := must(OpenClient(ctx, p, top, "a.client", nil))(t)
	wary := must(OpenClient(ctx, p, top, "a.client", []SocketOption{Instance("wary"), Validate(ValidateReceived)}))(t)
	ask := func(c *Client, text string) (strict, error) { return Invoke(ctx, c, &strictEcho, strict{note{text}}) }

	equal(t, must(ask(usual, "reply bad"))(t), strict{note{"bad"}})
	var declared *strict
	if _, err := ask(usual, "fail bad"); !errors.As(err, &declared) {
		t.Errorf("got %v", err)
	}
	var field *FieldError
	for _, text := range []string{"reply bad", "fail bad"} {
		if _, err := ask(wary, text); !errors.As(err, &field) {
			t.Errorf("%s: got %v", text, err)
		}
	}
	eventually(t, "both are counted", func() bool {
		return p.Socket(top.Name, "a.client#wary").Stats().Dropped[DroppedInvalid] == 2
	})
}

func TestCodecsWithoutLimitsStayAsTheyAre(t *testing.T) {
	s := &Socket{}
	s.validate = ValidateSent | ValidateReceived
	if c := forSending[string](s, textCodec{}); c != (textCodec{}) {
		t.Errorf("sends by a %T", c)
	}
	if c := forReceiving[string](s, textCodec{}); c != (textCodec{}) {
		t.Errorf("receives by a %T", c)
	}
}
