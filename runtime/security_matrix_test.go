//go:build cgo

package runtime

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/pebbe/zmq4"
)

// This file has every pair of a server and a client that do not go together, of real libzmq, over tcp and ipc: nobody gets in,
// each side says why as far as it can know, and honest clients go on being served.

// stranger is a client that is to be refused, and the reasons that the server may count for it.
type stranger struct {
	name    string
	server  string // which of the servers
	setup   func(s *zmq4.Socket) error
	refused []Refusal
}

// cast is the keys of a matrix.
type cast struct{ server, listed, other keys }

func (c cast) curve(server, public, secret string) func(*zmq4.Socket) error {
	return func(s *zmq4.Socket) error {
		return errors.Join(s.SetCurveServerkey(server), s.SetCurvePublickey(public), s.SetCurveSecretkey(secret))
	}
}

func plainAs(user, word string) func(*zmq4.Socket) error {
	return func(s *zmq4.Socket) error { return errors.Join(s.SetPlainUsername(user), s.SetPlainPassword(word)) }
}

func asItIs(*zmq4.Socket) error { return nil }

func (c cast) strangers() []stranger {
	mismatch := []Refusal{RefusedMechanism, RefusedBroken} // the second if the client noticed first
	return []stranger{
		{"a client that is not listed", "curve", c.curve(c.server.public, c.other.public, c.other.secret), []Refusal{RefusedUnlisted}},
		{"the key of another server", "curve", c.curve(c.other.public, c.listed.public, c.listed.secret), []Refusal{RefusedKey}},
		{"a listed public key with another secret one", "curve", c.curve(c.server.public, c.listed.public, c.other.secret), []Refusal{RefusedKey, RefusedProtocol}},
		{"no mechanism", "curve", asItIs, mismatch},
		{"plain to a curve server", "curve", plainAs("desk", "word"), mismatch},
		{"two servers of curve", "curve", func(s *zmq4.Socket) error {
			return errors.Join(s.SetCurveServer(1), s.SetCurveSecretkey(c.other.secret))
		}, []Refusal{RefusedProtocol, RefusedMechanism, RefusedBroken, RefusedKey}},
		{"an unknown user", "plain", plainAs("mallory", "word"), []Refusal{RefusedUnlisted}},
		{"a wrong password", "plain", plainAs("desk", "words"), []Refusal{RefusedPassword}},
		{"no mechanism to plain", "plain", asItIs, mismatch},
		{"curve to a plain server", "plain", c.curve(c.server.public, c.listed.public, c.listed.secret), mismatch},
		{"an address that is not listed", "null", asItIs, []Refusal{RefusedUnlisted}},
		{"curve to a null server", "null", c.curve(c.server.public, c.listed.public, c.listed.secret), mismatch},
		{"plain to a null server", "null", plainAs("desk", "word"), mismatch},
	}
}

// specs are the servers of a matrix.
func (c cast) specs(t testing.TB) map[string]SecuritySpec {
	return map[string]SecuritySpec{
		"curve": curveSpec(c.server, c.listed, secretIn(t, c.listed.public)),
		"plain": plainSpec(t, "desk word\n", "desk", "word"),
		"null":  {Mechanism: Null, Domain: "desks", Server: Credentials{Allow: secretIn(t, "192.0.2.0/24\nuid:4000000")}},
	}
}

func TestStrangersStayOut(t *testing.T) {
	overNetworks(t, func(t *testing.T, endpoint string) {
		c := cast{newKeys(t), newKeys(t), newKeys(t)}
		for i, s := range c.strangers() {
			t.Run(s.name, func(t *testing.T) {
				t.Parallel()
				at := endpoint
				if strings.HasPrefix(at, "ipc") {
					at += fmt.Sprint(i)
				}
				s.stayOut(t, securedTopology(at, c.specs(t)[s.server]))
			})
		}
	})
}

