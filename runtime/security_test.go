//go:build cgo

package runtime

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pebbe/zmq4"
)

// This file is what the tests of security share, and who is let in by real libzmq, over tcp and ipc.

// keys is a pair of CURVE, in files.
type keys struct {
	public, secret         string
	publicFile, secretFile KeySource
}

// newKeys makes a pair as libzmq does.
func newKeys(t testing.TB) keys {
	t.Helper()
	public, secret, err := zmq4.NewCurveKeypair()
	if err != nil {
		t.Fatal(err)
	}
	return keys{public, secret, secretIn(t, public+"\n"), secretIn(t, secret+"\n")}
}

// secretIn makes a file with text that only its owner reads.
func secretIn(t testing.TB, text string) KeySource {
	t.Helper()
	path := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return KeySource{File: path}
}

// securedTopology is testTopology with one security on every socket.
func securedTopology(endpoint string, spec SecuritySpec) *Topology {
	top := testTopology(endpoint)
	top.Security = map[string]SecuritySpec{"lock": spec}
	for name, s := range top.Sockets {
		s.Security = "lock"
		top.Sockets[name] = s
	}
	return top
}

// curveSpec is CURVE for one server and clients, of whom those of the list are let in.
func curveSpec(server, client keys, allow KeySource) SecuritySpec {
	return SecuritySpec{
		Mechanism: Curve, Domain: "desks",
		Server: Credentials{PublicKey: server.publicFile, SecretKey: server.secretFile, Allow: allow},
		Client: Credentials{PublicKey: client.publicFile, SecretKey: client.secretFile},
	}
}

// plainSpec is PLAIN for one list, and one client.
func plainSpec(t testing.TB, list, user, word string) SecuritySpec {
	return SecuritySpec{
		Mechanism: Plain, Domain: "desks",
		Server: Credentials{Allow: secretIn(t, list)},
		Client: Credentials{Username: secretIn(t, user+"\n"), Password: secretIn(t, word+"\n")},
	}
}

// lockedPull opens a PULL that top secures, on a pump of its own.
func lockedPull(t testing.TB, top *Topology, opts ...PumpOption) (<-chan string, *Socket) {
	t.Helper()
	p := newPump(t, opts...)
	ch := must(OpenReceiver(context.Background(), p, top, "b.pull", textCodec{}, nil))(t)
	return ch, p.Socket("test", "b.pull")
}

// lockedPush opens a PUSH to endpoint that top secures, on a pump of its own.
func lockedPush(t testing.TB, top *Topology, endpoint string, opts ...PumpOption) (chan<- string, *Socket) {
	t.Helper()
	p := newPump(t, opts...)
	ch := must(OpenSender(context.Background(), p, top, "a.push", textCodec{}, []SocketOption{Connect(endpoint)}))(t)
	t.Cleanup(func() { close(ch) })
	return ch, p.Socket("test", "a.push")
}

// refusedFor waits until a socket has refused somebody for a reason.
func refusedFor(t testing.TB, s *Socket, reason Refusal) {
	t.Helper()
	eventually(t, fmt.Sprint(s.Name(), " refuses: ", reason), func() bool { return s.Stats().Refused[reason] > 0 })
}

// nothingIn fails the test if a channel has something.
func nothingIn(t testing.TB, ch <-chan string) {
	t.Helper()
	select {
	case m := <-ch:
		t.Errorf("received %q", m)
	default:
	}
}

func TestCurveLetsInWhoIsListed(t *testing.T) {
	overNetworks(t, func(t *testing.T, endpoint string) {
		server, client := newKeys(t), newKeys(t)
		top := securedTopology(endpoint, curveSpec(server, client, secretIn(t, "# desks\n"+client.public+" desk one\n")))
		pull, bound := lockedPull(t, top)
		push, _ := lockedPush(t, top, bound.Endpoints()[0])
		send(t, push, "hello")
		equal(t, next(t, pull), "hello")
		equal(t, bound.Stats().Refused, map[Refusal]uint64(nil))
	})
}

func TestCurveRefusesWhoIsNotListed(t *testing.T) {
	overNetworks(t, func(t *testing.T, endpoint string) {
		var f faults
		server, client, other := newKeys(t), newKeys(t), newKeys(t)
		top := securedTopology(endpoint, curveSpec(server, other, secretIn(t, client.public)))
		pull, bound := lockedPull(t, top, WithErrorHandler(f.handle))
		push, connected := lockedPush(t, top, bound.Endpoints()[0])
		send(t, push, "hello")
		refusedFor(t, bound, RefusedUnlisted)
		refusedFor(t, connected, RefusedByServer)
		nothingIn(t, pull)
		var refused *RefusedError
		if !errors.As(f.all()[0], &refused) || refused.Reason != RefusedUnlisted || refused.Address == "" || !strings.HasPrefix(refused.Client, "SHA256:") {
			t.Errorf("reported: %#v", f.all()[0])
		}
		if text := f.all()[0].Error(); strings.Contains(text, other.public) || strings.Contains(text, other.secret) {
			t.Errorf("a key in %s", text)
		} else {
			t.Log(text)
		}
	})
}

func TestPlainLetsInByPassword(t *testing.T) {
	overNetworks(t, func(t *testing.T, endpoint string) {
		top := securedTopology(endpoint, plainSpec(t, "desk pass word\n", "desk", "pass word"))
		pull, bound := lockedPull(t, top)
		push, _ := lockedPush(t, top, bound.Endpoints()[0])
		send(t, push, "hello")
		equal(t, next(t, pull), "hello")
	})
}

func TestNullLetsInByAddress(t *testing.T) {
	for transport, list := range map[string]string{"tcp": "127.0.0.0/8", "ipc": fmt.Sprint("uid:", os.Geteuid())} {
		t.Run(transport, func(t *testing.T) {
			spec := SecuritySpec{Mechanism: Null, Domain: "desks", Server: Credentials{Allow: secretIn(t, list)}}
			top := securedTopology(transports(t)[transport], spec)
			pull, bound := lockedPull(t, top)
			push, _ := lockedPush(t, top, bound.Endpoints()[0])
			send(t, push, "hello")
			equal(t, next(t, pull), "hello")
		})
	}
}

func TestTheAuthorizerDecides(t *testing.T) {
	overNetworks(t, func(t *testing.T, endpoint string) {
		server, client := newKeys(t), newKeys(t)
		top := securedTopology(endpoint, curveSpec(server, client, KeySource{}))
		asked := make(chan AuthRequest, 100)
		pull, bound := lockedPull(t, top, WithAuthorizer(func(_ context.Context, r AuthRequest) error {
			asked <- r
			return nil
		}))
		push, _ := lockedPush(t, top, bound.Endpoints()[0])
		send(t, push, "hello")
		equal(t, next(t, pull), "hello")
		r := next(t, asked)
		if r.Address == "" {
			t.Error("no address")
		}
		r.Address = ""
		equal(t, r, AuthRequest{Topology: "test", Socket: "b.pull", Domain: "desks", Mechanism: Curve, Key: client.public})
	})
}
