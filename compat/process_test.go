package compat

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"time"
)

// This file runs the other end of an exchange, which is a program.

// process is a running peer. peers/README.md says what it says.
type process struct {
	lines chan string // what it says
	in    io.WriteCloser
	ended chan struct{} // closed when it has ended
	err   error         // then: how
}

// start starts a peer. It is killed when ctx ends, and failed is called if it fails.
func start(ctx context.Context, command []string, failed func(error)) (*process, error) {
	cmd := exec.CommandContext(ctx, command[0], command[1:]...)
	cmd.WaitDelay = time.Second
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	in, inErr := cmd.StdinPipe()
	out, outErr := cmd.StdoutPipe()
	if err := errors.Join(inErr, outErr, cmd.Start()); err != nil {
		return nil, err
	}
	p := &process{lines: make(chan string, 16), in: in, ended: make(chan struct{})}
	go func() {
		for scanner := bufio.NewScanner(out); scanner.Scan(); {
			p.lines <- scanner.Text() // three at most
		}
		if err := cmd.Wait(); err != nil {
			p.err = fmt.Errorf("the peer: %w: %s", err, bytes.TrimSpace(stderr.Bytes()))
			failed(p.err)
		}
		close(p.ended)
	}()
	return p, nil
}

// say tells the peer something. One that has gone is found out elsewhere.
func (p *process) say(line string) { _, _ = io.WriteString(p.in, line+"\n") }

// await waits for a line that begins with a word, and returns what stands behind it.
func (p *process) await(ctx context.Context, word string) (string, error) {
	for {
		select {
		case line := <-p.lines:
			if first, rest, _ := strings.Cut(line, " "); first == word {
				return rest, nil
			}
		case <-p.ended:
			if len(p.lines) == 0 {
				return "", errors.Join(p.err, fmt.Errorf("the peer ended without a word of %q", word))
			}
		case <-ctx.Done():
			return "", fmt.Errorf("waiting for %q: %w", word, context.Cause(ctx))
		}
	}
}

// finish lets the peer go and waits for its end.
func (p *process) finish() error {
	_ = p.in.Close()
	<-p.ended
	return p.err
}
