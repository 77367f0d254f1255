package main

import "slices"

// This file is the table of the contenders.

// row is one contender in one work.
type row struct {
	name   string // as in -run and as a baseline
	title  string // in tables
	source string // its directory; the rows of a program share it
	args   []string
	cannot string // why it cannot do the work; empty if it can
}

var (
	typed    = row{name: "typed", title: "typed channels", source: "typed"}
	batch    = row{name: "batch", title: "typed channels of slices, batch: 256", source: "typed", args: []string{"-variant", "batch"}}
	inC      = row{name: "c", title: "C, ready-made bytes", source: "c"}
	ready    = row{name: "pebbe", title: "pebbe/zmq4, ready-made bytes", source: "pebbe", args: []string{"-variant", "bytes"}}
	codec    = row{name: "codec", title: "pebbe/zmq4, same codec", source: "pebbe", args: []string{"-variant", "codec"}}
	poller   = row{name: "poller", title: "channels the usual way, same codec", source: "poller"}
	drain    = row{name: "drain", title: "the same, 256 messages for each poll", source: "poller", args: []string{"-variant", "drain"}}
	gozeromq = row{name: "gozeromq", title: "go-zeromq/zmq4, ready-made bytes", source: "gozeromq"}
	grpc     = row{name: "grpc", title: "gRPC", source: "grpc"}
	pyzmq    = row{name: "pyzmq", title: "pyzmq, ready-made bytes", source: "pyzmq"}
)

// with returns r with further arguments.
func (r row) with(args ...string) row {
	r.args = append(slices.Clip(r.args), args...)
	return r
}

// as returns r under another name and title.
func (r row) as(name, title string) row {
	r.name, r.title = name, title
	return r
}

// unless returns r as one that cannot do the work, if there is a reason.
func (r row) unless(reason string) row {
	r.cannot = reason
	return r
}
