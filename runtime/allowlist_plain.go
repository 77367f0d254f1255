//go:build cgo

package runtime

import (
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"
)

// This file is the list of a PLAIN server: names and passwords, in the clear or as salted hashes.

const (
	hashScheme    = "pbkdf2-sha256"
	minIterations = 1000
	maxIterations = 10_000_000
)

// userList is the users of a list. All their passwords are kept in the same way, so that the time of an answer does not tell
// whether there is such a user.
type userList struct {
	users      map[string]password
	iterations int // of each hash; 0 if the passwords are in the clear
	known      known
}

// known is the passwords that have let somebody in by their hashes, each under a key of this process's own: who comes back
// does not take the time of a hash again.
type known struct {
	mu   sync.Mutex
	key  []byte
	macs map[string][]byte // by user
}

func (k *known) mac(word Secret) []byte {
	if k.key == nil {
		k.key = make([]byte, sha256.Size)
		rand.Read(k.key) // never fails
		k.macs = make(map[string][]byte)
	}
	h := hmac.New(sha256.New, k.key)
	h.Write([]byte(word))
	return h.Sum(nil)
}

func (k *known) has(user string, word Secret) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return hmac.Equal(k.mac(word), k.macs[user])
}

func (k *known) learn(user string, word Secret) {
	k.mu.Lock()
	defer k.mu.Unlock()
	mac := k.mac(word)
	k.macs[user] = mac
}

// password is what is kept of one: a hash of it, by SHA-256 alone if it was in the clear, or by PBKDF2.
type password struct {
	salt []byte
	hash [sha256.Size]byte
}

// Format shows nothing of it.
func (password) Format(f fmt.State, _ rune) { fmt.Fprint(f, hidden) }

func (l *userList) add(line string) error {
	user, word := cutWord(line)
	switch {
	case word == "":
		return errors.New("want a name, a space and a password, or its hash")
	case len(word) > maxPlain:
		return fmt.Errorf("a password of %d bytes, want at most %d", len(word), maxPlain)
	}
	if err := checkName(user); err != nil {
		return err
	}
	if _, twice := l.users[user]; twice {
		return fmt.Errorf("user %q is in the list already", user)
	}
	kept, iterations := password{hash: sha256.Sum256([]byte(word))}, 0
	if hash, ok := strings.CutPrefix(word, hashScheme+":"); ok {
		var err error
		if kept, iterations, err = parseHash(hash); err != nil {
			return err
		}
	}
	if len(l.users) > 0 && iterations != l.iterations {
		return errors.New("the list mixes passwords in the clear with hashes, or hashes of several costs, so that the time of an answer would tell who is in it: want all alike")
	}
	l.users[user], l.iterations = kept, iterations
	return nil
}

// parseHash reads ITERATIONS:SALT:HASH, the last two in base64.
func parseHash(text string) (p password, iterations int, err error) {
	parts := strings.Split(text, ":")
	if len(parts) != 3 {
		return p, 0, errors.New("want " + hashScheme + ":ITERATIONS:SALT:HASH")
	}
	iterations, err = strconv.Atoi(parts[0])
	if err != nil || iterations < minIterations || iterations > maxIterations {
		return p, 0, fmt.Errorf("the iterations of a hash are %d to %d", minIterations, maxIterations)
	}
	p.salt, err = base64.StdEncoding.DecodeString(parts[1])
	hash, hashErr := base64.StdEncoding.DecodeString(parts[2])
	if err != nil || hashErr != nil || len(p.salt) < 8 || len(hash) != len(p.hash) {
		return p, 0, fmt.Errorf("want a salt of 8 bytes or more and a hash of %d, in base64", len(p.hash))
	}
	copy(p.hash[:], hash)
	return p, iterations, nil
}

func (l *userList) check() error {
	if len(l.users) == 0 {
		return errEmptyList
	}
	return nil
}

// decide compares the password: that of a user whom there is not with one that nobody has. Hashes take their time, so
// that a few are made at once and peers may wait, for a while: none is made for who has given up.
func (l *userList) decide(z *zap, q *question, decide func(verdict)) {
	switch {
	case l.iterations == 0:
		decide(l.compare(q))
		return
	case l.known.has(q.peer.User, q.peer.Password):
		decide(admitted(q.peer.User))
		return
	}
	busy, until := verdict{status: zapLater, reason: RefusedBusy}, time.Now().Add(z.patience)
	compare := func() {
		if time.Now().After(until) {
			decide(busy)
		} else {
			decide(l.compare(q))
		}
	}
	if !z.hashes.do(q.peer.Address, compare) {
		decide(busy)
	}
}

func (l *userList) compare(q *question) verdict {
	kept, known := l.users[q.peer.User]
	if !known {
		kept.salt = make([]byte, sha256.Size)
	}
	given := []byte(q.peer.Password)
	hash := sha256.Sum256(given)
	if l.iterations > 0 {
		derived, err := pbkdf2.Key(sha256.New, string(given), kept.salt, l.iterations, sha256.Size)
		if err != nil {
			return verdict{status: zapFault, reason: RefusedPassword, err: err}
		}
		copy(hash[:], derived)
	}
	same := subtle.ConstantTimeCompare(hash[:], kept.hash[:]) == 1
	switch {
	case !known:
		return refusal(RefusedUnlisted)
	case !same:
		return refusal(RefusedPassword)
	}
	if l.iterations > 0 {
		l.known.learn(q.peer.User, q.peer.Password)
	}
	return admitted(q.peer.User)
}
