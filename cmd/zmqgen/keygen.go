package main

// This file makes keys for CURVE, and looks at those that there are.

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/zmqgen/zmqgen/internal/z85"
)

const (
	secretEnding = ".key"
	publicEnding = ".pub"

	maxKeyFile = 4 << 10 // bytes, as the runtime has it
)

var keygenCommand = command{
	name:    "keygen",
	args:    "NAME...",
	summary: "make pairs of keys for CURVE",
	about: `Makes a pair of keys and writes NAME.key, the secret one, which only its owner can read, and NAME.pub,
the public one: 40 characters of Z85 and a line end each. NAME may have directories before it. Several
pairs are written all or none, and what is there already stays unless --force says otherwise. A key that
is replaced is gone.

Every server and every client has a pair of its own. A topology names the files, or environment variables
that hold the same text, and never the keys; a list of clients is made by: cat desk*.pub >desks.allow

--check makes nothing: it looks whether NAME.pub belongs to NAME.key, and whether only its owner can read
that. Nothing secret is ever printed; -v prints fingerprints, which the runtime reports strangers by.

--user reads a password from standard input and makes the line of a list of users that lets USER in by it,
with a salted hash in place of the password. -o appends it to FILE, which only its owner can read if it is
new; a user who is in FILE already is an error. Without -o the line goes to standard output: a file that a
shell makes of it is readable by others, and refused by the runtime, unless umask 077 came before.`,
	examples: `zmqgen keygen feed keys/desk1 keys/desk2
zmqgen keygen --check -v feed
zmqgen keygen --user desk -o users.allow <password.txt`,
	findings: "a pair is not in order (of --check)",
	maxArgs:  math.MaxInt,
	flags: func(set *flag.FlagSet, o *options) {
		set.BoolVar(&o.checkOnly, "check", false, "look at the pairs that are there")
		set.BoolVar(&o.force, "force", false, "replace pairs that are there")
		set.StringVar(&o.user, "user", "", "make the line of a list of users that lets `USER` in")
		set.StringVar(&o.out, "o", "", "append the line of --user to `FILE`, made with mode 0600 if it is not there")
		set.BoolVar(&o.verbose, "v", false, "name the files written and the fingerprints, on standard error")
	},
	run: runKeygen,
}

func runKeygen(c *console, opts options) error {
	switch {
	case opts.user != "" && (len(opts.args) > 0 || opts.checkOnly || opts.force):
		return usagef("keygen: --user stands alone")
	case opts.user != "":
		return makeUser(c, opts.user, opts.out)
	case opts.out != "":
		return usagef("keygen: -o is for the line of --user; pairs are written to NAME.key and NAME.pub")
	case len(opts.args) == 0:
		return usagef("keygen: name the pair: NAME.key and NAME.pub are written")
	case opts.checkOnly && opts.force:
		return usagef("keygen: --check writes nothing, so that there is nothing to --force")
	}
	names, err := pairNames(opts.args)
	if err != nil {
		return err
	}
	if opts.checkOnly {
		return checkPairs(c, opts, names)
	}
	return writePairs(c, opts, names)
}

// pairNames returns the paths of pairs, without endings.
func pairNames(args []string) (names []string, err error) {
	for _, arg := range args {
		name := filepath.Clean(settle(arg))
		base := filepath.Base(name)
		if ending := filepath.Ext(base); ending == secretEnding || ending == publicEnding {
			return nil, usagef("keygen: name the pair without its endings: %s", shown(strings.TrimSuffix(name, ending)))
		}
		if arg == "" || strings.HasSuffix(filepath.ToSlash(arg), "/") || base == "." || base == ".." || base == string(filepath.Separator) {
			return nil, usagef("keygen: %q is no name of a pair", arg)
		}
		if slices.Contains(names, name) {
			return nil, usagef("keygen: %s is named twice", shown(name))
		}
		names = append(names, name)
	}
	return names, nil
}

