//go:build cgo

package zmqprom_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/prometheus/client_golang/prometheus/testutil"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	zmqprom "github.com/zmqgen/zmqgen/prometheus"
	zmqrt "github.com/zmqgen/zmqgen/runtime"
)

type textCodec struct{}

func (textCodec) AppendFrames(w *zmqrt.FrameWriter, m *string) error {
	w.FrameString(*m)
	return nil
}

func (textCodec) ParseFrames(frames [][]byte, m *string) error {
	*m = string(frames[0])
	return nil
}

// scrape gets the metrics as Prometheus does.
func scrape(t *testing.T, url string) map[string]*dto.MetricFamily {
	t.Helper()
	resp, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	parser := expfmt.NewTextParser(model.LegacyValidation)
	families, err := parser.TextToMetricFamilies(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return families
}

// value returns the value of the metric that has these labels, in turn name and value.
func value(t *testing.T, families map[string]*dto.MetricFamily, name string, labels ...string) float64 {
	t.Helper()
metrics:
	for _, m := range families[name].GetMetric() {
		has := map[string]string{}
		for _, l := range m.GetLabel() {
			has[l.GetName()] = l.GetValue()
		}
		for i := 0; i < len(labels); i += 2 {
			if has[labels[i]] != labels[i+1] {
				continue metrics
			}
		}
		return m.GetCounter().GetValue() + m.GetGauge().GetValue()
	}
	t.Fatalf("no %s with %v in %v", name, labels, families[name])
	return 0
}

// secured is a topology whose server lets only one user in, who is not its client, and a streamer.
func secured(t *testing.T) *zmqrt.Topology {
	t.Helper()
	t.Setenv("USERS", "desk secret-word")
	t.Setenv("USER_NAME", "desk")
	t.Setenv("USER_WORD", "wrong-word")
	return &zmqrt.Topology{Name: "market",
		Sockets: map[string]zmqrt.SocketSpec{
			"feed.jobs":    {Type: zmqrt.Pull, Bind: []string{"tcp://127.0.0.1:*"}, Security: "desks"},
			"worker.jobs":  {Type: zmqrt.Push, Security: "desks"},
			"hub.frontend": {Type: zmqrt.Pull, Bind: []string{"inproc://front"}}, "hub.backend": {Type: zmqrt.Push, Bind: []string{"inproc://back"}},
			"a.in": {Type: zmqrt.Push, Connect: []string{"hub.frontend"}}, "b.out": {Type: zmqrt.Pull, Connect: []string{"hub.backend"}},
		},
		Devices: map[string]zmqrt.DeviceSpec{"hub": {Kind: zmqrt.Streamer}},
		Security: map[string]zmqrt.SecuritySpec{"desks": {Mechanism: zmqrt.Plain, Server: zmqrt.Credentials{Allow: zmqrt.KeySource{Env: "USERS"}},
			Client: zmqrt.Credentials{Username: zmqrt.KeySource{Env: "USER_NAME"}, Password: zmqrt.KeySource{Env: "USER_WORD"}}}},
	}
}

// serve serves what a collector has to who scrapes it, until the test ends.
func serve(t *testing.T, c prometheus.Collector) *httptest.Server {
	t.Helper()
	registry := prometheus.NewPedanticRegistry()
	registry.MustRegister(c)
	server := httptest.NewServer(promhttp.HandlerFor(registry, promhttp.HandlerOpts{ErrorHandling: promhttp.HTTPErrorOnError}))
	t.Cleanup(server.Close)
	return server
}

func TestAScrapeHasDevicesAndRefusals(t *testing.T) {
	ctx, topology := context.Background(), secured(t)
	pump, err := zmqrt.NewPump(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer pump.Close()
	server := serve(t, zmqprom.NewCollector(pump))
	if _, err := zmqrt.OpenReceiver(ctx, pump, topology, "feed.jobs", textCodec{}, nil); err != nil {
		t.Fatal(err)
	}
	endpoint := zmqrt.Connect(pump.Socket("market", "feed.jobs").Endpoints()...)
	refused, err := zmqrt.OpenSender(ctx, pump, topology, "worker.jobs", textCodec{}, []zmqrt.SocketOption{endpoint})
	if err != nil {
		t.Fatal(err)
	}
	defer close(refused)
	device, err := zmqrt.OpenDevice(ctx, pump, topology, "hub", nil)
	if err != nil {
		t.Fatal(err)
	}
	out, err := zmqrt.OpenReceiver(ctx, pump, topology, "b.out", textCodec{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	in, err := zmqrt.OpenSender(ctx, pump, topology, "a.in", textCodec{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer close(in)
	in <- "hello"
	<-out
	device.Pause()
	var families map[string]*dto.MetricFamily
	for deadline := time.Now().Add(10 * time.Second); len(families["zmqgen_socket_refused_total"].GetMetric()) < 2; { // at both ends
		if families = scrape(t, server.URL); time.Now().After(deadline) {
			t.Fatal("nobody was refused")
		}
	}
	for _, c := range []struct {
		name   string
		labels []string
		want   float64
	}{
		{"zmqgen_device_forwarded_total", []string{"topology", "market", "device", "hub", "kind", "streamer"}, 1},
		{"zmqgen_device_returned_total", nil, 0}, {"zmqgen_device_parked_messages", nil, 0},
		{"zmqgen_device_instances", nil, 1}, {"zmqgen_device_paused", nil, 1},
		{"zmqgen_socket_messages_total", []string{"socket", "hub.frontend", "direction", "in"}, 1},
	} {
		if got := value(t, families, c.name, c.labels...); got != c.want {
			t.Errorf("%s%v is %v, want %v", c.name, c.labels, got, c.want)
		}
	}
	if got := value(t, families, "zmqgen_socket_refused_total", "socket", "feed.jobs", "reason", "password"); got < 1 {
		t.Errorf("%v refusals", got)
	}
	for _, family := range families {
		if text := family.String(); strings.Contains(text, "-word") {
			t.Errorf("a password in %s", text)
		}
	}
}

func TestAScrapeHasTheCountsOfAllSocketsOpenOrNot(t *testing.T) {
	topology := &zmqrt.Topology{Name: "market", Sockets: map[string]zmqrt.SocketSpec{
		"feed.jobs":   {Type: zmqrt.Pull, Bind: []string{"tcp://127.0.0.1:*"}},
		"worker.jobs": {Type: zmqrt.Push, Connect: []string{"feed.jobs"}},
	}}
	var pumps []*zmqrt.Pump
	for range 2 {
		pump, err := zmqrt.NewPump(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		defer pump.Close()
		pumps = append(pumps, pump)
	}
	collector := zmqprom.NewCollector(pumps...)
	server := serve(t, collector)
	for _, pump := range pumps {
		in, err := zmqrt.OpenReceiver(context.Background(), pump, topology, "feed.jobs", textCodec{}, nil)
		if err != nil {
			t.Fatal(err)
		}
		for i := range 20 {
			out, err := zmqrt.OpenSender(context.Background(), pump, topology, "worker.jobs", textCodec{}, []zmqrt.SocketOption{zmqrt.Instance(fmt.Sprint(i))})
			if err != nil {
				t.Fatal(err)
			}
			out <- "hello"
			<-in
			socket := pump.Socket("market", fmt.Sprint("worker.jobs#", i))
			close(out)
			<-socket.Done()
		}
	}
	families := scrape(t, server.URL)
	for _, c := range []struct {
		name   string
		labels []string
		want   float64
	}{
		{"zmqgen_socket_messages_total", []string{"topology", "market", "socket", "worker.jobs", "direction", "out"}, 40},
		{"zmqgen_socket_bytes_total", []string{"socket", "feed.jobs", "direction", "in"}, 200},
		{"zmqgen_socket_queue_capacity", []string{"socket", "feed.jobs", "direction", "in"}, 512},
		{"zmqgen_pump_sockets", nil, 2},
		{"zmqgen_pump_sockets_opened_total", nil, 42},
	} {
		if got := value(t, families, c.name, c.labels...); got != c.want {
			t.Errorf("%s%v is %v, want %v", c.name, c.labels, got, c.want)
		}
	}
	if n := len(families["zmqgen_socket_messages_total"].GetMetric()); n != 4 {
		t.Errorf("%d series of messages, want one for each of 2 sockets and directions", n)
	}
	problems, err := testutil.CollectAndLint(collector)
	if err != nil || len(problems) > 0 {
		t.Errorf("%v, %v", problems, err)
	}
}
