//go:build cgo

package runtime

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/pebbe/zmq4"
)

// This file tests the metadata of calls.

// tracedMethod echoes its request, or fails with the error that it names.
var tracedMethod = &Method[string, string]{Name: "Traced", Timeout: 10 * time.Second, Request: textBody, Reply: textBody, Metadata: true,
	Errors: []DeclaredError{DeclareError("Refused", strictBody)}}

// openTraced opens a client and a server of m, and returns the calls that nobody serves yet.
func openTraced(t *testing.T, p *Pump, m *Method[string, string], topology *Topology) (*Client, <-chan *Call[string, string]) {
	t.Helper()
	var calls <-chan *Call[string, string]
	if err := OpenServer(context.Background(), p, topology, "b.server", nil, Serve(m, &calls)); err != nil {
		t.Fatal(err)
	}
	return must(OpenClient(context.Background(), p, topology, "a.client", nil))(t), calls
}

// serveTraced serves calls, with headers that say what it has received, until the test ends.
func serveTraced(t *testing.T, calls <-chan *Call[string, string]) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	t.Cleanup(func() { cancel(); <-done })
	go func() {
		defer close(done)
		RunServer(ctx, nil, Handle(calls, func(ctx context.Context, req string) (string, error) {
			meta := MetaOf(ctx)
			SetReplyHeaders(ctx, map[string]string{"lost": "replaced"})
			SetReplyHeaders(ctx, map[string]string{"trace": meta.Headers["trace"] + " heard"})
			until, _ := ctx.Deadline()
			if left := time.Until(until); left > meta.TimeLeft || meta.TimeLeft == 0 {
				return "", errors.New("ctx does not end with the client's")
			}
			switch req {
			case "refuse":
				return "", &strict{note{"no"}}
			case "fail":
				return "", errors.New("as told")
			case "huge":
				SetReplyHeaders(ctx, map[string]string{"k": strings.Repeat("v", maxMetadata)})
			}
			return req, nil
		}))
	}()
}

func TestCallsCarryHeadersBothWays(t *testing.T) {
	overPairings(t, func(t *testing.T, topology *Topology) {
		c, calls := openTraced(t, newPump(t), tracedMethod, topology)
		serveTraced(t, calls)
		ctx := WithHeaders(WithHeaders(soon(t), map[string]string{"trace": "6", "tenant": "a"}), map[string]string{"trace": "7"})
		for i, req := range []string{"echo", "refuse", "fail"} {
			var meta Meta
			rep, err := Invoke(WithReplyMeta(ctx, &meta), c, tracedMethod, req)
			switch refused := (*strict)(nil); {
			case req == "echo" && (rep != "echo" || err != nil), req == "refuse" && !errors.As(err, &refused), req == "fail" && !strings.Contains(err.Error(), "as told"):
				t.Errorf("%s: got %q, %v", req, rep, err)
			}
			if meta.Headers["trace"] != "7 heard" || len(meta.Headers) != 1 || meta.Sequence != uint64(i+1) || time.Since(meta.Sent) > time.Minute {
				t.Errorf("%s: the reply has %+v", req, meta)
			}
		}
		if _, err := Invoke(ctx, c, tracedMethod, "huge"); err == nil || !strings.Contains(err.Error(), StatusInternal) {
			t.Errorf("headers that are too long: got %v", err)
		}
		if _, err := Invoke(WithHeaders(ctx, map[string]string{"k": strings.Repeat("v", maxMetadata)}), c, tracedMethod, "echo"); err == nil || !strings.Contains(err.Error(), "metadata of") {
			t.Errorf("headers that are too long: got %v", err)
		}
	})
}