func (s stranger) stayOut(t *testing.T, top *Topology) {
	var f faults
	patience := time.Second // two servers wait for each other
	locked := top.Sockets["b.pull"]
	locked.HandshakeTimeout = &patience
	top.Sockets["b.pull"] = locked
	pull, bound := lockedPull(t, top, WithErrorHandler(f.handle))
	push := rawSock(t, zmq4.PUSH, func(z *zmq4.Socket) error {
		return errors.Join(s.setup(z), z.Connect(bound.Endpoints()[0]))
	})
	if _, err := push.Send("let me in", zmq4.DONTWAIT); err != nil {
		t.Fatal(err)
	}
	why := func() (is Refusal) {
		for reason := range bound.Stats().Refused {
			for _, may := range s.refused {
				if reason == may {
					is = reason
				}
			}
		}
		return is
	}
	eventually(t, fmt.Sprint("refused for one of ", s.refused), func() bool { return why() != "" })
	t.Log(why())
	nothingIn(t, pull)
	if bound.Peers() != 0 {
		t.Errorf("%d peers", bound.Peers())
	}
	eventually(t, "it is reported", func() bool { return len(f.all()) > 0 })
	var refused *RefusedError
	if err := f.all()[0]; !errors.As(err, &refused) {
		t.Errorf("reported: %v", err)
	} else {
		t.Log(err)
	}
	if top.Security["lock"].Mechanism != Null {
		honest, _ := lockedPush(t, top, bound.Endpoints()[0])
		send(t, honest, "an honest one")
		equal(t, next(t, pull), "an honest one")
	}
}

// A client of ours says why it is not let in, as far as it can know.
func TestClientsSayWhyTheyAreRefused(t *testing.T) {
	c := cast{newKeys(t), newKeys(t), newKeys(t)}
	specs := c.specs(t)
	wrong := curveSpec(c.other, c.listed, KeySource{})
	for _, test := range []struct {
		name           string
		server, client SecuritySpec
		reason         Refusal
	}{
		{"not listed", specs["curve"], curveSpec(c.server, c.other, KeySource{}), RefusedByServer},
		{"wrong password", specs["plain"], plainSpec(t, "x y", "desk", "wrong"), RefusedByServer},
		{"another mechanism", specs["plain"], specs["curve"], RefusedMechanism},
		{"another server", specs["curve"], wrong, RefusedBroken},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, bound := lockedPull(t, securedTopology("tcp://127.0.0.1:*", test.server))
			var f faults
			_, connected := lockedPush(t, securedTopology("tcp://127.0.0.1:*", test.client), bound.Endpoints()[0], WithErrorHandler(f.handle))
			if test.reason == RefusedMechanism { // or the connection is gone before the client has read what the server said
				eventually(t, "it is refused", func() bool {
					refused := connected.Stats().Refused
					return refused[RefusedMechanism]+refused[RefusedBroken] > 0
				})
			} else {
				refusedFor(t, connected, test.reason)
			}
			eventually(t, "it is reported", func() bool { return len(f.all()) > 0 })
			t.Log(f.all()[0])
		})
	}
}

// A client does not talk to a server that does not prove what it should: neither one without a mechanism nor one that has another key.
func TestClientsTrustNobodyElse(t *testing.T) {
	c := cast{newKeys(t), newKeys(t), newKeys(t)}
	for name, setup := range map[string]func(*zmq4.Socket) error{
		"no mechanism": asItIs,
		"another key": func(s *zmq4.Socket) error {
			return errors.Join(s.SetCurveServer(1), s.SetCurveSecretkey(c.other.secret))
		},
		"plain": func(s *zmq4.Socket) error { return s.SetPlainServer(1) },
	} {
		t.Run(name, func(t *testing.T) {
			pull := rawSock(t, zmq4.PULL, func(s *zmq4.Socket) error { return errors.Join(setup(s), s.Bind("tcp://127.0.0.1:*")) })
			push, connected := lockedPush(t, securedTopology("tcp://127.0.0.1:*", c.specs(t)["curve"]), must(pull.GetLastEndpoint())(t))
			send(t, push, "secret")
			eventually(t, "it is refused", func() bool { return len(connected.Stats().Refused) > 0 })
			if m, err := pull.Recv(zmq4.DONTWAIT); err == nil {
				t.Errorf("it has received %q", m)
			}
			t.Log(connected.Stats().Refused)
		})
	}
}

