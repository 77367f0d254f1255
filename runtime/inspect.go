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
	Sockets []SocketInfo // that are open, by topology and name; the sides of devices are among them
	Devices []DeviceInfo // that are open, likewise
}

// SocketInfo is an open socket as it is now.
type SocketInfo struct {
	Topology, Name string // node.socket, and #instance if it has one
	Type           string
	Opened         time.Time
	Ending         bool
	Bound          []string      // the real endpoints
	Connected      []string      // where it connected to when it opened
	Tracked        bool          // its peers are tracked
	Addresses      []string      // of the other ends of at most 64 connections over tcp, where they are tracked or there are Events
	Device         string        // whose side it is, and #instance; "" if it is none
	Security       *SecurityInfo // nil if it has none
	Stats          Stats         // those who were refused are in Refused
}

// SecurityInfo says how a socket is secured. No key is in it.
type SecurityInfo struct {
	Name      string // in the topology
	Mechanism string // NULL, PLAIN or CURVE
	Role      string // server or client; "" of a socket that opened over inproc alone, where there is no security
}

// DeviceInfo is an open device as it is now.
type DeviceInfo struct {
	Topology, Name      string // and #instance if it has one
	Kind                string // queue, forwarder or streamer
	Opened              time.Time
	Ending              bool
	Paused              bool
	Forwarded, Returned uint64   // as in DeviceStats
	Parked              int      // likewise
	Sides               []string // the names of its frontend, its backend and, if there is one, its capture among the sockets
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
	for _, d := range p.devices {
		info.Devices = append(info.Devices, d.inspect())
	}
	slices.SortFunc(info.Devices, func(a, b DeviceInfo) int {
		return cmp.Or(cmp.Compare(a.Topology, b.Topology), cmp.Compare(a.Name, b.Name))
	})
	slices.SortFunc(info.Sockets, func(a, b SocketInfo) int {
		return cmp.Or(cmp.Compare(a.Topology, b.Topology), cmp.Compare(a.Name, b.Name))
	})
	return info
}

func (s *Socket) inspect() SocketInfo {
	const most = 64
	addresses := s.listeners.connections(most)
	slices.Sort(addresses)
	info := SocketInfo{
		Topology: s.topology, Name: s.name, Type: s.declared.String(), Opened: s.opened, Ending: s.isEnding(),
		Bound: s.Endpoints(), Connected: slices.Clone(s.connected), Tracked: s.peers != nil, Addresses: addresses, Stats: s.Stats(),
	}
	if s.device != nil {
		info.Device = s.device.name
	}
	if s.secured != nil {
		info.Security = s.secured.inspect()
	}
	return info
}

func (s *secured) inspect() *SecurityInfo {
	info := &SecurityInfo{Name: s.name, Mechanism: s.mechanism.String(), Role: "client"}
	switch {
	case s.local:
		info.Role = ""
	case s.server:
		info.Role = "server"
	}
	return info
}

func (d *Device) inspect() DeviceInfo {
	info := DeviceInfo{
		Topology: d.topology, Name: d.name, Kind: d.kind.String(), Opened: d.opened, Ending: d.isEnding(), Paused: d.Paused(),
		Forwarded: d.forwarded.Load(), Returned: d.returned.Load(), Parked: d.parkedNow(),
	}
	for _, s := range d.sides() {
		info.Sides = append(info.Sides, s.name)
	}
	return info
}
