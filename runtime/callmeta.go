package runtime

import (
	"context"
	"maps"
	"sync"
	"time"
)

// This file is the metadata of calls: how it goes with a ctx, at the client and in a handler.

type (
	headersKey   struct{} // of what a call carries
	replyMetaKey struct{} // of where the metadata of the reply goes
	servedKey    struct{} // of the call that a handler serves
	userKey      struct{} // of the client of that call
)

// WithHeaders has the calls that are made with ctx carry headers, beside those that ctx has already; the later of
// two of the same name holds. Calls of patterns without metadata carry none. All metadata of a message may have 8 KiB.
func WithHeaders(ctx context.Context, headers map[string]string) context.Context {
	all := maps.Clone(headersOf(ctx))
	if all == nil {
		all = make(map[string]string, len(headers))
	}
	maps.Copy(all, headers)
	return context.WithValue(ctx, headersKey{}, all)
}

func headersOf(ctx context.Context) map[string]string {
	headers, _ := ctx.Value(headersKey{}).(map[string]string)
	return headers
}

// WithReplyMeta has a call that is made with ctx set *meta to the metadata of its reply, also of one that is an
// error, before it returns; to the zero Meta if the reply has none. Without a reply *meta stays as it is. A ctx is
// for one call at a time then.
func WithReplyMeta(ctx context.Context, meta *Meta) context.Context {
	return context.WithValue(ctx, replyMetaKey{}, meta)
}

// setReplyMeta sets what WithReplyMeta was given.
func setReplyMeta(ctx context.Context, meta Meta) {
	if to, _ := ctx.Value(replyMetaKey{}).(*Meta); to != nil {
		*to = meta
	}
}

// served is the metadata of a call while its handler runs.
type served struct {
	meta Meta

	mu      sync.Mutex
	headers map[string]string // of the reply
}

// MetaOf returns the metadata of the request that a handler serves, in a handler that RunServer runs with ctx. It is
// zero if the request has none, and elsewhere.
func MetaOf(ctx context.Context) Meta {
	if s, _ := ctx.Value(servedKey{}).(*served); s != nil {
		return s.meta
	}
	return Meta{}
}

// UserOf returns as whom the client was let in whose request a handler serves, which is Call.User, in a handler that
// RunServer runs with ctx. It is empty elsewhere.
func UserOf(ctx context.Context) string {
	user, _ := ctx.Value(userKey{}).(string)
	return user
}

// SetReplyHeaders sets the headers of the reply, or the error, that a handler which RunServer runs with ctx is going to
// return. A later call replaces them. They are sent only if the request had metadata.
func SetReplyHeaders(ctx context.Context, headers map[string]string) {
	if s, _ := ctx.Value(servedKey{}).(*served); s != nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.headers = maps.Clone(headers)
	}
}

func (s *served) replyHeaders() map[string]string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.headers
}

// requestMeta is what a request carries whose call is over at until.
func requestMeta(ctx context.Context, until time.Time) Meta {
	// A call whose time is just over is not one without a limit.
	return Meta{Headers: headersOf(ctx), TimeLeft: max(time.Until(until), 1)}
}
