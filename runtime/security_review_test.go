//go:build cgo

package runtime

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pebbe/zmq4"
)

// This file is what a reader of the code with bad intentions would try: to see secrets, to be let in by the list of another
// socket, to use what is left of a list, and to keep others from their turn.

// lockedBuffer is a log that several write to.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// The handler receives passwords as messages, and a log that shows messages does not show these.
func TestNoLogShowsAPassword(t *testing.T) {
	log := new(lockedBuffer)
	logger := slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: LevelTrace}))
	top := securedTopology("tcp://127.0.0.1:*", plainSpec(t, "desk open-sesame\n", "desk", "open-sesame"))
	pull, bound := lockedPull(t, top, WithLogger(logger), WithTraceBodies(1000))
	push, _ := lockedPush(t, top, bound.Endpoints()[0], WithLogger(logger), WithTraceBodies(1000))
	send(t, push, "hello")
	equal(t, next(t, pull), "hello")
	_, other := lockedPush(t, securedTopology("", plainSpec(t, "x y", "desk", "open-barley")), bound.Endpoints()[0], WithLogger(logger))
	refusedFor(t, other, RefusedByServer)
	refusedFor(t, bound, RefusedPassword)
	text := log.String()
	if !strings.Contains(text, "hello") || strings.Contains(text, "sesame") || strings.Contains(text, "barley") || strings.Contains(text, "(authentication)") {
		t.Errorf("logged: %s", text)
	}
}

// Two sockets of one pump, one security domain and one server's key have lists of their own.
func TestAListIsOfOneSocket(t *testing.T) {
	server, one, two := newKeys(t), newKeys(t), newKeys(t)
	p := newPump(t)
	open := func(instance string, listed keys) (<-chan string, *Socket) {
		top := securedTopology("tcp://127.0.0.1:*", curveSpec(server, listed, secretIn(t, listed.public)))
		ch := must(OpenReceiver(context.Background(), p, top, "b.pull", textCodec{}, []SocketOption{Instance(instance)}))(t)
		return ch, p.Socket("test", "b.pull#"+instance)
	}
	firstCh, first := open("1", one)
	secondCh, second := open("2", two)
	for _, c := range []struct {
		client      keys
		right       <-chan string
		goes, wrong *Socket
	}{{one, firstCh, first, second}, {two, secondCh, second, first}} {
		top := securedTopology("", curveSpec(server, c.client, KeySource{}))
		stranger, _ := lockedPush(t, top, c.wrong.Endpoints()[0])
		send(t, stranger, "by the other list")
		refusedFor(t, c.wrong, RefusedUnlisted)
		friend, _ := lockedPush(t, top, c.goes.Endpoints()[0])
		send(t, friend, "hello")
		equal(t, next(t, c.right), "hello")
	}
	nothingIn(t, firstCh)
	nothingIn(t, secondCh)
}

// Who empties a list means that nobody is to come in; who breaks it may mean anything.
func TestAnEmptiedListLetsNobodyIn(t *testing.T) {
	var f faults
	server, one := newKeys(t), newKeys(t)
	allow := secretIn(t, one.public)
	top, patience := securedTopology("tcp://127.0.0.1:*", curveSpec(server, one, allow)), 300*time.Millisecond
	for _, name := range []string{"a.push", "b.pull"} { // libzmq waits so long with whoever is to come again
		top.changed(name, func(s *SocketSpec) { s.HandshakeTimeout = &patience })
	}
	pull, bound := lockedPull(t, top, WithErrorHandler(f.handle))
	for _, empty := range []string{"", "# nobody\n"} {
		replaceFile(t, allow, empty)
		before := bound.Stats().Refused[RefusedUnlisted]
		push, connected := lockedPush(t, top, bound.Endpoints()[0])
		eventually(t, "it is refused", func() bool { return bound.Stats().Refused[RefusedUnlisted] > before })
		nothingIn(t, pull)
		if text := fmt.Sprint(f.all()); !strings.Contains(text, "nobody is let in any more: server.allow from file "+allow.File+": it lists nobody") {
			t.Error(text)
		}
		replaceFile(t, allow, one.public)
		if err := connected.WaitPeers(t.Context(), 1); err != nil { // it comes again, as every libzmq does
			t.Fatal(err)
		}
		send(t, push, "back")
		equal(t, next(t, pull), "back")
	}
}

