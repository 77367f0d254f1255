package main

// This file makes the lines of a list of users, with hashes of their passwords, and appends them to lists that only their owners can read.

import (
	"bufio"
	"bytes"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
)

const (
	maxPassword   = 255
	hashesOfAWord = 600_000 // what OWASP advises for PBKDF2 with SHA-256
	maxUserList   = 8 << 20 // bytes, as the runtime has it
)

// makeUser makes the line of a list of users, with the password that standard input has, and appends it to a file or prints it.
func makeUser(c *console, user, path string) error {
	if len(user) > maxPassword || user[0] == '#' || strings.ContainsFunc(user, func(r rune) bool { return r <= ' ' || r == 0x7f }) {
		return usagef("keygen: user %q, want 1 to %d bytes without spaces that do not begin with #", user, maxPassword)
	}
	line, err := bufio.NewReader(io.LimitReader(c.stdin, maxPassword+3)).ReadBytes('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("read standard input: %w", cause(err))
	}
	word := bytes.TrimSuffix(bytes.TrimSuffix(line, []byte("\n")), []byte("\r"))
	if len(word) == 0 || len(word) > maxPassword {
		return fmt.Errorf("standard input is no password: want one line of 1 to %d bytes", maxPassword)
	}
	salt := make([]byte, 16)
	rand.Read(salt) // never fails
	hash, err := pbkdf2.Key(sha256.New, string(word), salt, hashesOfAWord, sha256.Size)
	if err != nil {
		return err
	}
	text := fmt.Sprintf("%s pbkdf2-sha256:%d:%s:%s\n", user, hashesOfAWord, base64.StdEncoding.EncodeToString(salt), base64.StdEncoding.EncodeToString(hash))
	if path == "" {
		fmt.Fprint(c.stdout, text)
		return nil
	}
	if err := appendUser(settle(path), user, text); err != nil {
		return fmt.Errorf("%s: %w", shown(path), err)
	}
	return nil
}

// appendUser appends a user's line to a list, or makes the list: the whole line, or nothing.
func appendUser(path, user, line string) error {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() { // before it is opened, as a FIFO would wait
		return errors.New("it is no regular file")
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return cause(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return cause(err)
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 && runtime.GOOS != "windows" {
		return fmt.Errorf("its mode is %#o, so others than its owner can read it: chmod 600 %s", mode, shellWord(shown(path)))
	}
	text, err := io.ReadAll(io.LimitReader(f, maxUserList+1))
	if err != nil {
		return cause(err)
	}
	if len(text) > 0 && text[len(text)-1] != '\n' {
		line = "\n" + line
	}
	if len(text)+len(line) > maxUserList {
		return fmt.Errorf("it would have more than %d bytes, which nothing reads", maxUserList)
	}
	number := 0
	for l := range strings.Lines(string(text)) {
		number++
		if words := strings.Fields(l); len(words) > 0 && words[0] == user {
			return fmt.Errorf("line %d has user %s already: take it out first", number, user)
		}
	}
	if _, err := f.WriteString(line); err != nil {
		return errors.Join(cause(err), f.Truncate(int64(len(text)))) // no half of a line
	}
	return errors.Join(cause(f.Sync()), cause(f.Close()))
}