// What is wrong with a security is said when a socket opens, before anything is bound, and no key is part of it.
func TestOpeningSaysWhatIsWrongWithASecurity(t *testing.T) {
	a, b := newKeys(t), newKeys(t)
	good := curveSpec(a, b, secretIn(t, b.public))
	change := func(f func(*SecuritySpec)) SecuritySpec {
		spec := good
		f(&spec)
		return spec
	}
	for _, test := range []struct {
		socket string
		spec   SecuritySpec
		want   string
	}{
		{"b.pull", change(func(s *SecuritySpec) { s.Server.Allow = KeySource{} }), "nobody would be let in: give server.allow a list, or any, or make the pump with WithAuthorizer"},
		{"b.pull", change(func(s *SecuritySpec) { s.Server.AllowAny = true }), "a list and any at once"},
		{"b.pull", change(func(s *SecuritySpec) { s.Server.SecretKey = KeySource{} }), "server.secret_key is not given"},
		{"b.pull", change(func(s *SecuritySpec) { s.Server.PublicKey = b.publicFile }), "is not the public key of server.secret_key"},
		{"b.pull", change(func(s *SecuritySpec) { s.Server.SecretKey = KeySource{Env: "ZMQGEN_NO_SUCH"} }), "server.secret_key from environment variable ZMQGEN_NO_SUCH: it is not set"},
		{"b.pull", change(func(s *SecuritySpec) { s.Server.SecretKey = KeySource{File: "/nowhere/at/all"} }), "server.secret_key from file /nowhere/at/all: no such file"},
		{"b.pull", change(func(s *SecuritySpec) { s.Mechanism = 0 }), "unknown mechanism"},
		{"b.pull", change(func(s *SecuritySpec) { s.Domain = strings.Repeat("d", 200) }), "domain of 200 bytes, want at most 127"},
		{"b.pull", SecuritySpec{Mechanism: Plain, Server: Credentials{AllowAny: true}}, "any is for curve"},
		{"b.pull", SecuritySpec{Mechanism: Plain}, "nobody would be let in"},
		{"b.pull", SecuritySpec{Mechanism: Null}, "nobody would be let in"},
		{"a.push", change(func(s *SecuritySpec) { s.Server.PublicKey = KeySource{} }), "server.public_key is not given"},
		{"a.push", change(func(s *SecuritySpec) { s.Client.SecretKey = KeySource{} }), "client.secret_key is not given"},
		{"a.push", change(func(s *SecuritySpec) { s.Client = s.Server }), "a client needs keys of its own"},
		{"a.push", SecuritySpec{Mechanism: Plain}, "client.username is not given"},
		{"a.push", SecuritySpec{Mechanism: Plain, Client: Credentials{Username: secretIn(t, "desk")}}, "client.password is not given"},
		{"a.push", SecuritySpec{Mechanism: Plain, Client: Credentials{Username: secretIn(t, "desk"), Password: secretIn(t, strings.Repeat("w", 256))}}, "256 bytes, want one line of 1 to 255"},
	} {
		top := securedTopology("tcp://127.0.0.1:*", test.spec)
		err := openSecured(t, newPump(t), top, test.socket)
		var e *Error
		if err == nil || !errors.As(err, &e) || e.Op != "secure" || !strings.Contains(err.Error(), "security lock: ") || !strings.Contains(err.Error(), test.want) {
			t.Errorf("got %v, want %s", err, test.want)
		}
		for _, key := range []string{a.secret, b.secret, a.public, b.public} {
			if err != nil && strings.Contains(err.Error(), key) {
				t.Errorf("a key in %v", err)
			}
		}
	}
	top := securedTopology("tcp://127.0.0.1:*", good)
	delete(top.Security, "lock")
	if err := openSecured(t, newPump(t), top, "b.pull"); err == nil || !strings.Contains(err.Error(), `has no security "lock"`) {
		t.Errorf("got %v", err)
	}
	both := []SocketOption{Bind("tcp://127.0.0.1:*"), Connect("tcp://127.0.0.1:1")}
	if err := openSecured(t, newPump(t), securedTopology("", good), "b.pull", both...); err == nil || !strings.Contains(err.Error(), "none is both") {
		t.Errorf("got %v", err)
	}
}

