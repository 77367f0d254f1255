//go:build cgo

package runtime

import (
	"context"
	"testing"

	"github.com/pebbe/zmq4"
)

// rec is a message about as large as a quote, by a codec with no frills.
type rec struct{ a, b, c, d uint64 }

type recCodec struct{}

func (recCodec) AppendFrames(w *FrameWriter, m *rec) error {
	b := w.Begin()
	b = AppendFixed64(b, m.a)
	b = AppendFixed64(b, m.b)
	b = AppendFixed64(b, m.c)
	b = AppendFixed64(b, m.d)
	w.End(append(b, make([]byte, 32)...))
	return nil
}

func (recCodec) ParseFrames(frames [][]byte, m *rec) error {
	body, err := BodyFrame(frames, 0)
	if err != nil {
		return err
	}
	r := NewProtoReader(body)
	i := 0
	for _, v := range []*uint64{&m.a, &m.b, &m.c, &m.d} {
		*v, i = r.Fixed64(body, i)
	}
	return r.Err()
}

// BenchmarkOneWay moves 64-byte messages between two sockets of one process: typed channels beside
// raw pebbe/zmq4, whose bytes nobody encodes or decodes.
func BenchmarkOneWay(b *testing.B) {
	for _, endpoint := range []string{"tcp://127.0.0.1:*", "inproc://bench"} {
		b.Run("channels "+endpoint[:3], func(b *testing.B) { benchChannels(b, endpoint) })
		b.Run("raw "+endpoint[:3], func(b *testing.B) { benchRaw(b, endpoint) })
	}
}

func benchChannels(b *testing.B, endpoint string) {
	p, top := newPump(b), testTopology(endpoint)
	pull := must(OpenReceiver(context.Background(), p, top, "b.pull", recCodec{}, nil))(b)
	push := must(OpenSender(context.Background(), p, top, "a.push", recCodec{}, nil))(b)
	defer close(push)
	b.ReportAllocs()
	b.ResetTimer()
	go func() {
		for i := range b.N {
			push <- rec{a: uint64(i)}
		}
	}()
	for i := range b.N {
		if m := <-pull; m.a != uint64(i) {
			b.Fatalf("got %d, want %d", m.a, i)
		}
	}
}

func benchRaw(b *testing.B, endpoint string) {
	zctx, _ := zmq4.NewContext()
	pull, _ := zctx.NewSocket(zmq4.PULL)
	push, _ := zctx.NewSocket(zmq4.PUSH)
	defer zctx.Term()
	defer push.Close()
	defer pull.Close()
	push.SetLinger(0)
	pull.Bind(endpoint)
	to, _ := pull.GetLastEndpoint()
	push.Connect(to)
	b.ReportAllocs()
	b.ResetTimer()
	go func() {
		msg := make([]byte, 64)
		for range b.N {
			push.SendBytes(msg, 0)
		}
	}()
	for range b.N {
		if _, err := pull.RecvBytes(0); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkCall makes one call after the other over tcp, beside raw REQ and REP.
func BenchmarkCall(b *testing.B) {
	b.Run("typed", func(b *testing.B) {
		p, top := newPump(b), testTopology("tcp://127.0.0.1:*")
		s := openService(b, p, top)
		go s.answer()
		c := must(OpenClient(context.Background(), p, top, "a.client", nil))(b)
		b.ReportAllocs()
		for b.Loop() {
			must(Invoke(context.Background(), c, &echo, note{"hello"}))(b)
		}
	})
	b.Run("raw", func(b *testing.B) {
		zctx, _ := zmq4.NewContext()
		rep, _ := zctx.NewSocket(zmq4.REP)
		req, _ := zctx.NewSocket(zmq4.REQ)
		rep.Bind("tcp://127.0.0.1:*")
		to, _ := rep.GetLastEndpoint()
		req.Connect(to)
		done := make(chan struct{})
		go func() {
			defer close(done)
			for {
				m, err := rep.RecvBytes(0)
				if err != nil || len(m) == 0 {
					return
				}
				rep.SendBytes(m, 0)
			}
		}()
		for b.Loop() {
			req.SendBytes([]byte("hello"), 0)
			req.RecvBytes(0)
		}
		req.SendBytes(nil, 0)
		<-done
		req.SetLinger(0)
		req.Close()
		rep.Close()
		zctx.Term()
	})
}

// BenchmarkCallsAtOnce makes calls through one client, 64 at once.
func BenchmarkCallsAtOnce(b *testing.B) {
	p, top := newPump(b), testTopology("tcp://127.0.0.1:*")
	s := openService(b, p, top)
	go s.answer()
	c := must(OpenClient(context.Background(), p, top, "a.client", nil))(b)
	b.ReportAllocs()
	b.SetParallelism(32) // for each of GOMAXPROCS
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := Invoke(context.Background(), c, &echo, note{"hello"}); err != nil {
				b.Error(err)
			}
		}
	})
}
