// Package program runs the other end of an exchange, which is a program.
package program

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

// Program is a running program, which says something by lines and goes on until its input ends.
type Program struct {
	Lines chan string   // what it says
	Ended chan struct{} // closed when it has ended
	in    io.WriteCloser
	err   error // of its end
}

// Start starts a program. It is killed when ctx ends, and failed is called if it fails.
func Start(ctx context.Context, command []string, failed func(error)) (*Program, error) {
	cmd := exec.CommandContext(ctx, command[0], command[1:]...)
	cmd.WaitDelay = time.Second
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	in, inErr := cmd.StdinPipe()
	out, outErr := cmd.StdoutPipe()
	if err := errors.Join(inErr, outErr, cmd.Start()); err != nil {
		return nil, err
	}
	p := &Program{Lines: make(chan string, 16), in: in, Ended: make(chan struct{})}
	go func() {
		for scanner := bufio.NewScanner(out); scanner.Scan(); {
			select {
			case p.Lines <- scanner.Text():
			case <-ctx.Done():
			}
		}
		if err := cmd.Wait(); err != nil {
			p.err = fmt.Errorf("%s: %w: %s", command[0], err, bytes.TrimSpace(stderr.Bytes()))
			failed(p.err)
		}
		close(p.Ended)
	}()
	return p, nil
}

// Say tells the program something. One that has gone is found out elsewhere.
func (p *Program) Say(line string) { _, _ = io.WriteString(p.in, line+"\n") }

// Await waits for a line that begins with a word, and returns what stands behind it.
func (p *Program) Await(ctx context.Context, word string) (string, error) {
	for {
		select {
		case line := <-p.Lines:
			if first, rest, _ := strings.Cut(line, " "); first == word {
				return rest, nil
			}
		case <-p.Ended:
			if len(p.Lines) == 0 {
				return "", errors.Join(p.err, fmt.Errorf("it ended without a word of %q", word))
			}
		case <-ctx.Done():
			return "", fmt.Errorf("waiting for %q: %w", word, context.Cause(ctx))
		}
	}
}

// Finish ends the input of the program and waits for its end.
func (p *Program) Finish() error {
	_ = p.in.Close()
	<-p.Ended
	return p.err
}
