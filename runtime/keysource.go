//go:build cgo

package runtime

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// This file reads keys, names, passwords and lists from where a KeySource says: when they are needed, into memory that the
// caller wipes, and only from files that nobody else can read or write.

const (
	maxCredential = 4 << 10 // bytes of a file with one key, name or password
	maxAllowList  = 8 << 20 // of a file with a list
)

// sourceKind says what a KeySource is for, and so what its file has to be like.
type sourceKind struct {
	name    string // in the topology: server.secret_key
	private bool   // nobody but its owner is to read it
	most    int64
}

func (k KeySource) isSet() bool { return k.Env != "" || k.File != "" }

// String names the variable or the file, of which the value is not part.
func (k KeySource) String() string {
	switch {
	case k.File != "":
		return "file " + k.File
	case k.Env != "":
		return "environment variable " + k.Env
	}
	return "nothing"
}

// read returns what the source holds now. An error names the source and says nothing of what it holds.
func (k KeySource) read(kind sourceKind) ([]byte, error) {
	var text []byte
	var err error
	switch {
	case k.Env != "" && k.File != "":
		err = errors.New("both an environment variable and a file are given, want one of them")
	case k.File != "":
		text, _, err = readPrivate(k.File, kind)
	case k.Env != "":
		value, ok := os.LookupEnv(k.Env)
		if !ok {
			err = errors.New("it is not set")
		} else if int64(len(value)) > kind.most {
			err = fmt.Errorf("it has %d bytes, want at most %d", len(value), kind.most)
		}
		text = []byte(value)
	default:
		return nil, fmt.Errorf("%s is not given: the topology names no environment variable and no file for it", kind.name)
	}
	if err == nil && len(bytes.TrimSpace(text)) == 0 {
		err = errors.New("it is empty")
	}
	if err != nil {
		wipe(text)
		return nil, fmt.Errorf("%s from %v: %w", kind.name, k, err)
	}
	return text, nil
}

// value is read for a name or a password: all but one line end behind it is part of it.
func (k KeySource) value(kind sourceKind) ([]byte, error) {
	text, err := k.read(kind)
	if err != nil {
		return nil, err
	}
	value, err := findValue(text)
	if err != nil {
		wipe(text)
		return nil, fmt.Errorf("%s from %v: %w", kind.name, k, err)
	}
	return value, nil
}

// findValue returns the one line of text, as a part of it.
func findValue(text []byte) ([]byte, error) {
	value := text
	if n := len(value); n > 0 && value[n-1] == '\n' {
		value = bytes.TrimSuffix(value[:n-1], []byte("\r"))
	}
	if len(value) == 0 || len(value) > maxPlain || bytes.ContainsAny(value, "\r\n\x00") {
		return nil, fmt.Errorf("%d bytes, want one line of 1 to %d", len(value), maxPlain)
	}
	return value, nil
}

// readPrivate reads a file that has to be fit for kind. What is judged is the file that is read, wherever symbolic links
// have led to it.
func readPrivate(path string, kind sourceKind) ([]byte, fileState, error) {
	// A FIFO would keep the open waiting for ever.
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK|syscall.O_NOCTTY, 0)
	if err != nil {
		return nil, fileState{}, plainPathError(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, fileState{}, plainPathError(err)
	}
	if err := checkFile(path, info, kind); err != nil {
		return nil, fileState{}, err
	}
	text := make([]byte, info.Size()+1) // one more, to see that there is none
	n, err := io.ReadFull(f, text)
	switch {
	case err == nil:
		wipe(text)
		return nil, fileState{}, errors.New("it grew while it was read")
	case err != io.ErrUnexpectedEOF && err != io.EOF:
		wipe(text)
		return nil, fileState{}, plainPathError(err)
	}
	return text[:n], stateOf(info), nil
}

// checkFile returns what is wrong with a file that holds a secret, or by which others are let in.
func checkFile(path string, info fs.FileInfo, kind sourceKind) error {
	mode := info.Mode()
	switch owner, known := ownerOf(info); {
	case !mode.IsRegular():
		return errors.New("it is no regular file")
	case kind.private && mode.Perm()&0o077 != 0 && !(mode.Perm()&0o037 == 0 && isCredential(path)):
		return fmt.Errorf("its mode is %#o, so others than its owner can read or write it: chmod 600", mode.Perm())
	case mode.Perm()&0o022 != 0:
		return fmt.Errorf("its mode is %#o, so others than its owner can write it: chmod go-w", mode.Perm())
	case known && owner != 0 && owner != os.Geteuid():
		return fmt.Errorf("it belongs to user %d, want root or the user that runs this program, %d: chown it", owner, os.Geteuid())
	case info.Size() > kind.most:
		return fmt.Errorf("it has %d bytes, want at most %d", info.Size(), kind.most)
	}
	return nil
}

// isCredential reports whether path is one of the credentials that systemd has loaded for this service. It lets the service's
// user read those that root owns by an access control list, of which the mode shows as much as if the group could.
func isCredential(path string) bool {
	dir := os.Getenv("CREDENTIALS_DIRECTORY")
	return filepath.IsAbs(dir) && filepath.Dir(path) == filepath.Clean(dir)
}

func ownerOf(info fs.FileInfo) (uid int, known bool) {
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0, false
	}
	return int(st.Uid), true
}

// plainPathError is err without the path, which the caller names.
func plainPathError(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}

// wipe overwrites b, so that a secret does not stay in memory for longer than it is needed.
func wipe(b []byte) { clear(b) }

// lines are the lines of a list: trimmed, without empty ones and comments, with their numbers. A comment starts with #.
// That no key does is arithmetic: the first of five Z85 characters that is a # makes them more than 32 bits.
func lines(text string, separators string, each func(number int, line string) error) error {
	number := 0
	for len(text) > 0 {
		i := strings.IndexAny(text, separators)
		line, rest := text, ""
		if i >= 0 {
			line, rest = text[:i], text[i+1:]
		}
		text = rest
		number++
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		if err := each(number, line); err != nil {
			return fmt.Errorf("line %d: %w", number, err)
		}
	}
	return nil
}
