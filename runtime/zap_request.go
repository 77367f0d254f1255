//go:build cgo

package runtime

import (
	"errors"
	"fmt"
)

// This file answers what libzmq asks by ZAP: [routing id] [] "1.0" [request id] [domain] [address] [routing id of the peer]
// [mechanism] and credentials, of which a password is one and a public key of 32 bytes another.

const (
	zapAsked       = 8 // frames without credentials
	maxZAPField    = 255
	maxCredentials = 2
)

// question is one request of ZAP, copied out of the frames that it came in.
type question struct {
	from, id  []byte
	domain    string
	mechanism string
	peer      AuthRequest
	key       publicKey
}

// parseZAP reads a request. What it returns with an error can be answered if it is not nil.
func parseZAP(frames [][]byte) (*question, error) {
	if len(frames) < 4 || len(frames[1]) != 0 {
		return nil, fmt.Errorf("%d frames, want a routing id, an empty one and a request", len(frames))
	}
	q := &question{from: clone(frames[0]), id: clone(frames[3])}
	switch {
	case string(frames[2]) != zapVersion:
		return q, fmt.Errorf("version %s, want %s", quoteFrame(frames[2]), zapVersion)
	case len(frames) < zapAsked || len(frames) > zapAsked+maxCredentials:
		return q, fmt.Errorf("%d frames, want %d and credentials", len(frames), zapAsked)
	}
	for _, field := range frames[3:] {
		if len(field) > maxZAPField {
			return q, fmt.Errorf("a field of %d bytes, want at most %d", len(field), maxZAPField)
		}
	}
	q.domain, q.mechanism = string(frames[4]), string(frames[7])
	q.peer.Address = string(frames[5]) // and the routing id is the server's own, whatever RFC 27 says
	return q, q.readCredentials(frames[zapAsked:])
}

func clone(b []byte) []byte { return append([]byte(nil), b...) }

// readCredentials reads what a mechanism adds.
func (q *question) readCredentials(c [][]byte) error {
	want := map[string]int{"NULL": 0, "PLAIN": 2, "CURVE": 1}
	n, known := want[q.mechanism]
	switch {
	case !known:
		return fmt.Errorf("mechanism %s, want NULL, PLAIN or CURVE", quoteFrame([]byte(q.mechanism)))
	case len(c) != n:
		return fmt.Errorf("%d frames of credentials, want %d for %s", len(c), n, q.mechanism)
	}
	switch q.mechanism {
	case "PLAIN":
		q.peer.Mechanism, q.peer.User, q.peer.Password = Plain, string(c[0]), Secret(c[1])
		return checkName(q.peer.User) // libzmq would cut it at a zero, and let in desk as whom was admitted as desk\x00
	case "CURVE":
		if len(c[0]) != keyBytes {
			return fmt.Errorf("a key of %d bytes, want %d", len(c[0]), keyBytes)
		}
		q.peer.Mechanism = Curve
		copy(q.key[:], c[0])
	default:
		q.peer.Mechanism = Null
	}
	return nil
}

// client says who the peer is, in a way that can be reported.
func (q *question) client() string {
	if q.peer.Mechanism == Curve {
		return q.key.fingerprint()
	}
	return q.peer.User
}

// receive decides on what was asked in frames, at once or later.
func (z *zap) receive(frames [][]byte) {
	q, err := parseZAP(frames)
	z.mu.Lock()
	socket, g := z.socket, (*guard)(nil)
	if q != nil {
		g = z.guards[q.domain]
	}
	z.mu.Unlock()
	if q == nil {
		socket.reportSome("authenticate", err)
		return
	}
	switch {
	case err != nil:
	case g == nil: // its server has closed meanwhile, or never was ours
		z.answer(q, nil, refusal(RefusedRequest))
		return
	case q.peer.Mechanism != g.spec.Mechanism:
		err = fmt.Errorf("mechanism %v, and the socket has %v", q.peer.Mechanism, g.spec.Mechanism)
	}
	if err != nil {
		z.answer(q, g, verdict{status: zapRefused, reason: RefusedRequest, err: err})
		return
	}
	z.decide(q, g)
}

// decide finds out whether a peer is let in.
func (z *zap) decide(q *question, g *guard) {
	decide := func(v verdict) { z.answer(q, g, v) }
	switch {
	case g.spec.Server.AllowAny:
		decide(admitted(""))
	case g.list == nil:
		q.peer.Topology, q.peer.Socket, q.peer.Domain = g.socket.topology, g.socket.name, g.spec.Domain
		if q.peer.Mechanism == Curve {
			q.peer.Key = q.key.String()
		}
		z.ask(q.peer, decide)
	default:
		entries, changed := g.list.current()
		if changed != nil {
			g.socket.report("allow", changed)
		}
		entries.decide(z, q, decide)
	}
}

// answer tells libzmq of a verdict, and counts and reports a refusal. The peer is not told why.
func (z *zap) answer(q *question, g *guard, v verdict) {
	text := "OK"
	if v.status != zapAdmitted {
		text = "refused"
		if g != nil {
			g.socket.refusePeer(&RefusedError{Reason: v.reason, Mechanism: g.spec.Mechanism, Address: q.peer.Address, Client: q.client(), Err: v.err})
		}
	}
	w := z.pump.writers.get()
	defer z.pump.writers.put(w)
	for _, frame := range [][]byte{q.from, nil, []byte(zapVersion), q.id, []byte(v.status), []byte(text), []byte(v.user), nil} {
		w.Frame(frame)
	}
	err := w.finish(-1)
	if err == nil {
		err = z.socket.sendOne(w)
	}
	if err != nil && !errors.Is(err, ErrClosed) {
		z.socket.reportSome("authenticate", fmt.Errorf("answer: %w", err))
	}
}
