package main

import (
	"errors"

	"github.com/zmqgen/zmqgen/hosts/fleet"
	"github.com/zmqgen/zmqgen/hosts/ledger"
)

// This file is somebody who has a key that no list has, and tries all that connects.

func stranger(p *process) error {
	return errors.Join(p.strangeCaller(), p.strangeServer(), p.strangeSender(), p.strangeReceiver())
}

func (p *process) strangeCaller() error {
	ask, err := fleet.NewSinkAsk(p.ctx, p.pump)
	if err != nil {
		return err
	}
	turns, err := fleet.NewSinkTurns(p.ctx, p.pump)
	if err != nil {
		return err
	}
	queued, err := fleet.NewSinkQueued(p.ctx, p.pump)
	if err != nil {
		return err
	}
	p.callers(ledger.Ask, fleet.SinkAskSocket(p.pump), ask)
	p.callers(ledger.Turns, fleet.SinkTurnsSocket(p.pump), turns)
	p.callers(ledger.Queued, fleet.SinkQueuedSocket(p.pump), queued)
	return nil
}

func (p *process) strangeServer() error {
	server, err := fleet.NewSourceQueued(p.ctx, p.pump)
	if err != nil {
		return err
	}
	p.servers(ledger.Queued, fleet.SourceQueuedSocket(p.pump), server)
	return nil
}

// strangeSender sends what a source and a sink do, where they connect.
func (p *process) strangeSender() error {
	wide, err := fleet.NewSourceWide(p.ctx, p.pump)
	if err != nil {
		return err
	}
	parts, err := fleet.NewSourceParts(p.ctx, p.pump)
	if err != nil {
		return err
	}
	lots, err := fleet.NewSourceLots(p.ctx, p.pump)
	if err != nil {
		return err
	}
	up, down, err := fleet.NewSinkRooms(p.ctx, p.pump)
	if err != nil {
		return err
	}
	p.sends(ledger.Wide, fleet.SourceWideSocket(p.pump), wide)
	p.sends(ledger.Parts, fleet.SourcePartsSocket(p.pump), parts)
	p.sends(ledger.Lots, fleet.SourceLotsSocket(p.pump), lots)
	p.sends(ledger.RoomsUp, fleet.SinkRoomsSocket(p.pump), up)
	go p.receive(ledger.RoomsDown, down, func() {})
	return nil
}

func (p *process) strangeReceiver() error {
	ticks, err := fleet.NewSinkTicks(p.ctx, p.pump)
	if err != nil {
		return err
	}
	wide, err := fleet.NewSinkWide(p.ctx, p.pump)
	if err != nil {
		return err
	}
	lots, err := fleet.NewSinkLots(p.ctx, p.pump)
	if err != nil {
		return err
	}
	back, out, err := fleet.NewMateLine(p.ctx, p.pump)
	if err != nil {
		return err
	}
	p.receives(ledger.Ticks, fleet.SinkTicksSocket(p.pump), ticks)
	p.receives(ledger.Wide, fleet.SinkWideSocket(p.pump), wide)
	p.receives(ledger.Lots, fleet.SinkLotsSocket(p.pump), lots)
	p.sends(ledger.LineBack, fleet.MateLineSocket(p.pump), back)
	go p.receive(ledger.LineOut, out, func() {})
	return nil
}
