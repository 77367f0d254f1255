//go:build cgo

package runtime

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/pebbe/zmq4"
)

// This file has servers see as whom a peer was let in, by the list that let it in and by nothing that it says.

// known is a client as a server's list knows it.
type knownClient struct {
	user  string
	setup func(*zmq4.Socket) error
}

// knownClients are servers' securities, and clients of each.
func knownClients(t testing.TB) map[string]struct {
	spec    SecuritySpec
	clients []knownClient
} {
	c := cast{newKeys(t), newKeys(t), newKeys(t)}
	type row = struct {
		spec    SecuritySpec
		clients []knownClient
	}
	return map[string]row{
		"curve": {curveSpec(c.server, c.listed, secretIn(t, c.listed.public+" desk one\n"+c.other.public)), []knownClient{
			{"desk one", c.curve(c.server.public, c.listed.public, c.listed.secret)},
			{c.other.public, c.curve(c.server.public, c.other.public, c.other.secret)},
		}},
		"plain": {plainSpec(t, "desk word\nother word\n", "desk", "word"), []knownClient{
			{"desk", plainAs("desk", "word")}, {"other", plainAs("other", "word")},
		}},
		"null": {SecuritySpec{Mechanism: Null, Domain: "desks", Server: Credentials{Allow: secretIn(t, "127.0.0.1\nuid:0\nuid:1000\ngid:0")}}, []knownClient{{"", asItIs}}},
	}
}

// secure gives every socket of a topology one security.
func (t *Topology) secure(spec SecuritySpec) *Topology {
	t.Security = map[string]SecuritySpec{"lock": spec}
	for name := range t.Sockets {
		t.changed(name, func(s *SocketSpec) { s.Security = "lock" })
	}
	return t
}

func TestServersKnowWhoAsks(t *testing.T) {
	for mechanism, row := range knownClients(t) {
		for _, typ := range []SocketType{Router, Rep} {
			t.Run(fmt.Sprint(mechanism, " ", typ), func(t *testing.T) {
				overNetworks(t, func(t *testing.T, endpoint string) {
					top := testTopology(endpoint).secure(row.spec).changed("b.server", func(s *SocketSpec) { s.Type = typ })
					p := newPump(t)
					s := openService(t, p, top)
					go RunServer(context.Background(), nil, Handle(s.echo, func(ctx context.Context, n note) (note, error) {
						return note{UserOf(ctx) + " says " + n.text}, nil
					}))
					for _, c := range row.clients {
						asks := rawSock(t, zmq4.REQ, func(z *zmq4.Socket) error {
							return errors.Join(c.setup(z), z.Connect(p.Socket("test", "b.server").Endpoints()[0]))
						})
						for range 2 {
							sendFrames(t, asks, "Echo", "hello")
							equal(t, recvFrames(t, asks), []string{"ok", c.user + " says hello"})
						}
						sendFrames(t, asks, "Ping")
						call := next(t, s.ping)
						equal(t, call.User, c.user)
						call.Reply(None{})
						recvFrames(t, asks)
					}
				})
			})
		}
	}
}

// What a ROUTER or a PULL receives says who has sent it: a routing id can be anybody's, a user cannot.
func TestMessagesSayWhoHasSentThem(t *testing.T) {
	for mechanism, row := range knownClients(t) {
		t.Run(mechanism, func(t *testing.T) {
			overNetworks(t, func(t *testing.T, endpoint string) {
				p := newPump(t)
				router := openRouter(t, p, rawTopology(endpoint, Router, Dealer).secure(row.spec))
				for i, c := range row.clients {
					says := rawSock(t, zmq4.DEALER, func(z *zmq4.Socket) error {
						return errors.Join(c.setup(z), z.SetIdentity(fmt.Sprint("peer ", i)), z.Connect(router.handle.Endpoints()[0]))
					})
					for _, text := range []string{"hello", "", strings.Repeat("x", 100_000)} {
						sendFrames(t, says, text)
						equal(t, next(t, router.recv), Routed[string]{Peer: fmt.Sprint("peer ", i), Msg: text, User: c.user})
					}
				}
			})
			top := securedTopology("tcp://127.0.0.1:*", row.spec)
			p := newPump(t)
			pull := must(OpenReceiver(context.Background(), p, top, "b.pull", Items[string](textCodec{}, 1), nil))(t)
			for _, c := range row.clients {
				says := rawSock(t, zmq4.PUSH, func(z *zmq4.Socket) error {
					return errors.Join(c.setup(z), z.Connect(p.Socket("test", "b.pull").Endpoints()[0]))
				})
				sendFrames(t, says, "hello")
				equal(t, next(t, pull), Item[string]{Msg: "hello", User: c.user})
			}
		})
	}
}

func TestOverInprocNobodyIsAUser(t *testing.T) {
	server, client := newKeys(t), newKeys(t)
	spec := curveSpec(server, client, secretIn(t, client.public))
	p, top := newPump(t), testTopology("inproc://who").secure(spec)
	s := openService(t, p, top, Bind("tcp://127.0.0.1:*", "inproc://who"))
	c := must(OpenClient(context.Background(), p, top, "a.client", []SocketOption{Connect("inproc://who")}))(t)
	go func() {
		for call := range s.echo {
			call.Reply(note{fmt.Sprintf("%q", call.User)})
		}
	}()
	equal(t, must(Invoke(t.Context(), c, &echo, note{"who am I"}))(t), note{`""`})
}

