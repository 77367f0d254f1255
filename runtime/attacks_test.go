//go:build cgo && linux

package runtime

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pebbe/zmq4"
)

// This file attacks the port of a server with security by bare TCP: whatever comes there, nobody gets in, an honest client goes
// on being served, and what strangers have taken of memory and descriptors comes back. docs/security.md has the figures.

// fortress is a CURVE server under attack, and its honest client.
type fortress struct {
	keys    cast
	pull    <-chan string
	bound   *Socket
	push    chan<- string
	address string
	sent    int
}

// newFortress opens the server and the client. Handshakes have so long.
func newFortress(t testing.TB, patience time.Duration, opts ...PumpOption) *fortress {
	c := cast{newKeys(t), newKeys(t), newKeys(t)}
	top := securedTopology("tcp://127.0.0.1:*", curveSpec(c.server, c.listed, secretIn(t, c.listed.public)))
	s := top.Sockets["b.pull"]
	s.HandshakeTimeout = &patience
	s.MaxMessageSize = Size(1 << 20)
	top.Sockets["b.pull"] = s
	f := &fortress{keys: c}
	f.pull, f.bound = lockedPull(t, top, opts...)
	f.push, _ = lockedPush(t, top, f.bound.Endpoints()[0])
	f.address = strings.TrimPrefix(f.bound.Endpoints()[0], "tcp://")
	f.serves(t)
	return f
}

// serves fails the test unless the honest client is served, and nobody else has been.
func (f *fortress) serves(t testing.TB) {
	t.Helper()
	f.sent++
	text := fmt.Sprint("honest ", f.sent)
	send(t, f.push, text)
	equal(t, next(t, f.pull), text)
}

// holds fails the test unless there is the honest client alone.
func (f *fortress) holds(t testing.TB) {
	t.Helper()
	f.serves(t)
	eventually(t, "there is one peer", func() bool { return f.bound.Peers() == 1 })
	equal(t, f.bound.Stats().MessagesIn, uint64(f.sent))
}

// attack has n connections made by some at once, each given to f.
func (f *fortress) attack(t testing.TB, n int, each func(i int, c net.Conn)) {
	t.Helper()
	var all sync.WaitGroup
	for w := range 32 {
		all.Add(1)
		go func() {
			defer all.Done()
			for i := w; i < n; i += 32 {
				c, err := net.Dial("tcp", f.address)
				if err != nil {
					t.Error(err)
					return
				}
				c.SetDeadline(time.Now().Add(20 * time.Second))
				each(i, c)
			}
		}()
	}
	done := make(chan struct{})
	go func() { all.Wait(); close(done) }()
	for {
		select {
		case <-done:
			return
		default:
			f.serves(t)
		}
	}
}

// recording is what a listed client says to the server until it has been let in, and a message after it.
func (f *fortress) recording(t testing.TB) []byte {
	l := must(net.Listen("tcp", "127.0.0.1:0"))(t)
	defer l.Close()
	var said []byte
	done := make(chan struct{})
	go func() {
		defer close(done)
		for { // on a busy machine the server's patience may end before the first has been let in
			client, err := l.Accept()
			if err != nil {
				return
			}
			said = f.relay(client)
		}
	}()
	zctx := must(zmq4.NewContext())(t)
	push := must(zctx.NewSocket(zmq4.PUSH))(t)
	if err := errors.Join(f.keys.curve(f.keys.server.public, f.keys.listed.public, f.keys.listed.secret)(push), push.Connect("tcp://"+l.Addr().String())); err != nil {
		t.Fatal(err)
	}
	push.Send("honest at first", 0)
	equal(t, next(t, f.pull), "honest at first")
	f.sent++
	push.Close()
	zctx.Term()
	l.Close()
	<-done
	return said
}

// relay hands on between a client and the server until one of them ends, and returns what the client has said.
func (f *fortress) relay(client net.Conn) (said []byte) {
	defer client.Close()
	server, err := net.Dial("tcp", f.address)
	if err != nil {
		return nil
	}
	defer server.Close()
	go func() { io.Copy(client, server); client.Close() }()
	b := make([]byte, 4096)
	for {
		n, err := client.Read(b)
		said = append(said, b[:n]...)
		if _, bad := server.Write(b[:n]); err != nil || bad != nil {
			return said
		}
	}
}

