package compat

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/zmqgen/zmqgen/compat/internal/program"
	zmqrt "github.com/zmqgen/zmqgen/runtime"
)

// This file runs each cell of the table: a pairing of socket types × a library × who stands on which side.

var (
	messages = flag.Int("compat.n", 10000, "so many messages in each cell")
	update   = flag.Bool("update", false, "write docs/compat.md anew; otherwise it is compared")
)

// cell is one exchange.
type cell struct {
	pairing *pairing
	library *library
	ours    side
}

// side is left or right of the arrow.
type side int

const (
	left side = iota
	right
)

func (s side) other() side { return 1 - s }

func (c cell) name() string {
	if c.ours == left {
		return "zmqgen → " + c.library.name
	}
	return c.library.name + " → zmqgen"
}

// TestEveryPairing has us exchange messages with every other library, and compares docs/compat.md with how it went.
func TestEveryPairing(t *testing.T) {
	results := newResults()
	t.Run("cells", func(t *testing.T) {
		for _, p := range pairings {
			for _, l := range libraries {
				for _, ours := range []side{left, right} {
					c := cell{p, l, ours}
					t.Run(p.name+"/"+c.name(), func(t *testing.T) {
						if l.missing != nil {
							t.Skipf("no %s here: %v", l.name, l.missing)
						}
						t.Parallel()
						results.set(c, c.test(t))
					})
				}
			}
		}
	})
	if !t.Failed() {
		results.compare(t)
	}
}

// test runs a cell, and returns whether messages were exchanged. It fails if that is not as it should be.
func (c cell) test(t *testing.T) bool {
	but, err := c.exchange(5 * time.Minute)
	limitation := c.limitation()
	switch {
	case limitation == nil:
		if err != nil || but != "" {
			t.Error(err, but)
		}
	case err == nil && but == "":
		t.Errorf("this works, though it is said not to: %s", limitation.why)
	case !regexp.MustCompile(limitation.symptom).MatchString(fmt.Sprint(but, err)):
		t.Errorf("%v %s\nis not how this was known to fail: %s", err, but, limitation.symptom)
	}
	return err == nil
}

// session is one exchange as it goes on.
type session struct {
	cell
	ctx     context.Context
	pump    *zmqrt.Pump
	peer    *program.Program
	n       int // so many messages, or requests and as many replies
	refused int // so many requests of the peer's are to have been refused
}

// exchange runs a cell once, and returns what the peer could not do.
func (c cell) exchange(within time.Duration) (but string, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), within)
	defer cancel()
	ctx, fail := context.WithCancelCause(ctx)
	defer fail(nil)
	pump, err := zmqrt.NewPump(ctx, zmqrt.WithErrorHandler(func(err error) {
		if !errors.Is(err, zmqrt.ErrClosed) && ctx.Err() == nil && !expected(err) {
			fail(fmt.Errorf("reported: %w", err))
		}
	}))
	if err != nil {
		return "", err
	}
	defer pump.Close()
	dir, err := os.MkdirTemp("", "compat") // t.TempDir's may be too long for ipc
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(dir)
	s := &session{cell: c, ctx: ctx, pump: pump, n: cmp.Or(c.pairing.n, *messages)}
	if c.pairing.ends[left].work == "ask" {
		s.n /= 2 // each is answered by another
	}
	work, err := s.join(dir, fail)
	if s.peer != nil {
		defer func() {
			fail(nil) // kills it, if it is still there
			<-s.peer.Ended
		}()
	}
	if err != nil {
		return "", err
	}
	if err := work(); err != nil {
		select { // a peer that fails takes its connection with it, and says why only then
		case <-s.peer.Ended:
		case <-time.After(time.Second):
		}
		return "", errors.Join(err, context.Cause(ctx))
	}
	done, err := s.peer.Await(ctx, "done")
	done, but, _ = strings.Cut(done, " ")
	if err == nil && done != strconv.Itoa(s.n) {
		err = fmt.Errorf("the peer has done %s", done)
	}
	return but, errors.Join(err, s.peer.Finish(), s.counts())
}

// expected says that an error is one that the peer provokes: it calls a method that there is not.
func expected(err error) bool {
	status := new(zmqrt.StatusError)
	return errors.As(err, &status) && status.Name == zmqrt.StatusUnknownMethod
}

// join opens both sockets, first the one that binds. What is bound on disk is in dir.
func (s *session) join(dir string, fail func(error)) (work func() error, err error) {
	ours, theirs := s.pairing.ends[s.ours], s.pairing.ends[s.ours.other()]
	command := append(s.library.command[:len(s.library.command):len(s.library.command)], "--socket", theirs.socket,
		"--work", theirs.work, "--form", s.pairing.form, "--n", strconv.Itoa(s.n))
	endpoint := "tcp://127.0.0.1:*"
	if s.pairing.transport == "ipc" {
		endpoint = "ipc://" + filepath.Join(dir, "socket")
	}
	if s.pairing.binds != s.ours {
		if s.peer, err = program.Start(s.ctx, append(command, "--bind", endpoint), fail); err != nil {
			return nil, err
		}
		if endpoint, err = s.peer.Await(s.ctx, "endpoint"); err != nil {
			return nil, err
		}
		return ours.open(s, zmqrt.Bind(), zmqrt.Connect(endpoint))
	}
	if work, err = ours.open(s, zmqrt.Connect(), zmqrt.Bind(endpoint)); err != nil {
		return nil, err
	}
	s.peer, err = program.Start(s.ctx, append(command, "--connect", s.handle().Endpoints()[0]), fail)
	return work, err
}

func (s *session) handle() *zmqrt.Socket {
	return s.pump.Socket("compat", s.pairing.ends[s.ours].name)
}

// counts checks that our socket has dropped nothing but what it was to refuse.
func (s *session) counts() error {
	dropped := s.handle().Stats().Dropped
	if n := dropped[zmqrt.DroppedRefused]; n != uint64(s.refused) {
		return fmt.Errorf("%d requests are refused, want %d", n, s.refused)
	}
	for cause, n := range dropped {
		if cause != zmqrt.DroppedRefused {
			return fmt.Errorf("%d messages are dropped as %v", n, cause)
		}
	}
	return nil
}
