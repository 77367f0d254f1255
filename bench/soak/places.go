package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
)

// This file is the processes, as the director sees them.

type place struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
}

// startPlace starts a process and waits until it can be told something.
func startPlace() (*place, error) {
	p := &place{cmd: exec.Command(os.Args[0], "-work", "-sabotage", *sabotage, fmt.Sprintf("-v=%v", *verbose))}
	p.cmd.Env = append(os.Environ(), "GLIBC_TUNABLES=glibc.malloc.tcache_count=0") // what threads keep counts as given out, and hides what is lost
	p.cmd.Stderr = os.Stderr
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if p.in, err = p.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	p.out = bufio.NewReader(out)
	if _, err := p.out.ReadString('\n'); err != nil {
		return nil, fmt.Errorf("a process has not come up: %w", errors.Join(err, p.cmd.Wait()))
	}
	return p, nil
}

func (p *place) tell(c command) error { return json.NewEncoder(p.in).Encode(c) }

// rest has the process end what is left of the round, and say what it holds.
func (p *place) rest() (r report, err error) {
	if err := p.tell(command{Do: "rest"}); err != nil {
		return r, err
	}
	line, err := p.out.ReadBytes('\n')
	if err != nil {
		return r, fmt.Errorf("a process has died: %w", errors.Join(err, p.cmd.Wait()))
	}
	return r, json.Unmarshal(line, &r)
}

func (p *place) kill() {
	p.cmd.Process.Kill()
	p.in.Close()
	p.cmd.Wait()
}