// openFiles is how many files this process has open.
func openFiles(t testing.TB) int {
	t.Helper()
	return len(must(os.ReadDir("/proc/self/fd"))(t))
}

// bounded runs an attack, and fails the test if it leaves descriptors behind, or more memory than most.
func (f *fortress) bounded(t *testing.T, most int64, attack func()) {
	t.Helper()
	files, before, began := openFiles(t), resident(t), time.Now()
	attack()
	grown := resident(t) - before
	eventually(t, "descriptors are given back", func() bool { return openFiles(t) <= files+8 })
	f.holds(t)
	s := f.bound.Stats()
	t.Logf("%.1f s; memory %+d KiB; refused: %v; accepted and gone: %d", time.Since(began).Seconds(), grown>>10, s.Refused, s.HandshakeFailures)
	if grown > most && !sanitized {
		t.Errorf("memory grew by %d KiB, want at most %d", grown>>10, most>>10)
	}
}

// attackers is how many connections an attack is of.
func attackers() int {
	if testing.Short() {
		return 200
	}
	return 2000
}

// Random bytes, and handshakes of a listed client with random bytes in them, replayed.
func TestGarbageAndBrokenHandshakes(t *testing.T) {
	f := newFortress(t, time.Second)
	said := f.recording(t)
	seed := rand.Uint64()
	t.Logf("seed %d; a handshake and a message are %d bytes", seed, len(said))
	f.bounded(t, 64<<20, func() {
		f.attack(t, attackers(), func(i int, c net.Conn) {
			defer c.Close()
			r := rand.New(rand.NewPCG(seed, uint64(i)))
			b := append([]byte(nil), said...)
			switch i % 4 {
			case 0: // nothing but noise
				b = make([]byte, r.IntN(2000))
				for j := range b {
					b[j] = byte(r.Uint32())
				}
			case 1: // noise behind a greeting
				for j := 64; j < len(b); j++ {
					b[j] = byte(r.Uint32())
				}
			case 2: // a few bits
				for range 1 + r.IntN(4) {
					b[r.IntN(len(b))] ^= 1 << r.IntN(8)
				}
			case 3: // a command of another length
				b[64+r.IntN(10)] = byte(r.Uint32())
			}
			c.Write(b)
			c.SetReadDeadline(time.Now().Add(time.Duration(r.IntN(20)) * time.Millisecond))
			io.Copy(io.Discard, c)
		})
	})
}

// Handshakes that stop after each number of bytes, and whole ones that are said again: keys are fresh for each connection.
func TestHalfAndReplayedHandshakes(t *testing.T) {
	f := newFortress(t, 200*time.Millisecond)
	said := f.recording(t)
	f.bounded(t, 64<<20, func() {
		f.attack(t, attackers(), func(i int, c net.Conn) {
			defer c.Close()
			c.Write(said[:min(len(said), i%(len(said)+200))])
			if i%3 > 0 { // and wait to be thrown out
				io.Copy(io.Discard, c)
			}
		})
	})
}

// Connections that say nothing, or a byte now and then, are ended when their time is over.
func TestConnectionsThatSayNothing(t *testing.T) {
	f := newFortress(t, 300*time.Millisecond)
	n := attackers() / 2
	var mu sync.Mutex
	var held []net.Conn
	files := openFiles(t)
	f.bounded(t, 64<<20, func() {
		f.attack(t, n, func(_ int, c net.Conn) {
			mu.Lock()
			defer mu.Unlock()
			held = append(held, c)
		})
		t.Logf("%d descriptors at most, of which half are the strangers' own", openFiles(t)-files)
		var all sync.WaitGroup
		for i, c := range held {
			all.Add(1)
			go func() {
				defer all.Done()
				defer c.Close()
				if i%10 == 0 { // slowly
					for _, b := range append([]byte{0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f, 3, 0}, "CURVE"...) {
						if _, err := c.Write([]byte{b}); err != nil {
							return
						}
						time.Sleep(50 * time.Millisecond)
					}
				}
				io.Copy(io.Discard, c) // until it is ended from there
			}()
		}
		all.Wait()
	})
}

func curveGreeting(mechanism string) []byte {
	g := make([]byte, 64)
	g[0], g[9], g[10] = 0xff, 0x7f, 3
	copy(g[12:], mechanism)
	return g
}