// writePairs makes new pairs and writes them: all, or none.
func writePairs(c *console, opts options, names []string) error {
	var p plan
	var prints []string
	for _, name := range names {
		public, secret, err := z85.NewKeys()
		if err != nil {
			return fmt.Errorf("make keys: %w", err)
		}
		print, err := z85.Fingerprint(public)
		if err != nil {
			return err
		}
		prints = append(prints, shown(name)+": "+print)
		for ending, text := range map[string]string{secretEnding: secret, publicEnding: public} {
			ch := change{name: shown(name + ending), path: name + ending, state: missing, content: []byte(text + "\n"), mode: 0o600}
			if ending == publicEnding {
				ch.mode = 0o644
			}
			if err := ch.replaces(opts.force); err != nil {
				return err
			}
			p.changes = append(p.changes, ch)
		}
	}
	slices.SortFunc(p.changes, func(a, b change) int { return strings.Compare(a.name, b.name) })
	p.dir = filepath.Dir(names[0])
	if !opts.force {
		if err := p.checkNew(); err != nil {
			return fmt.Errorf("%w: --force replaces them, and then the old keys are gone", err)
		}
	}
	if err := p.applyUntilSignal(keyDisk(opts.force)); err != nil {
		return err
	}
	c.tellChanges(opts, p.changes)
	for _, print := range prints {
		c.tell(opts, "%s", print)
	}
	return nil
}

// replaces notes the file that is there, of which nothing but its being there matters: it is put back if not all pairs can
// be written.
func (ch *change) replaces(force bool) error {
	info, err := os.Lstat(ch.path)
	switch {
	case errors.Is(err, fs.ErrNotExist) || !force:
		return nil
	case err != nil:
		return fmt.Errorf("%s cannot be looked for: %w", ch.name, cause(err))
	case !info.Mode().IsRegular():
		return fmt.Errorf("%s is no regular file and will not be replaced; nothing was written", ch.name)
	}
	if ch.old, err = readKeyFile(ch.path); err != nil {
		return fmt.Errorf("%s: %w", ch.name, err)
	}
	ch.state, ch.modTime = outdated, info.ModTime()
	return nil
}

// keyDisk is the file system to pairs of keys: no file is ever readable by others, but for those that are to be.
func keyDisk(force bool) disk {
	d := newFilesDisk
	if force {
		d = realDisk
	}
	d.write = func(path string, content []byte) error { return writeNewMode(path, content, 0o600) }
	d.chtime = func(string, time.Time) error { return nil }
	return d
}

// readKeyFile reads a file that is a key, or may be one.
func readKeyFile(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, cause(err)
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("it is no regular file")
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, cause(err)
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxKeyFile+1))
	if err == nil && len(text) > maxKeyFile {
		err = fmt.Errorf("it has more than %d bytes, and is no key", maxKeyFile)
	}
	return text, cause(err)
}

// checkPairs looks at pairs, and prints what is wrong with them.
func checkPairs(c *console, opts options, names []string) error {
	found := false
	for _, name := range names {
		print, err := checkPair(name)
		if err != nil {
			fmt.Fprintf(c.stdout, "%v\n", err)
			found = true
			continue
		}
		c.tell(opts, "%s: %s", shown(name), print)
	}
	if found {
		return errFindings
	}
	return nil
}

// checkPair returns the fingerprint of a pair that is in order.
func checkPair(name string) (print string, err error) {
	secretFile, publicFile := shown(name+secretEnding), shown(name+publicEnding)
	secret, err := keyIn(name + secretEnding)
	if err != nil {
		return "", fmt.Errorf("%s: %w", secretFile, err)
	}
	public, err := keyIn(name + publicEnding)
	if err != nil {
		return "", fmt.Errorf("%s: %w", publicFile, err)
	}
	info, err := os.Stat(name + secretEnding)
	if err != nil {
		return "", fmt.Errorf("%s: %w", secretFile, cause(err))
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 && runtime.GOOS != "windows" {
		return "", fmt.Errorf("%s: its mode is %#o, so others than its owner can read it: chmod 600 %s", secretFile, mode, shellWord(secretFile))
	}
	of, err := z85.PublicOf(secret)
	if err != nil {
		return "", fmt.Errorf("%s: %w", secretFile, err)
	}
	if of != public {
		return "", fmt.Errorf("%s is not the public key of %s", publicFile, secretFile)
	}
	return z85.Fingerprint(public)
}

// keyIn reads the one key of a file, which may have comments.
func keyIn(path string) (string, error) {
	text, err := readKeyFile(path)
	if err != nil {
		return "", err
	}
	key := ""
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		if key != "" {
			return "", errors.New("it has more than one line, want one key")
		}
		key = line
	}
	_, err = z85.DecodeKey(key)
	return key, err
}
