package compat

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"github.com/zmqgen/zmqgen/compat/wire"
	zmqrt "github.com/zmqgen/zmqgen/runtime"
)

// This file is our end of exchanges in which one asks and the other answers.

// asking opens a client, which makes so many calls at a time.
func asking[C any](open constructor[C], atATime int, ask func(context.Context, C, int) error) opener {
	return func(s *session, opts ...zmqrt.SocketOption) (func() error, error) {
		c, err := open(s.ctx, s.pump, opts...)
		return func() error {
			group, ctx := errgroup.WithContext(s.ctx)
			var last atomic.Int64
			for range atATime {
				group.Go(func() error {
					for {
						number := int(last.Add(1))
						if number > s.n {
							return nil
						}
						if err := ask(ctx, c, number); err != nil {
							return fmt.Errorf("call %d: %w", number, err)
						}
					}
				})
			}
			return errors.Join(group.Wait(), context.Cause(s.ctx))
		}, err
	}
}

// call makes a call, of a kind that its number says, and checks how it ends.
func call(ctx context.Context, c *wire.CallsClient, number int) error {
	request := plain(number)
	var err error
	switch number % 8 {
	case 4:
		_, err = c.Find(ctx, request)
		if missing := new(wire.Missing); errors.As(err, &missing) && missing.Number == uint64(number) {
			return nil
		}
		return fmt.Errorf("it ends with %v, want that it is missing", err)
	case 5:
		return c.Ping(ctx)
	case 6:
		err = c.Break(ctx, request)
		if status := new(zmqrt.StatusError); errors.As(err, &status) && status.Name == zmqrt.StatusInternal && string(status.Body) == fmt.Sprint("cannot ", number) {
			return nil
		}
		return fmt.Errorf("it ends with %v, want that it cannot", err)
	case 7:
		return marked(number)(c.Find(ctx, request))
	}
	return marked(number)(c.Echo(ctx, request))
}

// ask makes a call of the only kind that a pattern without methods has.
func ask(ctx context.Context, c *wire.AsksClient, number int) error {
	return marked(number)(c.Call(ctx, plain(number)))
}

func askPlain(ctx context.Context, c *wire.PlainAsksClient, number int) error {
	return marked(number)(c.Call(ctx, plain(number)))
}

// marked checks the reply to the item with a number.
func marked(number int) func(wire.Item, error) error {
	return func(reply wire.Item, err error) error {
		if err == nil && reply != item(number, "!") {
			err = fmt.Errorf("the reply is %.300v", reply)
		}
		return err
	}
}

// askEmpty makes a call whose request and reply are zero, so that their bodies are empty frames.
func askEmpty(ctx context.Context, c *wire.CallsClient, _ int) error {
	reply, err := c.Echo(ctx, wire.Item{})
	if err == nil && reply != (wire.Item{}) {
		err = fmt.Errorf("the reply is %.300v", reply)
	}
	return err
}

// serving opens a server, which answers all calls.
func serving[S any](open constructor[S], serve func(*session, S) error) opener {
	return func(s *session, opts ...zmqrt.SocketOption) (func() error, error) {
		server, err := open(s.ctx, s.pump, opts...)
		return func() error { return serve(s, server) }, err
	}
}

func answerAsks(s *session, server *wire.AsksServer) error { return answerAll(s, server.Calls) }

func answerPlain(s *session, server *wire.PlainAsksServer) error { return answerAll(s, server.Calls) }

func answerEmpty(s *session, server *wire.CallsServer) error {
	for range s.n {
		c, err := take(s, server.Echo)
		if err == nil && c.Request != (wire.Item{}) {
			err = fmt.Errorf("a request is %.300v", c.Request)
		}
		if err == nil {
			err = c.Reply(wire.Item{})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func answerAll(s *session, calls <-chan *zmqrt.Call[wire.Item, wire.Item]) error {
	for range s.n {
		c, err := take(s, calls)
		if err == nil {
			err = answer(c)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func serve(s *session, server *wire.CallsServer) error {
	due := map[string]int{} // so many calls of each method
	for i := 1; i <= s.n; i++ {
		due[[8]string{"Echo", "Echo", "Echo", "Echo", "Find", "Ping", "Break", "Nothing"}[i%8]]++
	}
	unknown := due["Nothing"]
	delete(due, "Nothing")
	for len(due) > 0 {
		var method string
		var err error
		select {
		case c := <-server.Echo:
			method, err = "Echo", answer(c)
		case c := <-server.Find:
			method, err = "Find", c.Fail(&wire.Missing{Number: c.Request.Number})
		case c := <-server.Ping:
			method, err = "Ping", c.Reply(zmqrt.None{})
		case c := <-server.Break:
			method, err = "Break", c.Fail(fmt.Errorf("cannot %d", c.Request.Number))
		case <-s.ctx.Done():
			return fmt.Errorf("so many calls have not come: %v: %w", due, context.Cause(s.ctx))
		}
		if err != nil {
			return err
		}
		if due[method]--; due[method] == 0 {
			delete(due, method)
		}
	}
	s.refused = unknown
	return nil
}

// answer checks a request and returns it with a mark.
func answer(c *zmqrt.Call[wire.Item, wire.Item]) error {
	number := int(c.Request.Number)
	if c.Request != plain(number) {
		return fmt.Errorf("a request is %.300v", c.Request)
	}
	return c.Reply(item(number, "!"))
}