// Frames that are too large end the connection before memory is taken for them.
func TestOversizeFramesOfStrangers(t *testing.T) {
	f := newFortress(t, 5*time.Second)
	f.bounded(t, 32<<20, func() {
		f.attack(t, attackers()/4, func(i int, c net.Conn) {
			defer c.Close()
			size := []uint64{1<<20 + 1000, 1 << 31, 1 << 40, 1<<63 - 1, 1<<64 - 1}[i%5]
			flags := []byte{0x06, 0x02, 0x03}[i%3] // a long command, a long message, one with more behind it
			c.Write(append(curveGreeting("CURVE"), binary.BigEndian.AppendUint64([]byte{flags}, size)...))
			c.Write(make([]byte, 16<<10))
			io.Copy(io.Discard, c)
		})
	})
}

// Older versions of ZMTP know no security: who speaks them is not heard, nor who claims another mechanism, by a server of any.
func TestDowngrades(t *testing.T) {
	c := cast{newKeys(t), newKeys(t), newKeys(t)}
	message := "\x00\x05admit"
	for server, spec := range c.specs(t) {
		for name, said := range map[string][]byte{
			"ZMTP 1.0":                []byte("\x01\x00" + "\x06\x00admit"),
			"ZMTP 2.0":                []byte("\xff\x00\x00\x00\x00\x00\x00\x00\x01\x7f" + "\x01\x08" + "\x00\x00" + message),
			"NULL":                    append(curveGreeting("NULL"), "\x04\x1a\x05READY\x0bSocket-Type\x00\x00\x00\x04PUSH"+message...),
			"an unknown mechanism":    append(curveGreeting("KERBEROS"), message...),
			"a message before HELLO":  append(curveGreeting(strings.ToUpper(server)), message...),
			"READY in place of HELLO": append(curveGreeting(strings.ToUpper(server)), "\x04\x1a\x05READY\x0bSocket-Type\x00\x00\x00\x04PUSH"+message...),
		} {
			t.Run(server+"/"+name, func(t *testing.T) {
				pull, bound := lockedPull(t, securedTopology("tcp://127.0.0.1:*", spec))
				conn := must(net.Dial("tcp", strings.TrimPrefix(bound.Endpoints()[0], "tcp://")))(t)
				defer conn.Close()
				conn.SetDeadline(time.Now().Add(10 * time.Second))
				conn.Write(said)
				io.Copy(io.Discard, conn) // until it is thrown out
				eventually(t, "it is refused", func() bool { return len(bound.Stats().Refused) > 0 })
				nothingIn(t, pull)
				t.Log(bound.Stats().Refused)
			})
		}
	}
}

// Fact 18: libzmq holds an endless multipart message until it ends, whatever the high-water mark and the limit of a frame are.
// Behind CURVE with an allow-list a stranger never comes so far.
func TestAnEndlessMessageTakesNoMemoryBehindCurve(t *testing.T) {
	const frame, n = 512 << 10, 150
	flood := func(t *testing.T, c net.Conn) {
		part := zmtpFrame(zmtpMore, strings.Repeat("m", frame))
		for range n {
			if _, err := c.Write(part); err != nil {
				return // thrown out
			}
		}
	}
	t.Run("without security", func(t *testing.T) {
		p := newPump(t)
		must(OpenReceiver(context.Background(), p, testTopology("tcp://127.0.0.1:*"), "b.pull", textCodec{}, nil))(t)
		before := resident(t)
		c := zmtpPeer(t, p.Socket("test", "b.pull").Endpoints()[0], Push)
		flood(t, c)
		eventually(t, "it has taken what a stranger said", func() bool { return resident(t)-before > frame*n/2 })
		t.Logf("a message of %d MiB that does not end: memory %+d MiB, with max_message_size of 16", frame*n>>20, (resident(t)-before)>>20)
	})
	t.Run("curve", func(t *testing.T) {
		f := newFortress(t, time.Second)
		f.bounded(t, 16<<20, func() {
			for _, mechanism := range []string{"NULL", "CURVE"} {
				c := must(net.Dial("tcp", f.address))(t)
				c.SetDeadline(time.Now().Add(20 * time.Second))
				c.Write(curveGreeting(mechanism))
				flood(t, c)
				c.Close()
			}
		})
	})
}