// A peer may claim to be anybody in its handshake, since there is no list of what its metadata may say.
func TestAClaimInTheHandshakeIsNoUser(t *testing.T) {
	p := newPump(t)
	router := openRouter(t, p, rawTopology("tcp://127.0.0.1:*", Router, Dealer).secure(plainSpec(t, "desk word\nboss secret\n", "", "")))
	c := must(net.Dial("tcp", strings.TrimPrefix(router.handle.Endpoints()[0], "tcp://")))(t)
	defer c.Close()
	c.SetDeadline(time.Now().Add(10 * time.Second))
	command := func(text string) []byte { return append([]byte{0x04, byte(len(text))}, text...) }
	property := func(name, value string) string {
		return string(rune(len(name))) + name + string(binary.BigEndian.AppendUint32(nil, uint32(len(value)))) + value
	}
	zmtpSay(t, c, curveGreeting("PLAIN"), command("\x05HELLO\x04desk\x04word"))
	if _, err := io.CopyN(io.Discard, c, 64+2+int64(len("\x07WELCOME"))); err != nil {
		t.Fatal(err)
	}
	zmtpSay(t, c, command("\x08INITIATE"+property("Socket-Type", "DEALER")+property("Identity", "boss")+property("User-Id", "boss")),
		zmtpFrame(zmtpLast, "pay me"))
	equal(t, next(t, router.recv), Routed[string]{Peer: "boss", Msg: "pay me", User: "desk"})
}

// That users come with messages changes nothing of what is received, what is refused for its size, and what is counted.
func TestUsersAreNoPartOfMessages(t *testing.T) {
	type counts struct{ messages, frames, bytes, oversize uint64 }
	run := func(t *testing.T, spec SecuritySpec, setup func(*zmq4.Socket) error) counts {
		p := newPump(t)
		top := testTopology("tcp://127.0.0.1:*").secure(spec).changed("b.pull", func(s *SocketSpec) {
			s.MaxMessageSize, s.MaxFrames = Size(200_000), Limit(3000)
		})
		pull := must(OpenReceiver(context.Background(), p, top, "b.pull", Items[[][]byte](rawCodec{}, 1<<20), nil))(t)
		handle := p.Socket("test", "b.pull")
		push := rawSock(t, zmq4.PUSH, func(z *zmq4.Socket) error { return errors.Join(setup(z), z.Connect(handle.Endpoints()[0])) })
		half := strings.Repeat("h", 150_000)
		many := make([]string, 2500)
		for i := range many {
			many[i] = strings.Repeat("m", i%70)
		}
		messages := [][]string{
			{"small"}, {""}, {"", ""}, {half}, {half, "x"}, many, {"x", half}, {strings.Repeat("k", inboxBytes)}, {strings.Repeat("k", inboxBytes-2)},
			{half, half}, {"after"}, {"x", half, half}, {"after"}, append(many, many...), {"after"},
		}
		go func() {
			for range 3 {
				for _, m := range messages {
					for i, f := range m {
						flag := zmq4.SNDMORE
						if i == len(m)-1 {
							flag = 0
						}
						push.Send(f, flag)
					}
				}
			}
		}()
		for range 3 {
			for _, m := range messages {
				if bytes := len(strings.Join(m, "")); bytes > 200_000 || len(m) > 3000 {
					continue
				}
				got := next(t, pull)
				if got.User != "desk" && spec.Mechanism != Null {
					t.Errorf("the user is %q", got.User)
				}
				equal(t, strings.Join(stringsOf(got.Msg), "|"), strings.Join(m, "|"))
			}
		}
		s := handle.Stats()
		return counts{s.MessagesIn, s.FramesIn, s.BytesIn, s.Dropped[DroppedOversize]}
	}
	rows := knownClients(t)
	plain, null := rows["plain"], rows["null"]
	got, want := run(t, plain.spec, plain.clients[0].setup), run(t, null.spec, asItIs)
	equal(t, got, want)
	equal(t, want.oversize, uint64(9))
}

// textOf is a text that has a place for the user.
type textOf struct{ text, user string }

func (m *textOf) setUser(user string) { m.user = user }

type textOfCodec struct{ textCodec }

func (c textOfCodec) AppendFrames(w *FrameWriter, m *textOf) error {
	return c.textCodec.AppendFrames(w, &m.text)
}

func (c textOfCodec) ParseFrames(frames [][]byte, m *textOf) error {
	return c.textCodec.ParseFrames(frames, &m.text)
}

// BenchmarkUsers is what it costs a server to know who has sent a message of 64 bytes.
func BenchmarkUsers(b *testing.B) {
	for mechanism, row := range knownClients(b) {
		if mechanism == "null" {
			continue
		}
		top := securedTopology("tcp://127.0.0.1:*", row.spec)
		b.Run(mechanism+"/nobody", func(b *testing.B) { benchmarkUsers(b, top, textCodec{}) })
		b.Run(mechanism+"/user", func(b *testing.B) { benchmarkUsers(b, top, textOfCodec{}) })
	}
}

func benchmarkUsers[T any](b *testing.B, top *Topology, codec Codec[T]) {
	p := newPump(b)
	pull := must(OpenReceiver(context.Background(), p, top, "b.pull", codec, nil))(b)
	push, _ := lockedPush(b, top, p.Socket("test", "b.pull").Endpoints()[0])
	text := strings.Repeat("x", 64)
	b.ReportAllocs()
	for b.Loop() {
		go func() {
			for range 1000 {
				push <- text
			}
		}()
		for range 1000 {
			<-pull
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/1000, "ns/msg")
}