func openSecured(t testing.TB, p *Pump, top *Topology, name string, opts ...SocketOption) error {
	t.Helper()
	if top.Sockets[name].Type == Pull {
		_, err := OpenReceiver(context.Background(), p, top, name, textCodec{}, opts)
		return err
	}
	ch, err := OpenSender(context.Background(), p, top, name, textCodec{}, append([]SocketOption{Connect("tcp://127.0.0.1:1")}, opts...))
	if err == nil {
		close(ch)
	}
	return err
}

// Over inproc there is no handshake. A socket that opens there alone needs no keys, and cannot reach others later.
func TestOverInprocThereIsNoSecurity(t *testing.T) {
	p, top := newPump(t), securedTopology("inproc://within", SecuritySpec{Mechanism: Curve})
	pull := must(OpenReceiver(context.Background(), p, top, "b.pull", textCodec{}, nil))(t)
	push := must(OpenSender(context.Background(), p, top, "a.push", textCodec{}, nil))(t)
	defer close(push)
	send(t, push, "hello")
	equal(t, next(t, pull), "hello")
	if err := p.Socket("test", "a.push").Connect("tcp://127.0.0.1:1"); err == nil || !strings.Contains(err.Error(), "without its security") {
		t.Errorf("got %v", err)
	}
}

func TestAServerConnectsToNobody(t *testing.T) {
	a, b := newKeys(t), newKeys(t)
	_, bound := lockedPull(t, securedTopology("tcp://127.0.0.1:*", curveSpec(a, b, secretIn(t, b.public))))
	if err := bound.Connect("tcp://127.0.0.1:1"); err == nil || !strings.Contains(err.Error(), "a server of its security") {
		t.Errorf("got %v", err)
	}
}

// A message of exactly max_message_size passes, with what CURVE adds to it.
func TestCurveTakesTheLargestMessage(t *testing.T) {
	a, b := newKeys(t), newKeys(t)
	top := securedTopology("tcp://127.0.0.1:*", curveSpec(a, b, secretIn(t, b.public)))
	most := 100_000
	for _, name := range []string{"b.pull", "a.push"} {
		s := top.Sockets[name]
		s.MaxMessageSize = Size(int64(most))
		top.Sockets[name] = s
	}
	pull, bound := lockedPull(t, top)
	push, _ := lockedPush(t, top, bound.Endpoints()[0])
	send(t, push, strings.Repeat("m", most))
	equal(t, len(next(t, pull)), most)
}

// Keys that are read do not stay in files' names, nor in anything that is printed of a socket, a topology or a request.
func TestNothingPrintsASecret(t *testing.T) {
	r := AuthRequest{User: "desk", Password: "word of honour"}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		if text := fmt.Sprintf(verb, r) + fmt.Sprintf(verb, &r) + fmt.Sprintf(verb, r.Password); strings.Contains(text, "honour") || strings.Contains(text, fmt.Sprintf("%x", "honour")) {
			t.Errorf("%s: %s", verb, text)
		}
	}
	a, b := newKeys(t), newKeys(t)
	top := securedTopology("tcp://127.0.0.1:*", curveSpec(a, b, secretIn(t, b.public)))
	_, bound := lockedPull(t, top)
	for _, verb := range []string{"%v", "%+v", "%#v"} {
		for _, v := range []any{top, bound.secured, bound.pump.zap.guards} {
			if text := fmt.Sprintf(verb, v); strings.Contains(text, a.secret) || strings.Contains(text, b.secret) {
				t.Errorf("%s: a key in %s", verb, text)
			}
		}
	}
}
