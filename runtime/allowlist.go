//go:build cgo

package runtime

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"time"
	"unicode"
)

// This file is lists of who is let in: it reads them, and reads them again when their files change.

// allowed is the entries of a list.
type allowed interface {
	// add takes a line, which is not empty and no comment.
	add(line string) error
	// decide calls decide with what the list says of a peer, at once or later.
	decide(z *zap, q *question, decide func(verdict))
	// check returns what is wrong with the list as a whole.
	check() error
}

// allowList is a list and where it is from.
type allowList struct {
	mechanism Mechanism
	source    KeySource

	mu      sync.Mutex
	entries allowed
	sum     [sha256.Size]byte // of its text
	seen    fileState         // when it was read
	read    time.Time
	fault   string // what was reported of the file as it was last; "" if it was good
}

func (l *allowList) kind() sourceKind {
	return sourceKind{"server.allow", l.mechanism == Plain, maxAllowList}
}

// openAllowList reads a list for the first time.
func openAllowList(m Mechanism, source KeySource) (*allowList, error) {
	l := &allowList{mechanism: m, source: source}
	if source.File != "" && source.Env == "" {
		return l, l.load()
	}
	text, err := source.read(l.kind())
	if err != nil {
		return nil, err
	}
	defer wipe(text)
	l.entries, err = l.parse(string(text))
	return l, err
}

// nobody is the entries of a list that has been emptied. Peers are told to come again, since an editor may have done it for a moment.
type nobody struct{}

func (nobody) add(string) error { return nil }
func (nobody) check() error     { return nil }
func (nobody) decide(_ *zap, _ *question, decide func(verdict)) {
	decide(verdict{status: zapLater, reason: RefusedUnlisted})
}

// load reads the file. The entries stay what they are if it is not good.
func (l *allowList) load() error {
	began := time.Now()
	text, state, err := readPrivate(l.source.File, l.kind())
	if err != nil {
		return fmt.Errorf("server.allow from %v: %w", l.source, err)
	}
	defer wipe(text)
	l.seen, l.read = state, began
	sum := sha256.Sum256(text)
	if l.entries != nil && sum == l.sum {
		return nil
	}
	entries, err := l.parse(string(text))
	switch {
	case err == nil:
		l.entries, l.sum = entries, sum
	case l.entries != nil && errors.Is(err, errEmptyList):
		l.entries, l.sum = nobody{}, sum
	}
	return err
}

// current returns the entries, of the file as it is now. If the file has become useless they are those from before, and
// if it has been emptied there are none; the error, which is returned once, says what is wrong.
func (l *allowList) current() (allowed, error) {
	if l.source.File == "" {
		return l.entries, nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	info, err := os.Stat(l.source.File)
	if err == nil && stateOf(info) == l.seen && !l.seen.unsettled(l.read) { // however it was then
		return l.entries, nil
	}
	if err == nil {
		err = l.load()
	} else {
		err = fmt.Errorf("server.allow from %v: %w", l.source, plainPathError(err))
	}
	if err == nil {
		l.fault = ""
		return l.entries, nil
	}
	if l.fault == err.Error() {
		return l.entries, nil
	}
	l.fault = err.Error()
	if errors.Is(err, errEmptyList) {
		return l.entries, fmt.Errorf("nobody is let in any more: %w", err)
	}
	return l.entries, fmt.Errorf("the list from before stays in force: %w", err)
}

// parse reads the text of a list.
func (l *allowList) parse(text string) (allowed, error) {
	var entries allowed
	separators := "\n"
	switch l.mechanism {
	case Curve:
		entries = keyList{}
	case Plain:
		entries = &userList{users: make(map[string]password)}
	default:
		entries = new(addressList)
	}
	if l.source.File == "" && l.mechanism != Plain { // a password may have a comma
		separators = "\n,"
	}
	err := lines(text, separators, func(_ int, line string) error { return entries.add(line) })
	if err == nil {
		err = entries.check()
	}
	if err != nil {
		return nil, fmt.Errorf("server.allow from %v: %w", l.source, err)
	}
	return entries, nil
}

var errEmptyList = errors.New("it lists nobody")

// cutWord splits a line at its first space, and returns what is behind without the spaces around it.
func cutWord(line string) (word, rest string) {
	if i := strings.IndexFunc(line, unicode.IsSpace); i >= 0 {
		return line[:i], strings.TrimSpace(line[i:])
	}
	return line, ""
}

// checkName returns an error if a name would do harm in a log or is longer than ZAP's user ids.
func checkName(name string) error {
	if len(name) > maxPlain || strings.IndexFunc(name, unicode.IsControl) >= 0 {
		return fmt.Errorf("a name of %d bytes, want at most %d without control characters", len(name), maxPlain)
	}
	return nil
}

// keyList is the public keys of clients, each with a name that may be empty.
type keyList map[publicKey]string

func (l keyList) add(line string) error {
	word, name := cutWord(line)
	text, err := findKey([]byte(word))
	if err != nil {
		return err
	}
	var key publicKey
	text.decode(&key)
	if _, twice := l[key]; twice {
		return errors.New("the key is in the list already")
	}
	l[key] = name
	return checkName(name)
}

func (l keyList) check() error {
	if len(l) == 0 {
		return errEmptyList
	}
	return nil
}

func (l keyList) decide(_ *zap, q *question, decide func(verdict)) {
	name, ok := l[q.key]
	switch {
	case !ok:
		decide(refusal(RefusedUnlisted))
	case name == "":
		decide(admitted(q.key.String()))
	default:
		decide(admitted(name))
	}
}
