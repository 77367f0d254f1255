package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// This file is one process of a contender, by the protocol of package peer.

// process is a contender that runs. Its context kills it.
type process struct {
	argv   []string
	cmd    *exec.Cmd
	stdin  io.WriteCloser
	stdout *bufio.Scanner
	stderr bytes.Buffer
	stop   context.CancelCauseFunc // of all processes of the run, with what went wrong
	result result
	ended  chan struct{} // closed when it has ended; then err says how
	err    error
}

// start starts a process, for which await may be called, and then follow must be.
func start(ctx context.Context, stop context.CancelCauseFunc, argv []string) (*process, error) {
	p := &process{argv: argv, cmd: exec.CommandContext(ctx, argv[0], argv[1:]...), stop: stop, result: make(result), ended: make(chan struct{})}
	p.cmd.Stderr = &p.stderr
	p.cmd.WaitDelay = time.Second
	stdout, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	p.stdout = bufio.NewScanner(stdout)
	if p.stdin, err = p.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	return p, p.cmd.Start()
}

// await reads what the process prints up to the line of that name, and returns its value. If the process ends
// before, it returns nothing, and follow finds out why.
func (p *process) await(name string) string {
	for p.stdout.Scan() {
		got, value, _ := strings.Cut(p.stdout.Text(), " ")
		if got == name {
			return value
		}
		p.take(got, value)
	}
	return ""
}

// take keeps a result.
func (p *process) take(name, value string) {
	v, err := strconv.ParseFloat(value, 64)
	if err != nil {
		p.stop(fmt.Errorf("%s: it printed %q", strings.Join(p.argv, " "), name+" "+value))
		return
	}
	p.result[name] = v
}

// follow reads the rest and waits for the end of the process. If it fails, all processes of the run are
// stopped.
func (p *process) follow() {
	go func() {
		defer close(p.ended)
		p.await("") // no line has this name
		if err := p.cmd.Wait(); err != nil {
			p.err = fmt.Errorf("%s: %w: %s", strings.Join(p.argv, " "), err, firstLines(p.stderr.String()))
			p.stop(p.err)
		}
		used := p.cmd.ProcessState.UserTime() + p.cmd.ProcessState.SystemTime()
		p.result["cpu_ns"] = float64(used.Nanoseconds()) - p.result["cpu_before"]
	}()
}

// say writes a line to the process. That it has ended is for follow to find out.
func (p *process) say(line string) { fmt.Fprintln(p.stdin, line) }

// endInput tells the process that its peers are done.
func (p *process) endInput() { p.stdin.Close() }

// firstLines cuts what a process that crashed has to say.
func firstLines(text string) string {
	lines := strings.SplitN(strings.TrimSpace(text), "\n", 6)
	return strings.Join(lines[:min(len(lines), 5)], "\n")
}
