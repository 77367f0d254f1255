//go:build cgo

package zmqotel

import (
	"context"

	zmqrt "github.com/zmqgen/zmqgen/runtime"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
)

// instrument is one metric of sockets, with what it observes of one.
type instrument struct {
	name, unit, about string
	seconds           bool // of a float
	gauge             bool
	read              func(zmqrt.Stats, func(value float64, attributes ...attribute.KeyValue))
}

var (
	receive  = attribute.String("network.io.direction", "receive")
	transmit = attribute.String("network.io.direction", "transmit")
)

func both(in, out func(zmqrt.Stats) float64) func(zmqrt.Stats, func(float64, ...attribute.KeyValue)) {
	return func(s zmqrt.Stats, add func(float64, ...attribute.KeyValue)) {
		add(in(s), receive)
		add(out(s), transmit)
	}
}

func single(read func(zmqrt.Stats) float64) func(zmqrt.Stats, func(float64, ...attribute.KeyValue)) {
	return func(s zmqrt.Stats, add func(float64, ...attribute.KeyValue)) { add(read(s)) }
}

var instruments = []instrument{
	{name: "messages", unit: "{message}", about: "Messages received and sent.", read: both(
		func(s zmqrt.Stats) float64 { return float64(s.MessagesIn) }, func(s zmqrt.Stats) float64 { return float64(s.MessagesOut) })},
	{name: "frames", unit: "{frame}", about: "Frames received and sent.", read: both(
		func(s zmqrt.Stats) float64 { return float64(s.FramesIn) }, func(s zmqrt.Stats) float64 { return float64(s.FramesOut) })},
	{name: "io", unit: "By", about: "Bytes of frames received and sent.", read: both(
		func(s zmqrt.Stats) float64 { return float64(s.BytesIn) }, func(s zmqrt.Stats) float64 { return float64(s.BytesOut) })},
	{name: "blocked", unit: "{time}", about: "Times that receiving waited for the program, and sending for ZeroMQ.", read: both(
		func(s zmqrt.Stats) float64 { return float64(s.Stalled) }, func(s zmqrt.Stats) float64 { return float64(s.Blocked) })},
	{name: "blocked.time", unit: "s", seconds: true, about: "Time that receiving waited for the program, and sending for ZeroMQ.", read: both(
		func(s zmqrt.Stats) float64 { return s.StalledTime.Seconds() }, func(s zmqrt.Stats) float64 { return s.BlockedTime.Seconds() })},
	{name: "dropped", unit: "{message}", about: "Messages that the runtime dropped, by cause.", read: func(s zmqrt.Stats, add func(float64, ...attribute.KeyValue)) {
		for cause, n := range s.Dropped {
			add(float64(n), attribute.String("zmqgen.cause", string(cause)))
		}
	}},
	{name: "refused", unit: "{peer}", about: "Peers that were refused, by reason.", read: func(s zmqrt.Stats, add func(float64, ...attribute.KeyValue)) {
		for reason, n := range s.Refused {
			add(float64(n), attribute.String("zmqgen.reason", string(reason)))
		}
	}},
	{name: "decode.errors", unit: "{message}", about: "Messages that could not be read.", read: single(func(s zmqrt.Stats) float64 { return float64(s.DecodeErrors) })},
	{name: "call.retries", unit: "{request}", about: "Requests that a client has sent again.", read: single(func(s zmqrt.Stats) float64 { return float64(s.Retries) })},
	{name: "connects", unit: "{peer}", about: "Peers that have come, where they are tracked.", read: single(func(s zmqrt.Stats) float64 { return float64(s.Connects) })},
	{name: "disconnects", unit: "{peer}", about: "Peers that have gone, where they are tracked.", read: single(func(s zmqrt.Stats) float64 { return float64(s.Disconnects) })},
	{name: "handshake.failures", unit: "{handshake}", about: "Handshakes that have failed, where peers are tracked.", read: single(func(s zmqrt.Stats) float64 { return float64(s.HandshakeFailures) })},
	{name: "connect.retries", unit: "{retry}", about: "Times that nobody was there to connect to, where peers are tracked.", read: single(func(s zmqrt.Stats) float64 { return float64(s.ConnectRetries) })},
	{name: "blockages", unit: "{blockage}", about: "Blockages that the watchdog has told of.", read: single(func(s zmqrt.Stats) float64 { return float64(s.Blockages) })},
	{name: "peers", unit: "{peer}", gauge: true, about: "Peers now, where they are tracked.", read: single(func(s zmqrt.Stats) float64 { return float64(s.Peers) })},
	{name: "calls", unit: "{call}", gauge: true, about: "Calls that have no answer yet.", read: single(func(s zmqrt.Stats) float64 { return float64(s.Calls) })},
	{name: "parked", unit: "{message}", gauge: true, about: "Messages that wait for full peers of a ROUTER.", read: single(func(s zmqrt.Stats) float64 { return float64(s.Parked) })},
	{name: "queue.length", unit: "{item}", gauge: true, about: "Items in the channels.", read: both(
		func(s zmqrt.Stats) float64 { return float64(s.ReceiveQueue.Len) }, func(s zmqrt.Stats) float64 { return float64(s.SendQueue.Len) })},
	{name: "queue.capacity", unit: "{item}", gauge: true, about: "Items that the channels have room for.", read: both(
		func(s zmqrt.Stats) float64 { return float64(s.ReceiveQueue.Cap) }, func(s zmqrt.Stats) float64 { return float64(s.SendQueue.Cap) })},
}

