package main

import (
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/zmqgen/zmqgen/bench/codecs/pb"
	"github.com/zmqgen/zmqgen/bench/internal/load"
)

// This file makes the messages of package load in the structs of protoc.

func tick(number int) *pb.Tick {
	m := load.MakeTick(number)
	return &pb.Tick{
		Seq: m.Seq, Symbol: m.Symbol, Bid: m.Bid, Ask: m.Ask,
		At: timestamppb.New(m.At), Size: m.Size, Venue: m.Venue,
	}
}

// blocks returns what makes blocks of size bytes on the wire.
func blocks(size int) func(number int) *pb.Block {
	kind := load.Blocks(size)
	return func(number int) *pb.Block {
		m := kind.Make(number)
		return &pb.Block{Seq: m.Seq, Data: m.Data}
	}
}
