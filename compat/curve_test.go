package compat

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/zmqgen/zmqgen/compat/internal/program"
	"github.com/zmqgen/zmqgen/compat/wire"
	"github.com/zmqgen/zmqgen/internal/z85"
	zmqrt "github.com/zmqgen/zmqgen/runtime"
)

// This file has zeromq.js and us let one another in by CURVE, and nobody else. The tests of package runtime do so with pyzmq.

// curveMessages are what passes from who is let in. Those who are not have one message to say.
const curveMessages = 100

// keys are a pair in Z85.
type keys struct{ public, secret string }

func newKeys(t *testing.T) keys {
	public, secret, err := z85.NewKeys()
	if err != nil {
		t.Fatal(err)
	}
	return keys{public, secret}
}

// curve is a test with a server, whose list has one client.
type curve struct {
	*testing.T
	ctx                   context.Context
	library               *library
	server, listed, other keys
}

func newCurve(t *testing.T) *curve {
	i := slices.IndexFunc(libraries, func(l *library) bool { return l.name == "zeromq.js" })
	library := libraries[i]
	if library.missing != nil {
		t.Skipf("no %s here: %v", library.name, library.missing)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	return &curve{t, ctx, library, newKeys(t), newKeys(t), newKeys(t)}
}

// pump has the keys of a server and a client where the topology says. Refusals are looked for in what the socket counts.
func (c *curve) pump(server, client keys) *zmqrt.Pump {
	for name, key := range map[string]string{
		"COMPAT_SERVER_PUBLIC": server.public, "COMPAT_SERVER_SECRET": server.secret, "COMPAT_LISTED": c.listed.public,
		"COMPAT_CLIENT_PUBLIC": client.public, "COMPAT_CLIENT_SECRET": client.secret,
	} {
		c.Setenv(name, key)
	}
	pump, err := zmqrt.NewPump(c.ctx, zmqrt.WithErrorHandler(func(error) {}))
	if err != nil {
		c.Fatal(err)
	}
	c.Cleanup(func() { pump.Close() })
	return pump
}

// start starts zeromq.js, which goes at the latest when the test ends.
func (c *curve) start(args ...string) *program.Program {
	ctx, cancel := context.WithCancel(c.ctx)
	peer, err := program.Start(ctx, append(slices.Clone(c.library.command), args...), func(err error) {
		if ctx.Err() == nil {
			c.Error(err)
		}
	})
	if err != nil {
		cancel()
		c.Fatal(err)
	}
	c.Cleanup(func() { cancel(); <-peer.Ended })
	return peer
}

// refuses waits until a socket has refused somebody for one of some reasons.
func (c *curve) refuses(s *zmqrt.Socket, reasons ...zmqrt.Refusal) {
	c.Helper()
	again := time.NewTicker(5 * time.Millisecond)
	defer again.Stop()
	for {
		refused := s.Stats().Refused
		if slices.ContainsFunc(reasons, func(r zmqrt.Refusal) bool { return refused[r] > 0 }) {
			return
		}
		select {
		case <-again.C:
		case <-c.ctx.Done():
			c.Fatalf("%s has refused %v, and nobody for %v", s.Name(), refused, reasons)
		}
	}
}

// A client of zeromq.js's comes in by the right keys alone, and each other one is refused for what is wrong with it.
func TestZeromqJSIsACurveClientOfOurs(t *testing.T) {
	c := newCurve(t)
	pump := c.pump(c.server, c.listed)
	received, err := wire.NewRightLocked(c.ctx, pump)
	if err != nil {
		t.Fatal(err)
	}
	bound := wire.RightLockedSocket(pump)
	client := func(n int, flags ...string) *program.Program {
		return c.start(append(flags, "--socket", "PUSH", "--work", "send", "--form", "name", "--connect", bound.Endpoints()[0], "--n", strconv.Itoa(n))...)
	}
	with := func(server, own keys) []string {
		return []string{"--server-key=" + server.public, "--public-key=" + own.public, "--secret-key=" + own.secret}
	}
	for _, wrong := range []struct {
		flags   []string
		reasons []zmqrt.Refusal
	}{
		{with(c.server, c.other), []zmqrt.Refusal{zmqrt.RefusedUnlisted}},
		{with(c.other, c.listed), []zmqrt.Refusal{zmqrt.RefusedKey}},
		{nil, []zmqrt.Refusal{zmqrt.RefusedMechanism, zmqrt.RefusedBroken}}, // the second if the client noticed first
	} {
		client(1, wrong.flags...)
		c.refuses(bound, wrong.reasons...)
	}
	peer := client(curveMessages, with(c.server, c.listed)...)
	for i := 1; i <= curveMessages; i++ {
		select {
		case m := <-received:
			if want := named[wire.JobsMessage](i); !reflect.DeepEqual(m, want) { // a stranger's is the first
				t.Fatalf("message %d is %v, want %v", i, m, want)
			}
		case <-c.ctx.Done():
			t.Fatalf("waiting for message %d: it has refused %v", i, bound.Stats().Refused)
		}
	}
	if err := peer.Finish(); err != nil {
		t.Error(err)
	}
	select {
	case m := <-received:
		t.Errorf("received %v, which nobody sent who was let in", m)
	default:
	}
}

// A server of zeromq.js's with a ZAP handler of its own refuses clients of ours, which know it, and hears of one alone.
func TestZeromqJSIsACurveServerOfOurs(t *testing.T) {
	c := newCurve(t)
	peer := c.start("--socket", "PULL", "--work", "receive", "--form", "name", "--bind", "tcp://127.0.0.1:*", "--n", strconv.Itoa(curveMessages),
		"--secret-key="+c.server.secret, "--let-in="+c.listed.public)
	endpoint, err := peer.Await(c.ctx, "endpoint")
	if err != nil {
		t.Fatal(err)
	}
	client := func(server, own keys, n int) *zmqrt.Socket {
		pump := c.pump(server, own)
		sent, err := wire.NewLeftLocked(c.ctx, pump, zmqrt.Connect(endpoint))
		if err != nil {
			t.Fatal(err)
		}
		for i := 1; i <= n; i++ {
			select {
			case sent <- named[wire.JobsMessage](i):
			case <-c.ctx.Done():
				t.Fatal(c.ctx.Err())
			}
		}
		return wire.LeftLockedSocket(pump)
	}
	c.refuses(client(c.server, c.other, 1), zmqrt.RefusedByServer)
	c.refuses(client(c.other, c.listed, 1), zmqrt.RefusedBroken)
	right := client(c.server, c.listed, curveMessages)
	done, err := peer.Await(c.ctx, "done")
	if err := errors.Join(err, peer.Finish()); err != nil || done != strconv.Itoa(curveMessages) {
		t.Errorf("done %q: %v", done, err)
	}
	if refused := right.Stats().Refused; len(refused) > 0 {
		t.Errorf("the right client is refused: %v", refused)
	}
}
