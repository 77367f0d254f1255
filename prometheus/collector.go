//go:build cgo

// Package zmqprom gives Prometheus the counts of a program's sockets.
//
// It is a module of its own, so that a program without Prometheus does not have it among its dependencies.
package zmqprom

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
	zmqrt "github.com/zmqgen/zmqgen/runtime"
)

// metric is one family of metrics of a socket.
type metric struct {
	desc *prometheus.Desc
	typ  prometheus.ValueType
	read func(zmqrt.Stats, func(value float64, labels ...string))
}

func family(name, help string, typ prometheus.ValueType, read func(zmqrt.Stats, func(float64, ...string)), labels ...string) metric {
	return metric{prometheus.NewDesc("zmqgen_socket_"+name, help, append([]string{"topology", "socket"}, labels...), nil), typ, read}
}

// counter is a family with one value.
func counter(name, help string, read func(zmqrt.Stats) uint64) metric {
	return family(name, help, prometheus.CounterValue, func(s zmqrt.Stats, add func(float64, ...string)) { add(float64(read(s))) })
}

func gauge(name, help string, read func(zmqrt.Stats) int) metric {
	return family(name, help, prometheus.GaugeValue, func(s zmqrt.Stats, add func(float64, ...string)) { add(float64(read(s))) })
}

// inOut is a family with a value for each direction.
func inOut(name, help string, read func(zmqrt.Stats) (in, out float64)) metric {
	return family(name, help, prometheus.CounterValue, func(s zmqrt.Stats, add func(float64, ...string)) {
		in, out := read(s)
		add(in, "in")
		add(out, "out")
	}, "direction")
}

var metrics = []metric{
	inOut("messages_total", "Messages received and sent.", func(s zmqrt.Stats) (in, out float64) { return float64(s.MessagesIn), float64(s.MessagesOut) }),
	inOut("frames_total", "Frames received and sent.", func(s zmqrt.Stats) (in, out float64) { return float64(s.FramesIn), float64(s.FramesOut) }),
	inOut("bytes_total", "Bytes of frames received and sent.", func(s zmqrt.Stats) (in, out float64) { return float64(s.BytesIn), float64(s.BytesOut) }),
	inOut("blocked_total", "Times that receiving waited for the program, and sending for ZeroMQ.", func(s zmqrt.Stats) (in, out float64) { return float64(s.Stalled), float64(s.Blocked) }),
	inOut("blocked_seconds_total", "Time that receiving waited for the program, and sending for ZeroMQ.", func(s zmqrt.Stats) (in, out float64) {
		return s.StalledTime.Seconds(), s.BlockedTime.Seconds()
	}),
	family("blocked_now_seconds", "How long receiving and sending have waited now; 0 if they do not.", prometheus.GaugeValue, func(s zmqrt.Stats, add func(float64, ...string)) {
		add(since(s.StalledSince), "in")
		add(since(s.BlockedSince), "out")
	}, "direction"),
	family("dropped_total", "Messages that the runtime dropped, by cause.", prometheus.CounterValue, func(s zmqrt.Stats, add func(float64, ...string)) {
		for cause, n := range s.Dropped {
			add(float64(n), string(cause))
		}
	}, "cause"),
	family("refused_total", "Peers that were refused, by reason.", prometheus.CounterValue, func(s zmqrt.Stats, add func(float64, ...string)) {
		for reason, n := range s.Refused {
			add(float64(n), string(reason))
		}
	}, "reason"),
	counter("decode_errors_total", "Messages that could not be read.", func(s zmqrt.Stats) uint64 { return s.DecodeErrors }),
	counter("call_retries_total", "Requests that a client has sent again.", func(s zmqrt.Stats) uint64 { return s.Retries }),
	counter("connects_total", "Peers that have come, where they are tracked.", func(s zmqrt.Stats) uint64 { return s.Connects }),
	counter("disconnects_total", "Peers that have gone, where they are tracked.", func(s zmqrt.Stats) uint64 { return s.Disconnects }),
	counter("connect_retries_total", "Times that nobody was there to connect to, where peers are tracked.", func(s zmqrt.Stats) uint64 { return s.ConnectRetries }),
	counter("handshake_failures_total", "Handshakes that have failed, where peers are tracked.", func(s zmqrt.Stats) uint64 { return s.HandshakeFailures }),
	counter("blockages_total", "Blockages that the watchdog has told of.", func(s zmqrt.Stats) uint64 { return s.Blockages }),
	gauge("peers", "Peers now, where they are tracked.", func(s zmqrt.Stats) int { return s.Peers }),
	gauge("parked_messages", "Messages that wait for full peers of a ROUTER.", func(s zmqrt.Stats) int { return s.Parked }),
	gauge("calls_in_flight", "Calls that have no answer yet.", func(s zmqrt.Stats) int { return s.Calls }),
	family("queue_length", "Items in the channels.", prometheus.GaugeValue, func(s zmqrt.Stats, add func(float64, ...string)) {
		add(float64(s.ReceiveQueue.Len), "in")
		add(float64(s.SendQueue.Len), "out")
	}, "direction"),
	family("queue_capacity", "Items that the channels have room for.", prometheus.GaugeValue, func(s zmqrt.Stats, add func(float64, ...string)) {
		add(float64(s.ReceiveQueue.Cap), "in")
		add(float64(s.SendQueue.Cap), "out")
	}, "direction"),
}

