//go:build cgo

package runtime

import (
	"bytes"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"testing"

	"github.com/pebbe/zmq4"
)

// This file asks the handler as libzmq does not, and breaks it; and has pyzmq at the other end.

// zapFrames is a good question about a key, of which f changes something.
func zapFrames(domain string, key []byte, f func([][]byte) [][]byte) [][]byte {
	frames := [][]byte{[]byte("peer"), nil, []byte("1.0"), []byte("1"), []byte(domain), []byte("192.0.2.1"), nil, []byte("CURVE"), key}
	if f != nil {
		frames = f(frames)
	}
	return frames
}

func at(i int, text string) func([][]byte) [][]byte {
	return func(f [][]byte) [][]byte { f[i] = []byte(text); return f }
}

func TestTheHandlerIsStrictAboutRequests(t *testing.T) {
	key := make([]byte, keyBytes)
	if _, err := parseZAP(zapFrames("d", key, nil)); err != nil {
		t.Fatal(err)
	}
	for name, f := range map[string]func([][]byte) [][]byte{
		"version":               at(2, "2.0"),
		"delimiter":             at(1, "x"),
		"mechanism":             at(7, "GSSAPI"),
		"mechanism in lower":    at(7, "curve"),
		"short key":             at(8, "short"),
		"long address":          at(5, strings.Repeat("a", 256)),
		"long domain":           at(4, strings.Repeat("a", 256)),
		"plain with a key":      at(7, "PLAIN"),
		"null with a key":       at(7, "NULL"),
		"a user with a zero":    func(f [][]byte) [][]byte { return append(at(7, "PLAIN")(f)[:8], []byte("desk\x00"), []byte("word")) },
		"no credentials":        func(f [][]byte) [][]byte { return f[:8] },
		"two keys":              func(f [][]byte) [][]byte { return append(f, key) },
		"many frames":           func(f [][]byte) [][]byte { return append(f, key, key, key) },
		"a routing id and []":   func(f [][]byte) [][]byte { return f[:2] },
		"nothing":               func([][]byte) [][]byte { return nil },
		"a request id, no more": func(f [][]byte) [][]byte { return f[:4] },
	} {
		if _, err := parseZAP(zapFrames("d", key, f)); err == nil {
			t.Errorf("%s: it is taken", name)
		}
	}
}

func FuzzZAPRequest(f *testing.F) {
	f.Add("peer|||1.0|1|1/d|127.0.0.1||CURVE|01234567890123456789012345678901")
	f.Add("peer|||1.0|1|1/d|127.0.0.1|id|PLAIN|user|word")
	f.Add("peer|||1.0|1|1/d|127.0.0.1||NULL")
	f.Fuzz(func(t *testing.T, text string) {
		var frames [][]byte
		for _, frame := range strings.Split(text, "|") {
			frames = append(frames, []byte(frame))
		}
		q, err := parseZAP(frames)
		if err == nil && (q == nil || q.peer.Mechanism < Null || q.peer.Mechanism > Curve) {
			t.Error(q)
		}
	})
}

// Whoever asks in another way gets a refusal, and the handler goes on.
func TestTheHandlerAnswersStrangeRequests(t *testing.T) {
	server, client := newKeys(t), newKeys(t)
	top := securedTopology("tcp://127.0.0.1:*", curveSpec(server, client, secretIn(t, client.public)))
	pull, bound := lockedPull(t, top)
	asks := must(bound.pump.zctx.NewSocket(zmq4.REQ))(t)
	defer asks.Close()
	asks.SetLinger(0)
	if err := asks.Connect(zapEndpoint); err != nil {
		t.Fatal(err)
	}
	listed := zmq4.Z85decode(client.public)
	for _, test := range []struct {
		request []string
		status  string
	}{
		{[]string{"1.0", "7", bound.secured.domain, "192.0.2.1", "", "CURVE", listed}, "200"},
		{[]string{"1.0", "7", bound.secured.domain, "192.0.2.1", "", "CURVE", strings.Repeat("k", 32)}, "400"},
		{[]string{"1.0", "7", "desks", "192.0.2.1", "", "CURVE", listed}, "400"}, // of nobody's
		{[]string{"1.0", "7", bound.secured.domain, "192.0.2.1", "", "NULL"}, "400"},
		{[]string{"1.1", "7", bound.secured.domain, "192.0.2.1", "", "CURVE", listed}, "400"},
	} {
		sendFrames(t, asks, test.request...)
		answer := recvFrames(t, asks)
		if len(answer) != 6 || answer[0] != "1.0" || answer[1] != "7" || answer[2] != test.status {
			t.Errorf("%q: %q, want %s", test.request[:3], answer, test.status)
		}
	}
	push, _ := lockedPush(t, top, bound.Endpoints()[0])
	send(t, push, "hello")
	equal(t, next(t, pull), "hello")
}

