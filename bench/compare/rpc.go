package main

import (
	"fmt"
	"strconv"

	"github.com/zmqgen/zmqgen/bench/internal/load"
	"github.com/zmqgen/zmqgen/bench/internal/markdown"
)

// This file is the works that compare calls with gRPC's.

// rpc returns a work for each size of the bodies and each number of calls in flight, and one call at a time once more
// on processors that do not sleep.
func rpc(o options, scaled func(int) int) (all []work) {
	atOnce := []int{1, 16, 64, 256}
	if o.quick {
		atOnce = []int{1, 64}
	}
	for _, l := range []struct {
		name, title string
		layout      load.Layout
	}{
		{"64B", "64 B", load.TickLayout},
		{"4KiB", "4 KiB", load.Layout{4 << 10}},
	} {
		for _, inFlight := range atOnce {
			w := rpcWork(l.layout, inFlight, scaled)
			w.name = fmt.Sprintf("rpc/%s/%d", l.name, inFlight)
			w.title = fmt.Sprintf("Calls beside gRPC, tcp, %s, %d at once", l.title, inFlight)
			if inFlight == 1 {
				w.title = fmt.Sprintf("Calls beside gRPC, tcp, %s, one at a time", l.title)
				all = append(all, onAwake(w))
			}
			all = append(all, w)
		}
	}
	return all
}

func rpcWork(layout load.Layout, inFlight int, scaled func(int) int) work {
	n := scaled(10_000)
	if inFlight > 1 {
		n = scaled(50_000)
	}
	w := work{
		note: fmt.Sprintf("%s calls between two processes, with the same bodies in protobuf. Each of ours goes through one client, each of gRPC's\n"+
			"through one ClientConn where nothing else is said; REQ makes one call at a time, so there are as many as calls at once.", count(n)),
		n:    n,
		cast: cast{transport: "tcp", server: "answer", client: "ask", measured: "ask"},
		args: []string{"-n", strconv.Itoa(n), "-warmup", strconv.Itoa(max(n/20, 10)), "-layout", layout.String(), "-inflight", strconv.Itoa(inFlight)},
		rows: []row{
			typed.as("typed", "typed calls, served from a channel"),
			typed.as("serve", "typed calls, served by functions").with("-variant", "serve"),
			ready.as("pebbe", "pebbe/zmq4, REQ and REP, ready-made bytes"),
			grpc,
			grpc.as("grpcvt", "gRPC, vtprotobuf").with("-variant", "vtprotobuf"),
		},
		columns: []column{
			{title: "p50", value: metric("p50_ns"), show: markdown.Duration},
			{title: "p50 ÷ gRPC", value: metric("p50_ns"), base: "grpc"},
			{title: "p50 ÷ pebbe", value: metric("p50_ns"), base: "pebbe"},
			{title: "p99", value: metric("p99_ns"), show: markdown.Duration},
			{title: "p99 ÷ gRPC", value: metric("p99_ns"), base: "grpc"},
			{title: "calls/s", value: rate, show: whole},
			{title: "× gRPC", value: rate, base: "grpc"},
			{title: "× pebbe", value: rate, base: "pebbe"},
			perMillion,
		},
	}
	if inFlight > 1 {
		w.rows = append(w.rows, grpc.as("grpc4", "gRPC, 4 connections").with("-conns", "4"))
	}
	return w
}
