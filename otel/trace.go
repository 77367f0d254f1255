//go:build cgo

// Package zmqotel gives OpenTelemetry the calls of a program as spans, and the counts of its sockets as metrics.
//
// It is a module of its own, so that a program without OpenTelemetry does not have it among its dependencies.
package zmqotel

import (
	"context"
	"errors"

	zmqrt "github.com/zmqgen/zmqgen/runtime"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"
)

const scope = "github.com/zmqgen/zmqgen/otel"

// WithTracing has each call of the pump make a span at its client, and one at its server where Serve runs the handler, with
// the client's for its parent. Handlers find their span in their ctx, and calls that they make with it are its children. The
// trace goes with the request in its metadata, by propagators, or by W3C Trace Context without any: so it crosses to
// another process only if the pattern has metadata: true.
func WithTracing(provider trace.TracerProvider, propagators ...propagation.TextMapPropagator) zmqrt.PumpOption {
	t := tracing{tracer: provider.Tracer(scope), propagator: propagation.TraceContext{}}
	if len(propagators) > 0 {
		t.propagator = propagation.NewCompositeTextMapPropagator(propagators...)
	}
	return zmqrt.WithCallObserver(t)
}

// ContextOf returns ctx with the trace that came with a request, by W3C Trace Context: for servers that take their calls from
// channels, whose metadata is in call.Meta, and for messages of other patterns that carry one.
func ContextOf(ctx context.Context, meta zmqrt.Meta) context.Context {
	return propagation.TraceContext{}.Extract(ctx, propagation.MapCarrier(meta.Headers))
}

type tracing struct {
	tracer     trace.Tracer
	propagator propagation.TextMapPropagator
}

func (t tracing) ClientCall(ctx context.Context, call zmqrt.CallInfo) (context.Context, func(error)) {
	ctx, span := t.start(ctx, call, trace.SpanKindClient)
	headers := make(propagation.MapCarrier)
	t.propagator.Inject(ctx, headers)
	return zmqrt.WithHeaders(ctx, headers), func(err error) { end(span, err) }
}

func (t tracing) ServerCall(ctx context.Context, call zmqrt.CallInfo, meta zmqrt.Meta) (context.Context, func(error)) {
	ctx, span := t.start(t.propagator.Extract(ctx, propagation.MapCarrier(meta.Headers)), call, trace.SpanKindServer)
	return ctx, func(err error) { end(span, err) }
}

func (t tracing) start(ctx context.Context, call zmqrt.CallInfo, kind trace.SpanKind) (context.Context, trace.Span) {
	service := call.Topology + "." + call.Socket
	return t.tracer.Start(ctx, service+"/"+call.Method, trace.WithSpanKind(kind), trace.WithAttributes(
		attribute.String("rpc.system", "zmqgen"), attribute.String("rpc.service", service), attribute.String("rpc.method", call.Method)))
}

// end ends a span. Errors are marked, with their built-in status if they have one.
func end(span trace.Span, err error) {
	if err != nil {
		var status *zmqrt.StatusError
		if errors.As(err, &status) {
			span.SetAttributes(attribute.String("zmqgen.status", status.Name))
		}
		span.RecordError(err)
		span.SetStatus(codes.Error, err.Error())
	}
	span.End()
}
