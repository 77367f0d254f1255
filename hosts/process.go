//go:build linux

package hosts

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"
)

// This file runs processes on hosts.

// patience is how long a test waits for what must come, on however busy a machine.
const patience = time.Minute

// Process is a process on a host.
type Process struct {
	Name string

	host  *Host
	cmd   *exec.Cmd
	stdin io.WriteCloser
	lines chan string // what it prints; the first few that nobody takes are kept
	ended chan error

	mu     sync.Mutex
	output []string
}

// Start starts a program on the host. It is killed when the host ends, or this process does.
func (h *Host) Start(name string, env []string, program string, args ...string) (*Process, error) {
	p := &Process{Name: name, host: h, cmd: exec.Command(program, args...), lines: make(chan string, 64), ended: make(chan error, 1)}
	p.cmd.Env = append(os.Environ(), env...)
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} // by the host's thread, when it ends
	reader, writer, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	p.cmd.Stdout, p.cmd.Stderr = writer, writer
	if p.stdin, err = p.cmd.StdinPipe(); err == nil {
		err = h.run(p.cmd.Start)
	}
	writer.Close()
	if err != nil {
		reader.Close()
		return nil, fmt.Errorf("start %s on host %s: %w", name, h.Name, err)
	}
	h.running = append(h.running, p)
	go func() {
		p.read(reader)
		p.ended <- p.cmd.Wait()
	}()
	return p, nil
}

// read keeps what the process prints.
func (p *Process) read(from io.ReadCloser) {
	defer from.Close()
	defer close(p.lines)
	lines := bufio.NewScanner(from)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		p.mu.Lock()
		p.output = append(p.output, lines.Text())
		p.mu.Unlock()
		select {
		case p.lines <- lines.Text():
		default:
		}
	}
}

// Output returns what the process has printed so far.
func (p *Process) Output() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.output)
}

// Await waits for a line that starts with prefix, and returns it.
func (p *Process) Await(prefix string) (string, error) {
	late := time.After(patience)
	for {
		select {
		case line, ok := <-p.lines:
			if !ok {
				return "", fmt.Errorf("%s ended and printed no line %q: %s", p.Name, prefix, strings.Join(p.Output(), "\n"))
			}
			if strings.HasPrefix(line, prefix) {
				return line, nil
			}
		case <-late:
			return "", fmt.Errorf("%s printed no line %q in %v: %s", p.Name, prefix, patience, strings.Join(p.Output(), "\n"))
		}
	}
}

// Tell writes a line to the process.
func (p *Process) Tell(line string) error {
	_, err := fmt.Fprintln(p.stdin, line)
	return err
}

// Interrupt asks the process to end, as systemd does.
func (p *Process) Interrupt() error { return p.cmd.Process.Signal(syscall.SIGTERM) }

// Finish ends the input of the process and waits until it has ended well.
func (p *Process) Finish() error {
	p.stdin.Close()
	return p.Wait()
}

// Wait waits until the process has ended well.
func (p *Process) Wait() error {
	defer p.forget()
	select {
	case err := <-p.ended:
		if err != nil {
			return fmt.Errorf("%s: %w: %s", p.Name, err, strings.Join(p.Output(), "\n"))
		}
		return nil
	case <-time.After(patience):
		p.cmd.Process.Kill()
		<-p.ended
		return fmt.Errorf("%s has not ended after %v", p.Name, patience)
	}
}

// Kill kills the process and waits until it has gone.
func (p *Process) Kill() {
	p.cmd.Process.Kill()
	<-p.ended
	p.forget()
}

func (p *Process) forget() {
	p.stdin.Close()
	p.host.running = slices.DeleteFunc(p.host.running, func(q *Process) bool { return p == q })
}

// Kill kills all processes of the host.
func (h *Host) Kill() {
	for len(h.running) > 0 {
		h.running[0].Kill()
	}
}
