//go:build cgo

package runtime

import (
	"maps"
	"strings"
	"time"
)

// This file sums up what the sockets of a pump have counted, those that have ended included: what counts only up
// must not come down because a socket ends.

// Totals are the counts of a pump since it was made.
type Totals struct {
	Sockets int    // that are open
	Opened  uint64 // sockets, so far
	Errors  uint64 // that were reported, to WithErrorHandler and WithLogger or to nobody

	All      Stats            // of all sockets, those that have ended included
	BySocket map[string]Stats // the same by topology.node.socket, all instances of one together

	ByDevice map[string]DeviceTotals // by topology.device, all instances of one together; their sides are sockets
}

// DeviceTotals are the counts of a device, those of its instances that have ended included.
type DeviceTotals struct {
	Topology, Name      string // without an instance
	Kind                DeviceKind
	Open, Paused        int    // instances, now
	Forwarded, Returned uint64 // as in DeviceStats
	Parked              int    // likewise, now
}

// Add returns the counts of both together, as of devices of the same name on several pumps. Name and kind are those of other.
func (t DeviceTotals) Add(other DeviceTotals) DeviceTotals {
	return DeviceTotals{
		Topology: other.Topology, Name: other.Name, Kind: other.Kind, Open: t.Open + other.Open, Paused: t.Paused + other.Paused,
		Forwarded: t.Forwarded + other.Forwarded, Returned: t.Returned + other.Returned, Parked: t.Parked + other.Parked,
	}
}

// Totals returns the counts of all sockets that were ever open on the pump. It is as cheap as Stats of each.
func (p *Pump) Totals() Totals {
	p.mu.Lock()
	defer p.mu.Unlock()
	t := Totals{Opened: p.opened, Errors: p.errors.Load(), BySocket: make(map[string]Stats)}
	by := maps.Clone(p.ended)
	if by == nil {
		by = make(map[socketKey]Stats)
	}
	for key, stats := range by {
		stats.Dropped, stats.Refused = maps.Clone(stats.Dropped), maps.Clone(stats.Refused)
		by[key] = stats
	}
	for _, s := range p.sockets {
		if s.started {
			t.Sockets++
			by[s.baseKey()] = sum(by[s.baseKey()], s.Stats())
		}
	}
	for key, stats := range by {
		t.BySocket[key.topology+"."+key.name] = stats
		t.All = sum(t.All, stats)
	}
	t.ByDevice = p.deviceTotals()
	return t
}

// deviceTotals is the counts of all devices. The mutex is held.
func (p *Pump) deviceTotals() map[string]DeviceTotals {
	by := make(map[string]DeviceTotals, len(p.devices)+len(p.gone))
	for key, gone := range p.gone {
		by[key.topology+"."+key.name] = gone
	}
	for _, d := range p.devices {
		name := d.topology + "." + d.base
		by[name] = by[name].Add(d.totals())
	}
	return by
}

// totals is the counts of a device that is open.
func (d *Device) totals() DeviceTotals {
	t := DeviceTotals{Topology: d.topology, Name: d.base, Kind: d.kind, Open: 1, Forwarded: d.forwarded.Load(), Returned: d.returned.Load(), Parked: d.parkedNow()}
	if d.Paused() {
		t.Paused = 1
	}
	return t
}

// keepDevice keeps what d, which has ended, has counted. The mutex is held.
func (p *Pump) keepDevice(d *Device) {
	if p.gone == nil {
		p.gone = make(map[socketKey]DeviceTotals)
	}
	key, ended := socketKey{d.topology, d.base}, d.totals()
	ended.Open, ended.Paused, ended.Parked = 0, 0, 0
	p.gone[key] = p.gone[key].Add(ended)
}

// baseKey is the key of all instances of the socket.
func (s *Socket) baseKey() socketKey { return socketKey{s.topology, s.base} }

// keep keeps what s, which has ended, has counted. The mutex is held.
func (p *Pump) keep(s *Socket) {
	stats := s.Stats()
	stats.SendQueue, stats.ReceiveQueue, stats.Parked, stats.Calls, stats.Peers = QueueLength{}, QueueLength{}, 0, 0, 0
	if p.ended == nil {
		p.ended = make(map[socketKey]Stats)
	}
	p.ended[s.baseKey()] = sum(p.ended[s.baseKey()], stats)
}

// dropped counts what was sent to the channel of s after its end.
func (p *Pump) dropped(s *Socket, n int) {
	if n == 0 {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ended[s.baseKey()] = sum(p.ended[s.baseKey()], Stats{Dropped: map[Cause]uint64{DroppedEnded: uint64(n)}})
}

// sum adds b to a, whose maps are its own.
func sum(a, b Stats) Stats {
	a.MessagesIn, a.MessagesOut = a.MessagesIn+b.MessagesIn, a.MessagesOut+b.MessagesOut
	a.FramesIn, a.FramesOut = a.FramesIn+b.FramesIn, a.FramesOut+b.FramesOut
	a.BytesIn, a.BytesOut = a.BytesIn+b.BytesIn, a.BytesOut+b.BytesOut
	for cause, n := range b.Dropped {
		if a.Dropped == nil {
			a.Dropped = make(map[Cause]uint64)
		}
		a.Dropped[cause] += n
	}
	a.DecodeErrors += b.DecodeErrors
	a.Blocked, a.BlockedTime, a.BlockedSince = a.Blocked+b.Blocked, a.BlockedTime+b.BlockedTime, earlier(a.BlockedSince, b.BlockedSince)
	a.Stalled, a.StalledTime, a.StalledSince = a.Stalled+b.Stalled, a.StalledTime+b.StalledTime, earlier(a.StalledSince, b.StalledSince)
	a.SendQueue.add(b.SendQueue.Len, b.SendQueue.Cap)
	a.ReceiveQueue.add(b.ReceiveQueue.Len, b.ReceiveQueue.Cap)
	a.Parked, a.Calls, a.Retries = a.Parked+b.Parked, a.Calls+b.Calls, a.Retries+b.Retries
	a.Peers += b.Peers
	a.Connects, a.Disconnects = a.Connects+b.Connects, a.Disconnects+b.Disconnects
	a.HandshakeFailures, a.ConnectRetries = a.HandshakeFailures+b.HandshakeFailures, a.ConnectRetries+b.ConnectRetries
	for reason, n := range b.Refused {
		if a.Refused == nil {
			a.Refused = make(map[Refusal]uint64)
		}
		a.Refused[reason] += n
	}
	a.EventsDropped, a.Blockages = a.EventsDropped+b.EventsDropped, a.Blockages+b.Blockages
	return a
}

// Add returns the counts of both together, as of sockets of the same name on several pumps. It changes neither.
func (s Stats) Add(other Stats) Stats {
	s.Dropped, s.Refused = maps.Clone(s.Dropped), maps.Clone(s.Refused)
	return sum(s, other)
}

// earlier returns the earlier of two times, of which the zero one does not count.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

func (q *QueueLength) add(length, capacity int) { q.Len, q.Cap = q.Len+length, q.Cap+capacity }

// gauge has Stats call f, which adds how full a queue of the socket's is. It is called before start.
func (s *Socket) gauge(f func(*Stats)) { s.gauges = append(s.gauges, f) }

// SplitSocketName takes a name of Totals apart, topology.node.socket, into the topology and node.socket.
func SplitSocketName(name string) (topology, socket string) {
	if i := strings.LastIndexByte(name, '.'); i > 0 {
		if j := strings.LastIndexByte(name[:i], '.'); j >= 0 {
			return name[:j], name[j+1:]
		}
	}
	return "", name
}
