// Command grpc is the contender that is no ZeroMQ: unary calls of google.golang.org/grpc, from generated code, over
// one ClientConn or, by -conns, several. The bodies are those that the typed calls send: wire.proto is exported from
// their topology. Variant vtprotobuf writes and reads them by vtprotobuf in place of google.golang.org/protobuf.
package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/encoding"

	"github.com/zmqgen/zmqgen/bench/codecs/pb"
	"github.com/zmqgen/zmqgen/bench/grpc/echo"
	"github.com/zmqgen/zmqgen/bench/internal/load"
	"github.com/zmqgen/zmqgen/bench/internal/peer"
)

func main() {
	peer.Main(peer.Roles{"answer": answer, "ask": ask})
}

// server returns what it is given.
type server struct{ echo.UnimplementedEchoServer }

func (server) Echo(_ context.Context, m *pb.Tick) (*pb.Tick, error) { return m, nil }

func (server) EchoBlock(_ context.Context, m *pb.Block) (*pb.Block, error) { return m, nil }

const scheme = "tcp://" // of the endpoints of all contenders

func answer(a *peer.Args) error {
	if a.Variant == "vtprotobuf" {
		encoding.RegisterCodecV2(vtCodec{})
	}
	l, err := net.Listen("tcp", strings.Replace(strings.TrimPrefix(a.Endpoint, scheme), "*", "0", 1))
	if err != nil {
		return err
	}
	s := grpc.NewServer()
	echo.RegisterEchoServer(s, server{})
	served := make(chan error, 1)
	go func() { served <- s.Serve(l) }()
	return peer.AnswerUntilEnd(func() error {
		s.Stop()
		return <-served
	}, scheme+l.Addr().String())
}

func ask(a *peer.Args) (err error) {
	if a.Variant == "vtprotobuf" {
		encoding.RegisterCodecV2(vtCodec{})
	}
	trips := make([]func(int) error, a.InFlight)
	conns := make([]*grpc.ClientConn, a.Conns)
	for i := range conns {
		conns[i], err = grpc.NewClient(strings.TrimPrefix(a.Endpoint, scheme), grpc.WithTransportCredentials(insecure.NewCredentials()))
		if err != nil {
			return err
		}
	}
	for i := range trips {
		trips[i] = trip(a.Layout, echo.NewEchoClient(conns[i%len(conns)]))
	}
	err = peer.AskEach(a, trips)
	for _, conn := range conns {
		err = errors.Join(err, conn.Close())
	}
	return err
}

// trip returns what makes the round trip of a number.
func trip(l load.Layout, client echo.EchoClient) func(number int) error {
	if slices.Equal(l, load.TickLayout) {
		return func(number int) error {
			m, err := client.Echo(context.Background(), tick(number))
			if err != nil {
				return err
			}
			return check(number, m.GetSeq())
		}
	}
	block := blocks(l[0])
	return func(number int) error {
		m, err := client.EchoBlock(context.Background(), block(number))
		if err != nil {
			return err
		}
		return check(number, m.GetSeq())
	}
}

// check checks that seq is that of the answer to the request of number.
func check(number int, seq uint64) error {
	if want := load.MakeTick(number).Seq; seq != want {
		return fmt.Errorf("an answer with %d came to a request with %d", seq, want)
	}
	return nil
}
