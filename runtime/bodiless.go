//go:build cgo

package runtime

import "context"

// This file makes of a handler's methods what Handle takes, where a method has no request or no reply.

// WithoutRequest returns what Handle takes for a method that has no request, which f answers.
func WithoutRequest[Rep any](f func(context.Context) (Rep, error)) func(context.Context, None) (Rep, error) {
	return func(ctx context.Context, _ None) (Rep, error) { return f(ctx) }
}

// WithoutReply returns what Handle takes for a method that has no reply, whose requests f takes.
func WithoutReply[Req any](f func(context.Context, Req) error) func(context.Context, Req) (None, error) {
	return func(ctx context.Context, req Req) (None, error) { return None{}, f(ctx, req) }
}

// WithoutBodies returns what Handle takes for a method that has neither request nor reply, which f answers.
func WithoutBodies(f func(context.Context) error) func(context.Context, None) (None, error) {
	return func(ctx context.Context, _ None) (None, error) { return None{}, f(ctx) }
}
