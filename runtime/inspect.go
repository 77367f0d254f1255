//go:build cgo

package runtime

import (
	"cmp"
	"slices"
	"time"
)

// This file shows a pump as it is now, for pages and programs that look at it.

// PumpInfo is a pump as it is now. It has nothing secret.
type PumpInfo struct {
	Made    time.Time
	Open    bool
	Totals  Totals
	Sockets []SocketInfo // that are open, by topology and name
}

// SocketInfo is an open socket as it is now.
type SocketInfo struct {
	Topology, Name string // node.socket, and #instance if it has one
	Type           string
	Opened         time.Time
	Ending         bool
	Bound          []string // the real endpoints
	Connected      []string // where it connected to when it opened
	Tracked        bool     // its peers are tracked
	Addresses      []string // of the other ends of at most 64 connections over tcp, where they are tracked or there are Events
	Stats          Stats
}

// Inspect returns the pump as it is now. Like Stats it waits for nothing that sockets do.
func (p *Pump) Inspect() PumpInfo {
	info := PumpInfo{Made: p.made, Open: p.Err() == nil, Totals: p.Totals()}
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, s := range p.sockets {
		if s.started {
			info.Sockets = append(info.Sockets, s.inspect())
		}
	}
	slices.SortFunc(info.Sockets, func(a, b SocketInfo) int {
		return cmp.Or(cmp.Compare(a.Topology, b.Topology), cmp.Compare(a.Name, b.Name))
	})
	return info
}

func (s *Socket) inspect() SocketInfo {
	const most = 64
	addresses := s.listeners.connections(most)
	slices.Sort(addresses)
	return SocketInfo{
		Topology: s.topology, Name: s.name, Type: s.declared.String(), Opened: s.opened, Ending: s.isEnding(),
		Bound: s.Endpoints(), Connected: slices.Clone(s.connected), Tracked: s.peers != nil, Addresses: addresses, Stats: s.Stats(),
	}
}
