package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"time"
)

// This file runs rows: the processes of a cast, as often as there are rounds, in turn with the other rows.

// cast says which processes do a work and how they play together: a server, which binds, and, unless it does
// the work alone, a client, which connects to it.
type cast struct {
	transport      string // tcp, ipc or inproc
	server, client string // roles
	measured       string // the role that ends by itself; the other ends when its input does
	ready          bool   // the server waits until the client is ready
}

// measured is a row with what came of it.
type measured struct {
	row
	results []result
	err     error
}

// patience bounds one run of one row.
const patience = 2 * time.Minute

// measure runs the rows in turn: A B C, A B C, and so on. A row that has failed is not run again.
func measure(ctx context.Context, w work, rows []row, p *programs, rounds int) ([]measured, error) {
	if w.awake {
		stop, err := keepAwake(ctx)
		if err != nil {
			return nil, err
		}
		defer stop()
	}
	all := make([]measured, len(rows))
	for i, r := range rows {
		all[i].row = r
		if err := p.missing[r.source]; err != nil && r.cannot == "" {
			all[i].cannot = err.Error()
		}
	}
	for round := range rounds {
		for i := range all {
			m := &all[i]
			if m.cannot != "" || m.err != nil || ctx.Err() != nil {
				continue
			}
			r, err := w.cast.play(ctx, p, m.row, w.args)
			if err != nil {
				m.err = fmt.Errorf("round %d: %w", round+1, err)
			}
			m.results = append(m.results, r)
		}
	}
	return all, nil
}

// play runs one row once. When it returns, all of its processes have ended.
func (c cast) play(ctx context.Context, p *programs, r row, args []string) (result, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, patience, fmt.Errorf("not done within %v", patience))
	defer cancel()
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	begin := func(role, endpoint string) (*process, error) {
		argv := append(p.command(r), "-role", role, "-endpoint", endpoint)
		return start(ctx, stop, append(argv, args...))
	}
	server, err := begin(c.server, p.endpoint(c.transport))
	if err != nil {
		return nil, err
	}
	if c.client == "" {
		server.follow()
		<-server.ended
		return merge(ctx, server)
	}
	endpoint := server.await("endpoint")
	server.follow()
	client, err := begin(c.client, endpoint)
	if err != nil {
		stop(err) // it may be so because the server has stopped all
		<-server.ended
		return nil, context.Cause(ctx)
	}
	if c.ready {
		client.await("ready")
		server.say("go")
	}
	client.follow()
	first, last := server, client
	if c.measured == c.client {
		first, last = client, server
	}
	<-first.ended
	last.endInput()
	<-last.ended
	return merge(ctx, first, last)
}

// merge sums up what the processes of one run have reported, or says what went wrong first.
func merge(ctx context.Context, players ...*process) (result, error) {
	if err := context.Cause(ctx); err != nil {
		return nil, err
	}
	sum := make(result)
	var errs []error
	for _, p := range players {
		errs = append(errs, p.err)
		for name, v := range maps.All(p.result) {
			sum[name] += v
		}
	}
	return sum, errors.Join(errs...)
}

// endpoint returns what a server binds.
func (p *programs) endpoint(transport string) string {
	switch transport {
	case "ipc":
		p.bound++ // a process that was killed leaves its file behind
		return fmt.Sprint("ipc://", filepath.Join(p.dir, fmt.Sprint("ipc", p.bound)))
	case "inproc":
		return "inproc://bench"
	default:
		return "tcp://127.0.0.1:*"
	}
}