// deviceMetric is one family of metrics of a device.
type deviceMetric struct {
	desc *prometheus.Desc
	typ  prometheus.ValueType
	read func(zmqrt.DeviceTotals) float64
}

func ofDevice(name, help string, typ prometheus.ValueType, read func(zmqrt.DeviceTotals) float64) deviceMetric {
	return deviceMetric{prometheus.NewDesc("zmqgen_device_"+name, help, []string{"topology", "device", "kind"}, nil), typ, read}
}

var deviceMetrics = []deviceMetric{
	ofDevice("forwarded_total", "Messages that have gone from the frontend to the backend.", prometheus.CounterValue, func(d zmqrt.DeviceTotals) float64 { return float64(d.Forwarded) }),
	ofDevice("returned_total", "Replies of a queue, and subscriptions and their ends of a forwarder, that have gone back.", prometheus.CounterValue, func(d zmqrt.DeviceTotals) float64 { return float64(d.Returned) }),
	ofDevice("parked_messages", "Replies that wait for full peers of the frontend.", prometheus.GaugeValue, func(d zmqrt.DeviceTotals) float64 { return float64(d.Parked) }),
	ofDevice("instances", "Openings of the device that are open.", prometheus.GaugeValue, func(d zmqrt.DeviceTotals) float64 { return float64(d.Open) }),
	ofDevice("paused", "How many of them are paused.", prometheus.GaugeValue, func(d zmqrt.DeviceTotals) float64 { return float64(d.Paused) }),
}

func since(t time.Time) float64 {
	if t.IsZero() {
		return 0
	}
	return time.Since(t).Seconds()
}

var (
	socketsOpen   = prometheus.NewDesc("zmqgen_pump_sockets", "Sockets that are open.", nil, nil)
	socketsOpened = prometheus.NewDesc("zmqgen_pump_sockets_opened_total", "Sockets that were opened.", nil, nil)
	errorsTotal   = prometheus.NewDesc("zmqgen_pump_errors_total", "Errors that were reported.", nil, nil)
)

type collector struct{ pumps []*zmqrt.Pump }

// NewCollector returns a collector of the counts of pumps, those of sockets that have ended included. The labels are the
// topology and node.socket, as the topology has them, so that there are no more series than it has sockets: instances of
// a socket are counted together, and so are sockets of the same name on several pumps. Who wants these apart registers a
// collector for each, with prometheus.WrapRegistererWith.
func NewCollector(pumps ...*zmqrt.Pump) prometheus.Collector { return &collector{pumps} }

func (c *collector) Describe(ch chan<- *prometheus.Desc) {
	for _, m := range metrics {
		ch <- m.desc
	}
	for _, m := range deviceMetrics {
		ch <- m.desc
	}
	ch <- socketsOpen
	ch <- socketsOpened
	ch <- errorsTotal
}

func (c *collector) Collect(ch chan<- prometheus.Metric) {
	type key struct{ topology, socket string }
	sockets, devices := make(map[key]zmqrt.Stats), make(map[string]zmqrt.DeviceTotals)
	var open, opened, reported float64
	for _, p := range c.pumps {
		totals := p.Totals()
		open, opened, reported = open+float64(totals.Sockets), opened+float64(totals.Opened), reported+float64(totals.Errors)
		for name, stats := range totals.BySocket {
			topology, socket := zmqrt.SplitSocketName(name)
			k := key{topology, socket}
			sockets[k] = sockets[k].Add(stats)
		}
		for name, device := range totals.ByDevice {
			devices[name] = devices[name].Add(device)
		}
	}
	for _, d := range devices {
		for _, m := range deviceMetrics {
			ch <- prometheus.MustNewConstMetric(m.desc, m.typ, m.read(d), d.Topology, d.Name, d.Kind.String())
		}
	}
	for k, stats := range sockets {
		for _, m := range metrics {
			m.read(stats, func(value float64, labels ...string) {
				ch <- prometheus.MustNewConstMetric(m.desc, m.typ, value, append([]string{k.topology, k.socket}, labels...)...)
			})
		}
	}
	ch <- prometheus.MustNewConstMetric(socketsOpen, prometheus.GaugeValue, open)
	ch <- prometheus.MustNewConstMetric(socketsOpened, prometheus.CounterValue, opened)
	ch <- prometheus.MustNewConstMetric(errorsTotal, prometheus.CounterValue, reported)
}