// A broken list is not read again by each handshake: it may be large, and handshakes many.
func TestABrokenListIsReadOnce(t *testing.T) {
	key := newKeys(t)
	allow := secretIn(t, key.public)
	l := must(openAllowList(Curve, allow))(t)
	replaceFile(t, allow, "no key\n")
	if _, err := l.current(); err == nil {
		t.Fatal("no error")
	}
	l.read = l.read.Add(2 * settles) // as if it had stayed like that
	read := l.read
	entries, err := l.current()
	if err != nil || len(entries.(keyList)) != 1 || l.read != read {
		t.Errorf("%v, %v, read again: %v", entries, err, l.read != read)
	}
	replaceFile(t, allow, key.public+"\n"+newKeys(t).public)
	if entries, err := l.current(); err != nil || len(entries.(keyList)) != 2 {
		t.Errorf("%v, %v", entries, err)
	}
}

// Those of one address who want to be let in by hashes leave others their turn, and none is made for who waits no longer.
func TestOneAddressLeavesOthersTheirTurn(t *testing.T) {
	z := &zap{patience: time.Minute}
	z.hashes.most, z.hashes.share = 1, maxHashes
	l := must(openAllowList(Plain, secretIn(t, "desk "+hashed("word", 1000))))(t).entries.(*userList)
	release, running := make(chan struct{}), make(chan struct{})
	z.hashes.do("", func() { close(running); <-release })
	<-running
	verdicts := make(chan verdict, 1000)
	ask := func(address, word string) {
		l.decide(z, &question{peer: AuthRequest{Address: address, User: "desk", Password: Secret(word)}}, func(v verdict) { verdicts <- v })
	}
	for range 100 {
		ask("192.0.2.1", "guess")
	}
	equal(t, len(verdicts), 100-maxHashes)
	for range len(verdicts) {
		equal(t, (<-verdicts).reason, RefusedBusy)
	}
	ask("192.0.2.2", "word")
	equal(t, len(verdicts), 0)
	z.patience = -time.Second
	ask("192.0.2.3", "word") // its time is over before it is its turn
	close(release)
	for range maxHashes {
		equal(t, next(t, verdicts).reason, RefusedPassword)
	}
	equal(t, next(t, verdicts), admitted("desk"))
	equal(t, next(t, verdicts).reason, RefusedBusy)
	eventually(t, "nobody waits", func() bool {
		z.hashes.mu.Lock()
		defer z.hashes.mu.Unlock()
		return len(z.hashes.from) == 0 && z.hashes.busy == 0
	})
}

// Both sides of a device have security, which a client of its backend has to have as well.
func TestDevicesAreSecured(t *testing.T) {
	c := cast{newKeys(t), newKeys(t), newKeys(t)}
	top := deviceTopology("tcp://127.0.0.1:*", "tcp://127.0.0.1:*").secure(curveSpec(c.server, c.listed, secretIn(t, c.listed.public)))
	p := newPump(t)
	d := openDevice(t, p, top, "streamer")
	push, pull := openEnds(t, p, top, "a.push"), openEnds(t, p, top, "b.pull")
	send(t, push.send, bytesOf("hello", "world"))
	equal(t, stringsOf(next(t, pull.recv)), []string{"hello", "world"})
	for side, typ := range map[*Socket]zmq4.Type{d.Frontend(): zmq4.PUSH, d.Backend(): zmq4.PULL} {
		rawSock(t, typ, func(z *zmq4.Socket) error {
			return errors.Join(c.curve(c.server.public, c.other.public, c.other.secret)(z), z.Connect(side.Endpoints()[0]))
		})
		refusedFor(t, side, RefusedUnlisted)
	}
}

