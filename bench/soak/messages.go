package main

import (
	"hash/fnv"

	"github.com/zmqgen/zmqgen/bench/soak/flows"
	zmqrt "github.com/zmqgen/zmqgen/runtime"
)

// This file is what is in messages, so that whoever receives one can tell whose it is, and whether it is whole.

// letter is a message as the soak sees it, whatever its pattern makes of it.
type letter struct {
	flows.Note
	alert bool
	peer  string // of a ROUTER's message: from whom, or for whom
}

// seal makes a letter of the number of a message.
func seal(run uint64, life uint32, seq uint64, topic uint32, pad []byte) letter {
	l := letter{Note: flows.Note{Run: run, Life: life, Seq: seq, Topic: topic, Pad: pad}}
	l.Sum = sumOf(l.Note)
	return l
}

func sumOf(n flows.Note) uint64 {
	h := fnv.New64a()
	h.Write(n.Pad)
	return mix(h.Sum64(), n.Run, uint64(n.Life), n.Seq, uint64(n.Topic))
}

// mix makes one number of many, in which every bit of each tells.
func mix(all ...uint64) (x uint64) {
	for _, v := range all {
		x = (x ^ v) * 0x9e3779b97f4a7c15
		x ^= x >> 32
		x *= 0xd6e8feb86659fd93
		x ^= x >> 29
	}
	return x
}

// answerTo is what a server makes of a request.
func answerTo(a flows.Ask) uint64 { return mix(a.Run, uint64(a.Life), a.Call, a.Salt) }

// denies says whether a server answers a request by the error that its method declares.
func denies(a flows.Ask) bool { return a.Salt%16 == 0 }

// named returns the letter as a Note or an Alert, of which the patterns of several messages are.
func (l letter) named() zmqrt.Message {
	if l.alert {
		return &flows.Alert{Note: l.Note, Topic: l.Topic}
	}
	return &l.Note
}

// unnamed is the reverse.
func unnamed(m any) letter {
	switch m := m.(type) {
	case *flows.Note:
		return letter{Note: *m}
	case *flows.Alert:
		return letter{Note: m.Note, alert: true}
	}
	return letter{}
}
