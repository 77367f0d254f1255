//go:build cgo

package runtime

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pebbe/zmq4"
)

// This file tests calls that are repeated.

// again is echo, idempotent and in a hurry.
func again(attempts int, every time.Duration) *Method[note, note] {
	m := echo
	m.Idempotent, m.Attempts, m.RetryEvery = true, attempts, every
	return &m
}

// patient gives a method a minute.
func patient(m *Method[note, note]) *Method[note, note] {
	m.Timeout = time.Minute
	return m
}

// asked is a raw ROUTER as a server, and a client of it.
type asked struct {
	raw    *zmq4.Socket
	pump   *Pump
	client *Client
}

func overClients(t *testing.T, run func(t *testing.T, a *asked)) {
	for _, typ := range []SocketType{Req, Dealer} {
		t.Run(typ.String(), func(t *testing.T) { run(t, ask(t, typ)) })
	}
}

func ask(t *testing.T, typ SocketType) *asked {
	t.Helper()
	raw := rawSock(t, zmq4.ROUTER, func(s *zmq4.Socket) error { return s.Bind("tcp://127.0.0.1:*") })
	p := newPump(t)
	to := must(raw.GetLastEndpoint())(t)
	c := must(OpenClient(context.Background(), p, pairing("inproc://unused", typ, Router), "a.client", []SocketOption{Connect(to)}))(t)
	return &asked{raw, p, c}
}

func (a *asked) stats() Stats { return a.pump.Socket("test", "a.client").Stats() }

// outcome is that of a call.
type outcome struct {
	got note
	err error
}

func (a *asked) invoke(ctx context.Context, m *Method[note, note], text string) <-chan outcome {
	result := make(chan outcome, 1)
	go func() {
		got, err := Invoke(ctx, a.client, m, note{text})
		result <- outcome{got, err}
	}()
	return result
}

func TestARequestWhoseReplyIsLostIsRepeated(t *testing.T) {
	overClients(t, func(t *testing.T, a *asked) {
		const every = 20 * time.Millisecond
		began := time.Now()
		result := a.invoke(context.Background(), again(4, every), "x") // the last waits for its answer
		first := recvFrames(t, a.raw)
		for i := range 3 {
			f := recvFrames(t, a.raw)
			if passed, due := time.Since(began), every<<(i+1)-every; passed < due {
				t.Errorf("attempt %d came %v after the call began, want %v", i+2, passed, due)
			}
			if a.client.s.typ == Dealer {
				equal(t, f, first) // the same call id, too
			} else {
				equal(t, f[3:], first[3:])
			}
			if i == 2 {
				sendFrames(t, a.raw, f[0], f[1], "", "ok", "y")
			}
		}
		equal(t, <-result, outcome{note{"y"}, nil})
		equal(t, a.stats().Retries, uint64(3))
		equal(t, a.stats().MessagesOut, uint64(4))
	})
}

func TestAttemptsAreBounded(t *testing.T) {
	overClients(t, func(t *testing.T, a *asked) {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		result := a.invoke(ctx, again(3, time.Millisecond), "x")
		for range 3 {
			recvFrames(t, a.raw)
		}
		equal(t, (<-result).err, context.DeadlineExceeded)
		equal(t, a.stats().Retries, uint64(2))
		ctx, cancel = context.WithCancel(context.Background())
		defer cancel()
		once := a.invoke(ctx, &echo, "x")
		recvFrames(t, a.raw)
		cancel()
		equal(t, (<-once).err, context.Canceled)
		equal(t, []uint64{a.stats().Retries, a.stats().MessagesOut}, []uint64{2, 4})
	})
}

func TestTheDefaultIsThreeAttempts(t *testing.T) {
	m := Method[note, note]{Idempotent: true}
	equal(t, []any{m.attempts(), m.retryEvery()}, []any{3, time.Second})
}

func TestUnavailableIsRepeatedAfterTheWait(t *testing.T) {
	overClients(t, func(t *testing.T, a *asked) {
		const every = 20 * time.Millisecond
		began := time.Now()
		result := a.invoke(context.Background(), again(3, every), "x")
		for i := range 3 {
			f := recvFrames(t, a.raw)
			if passed, due := time.Since(began), every<<i-every; passed < due {
				t.Errorf("attempt %d came %v after the call began, want %v", i+1, passed, due)
			}
			sendFrames(t, a.raw, f[0], f[1], "", map[bool]string{true: "ok", false: StatusUnavailable}[i == 2], "y")
		}
		equal(t, <-result, outcome{note{"y"}, nil})
		equal(t, a.stats().Dropped, map[Cause]uint64(nil))
	})
}

func TestUnavailableToTheLastEndsTheCall(t *testing.T) {
	overClients(t, func(t *testing.T, a *asked) {
		for _, m := range []*Method[note, note]{again(3, time.Millisecond), again(1, time.Hour), &echo} {
			result := a.invoke(context.Background(), m, "x")
			for range map[bool]int{true: m.Attempts, false: 1}[m.Idempotent] {
				f := recvFrames(t, a.raw)
				sendFrames(t, a.raw, f[0], f[1], "", StatusUnavailable, "busy")
			}
			equal(t, (<-result).err, error(&StatusError{StatusUnavailable, []byte("busy")}))
		}
	})
}

