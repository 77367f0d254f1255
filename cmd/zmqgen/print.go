package main

// This file turns results into what the user reads. The voice of zmqgen:
//
//   - Silence is success. -v adds one line per file written, no more.
//   - Standard output is what was asked for: files, diffs, listings, findings. Standard error is for
//     everything said besides: complaints, advice, what -v tells.
//   - A complaint starts with "zmqgen: ", is lower case, has no full stop, and names the file, what is
//     wrong with it and what is accepted. No "failed to", no "please", no exclamation mark.
//   - Nothing is coloured but findings, and these on a terminal only: never in a file or a pipe, nor with NO_COLOR set.
//     --color says otherwise.
//   - Advice is a line of its own that can be pasted into a shell.
//   - All that is wrong is said at once.
//   - Files are named as the user named them, with slashes on every system, and lines end in LF, so
//     that output is the same everywhere.

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// console is where one run reads and prints.
type console struct {
	stdin          io.Reader
	stdout, stderr *stickyWriter
}

// newConsole returns the console of one run.
func newConsole(stdin io.Reader, stdout, stderr io.Writer) *console {
	return &console{stdin: stdin, stdout: &stickyWriter{w: stdout}, stderr: &stickyWriter{w: stderr}}
}

// stickyWriter keeps the first error of its writer, so that printing needs no checks and a full disk
// behind a redirection is still noticed.
type stickyWriter struct {
	w   io.Writer
	err error
}

func (s *stickyWriter) Write(p []byte) (int, error) {
	if s.err != nil {
		return 0, s.err
	}
	n, err := s.w.Write(p)
	s.err = err
	return n, err
}

// outcome returns the outcome of a command that ended with err: what was asked for has to have
// arrived as well.
func (c *console) outcome(err error) error {
	if c.stdout.err != nil && (err == nil || errors.Is(err, errFindings)) {
		return fmt.Errorf("write to standard output: %w", cause(c.stdout.err))
	}
	return err
}

// complain prints an error, one line for each that is joined in it.
func (c *console) complain(err error) {
	for _, line := range strings.Split(err.Error(), "\n") {
		fmt.Fprintf(c.stderr, "zmqgen: %s\n", line)
	}
}

// advise prints what to do next.
func (c *console) advise(line string) {
	fmt.Fprintln(c.stderr, line)
}

// tell prints a line that -v asks for.
func (c *console) tell(opts options, format string, args ...any) {
	if opts.verbose {
		fmt.Fprintf(c.stderr, format+"\n", args...)
	}
}

// tellChanges names the files that were written and removed.
func (c *console) tellChanges(opts options, changes []change) {
	for _, ch := range changes {
		verb := "wrote"
		if ch.state == stale {
			verb = "removed"
		}
		c.tell(opts, "%s %s", verb, ch.name)
	}
}

// internalError prints a fault of zmqgen itself, with the frames of ours that a report needs and
// nothing of the machine.
func (c *console) internalError(fault any) {
	fmt.Fprintf(c.stderr, "zmqgen: internal error: %v\n", fault)
	pcs := make([]uintptr, 64)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs)])
	for printed := 0; printed < 8; {
		frame, more := frames.Next()
		if name, ours := strings.CutPrefix(frame.Function, "github.com/zmqgen/zmqgen/"); ours {
			fmt.Fprintf(c.stderr, "\t%s (%s:%d)\n", name, filepath.Base(frame.File), frame.Line)
			printed++
		}
		if !more {
			break
		}
	}
	c.advise("report it, with the topology, at https://github.com/zmqgen/zmqgen/issues")
}

// cause returns err without the operation and path that package os puts before it, for messages that
// name both in the user's terms.
func cause(err error) error {
	var (
		path *os.PathError
		link *os.LinkError
	)
	switch {
	case errors.As(err, &path):
		return path.Err
	case errors.As(err, &link):
		return link.Err
	}
	return err
}

// shown returns the name of a file as it is printed.
func shown(name string) string { return filepath.ToSlash(filepath.Clean(name)) }

// shellWord returns s as one word of a command line.
func shellWord(s string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("_-./:@+,=\\", r)
	}
	if s != "" && strings.IndexFunc(s, func(r rune) bool { return !plain(r) }) < 0 {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