func TestARequestSaysHowMuchTimeIsLeft(t *testing.T) {
	overPairings(t, func(t *testing.T, topology *Topology) {
		c, calls := openTraced(t, newPump(t), tracedMethod, topology)
		go func() {
			for call := range calls {
				call.ReplyHeaders = map[string]string{"left": call.Meta.TimeLeft.String(), "ends": call.ends.Sub(call.until).String()}
				call.Reply("")
			}
		}()
		for _, timeout := range []time.Duration{0, time.Second, time.Hour} {
			ctx, want := context.Background(), tracedMethod.Timeout
			if timeout > 0 {
				var cancel context.CancelFunc
				ctx, cancel = context.WithTimeout(ctx, timeout)
				defer cancel()
				want = timeout
			}
			var meta Meta
			if _, err := Invoke(WithReplyMeta(ctx, &meta), c, tracedMethod, ""); err != nil {
				t.Fatal(err)
			}
			left, _ := time.ParseDuration(meta.Headers["left"])
			if left > want || left < want-500*time.Millisecond {
				t.Errorf("%v were left, want %v", left, want)
			}
			if ends, _ := time.ParseDuration(meta.Headers["ends"]); ends > 0 || timeout == time.Second && ends > -8*time.Second {
				t.Errorf("the call ends %v from the method's timeout", ends)
			}
		}
	})
}

func TestPlainPeersSeeNoMetadata(t *testing.T) {
	overNetworks(t, func(t *testing.T, endpoint string) {
		var reported faults
		p := newPump(t, WithErrorHandler(reported.handle))
		_, calls := openTraced(t, p, tracedMethod, testTopology(endpoint))
		go func() {
			for call := range calls {
				call.ReplyHeaders = map[string]string{"trace": "7"}
				call.Reply(call.Request)
			}
		}()
		peer := rawSock(t, zmq4.DEALER, connectTo(p.Socket("test", "b.server").Endpoints()[0]))
		for _, c := range []struct{ request, reply []string }{
			{frames("", "Traced", "plain"), frames("", "ok", "plain")},
			{frames("", "Traced", "later", "\x00\x02"), frames("", "ok", "later")},
			{frames("", "Traced", "bad", "\x00\x01\x10"), frames("", StatusBadRequest, "metadata: field time_left: ends in the middle of a value")},
		} {
			sendFrames(t, peer, c.request...)
			equal(t, recvFrames(t, peer), c.reply)
		}
		sendFrames(t, peer, "", "Traced", "with", "\x00\x01")
		if got := recvFrames(t, peer); len(got) != 4 || got[3][:2] != "\x00\x01" {
			t.Errorf("got %q, want metadata too", got)
		}
	})
}

func TestAPatternWithoutMetadataWritesNone(t *testing.T) {
	overTransports(t, func(t *testing.T, endpoint string) {
		plain := *tracedMethod
		plain.Metadata = false
		c, calls := openTraced(t, newPump(t), &plain, testTopology(endpoint))
		metas := make(chan Meta, 1)
		go func() {
			for call := range calls {
				metas <- call.Meta
				call.Reply("")
			}
		}()
		reply := Meta{Sequence: 1}
		ctx := WithReplyMeta(WithHeaders(soon(t), map[string]string{"trace": "7"}), &reply)
		if _, err := Invoke(ctx, c, &plain, ""); err != nil {
			t.Fatal(err)
		}
		equal(t, []Meta{<-metas, reply}, []Meta{{}, {}})
	})
}

func TestMalformedMetadataOfAReplyFailsItsCall(t *testing.T) {
	for _, status := range []string{statusOK, "Refused", StatusInternal} {
		var reported faults
		p := newPump(t, WithErrorHandler(reported.handle))
		topology := testTopology("tcp://127.0.0.1:*")
		server := rawSock(t, zmq4.ROUTER, func(s *zmq4.Socket) error { return s.Bind("tcp://127.0.0.1:*") })
		at, _ := server.GetLastEndpoint()
		c := must(OpenClient(context.Background(), p, topology, "a.client", []SocketOption{Connect(at)}))(t)
		failed := make(chan error, 1)
		go func() {
			_, err := Invoke(soon(t), c, tracedMethod, "")
			failed <- err
		}()
		request := recvFrames(t, server)
		sendFrames(t, server, append(request[:3:3], status, "", "\x00\x01\x10")...)
		if err := next(t, failed); err == nil || !strings.Contains(err.Error(), "metadata: field time_left") {
			t.Errorf("%s: got %v", status, err)
		}
		equal(t, p.Socket("test", "a.client").Stats().Dropped, map[Cause]uint64{DroppedDecode: 1})
	}
}

func TestMetadataOutsideOfAHandlerIsNone(t *testing.T) {
	SetReplyHeaders(context.Background(), map[string]string{"trace": "7"})
	equal(t, MetaOf(context.Background()), Meta{})
}