// With a DEALER, an answer to an earlier request may still come when the last one was refused.
func TestAnAnswerToAnyAttemptCounts(t *testing.T) {
	a := ask(t, Dealer)
	result := a.invoke(context.Background(), again(2, time.Millisecond), "x")
	first, second := recvFrames(t, a.raw), recvFrames(t, a.raw)
	sendFrames(t, a.raw, append(second[:3:3], StatusUnavailable, "busy")...)
	sendFrames(t, a.raw, append(first[:3:3], "ok", "y")...)
	equal(t, <-result, outcome{note{"y"}, nil})
	sendFrames(t, a.raw, append(first[:3:3], "ok", "y")...)
	sendFrames(t, a.raw, append(first[:3:3], StatusUnavailable, "z")...)
	eventually(t, "two are late", func() bool { return a.stats().Dropped[DroppedLate] == 2 })
}

func TestABareReplyThatLooksLikeAStatusIsAReply(t *testing.T) {
	a := ask(t, Dealer)
	m := bareEcho
	m.Idempotent = true
	result := a.invoke(context.Background(), &m, "x")
	f := recvFrames(t, a.raw)
	sendFrames(t, a.raw, append(f[:3:3], StatusUnavailable)...)
	equal(t, <-result, outcome{note{StatusUnavailable}, nil})
}

func TestOtherStatusesAreNotRepeated(t *testing.T) {
	overClients(t, func(t *testing.T, a *asked) {
		result := a.invoke(context.Background(), again(3, time.Hour), "x")
		f := recvFrames(t, a.raw)
		sendFrames(t, a.raw, append(f[:3:3], StatusInternal, "broken")...)
		equal(t, (<-result).err, error(&StatusError{StatusInternal, []byte("broken")}))
		equal(t, a.stats().Retries, uint64(0))
	})
}

func TestARequestIsRepeatedToAnotherServer(t *testing.T) {
	for _, typ := range []SocketType{Req, Dealer} {
		t.Run(typ.String(), func(t *testing.T) {
			overTransports(t, func(t *testing.T, endpoint string) {
				p := newPump(t)
				var servers [2]*service
				var to []string
				for i := range servers {
					top := pairing(strings.TrimSuffix(endpoint, "*")+map[bool]string{true: "*", false: fmt.Sprint(i)}[strings.HasSuffix(endpoint, "*")], typ, Router)
					name := Instance(fmt.Sprint(i))
					servers[i] = openService(t, p, top, name, Buffer(100))
					to = append(to, p.Socket("test", fmt.Sprint("b.server#", i)).Endpoints()...)
				}
				silent := servers[0]
				go servers[1].answer()
				c := must(OpenClient(context.Background(), p, pairing(endpoint, typ, Router), "a.client", []SocketOption{Connect(to...)}))(t)
				handle := p.Socket("test", "a.client")
				var wg sync.WaitGroup
				const n = 20
				for i := range n {
					wg.Add(1)
					go func() {
						defer wg.Done()
						want := note{fmt.Sprint(i)}
						if got, err := Invoke(context.Background(), c, patient(again(10, 2*time.Millisecond)), want); err != nil || got != want {
							t.Errorf("got %v, %v; want %v", got, err, want)
						}
					}()
				}
				wg.Wait()
				late := len(silent.echo)
				if late == 0 || handle.Stats().Retries == 0 {
					t.Errorf("%d calls went to the server that is silent, %d were repeated", late, handle.Stats().Retries)
				}
				for range late {
					if err := (<-silent.echo).Reply(note{"late"}); err != nil && !errors.Is(err, ErrAnswered) { // by its timeout
						t.Error(err)
					}
				}
				if typ == Dealer { // libzmq drops them for a REQ
					eventually(t, "late answers are counted", func() bool { return handle.Stats().Dropped[DroppedLate] >= uint64(late) })
				}
				equal(t, must(Invoke(context.Background(), c, again(10, 2*time.Millisecond), note{"own"}))(t), note{"own"})
			})
		})
	}
}

func TestWhatZeroMQHasNotTakenIsNotRepeated(t *testing.T) {
	p, top := newPump(t), testTopology("inproc://unused")
	top.Sockets["a.client"] = SocketSpec{Type: Dealer, Bind: []string{"tcp://127.0.0.1:*"}} // and nobody is there
	c := must(OpenClient(context.Background(), p, top, "a.client", nil))(t)
	handle := p.Socket("test", "a.client")
	a := &asked{nil, p, c}
	result := a.invoke(context.Background(), again(100, time.Millisecond), "x")
	eventually(t, "it waits", func() bool { return handle.Stats().Blocked == 1 })
	for range 2 { // while which wait and end, it would be repeated
		brief, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
		defer cancel()
		Invoke(brief, c, &echo, note{"brief"})
	}
	equal(t, handle.Stats().Retries, uint64(0))
	raw := rawSock(t, zmq4.REP, connectTo(handle.Endpoints()[0]))
	recvFrames(t, raw)
	sendFrames(t, raw, "ok", "y")
	equal(t, <-result, outcome{note{"y"}, nil})
}

func TestARepeatedCallEndsWithItsSocket(t *testing.T) {
	overClients(t, func(t *testing.T, a *asked) {
		result := a.invoke(context.Background(), again(3, time.Millisecond), "x")
		recvFrames(t, a.raw)
		a.client.s.Close()
		if got := <-result; !errors.Is(got.err, ErrClosed) {
			t.Errorf("got %v", got.err)
		}
	})
}