// deviceInstruments are the metrics of devices.
var deviceInstruments = []struct {
	instrument
	read func(zmqrt.DeviceTotals) int64
}{
	{instrument{name: "forwarded", unit: "{message}", about: "Messages that have gone from the frontend to the backend."}, func(d zmqrt.DeviceTotals) int64 { return int64(d.Forwarded) }},
	{instrument{name: "returned", unit: "{message}", about: "Replies of a queue, and subscriptions and their ends of a forwarder, that have gone back."}, func(d zmqrt.DeviceTotals) int64 { return int64(d.Returned) }},
	{instrument{name: "parked", unit: "{message}", gauge: true, about: "Replies that wait for full peers of the frontend."}, func(d zmqrt.DeviceTotals) int64 { return int64(d.Parked) }},
	{instrument{name: "instances", unit: "{device}", gauge: true, about: "Openings of the device that are open."}, func(d zmqrt.DeviceTotals) int64 { return int64(d.Open) }},
	{instrument{name: "paused", unit: "{device}", gauge: true, about: "How many of them are paused."}, func(d zmqrt.DeviceTotals) int64 { return int64(d.Paused) }},
}

// RegisterMetrics has provider observe the counts of pumps, those of sockets that have ended included, until Unregister of what
// it returns. The attributes zmqgen.topology, and zmqgen.socket or zmqgen.device, are as the topology has them, so that there are no more
// series than it has sockets: instances of a socket are counted together, and sockets of the same name on several pumps.
func RegisterMetrics(provider metric.MeterProvider, pumps ...*zmqrt.Pump) (metric.Registration, error) {
	meter := provider.Meter(scope)
	var observables []metric.Observable
	add := func(of string, in *instrument) error {
		observable, err := in.make(meter, of)
		observables = append(observables, observable)
		return err
	}
	for _, in := range instruments {
		if err := add("socket", &in); err != nil {
			return nil, err
		}
	}
	for _, in := range deviceInstruments {
		if err := add("device", &in.instrument); err != nil {
			return nil, err
		}
	}
	return meter.RegisterCallback(func(_ context.Context, o metric.Observer) error {
		sockets, devices := together(pumps)
		observeDevices(o, devices, observables[len(instruments):])
		for name, stats := range sockets {
			topology, socket := zmqrt.SplitSocketName(name)
			for i, in := range instruments {
				in.read(stats, func(value float64, attributes ...attribute.KeyValue) {
					all := metric.WithAttributes(append(attributes[:len(attributes):len(attributes)],
						attribute.String("zmqgen.topology", topology), attribute.String("zmqgen.socket", socket))...)
					if in.seconds {
						o.ObserveFloat64(observables[i].(metric.Float64Observable), value, all)
					} else {
						o.ObserveInt64(observables[i].(metric.Int64Observable), int64(value), all)
					}
				})
			}
		}
		return nil
	}, observables...)
}

func observeDevices(o metric.Observer, devices map[string]zmqrt.DeviceTotals, observables []metric.Observable) {
	for _, d := range devices {
		all := metric.WithAttributes(attribute.String("zmqgen.topology", d.Topology), attribute.String("zmqgen.device", d.Name), attribute.String("zmqgen.kind", d.Kind.String()))
		for i, in := range deviceInstruments {
			o.ObserveInt64(observables[i].(metric.Int64Observable), in.read(d), all)
		}
	}
}

func (in *instrument) make(meter metric.Meter, of string) (metric.Observable, error) {
	name := "zmqgen." + of + "." + in.name
	switch {
	case in.gauge:
		return meter.Int64ObservableUpDownCounter(name, metric.WithUnit(in.unit), metric.WithDescription(in.about))
	case in.seconds:
		return meter.Float64ObservableCounter(name, metric.WithUnit(in.unit), metric.WithDescription(in.about))
	}
	return meter.Int64ObservableCounter(name, metric.WithUnit(in.unit), metric.WithDescription(in.about))
}

// together is the counts of sockets, and of devices, of the same name on all pumps.
func together(pumps []*zmqrt.Pump) (sockets map[string]zmqrt.Stats, devices map[string]zmqrt.DeviceTotals) {
	sockets, devices = make(map[string]zmqrt.Stats), make(map[string]zmqrt.DeviceTotals)
	for _, p := range pumps {
		totals := p.Totals()
		for name, stats := range totals.BySocket {
			sockets[name] = sockets[name].Add(stats)
		}
		for name, device := range totals.ByDevice {
			devices[name] = devices[name].Add(device)
		}
	}
	return sockets, devices
}
