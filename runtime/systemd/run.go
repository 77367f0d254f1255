package systemd

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"
)

// This file runs a service: from its start to its end.

// Pump is what Run needs of a pump. A *zmqrt.Pump is one.
type Pump interface {
	Close() error
	Done() <-chan struct{}
	Check(context.Context) error
}

// ErrAsked is the cause of the ctx of Run's work when SIGTERM or SIGINT has come.
var ErrAsked = errors.New("the process was asked to stop by a signal")

// Run runs work, which opens sockets on the pump, tells Notify of Ready, and uses them until its ctx ends: when SIGTERM or
// SIGINT comes, when the ctx of Run ends, or when the pump has closed. It then stops producing, closes the channels
// on which it sends, and returns. Run closes the pump, which hands over what the channels hold within linger, and returns the
// error of work, unless that is of the ctx that has ended, with that of closing. A service exits with 0 if there is none:
//
//	if err := systemd.Run(ctx, pump, work); err != nil {
//		log.Fatal(err)
//	}
//
// Neither the pump nor its sockets may be opened with the ctx of work, or they would end with it and what work sends
// afterwards would not go. A second signal ends the process at once, as if it handled none.
//
// If the supervisor watches the process, by WatchdogSec= in its unit, it is told Alive twice in that time as long as
// Check says that the pump moves messages. When it does not, the status says why.
//
// Run tells the supervisor of Stopping by itself. That it cannot be told ends no service; an environment that is wrong shows
// when work tells of Ready.
func Run(ctx context.Context, pump Pump, work func(context.Context) error) error {
	interval, err := WatchdogInterval()
	if err != nil {
		return errors.Join(err, pump.Close())
	}
	s := &service{pump: pump, closed: make(chan struct{})}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	s.heed(ctx, cancel)
	if interval > 0 {
		s.besides(func() { s.watch(ctx, interval) })
	}
	workErr := work(ctx)
	ended := context.Cause(ctx)
	cancel(nil) // work may have returned by itself
	if ended != nil && (errors.Is(workErr, context.Canceled) || errors.Is(workErr, ended)) {
		workErr = nil
	}
	closeErr := pump.Close()
	close(s.closed)
	s.over.Wait()
	return errors.Join(workErr, closeErr)
}

// service is what runs beside work.
type service struct {
	pump   Pump
	closed chan struct{} // when the pump has closed
	over   sync.WaitGroup
}

// heed has ctx end at the first signal, and when the pump closes. After the first signal, which may come while the pump
// closes, signals do what they did before.
func (s *service) heed(ctx context.Context, cancel context.CancelCauseFunc) {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	s.besides(func() {
		defer signal.Stop(signals)
		select {
		case got := <-signals:
			signal.Stop(signals)
			cancel(fmt.Errorf("%w: %v", ErrAsked, got))
		case <-s.pump.Done():
			cancel(errors.New("the pump has closed"))
		case <-ctx.Done():
		}
		s.tell(Stopping, Status("stopping"))
		select {
		case <-signals:
		case <-s.closed:
		}
	})
}

// besides runs f beside work.
func (s *service) besides(f func()) {
	s.over.Add(1)
	go func() {
		defer s.over.Done()
		f()
	}()
}

// tell is Notify, whose errors change nothing here: a supervisor that misses Alive acts by itself.
func (s *service) tell(states ...string) { _ = Notify(states...) }

// watch tells the supervisor, twice in each interval, that the pump is well. While the service stops it is alive as long as it
// is there: linger bounds that.
func (s *service) watch(ctx context.Context, interval time.Duration) {
	tick := time.NewTicker(max(interval/2, time.Millisecond))
	defer tick.Stop()
	ill := false
	for {
		err := s.check(ctx, interval/2)
		switch {
		case err != nil:
			s.tell(Status("not well: " + err.Error()))
		case ill:
			s.tell(Alive, Status("well again"))
		default:
			s.tell(Alive)
		}
		ill = err != nil
		select {
		case <-tick.C:
		case <-s.closed:
			return
		}
	}
}

// check returns why the pump is not well, nil once it is to close.
func (s *service) check(ctx context.Context, patience time.Duration) error {
	timed, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if err := s.pump.Check(timed); err != nil && ctx.Err() == nil {
		return err
	}
	return nil
}