// A CURVE server whose handler is gone would let everybody in. So the servers end with it, and its ZeroMQ socket stays where
// libzmq looks for it: who comes then waits in vain.
func TestWithoutAHandlerNobodyGetsIn(t *testing.T) {
	server, client, other := newKeys(t), newKeys(t), newKeys(t)
	top := securedTopology("tcp://127.0.0.1:*", curveSpec(server, client, secretIn(t, client.public)))
	pull, bound := lockedPull(t, top)
	// A server that the handler cannot end, as if it were in the moment before.
	late := must(bound.pump.zctx.NewSocket(zmq4.PULL))(t)
	defer late.Close()
	if err := errors.Join(late.SetCurveServer(1), late.SetCurveSecretkey(server.secret), late.SetZapDomain(bound.secured.domain), late.Bind("tcp://127.0.0.1:*")); err != nil {
		t.Fatal(err)
	}
	bound.pump.zap.socket.fail("wait", errors.New("as the test says"))
	<-bound.Done()
	if !errors.Is(bound.Err(), errNoHandler) {
		t.Errorf("it ended by %v", bound.Err())
	}
	if _, open := <-pull; open {
		t.Error("something came")
	}
	push := rawSock(t, zmq4.PUSH, func(s *zmq4.Socket) error {
		return errors.Join(cast{}.curve(server.public, other.public, other.secret)(s), s.Connect(must(late.GetLastEndpoint())(t)))
	})
	push.Send("let me in", 0)
	late.SetRcvtimeo(300e6)
	if m, err := late.Recv(0); err == nil {
		t.Errorf("a stranger said %q", m)
	}
	if err := openSecured(t, bound.pump, top, "b.pull", Instance("again")); !errors.Is(err, errNoHandler) {
		t.Errorf("got %v", err)
	}
}

const python = "/usr/bin/python3"

// pyzmq runs a program of pyzmq with arguments, and returns what it prints.
func pyzmq(t *testing.T, program string, args ...string) func() string {
	t.Helper()
	if exec.Command(python, "-c", "import zmq").Run() != nil {
		t.Skip("needs pyzmq")
	}
	cmd := exec.Command(python, append([]string{"-c", "import sys, zmq\nc = zmq.Context()\n" + program}, args...)...)
	must(cmd.StdinPipe())(t)
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	out, ended := make(chan string, 1), make(chan struct{})
	go func() {
		defer close(ended)
		err := cmd.Wait()
		out <- fmt.Sprint(said.String(), err)
	}()
	t.Cleanup(func() { cmd.Process.Kill(); <-ended })
	return func() string { return next(t, out) }
}

const pyClient = `
s = c.socket(zmq.PUSH)
if sys.argv[1] == "curve":
    s.curve_serverkey, s.curve_publickey, s.curve_secretkey = (a.encode() for a in sys.argv[3:6])
else:
    s.plain_username, s.plain_password = (a.encode() for a in sys.argv[3:5])
s.connect(sys.argv[2])
s.linger = 5000
s.send(b"from pyzmq")
s.close()
c.term()
print("done")
`

const pyServer = `
from zmq.auth.thread import ThreadAuthenticator
auth = ThreadAuthenticator(c)
auth.start()
s = c.socket(zmq.PULL)
if sys.argv[1] == "curve":
    auth.configure_curve_callback("*", type("K", (), {"callback": lambda self, domain, key: key == sys.argv[3].encode()})())
    s.curve_secretkey, s.curve_server = sys.argv[2].encode(), True
else:
    auth.configure_plain("*", {sys.argv[2]: sys.argv[3]})
    s.plain_server = True
s.rcvtimeo = 9000
s.bind(sys.argv[4])
try:
    sys.stdout.write(s.recv().decode())
except zmq.Again:
    sys.stdout.write("nothing")
s.close()
auth.stop()
`

func TestPyzmqIsAClientOfOurs(t *testing.T) {
	overNetworks(t, func(t *testing.T, endpoint string) {
		server, client := newKeys(t), newKeys(t)
		pull, bound := lockedPull(t, securedTopology(endpoint, curveSpec(server, client, secretIn(t, client.public))))
		out := pyzmq(t, pyClient, "curve", bound.Endpoints()[0], server.public, client.public, client.secret)
		equal(t, next(t, pull), "from pyzmq")
		equal(t, out(), "done\n<nil>")
	})
	pull, bound := lockedPull(t, securedTopology("tcp://127.0.0.1:*", plainSpec(t, "desk "+hashed("pass word", 5000), "", "")))
	out := pyzmq(t, pyClient, "plain", bound.Endpoints()[0], "desk", "pass word")
	equal(t, next(t, pull), "from pyzmq")
	equal(t, out(), "done\n<nil>")
}

func TestPyzmqIsAServerOfOurs(t *testing.T) {
	server, client := newKeys(t), newKeys(t)
	for mechanism, test := range map[string]struct {
		spec SecuritySpec
		args []string
	}{
		"curve": {curveSpec(server, client, KeySource{}), []string{"curve", server.secret, client.public}},
		"plain": {plainSpec(t, "x y", "desk", "pass word"), []string{"plain", "desk", "pass word"}},
	} {
		t.Run(mechanism, func(t *testing.T) {
			at := transports(t)["ipc"]
			out := pyzmq(t, pyServer, append(test.args, at)...)
			push, _ := lockedPush(t, securedTopology("", test.spec), at)
			send(t, push, "from zmqgen")
			equal(t, out(), "from zmqgen<nil>")
		})
	}
}