const pyStranger = `
s = c.socket(zmq.PUSH)
how = sys.argv[1]
if how == "curve":
    s.curve_serverkey, s.curve_publickey, s.curve_secretkey = (a.encode() for a in sys.argv[3:6])
elif how == "plain":
    s.plain_username, s.plain_password = (a.encode() for a in sys.argv[3:5])
s.linger = 0
s.connect(sys.argv[2])
s.send(b"let me in")
sys.stdin.read()
`

func TestPyzmqStrangersStayOut(t *testing.T) {
	c := cast{newKeys(t), newKeys(t), newKeys(t)}
	for name, test := range map[string]struct {
		server string
		args   []string
		reason []Refusal
	}{
		"another key":            {"curve", []string{"curve", c.server.public, c.other.public, c.other.secret}, []Refusal{RefusedUnlisted}},
		"another server's key":   {"curve", []string{"curve", c.other.public, c.listed.public, c.listed.secret}, []Refusal{RefusedKey}},
		"a secret key of others": {"curve", []string{"curve", c.server.public, c.listed.public, c.other.secret}, []Refusal{RefusedKey, RefusedProtocol}},
		"no mechanism":           {"curve", []string{"null"}, []Refusal{RefusedMechanism, RefusedBroken}},
		"plain to curve":         {"curve", []string{"plain", "desk", "word"}, []Refusal{RefusedMechanism, RefusedBroken}},
		"another password":       {"plain", []string{"plain", "desk", "words"}, []Refusal{RefusedPassword}},
		"another user":           {"plain", []string{"plain", "boss", "word"}, []Refusal{RefusedUnlisted}},
		"curve to plain":         {"plain", []string{"curve", c.server.public, c.listed.public, c.listed.secret}, []Refusal{RefusedMechanism, RefusedBroken}},
	} {
		t.Run(name, func(t *testing.T) {
			pull, bound := lockedPull(t, securedTopology("tcp://127.0.0.1:*", c.specs(t)[test.server]))
			pyzmq(t, pyStranger, append([]string{test.args[0], bound.Endpoints()[0]}, test.args[1:]...)...)
			eventually(t, fmt.Sprint("it is refused for ", test.reason), func() bool {
				refused := bound.Stats().Refused
				for _, r := range test.reason {
					if refused[r] > 0 {
						return true
					}
				}
				return false
			})
			nothingIn(t, pull)
		})
	}
}

// A server of pyzmq's with an authenticator of its own refuses a client of ours, which knows it, and hears nothing.
func TestPyzmqServersRefuseClientsOfOurs(t *testing.T) {
	c := cast{newKeys(t), newKeys(t), newKeys(t)}
	for name, test := range map[string]struct {
		spec   SecuritySpec
		args   []string
		reason Refusal
	}{
		"another key":          {curveSpec(c.server, c.other, KeySource{}), []string{"curve", c.server.secret, c.listed.public}, RefusedByServer},
		"another server's key": {curveSpec(c.other, c.listed, KeySource{}), []string{"curve", c.server.secret, c.listed.public}, RefusedBroken},
		"another password":     {plainSpec(t, "x y", "desk", "words"), []string{"plain", "desk", "word"}, RefusedByServer},
	} {
		t.Run(name, func(t *testing.T) {
			at := transports(t)["ipc"]
			out := pyzmq(t, strings.Replace(pyServer, "9000", "1500", 1), append(test.args, at)...)
			push, connected := lockedPush(t, securedTopology("", test.spec), at)
			send(t, push, "for nobody")
			refusedFor(t, connected, test.reason)
			equal(t, out(), "nothing<nil>")
		})
	}
}
