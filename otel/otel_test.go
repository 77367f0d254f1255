//go:build cgo

package zmqotel_test

import (
	"context"
	"errors"
	"testing"
	"time"

	zmqotel "github.com/zmqgen/zmqgen/otel"
	zmqrt "github.com/zmqgen/zmqgen/runtime"
	"go.opentelemetry.io/otel/codes"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"
)

var textBody = zmqrt.OneFrame(
	func(m string, b []byte) ([]byte, error) { return append(b, m...), nil },
	func(m *string, b []byte) error { *m = string(b); return nil },
)

var lookup = &zmqrt.Method[string, string]{Name: "Lookup", Request: textBody, Reply: textBody, Metadata: true}

var topology = &zmqrt.Topology{Name: "market", Sockets: map[string]zmqrt.SocketSpec{
	"desk.ask":    {Type: zmqrt.Dealer, Connect: []string{"feed.answer"}},
	"feed.answer": {Type: zmqrt.Router, Bind: []string{"tcp://127.0.0.1:*"}},
}}

func newPump(t *testing.T, opts ...zmqrt.PumpOption) *zmqrt.Pump {
	t.Helper()
	pump, err := zmqrt.NewPump(context.Background(), opts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { pump.Close() })
	return pump
}

// serve opens the server and the client, each on its pump, and runs handler until the test ends.
func serve(t *testing.T, servers, clients *zmqrt.Pump, handler func(context.Context, string) (string, error)) *zmqrt.Client {
	t.Helper()
	var calls <-chan *zmqrt.Call[string, string]
	if err := zmqrt.OpenServer(context.Background(), servers, topology, "feed.answer", nil, zmqrt.Serve(lookup, &calls)); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- zmqrt.RunServer(ctx, nil, zmqrt.Handle(calls, handler)) }()
	t.Cleanup(func() {
		cancel()
		<-served
	})
	endpoints := servers.Socket("market", "feed.answer").Endpoints()
	client, err := zmqrt.OpenClient(context.Background(), clients, topology, "desk.ask", []zmqrt.SocketOption{zmqrt.Connect(endpoints...)})
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// ended waits until n spans have ended: that of a server may do so after its client's.
func ended(t *testing.T, recorder *tracetest.SpanRecorder, n int) []sdktrace.ReadOnlySpan {
	t.Helper()
	deadline, look := time.After(10*time.Second), time.NewTicker(time.Millisecond)
	defer look.Stop()
	for len(recorder.Ended()) < n {
		select {
		case <-look.C:
		case <-deadline:
			t.Fatalf("%d spans have ended, want %d", len(recorder.Ended()), n)
		}
	}
	return recorder.Ended()
}

func TestATraceGoesFromCallerToHandlerAndBeyond(t *testing.T) {
	recorder := tracetest.NewSpanRecorder()
	provider := sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(recorder))
	servers, clients := newPump(t, zmqotel.WithTracing(provider)), newPump(t, zmqotel.WithTracing(provider))
	var inside trace.SpanContext
	client := serve(t, servers, clients, func(ctx context.Context, req string) (string, error) {
		inside = trace.SpanContextFromContext(ctx)
		if zmqotelTrace := trace.SpanContextFromContext(zmqotel.ContextOf(context.Background(), zmqrt.MetaOf(ctx))); zmqotelTrace.TraceID() != inside.TraceID() {
			return "", errors.New("the metadata has another trace")
		}
		if req == "fail" {
			return "", errors.New("failed")
		}
		return req, nil
	})
	ctx, root := provider.Tracer("test").Start(context.Background(), "root")
	if _, err := zmqrt.Invoke(ctx, client, lookup, "EURUSD"); err != nil {
		t.Fatal(err)
	}
	spans := map[trace.SpanKind]sdktrace.ReadOnlySpan{}
	for _, span := range ended(t, recorder, 2) {
		spans[span.SpanKind()] = span
	}
	caller, server := spans[trace.SpanKindClient], spans[trace.SpanKindServer]
	if caller == nil || server == nil || caller.Name() != "market.desk.ask/Lookup" || server.Name() != "market.feed.answer/Lookup" {
		t.Fatalf("%v", spans)
	}
	if caller.Parent().SpanID() != root.SpanContext().SpanID() || server.Parent().SpanID() != caller.SpanContext().SpanID() || !server.Parent().IsRemote() ||
		server.SpanContext().SpanID() != inside.SpanID() || server.SpanContext().TraceID() != root.SpanContext().TraceID() {
		t.Errorf("root %v, client %v under %v, server %v under %v, handler %v", root.SpanContext(), caller.SpanContext(), caller.Parent(), server.SpanContext(), server.Parent(), inside)
	}
	if _, err := zmqrt.Invoke(ctx, client, lookup, "fail"); err == nil {
		t.Fatal("no error")
	}
	for _, span := range ended(t, recorder, 4)[2:] {
		if span.Status().Code != codes.Error {
			t.Errorf("%s: %v", span.Name(), span.Status())
		}
	}
}

