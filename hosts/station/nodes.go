package main

import (
	"log"
	"os"
	"sync/atomic"
	"time"

	"github.com/zmqgen/zmqgen/hosts/fleet"
	"github.com/zmqgen/zmqgen/hosts/ledger"
	zmqrt "github.com/zmqgen/zmqgen/runtime"
)

// This file opens the nodes.

func source(p *process) error {
	node, err := fleet.NewSourceNode(p.ctx, p.pump)
	if err != nil {
		return err
	}
	ticks, parts := fleet.SourceTicksSocket(p.pump), fleet.SourcePartsSocket(p.pump)
	wide := fleet.SourceWideSocket(p.pump)
	rooms, line := fleet.SourceRoomsSocket(p.pump), fleet.SourceLineSocket(p.pump)
	p.watch(ledger.Ticks, ticks)
	p.watch(ledger.Wide, wide)
	p.watch(ledger.Parts, parts)
	p.watch(ledger.Ask, fleet.SourceAskSocket(p.pump))
	p.watch(ledger.RoomsDown, rooms)
	p.watch(ledger.LineOut, line)
	go p.send(ledger.Ticks, ticks, to(ticks, node.Ticks))
	go p.send(ledger.Wide, wide, to(wide, node.Wide))
	go p.send(ledger.Parts, parts, to(parts, node.Parts))
	go p.serve(node.Ask)
	go p.rooms(rooms, node.Rooms)
	go p.receive(ledger.LineBack, node.Line.Recv, func() {})
	if !*alone {
		go p.send(ledger.LineOut, line, to(line, node.Line.Send))
	}
	return nil
}

// rooms sends a message to each peer that it hears, for each that it hears.
func (p *process) rooms(s *zmqrt.Socket, ch zmqrt.Duplex[zmqrt.Routed[fleet.Item], zmqrt.Routed[fleet.Item]]) {
	number := uint64(0)
	for m := range ch.Recv {
		p.received(ledger.RoomsUp, m.Msg)
		item := p.item(number, *load)
		p.Write(ledger.Entry{Stream: ledger.RoomsDown, Event: ledger.Sent, From: p.Number, Number: number})
		number++
		select {
		case ch.Send <- zmqrt.Routed[fleet.Item]{Peer: m.Peer, Msg: item}:
		case <-s.Done():
			return
		}
	}
}

const callers = 4 // of each sink

func sink(p *process) error {
	node, err := fleet.NewSinkNode(p.ctx, p.pump)
	if err != nil {
		return err
	}
	rooms := fleet.SinkRoomsSocket(p.pump)
	p.watch(ledger.Ticks, fleet.SinkTicksSocket(p.pump))
	p.watch(ledger.Wide, fleet.SinkWideSocket(p.pump))
	p.watch(ledger.Parts, fleet.SinkPartsSocket(p.pump))
	p.watch(ledger.Ask, fleet.SinkAskSocket(p.pump))
	p.watch(ledger.RoomsUp, rooms)
	go p.receive(ledger.Ticks, node.Ticks, func() {})
	go p.receive(ledger.Wide, node.Wide, func() {})
	go p.receive(ledger.Parts, node.Parts, func() {})
	go p.send(ledger.RoomsUp, rooms, to(rooms, node.Rooms.Send))
	go p.receive(ledger.RoomsDown, node.Rooms.Recv, func() {})
	var number atomic.Uint64
	for range callers {
		go p.call(node.Ask, func() uint64 { return number.Add(1) - 1 })
	}
	return nil
}

func hub(p *process) error {
	d, err := fleet.NewHub(p.ctx, p.pump)
	if err != nil {
		return err
	}
	p.watch(ledger.Wide, d.Frontend())
	p.watch(ledger.Wide, d.Backend())
	return nil
}

// silence is after how long without a message a mate connects anew.
const silence = 3 * time.Second

// mate connects anew when it hears nothing. A PAIR that comes back before the other end has noticed that it had gone is turned
// away, and cannot know; nothing but a new connection cures that.
func mate(p *process) error {
	node, err := fleet.NewMateNode(p.ctx, p.pump)
	if err != nil {
		return err
	}
	s := fleet.MateLineSocket(p.pump)
	p.watch(ledger.LineBack, s)
	go p.send(ledger.LineBack, s, to(s, node.Line.Send))
	var heard atomic.Int64
	heard.Store(time.Now().UnixNano())
	go p.receive(ledger.LineOut, node.Line.Recv, func() { heard.Store(time.Now().UnixNano()) })
	go func() {
		tick := time.NewTicker(100 * time.Millisecond)
		defer tick.Stop()
		endpoint := os.Getenv("FLEET_SOURCE_LINE")
		for {
			select {
			case <-p.quiet:
				return
			case <-s.Done():
				return
			case <-tick.C:
			}
			if time.Since(time.Unix(0, heard.Load())) < max(silence, *wait) {
				continue
			}
			p.Write(ledger.Entry{Stream: ledger.LineBack, Event: ledger.Anew})
			heard.Store(time.Now().UnixNano())
			if err := s.Disconnect(endpoint); err != nil {
				log.Print(err)
			}
			if err := s.Connect(endpoint); err != nil {
				log.Print(err)
			}
		}
	}()
	return nil
}
