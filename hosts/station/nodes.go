package main

import (
	"context"
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
	rooms, line := fleet.SourceRoomsSocket(p.pump), fleet.SourceLineSocket(p.pump)
	p.sends(ledger.Ticks, fleet.SourceTicksSocket(p.pump), node.Ticks)
	p.sends(ledger.Wide, fleet.SourceWideSocket(p.pump), node.Wide)
	p.sends(ledger.Parts, fleet.SourcePartsSocket(p.pump), node.Parts)
	p.sends(ledger.Lots, fleet.SourceLotsSocket(p.pump), node.Lots)
	p.servers(ledger.Ask, fleet.SourceAskSocket(p.pump), node.Ask)
	p.servers(ledger.Turns, fleet.SourceTurnsSocket(p.pump), node.Turns)
	p.servers(ledger.Queued, fleet.SourceQueuedSocket(p.pump), node.Queued)
	p.watch(ledger.RoomsDown, rooms)
	p.watch(ledger.LineOut, line)
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

func sink(p *process) error {
	node, err := fleet.NewSinkNode(p.ctx, p.pump)
	if err != nil {
		return err
	}
	p.receives(ledger.Ticks, fleet.SinkTicksSocket(p.pump), node.Ticks)
	p.receives(ledger.Wide, fleet.SinkWideSocket(p.pump), node.Wide)
	p.receives(ledger.Parts, fleet.SinkPartsSocket(p.pump), node.Parts)
	p.receives(ledger.Lots, fleet.SinkLotsSocket(p.pump), node.Lots)
	p.sends(ledger.RoomsUp, fleet.SinkRoomsSocket(p.pump), node.Rooms.Send)
	go p.receive(ledger.RoomsDown, node.Rooms.Recv, func() {})
	p.callers(ledger.Ask, fleet.SinkAskSocket(p.pump), node.Ask)
	p.callers(ledger.Turns, fleet.SinkTurnsSocket(p.pump), node.Turns)
	p.callers(ledger.Queued, fleet.SinkQueuedSocket(p.pump), node.Queued)
	return nil
}

// hub is all devices.
func hub(p *process) error {
	for _, of := range []struct {
		stream ledger.Stream
		open   func(context.Context, *zmqrt.Pump, ...zmqrt.DeviceOption) (*zmqrt.Device, error)
	}{{ledger.Wide, fleet.NewHub}, {ledger.Lots, fleet.NewStreamer}, {ledger.Queued, fleet.NewQueue}} {
		d, err := of.open(p.ctx, p.pump)
		if err != nil {
			return err
		}
		p.watch(of.stream, d.Frontend())
		p.watch(of.stream, d.Backend())
	}
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