func TestMetricsAreThoseOfSockets(t *testing.T) {
	reader := sdkmetric.NewManualReader()
	pump := newPump(t)
	registration, err := zmqotel.RegisterMetrics(sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader)), pump)
	if err != nil {
		t.Fatal(err)
	}
	defer registration.Unregister() //nolint:errcheck // the provider goes with it
	client := serve(t, pump, pump, func(_ context.Context, req string) (string, error) { return req, nil })
	if _, err := zmqrt.Invoke(context.Background(), client, lookup, "x"); err != nil {
		t.Fatal(err)
	}
	var got metricdata.ResourceMetrics
	if err := reader.Collect(context.Background(), &got); err != nil {
		t.Fatal(err)
	}
	found := map[string]int64{}
	for _, m := range got.ScopeMetrics[0].Metrics {
		if data, ok := m.Data.(metricdata.Sum[int64]); ok {
			for _, point := range data.DataPoints {
				socket, _ := point.Attributes.Value("zmqgen.socket")
				direction, _ := point.Attributes.Value("network.io.direction")
				found[m.Name+" "+socket.AsString()+" "+direction.AsString()] = point.Value
			}
		}
	}
	for name, want := range map[string]int64{
		"zmqgen.socket.messages desk.ask transmit": 1, "zmqgen.socket.messages desk.ask receive": 1,
		"zmqgen.socket.messages feed.answer receive": 1, "zmqgen.socket.queue.capacity feed.answer receive": 256, "zmqgen.socket.calls desk.ask ": 0,
	} {
		if value, ok := found[name]; !ok || value != want {
			t.Errorf("%s is %d (%v), want %d: %v", name, value, ok, want, found)
		}
	}
}

func TestMetricsAreThoseOfDevicesAndRefusals(t *testing.T) {
	t.Setenv("USERS", "desk right-word")
	t.Setenv("USER_NAME", "desk")
	t.Setenv("USER_WORD", "wrong-word")
	env := func(name string) zmqrt.KeySource { return zmqrt.KeySource{Env: name} }
	topology := &zmqrt.Topology{Name: "market",
		Sockets: map[string]zmqrt.SocketSpec{
			"hub.frontend": {Type: zmqrt.Pull, Bind: []string{"tcp://127.0.0.1:*"}, Security: "desks"}, "hub.backend": {Type: zmqrt.Push, Bind: []string{"inproc://back"}},
			"a.in": {Type: zmqrt.Push, Security: "desks"},
		},
		Devices: map[string]zmqrt.DeviceSpec{"hub": {Kind: zmqrt.Streamer}},
		Security: map[string]zmqrt.SecuritySpec{"desks": {Mechanism: zmqrt.Plain, Server: zmqrt.Credentials{Allow: env("USERS")},
			Client: zmqrt.Credentials{Username: env("USER_NAME"), Password: env("USER_WORD")}}},
	}
	reader, pump, ctx := sdkmetric.NewManualReader(), newPump(t), context.Background()
	registration, err := zmqotel.RegisterMetrics(sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader)), pump)
	if err != nil {
		t.Fatal(err)
	}
	defer registration.Unregister() //nolint:errcheck // the provider goes with it
	device, err := zmqrt.OpenDevice(ctx, pump, topology, "hub", nil)
	if err != nil {
		t.Fatal(err)
	}
	device.Pause()
	if _, err := zmqrt.OpenSender(ctx, pump, topology, "a.in", textBodyCodec{}, []zmqrt.SocketOption{zmqrt.Connect(device.Frontend().Endpoints()...)}); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(10 * time.Second); ; {
		var got metricdata.ResourceMetrics
		if err := reader.Collect(ctx, &got); err != nil {
			t.Fatal(err)
		}
		found := map[string]int64{}
		for _, m := range got.ScopeMetrics[0].Metrics {
			if data, ok := m.Data.(metricdata.Sum[int64]); ok {
				for _, point := range data.DataPoints {
					device, _ := point.Attributes.Value("zmqgen.device")
					kind, _ := point.Attributes.Value("zmqgen.kind")
					reason, _ := point.Attributes.Value("zmqgen.reason")
					found[m.Name+" "+device.AsString()+" "+kind.AsString()+reason.AsString()] = point.Value
				}
			}
		}
		if found["zmqgen.device.instances hub streamer"] == 1 && found["zmqgen.device.paused hub streamer"] == 1 && found["zmqgen.socket.refused  password"] > 0 {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%v", found)
		}
	}
}

type textBodyCodec struct{}

func (textBodyCodec) AppendFrames(w *zmqrt.FrameWriter, m *string) error {
	w.FrameString(*m)
	return nil
}

func (textBodyCodec) ParseFrames(frames [][]byte, m *string) error {
	*m = string(frames[0])
	return nil
}
