package peer

import "time"

// This file is the work of many idle sockets.

// Crowd is a way to have many sockets that receive, each bound to an inproc endpoint of its own.
type Crowd struct {
	// Open opens a socket, and returns what carries messages through it, by Carry: from a sender that
	// connects to it and disconnects again, to whoever reads the socket.
	Open func(i int) (traffic func() error, err error)
	// Close closes all of them.
	Close func() error
}

// Carry sends some messages, and then receives them.
func Carry(send func(number int) error, next func() (int, error)) error {
	const some = 100
	for i := range some {
		if err := send(i); err != nil {
			return err
		}
	}
	c := clock{want: some}
	return c.receive(next)
}

// Run opens a.Sockets sockets, lets them idle, has each carry traffic, and closes them. One more, which has
// carried traffic before anything is measured, pays for what is needed once.
//
// It reports memory_bytes and used_bytes, by which the resident set has grown with the open sockets and
// after they have carried traffic; threads; idle_cpu_ns, the CPU time used in the time of idling;
// open_ns, close_ns.
func (c Crowd) Run(a *Args) error {
	traffic, err := c.Open(a.Sockets)
	if err == nil {
		err = traffic()
	}
	if err != nil {
		return err
	}
	before, err := resident()
	if err != nil {
		return err
	}
	traffics := make([]func() error, a.Sockets)
	began := time.Now()
	for i := range traffics {
		if traffics[i], err = c.Open(i); err != nil {
			return err
		}
	}
	Report("open_ns", time.Since(began).Nanoseconds())
	if err := c.measureIdle(a, before); err != nil {
		return err
	}
	for _, traffic := range traffics {
		if err := traffic(); err != nil {
			return err
		}
	}
	used, err := resident()
	if err != nil {
		return err
	}
	Report("used_bytes", used-before)
	began = time.Now()
	if err := c.Close(); err != nil {
		return err
	}
	Report("close_ns", time.Since(began).Nanoseconds())
	return nil
}

func (c Crowd) measureIdle(a *Args, before int64) error {
	open, err := resident()
	if err != nil {
		return err
	}
	threads, err := status("Threads")
	if err != nil {
		return err
	}
	Report("memory_bytes", open-before)
	Report("threads", threads)
	idle := cpu()
	time.Sleep(a.Idle)
	Report("idle_cpu_ns", (cpu() - idle).Nanoseconds())
	return nil
}
