package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// This file starts server processes, kills them, and starts them again where they were.

// servers are the places where servers are.
type servers struct {
	ledger  string // path
	places  []*process
	started int // processes so far, and the next one's number in the ledger
	kills   int
}

// process is a server process that runs.
type process struct {
	cmd      *exec.Cmd
	stdin    io.WriteCloser
	endpoint string
}

func startServers(ledger string, n int) (*servers, error) {
	s := &servers{ledger: ledger}
	for range n {
		p, err := s.start("tcp://127.0.0.1:*")
		if err != nil {
			return nil, errors.Join(err, s.stop())
		}
		s.places = append(s.places, p)
	}
	return s, nil
}

// start starts a process and waits until it has bound its endpoint.
func (s *servers) start(endpoint string) (*process, error) {
	if s.started == maxProcesses {
		return nil, fmt.Errorf("the ledger has room for %d processes", maxProcesses)
	}
	p := &process{cmd: exec.Command(os.Args[0], "-serve", endpoint, "-process", strconv.Itoa(s.started), "-ledger", s.ledger)}
	s.started++
	p.cmd.Stderr = os.Stderr
	stdout, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if p.stdin, err = p.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		return nil, fmt.Errorf("a server at %s has not come up: %w", endpoint, errors.Join(err, p.cmd.Wait()))
	}
	p.endpoint = strings.TrimSpace(line)
	return p, nil
}

func (s *servers) endpoints() []string {
	var all []string
	for _, p := range s.places {
		all = append(all, p.endpoint)
	}
	return all
}

// killInTurn kills one server after the other, one in each interval, and starts it again at once, until over is closed.
func (s *servers) killInTurn(every time.Duration, over <-chan struct{}) error {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-over:
			return nil
		case <-tick.C:
		}
		place := s.kills % len(s.places)
		p := s.places[place]
		if err := p.cmd.Process.Kill(); err != nil {
			return err
		}
		p.cmd.Wait() // killed, as it says
		s.kills++
		again, err := s.start(p.endpoint)
		if err != nil {
			return err
		}
		s.places[place] = again
	}
}

// stop has all servers end by themselves.
func (s *servers) stop() error {
	var errs []error
	for _, p := range s.places {
		p.stdin.Close()
		errs = append(errs, p.cmd.Wait())
	}
	s.places = nil
	return errors.Join(errs...)
}
