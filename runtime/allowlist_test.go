//go:build cgo

package runtime

import (
	"context"
	"crypto/pbkdf2"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// This file has lists of who is let in: what they may say, and that they are read again; and the files that secrets are in.

func TestListsSayWhatIsWrongWithThem(t *testing.T) {
	a, b := newKeys(t), newKeys(t)
	for _, test := range []struct {
		mechanism  Mechanism
		text, want string // "" if nothing is wrong
	}{
		{Curve, "# a comment\n\n" + a.public + "\r\n  " + b.public + "\tdesk two \n#" + a.public, ""},
		{Curve, a.public + "\n" + b.public[:39], "line 2: 39 characters, want a key of 40"},
		{Curve, "~" + a.public[1:], "line 1: it is no Z85"},
		{Curve, "$" + a.public[1:], "line 1: it is no Z85"}, // too large
		{Curve, a.public + "\n\n" + a.public + " again", "line 3: the key is in the list already"},
		{Curve, a.public + " " + strings.Repeat("n", 256), "line 1: a name of 256 bytes, want at most 255"},
		{Curve, a.public + " bell\x07", "without control characters"},
		{Curve, "# nobody\n", "it lists nobody"},
		{Plain, "desk word\nother  pass word \n", ""},
		{Plain, "desk", "line 1: want a name, a space and a password"},
		{Plain, "desk word\ndesk other", `line 2: user "desk" is in the list already`},
		{Plain, "desk " + strings.Repeat("w", 256), "a password of 256 bytes"},
		{Plain, "desk " + hashed("word", 1000), ""},
		{Plain, "desk " + hashed("word", 1000) + "\nother word", "line 2: the list mixes"},
		{Plain, "desk " + hashed("word", 1000) + "\nother " + hashed("word", 1001), "line 2: the list mixes"},
		{Plain, "desk " + hashed("word", 999), "iterations of a hash are 1000 to"},
		{Plain, "desk pbkdf2-sha256:1000:c2FsdA==:aGFzaA==", "a salt of 8 bytes or more and a hash of 32"},
		{Plain, "desk pbkdf2-sha256:1000", "want pbkdf2-sha256:ITERATIONS:SALT:HASH"},
		{Plain, "desk pbkdf2-sha256:99999999999:c2FsdHNhbHQ=:aGFzaA==", "iterations of a hash are"},
		{Null, "10.0.0.1\n10.1.0.0/16\nfd00::/8\n::1\nuid:1000\ngid:7 # operators", ""},
		{Null, "10.0.0.1/8", "10.0.0.1/8 has bits behind the network: want 10.0.0.0/8"},
		{Null, "10.0.0.1\nhost.example", `line 2: want an address such as 10.0.0.7`},
		{Null, "uid:x", `line 1: want a number behind uid:`},
		{Null, b.public[:39], `line 1: want an address such as 10.0.0.7`}, // the file of another list, or of a secret
		{Null, "10.0.0.1 10.0.0.2", "one address, network"},
	} {
		l, err := openAllowList(test.mechanism, secretIn(t, test.text))
		if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
			t.Errorf("%v: %q: got %v, want %q", test.mechanism, test.text, err, test.want)
		}
		if err == nil && l.entries == nil {
			t.Errorf("%q: no entries", test.text)
		}
		for _, secret := range []string{"word", b.public[:39]} {
			if err != nil && strings.Contains(strings.ReplaceAll(err.Error(), "password", ""), secret) {
				t.Errorf("%v says %s", err, secret)
			}
		}
	}
}

// hashed is a password as a list keeps it.
func hashed(word string, iterations int) string {
	salt := []byte("salt of these tests")
	hash, err := pbkdf2.Key(sha256.New, word, salt, iterations, sha256.Size)
	if err != nil {
		panic(err)
	}
	return fmt.Sprintf("pbkdf2-sha256:%d:%s:%s", iterations, base64.StdEncoding.EncodeToString(salt), base64.StdEncoding.EncodeToString(hash))
}

func TestAddressesOfAList(t *testing.T) {
	l := new(addressList)
	for _, line := range []string{"10.0.0.7", "192.168.0.0/16", "fd00::/8", "uid:1000", "gid:50"} {
		if err := l.add(line); err != nil {
			t.Fatal(err)
		}
	}
	for address, want := range map[string]bool{
		"10.0.0.7": true, "10.0.0.8": false, "::ffff:10.0.0.7": true, "192.168.44.1": true, "fd12::1": true, "fd12::1%eth0": true, "fe80::1": false,
		"localhost:1000:7:33": true, "localhost:7:50:33": true, "localhost:7:7:1000": false, ":1000:7:33": true,
		"": false, "localhost": false, "1000:7:33": false, "x:-1:50:1": false, "localhost:1000:7": false, "x:1000:7:": false,
	} {
		if l.has(address) != want {
			t.Errorf("%q: %v", address, !want)
		}
	}
}

func TestListsFromTheEnvironment(t *testing.T) {
	a, b := newKeys(t), newKeys(t)
	t.Setenv("ZMQGEN_ALLOW", a.public+","+b.public+" desk two\n")
	l := must(openAllowList(Curve, KeySource{Env: "ZMQGEN_ALLOW"}))(t)
	if entries := l.entries.(keyList); len(entries) != 2 {
		t.Errorf("%d entries", len(entries))
	}
	t.Setenv("ZMQGEN_ALLOW", "desk a,b\n")
	users := must(openAllowList(Plain, KeySource{Env: "ZMQGEN_ALLOW"}))(t)
	if entries := users.entries.(*userList); len(entries.users) != 1 {
		t.Errorf("%d entries", len(entries.users))
	}
}

// replaceFile replaces a file at one stroke, as an editor does.
func replaceFile(t testing.TB, file KeySource, text string) {
	t.Helper()
	next := secretIn(t, text)
	if err := os.Rename(next.File, file.File); err != nil {
		t.Fatal(err)
	}
}

// Who is added to a list is let in without a restart of either side, and who is taken out is refused when it comes again.
func TestListsAreReadAgain(t *testing.T) {
	server, one, two := newKeys(t), newKeys(t), newKeys(t)
	allow := secretIn(t, one.public)
	pull, bound := lockedPull(t, securedTopology("tcp://127.0.0.1:*", curveSpec(server, one, allow)))
	late, connected := lockedPush(t, securedTopology("tcp://127.0.0.1:*", curveSpec(server, two, KeySource{})), bound.Endpoints()[0])
	send(t, late, "let me in")
	refusedFor(t, bound, RefusedUnlisted)
	replaceFile(t, allow, two.public)
	if err := connected.WaitPeers(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	send(t, late, "here I am")
	got := next(t, pull)
	if got == "let me in" { // unless libzmq lost it with the connection that was refused
		got = next(t, pull)
	}
	equal(t, got, "here I am")
	if n := connected.Stats().Refused[RefusedByServer]; n == 0 {
		t.Error("the client counts no refusal")
	}
	before := bound.Stats().Refused[RefusedUnlisted]
	lockedPush(t, securedTopology("tcp://127.0.0.1:*", curveSpec(server, one, KeySource{})), bound.Endpoints()[0])
	eventually(t, "the one that was taken out is refused", func() bool { return bound.Stats().Refused[RefusedUnlisted] > before })
}

// A list that has become useless leaves the one from before in force, and is reported once.
func TestABrokenListLeavesTheOneFromBefore(t *testing.T) {
	var f faults
	server, one := newKeys(t), newKeys(t)
	allow := secretIn(t, one.public)
	top := securedTopology("tcp://127.0.0.1:*", curveSpec(server, one, allow))
	pull, bound := lockedPull(t, top, WithErrorHandler(f.handle))
	comes := func(text string) {
		t.Helper()
		push, _ := lockedPush(t, top, bound.Endpoints()[0])
		send(t, push, text)
		equal(t, next(t, pull), text)
	}
	comes("before")
	for i, spoil := range []func(){
		func() { replaceFile(t, allow, "no key\n") },
		func() { os.Chmod(allow.File, 0o666) },
		func() { os.Remove(allow.File) },
	} {
		replaceFile(t, allow, one.public)
		comes("good")
		n := len(f.all())
		spoil()
		comes("still")
		comes("again")
		if got := f.all(); len(got) != n+1 || !strings.Contains(got[n].Error(), "the list from before stays in force: server.allow from file "+allow.File) {
			t.Errorf("%d: reported %v", i, got[n:])
		} else {
			t.Log(got[n])
		}
	}
}

func TestFilesOfSecretsArePrivate(t *testing.T) {
	server, client := newKeys(t), newKeys(t)
	allow := secretIn(t, client.public)
	file := func(text string, mode os.FileMode) KeySource {
		k := secretIn(t, text)
		if err := os.Chmod(k.File, mode); err != nil {
			t.Fatal(err)
		}
		return k
	}
	link := filepath.Join(t.TempDir(), "link")
	loose := file(server.secret, 0o640)
	if err := os.Symlink(loose.File, link); err != nil {
		t.Fatal(err)
	}
	fifo := filepath.Join(t.TempDir(), "fifo")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	good := filepath.Join(t.TempDir(), "good")
	if err := os.Symlink(server.secretFile.File, good); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		secret KeySource
		want   string
	}{
		{loose, "its mode is 0640, so others than its owner can read or write it: chmod 600"},
		{file(server.secret, 0o604), "its mode is 0604"},
		{KeySource{File: link}, "its mode is 0640"},
		{KeySource{File: fifo}, "it is no regular file"},
		{KeySource{File: t.TempDir()}, "it is no regular file"},
		{file(server.secret+strings.Repeat("\n", 5000), 0o600), "it has 5040 bytes, want at most 4096"},
		{file("", 0o600), "it is empty"},
		{file(" \n\n", 0o600), "it is empty"},
		{file(server.secret+"x\n", 0o600), "41 characters, want a key of 40 in Z85: zmqgen keygen makes them"},
		{file(server.secret+"\n"+server.secret, 0o600), "it has more than one line"},
		{file(server.secret[:39]+" ", 0o600), "39 characters"},
		{file(server.secret[:39]+"~", 0o600), "it is no Z85"},
		{file(server.secret[:39]+"\x00", 0o600), "it is no Z85"},
		{KeySource{File: good, Env: "ZMQGEN_X"}, "want one of them"},
		{KeySource{File: good}, ""},
		{file("# of the feed\n\n  "+server.secret+"  \r\n", 0o400), ""},
	} {
		spec := curveSpec(server, client, allow)
		spec.Server.SecretKey = test.secret
		err := openSecured(t, newPump(t), securedTopology("tcp://127.0.0.1:*", spec), "b.pull")
		if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
			t.Errorf("%v: got %v, want %q", test.secret, err, test.want)
		}
		if err != nil && strings.Contains(err.Error(), server.secret[:10]) {
			t.Errorf("a key in %v", err)
		}
	}
	spec := curveSpec(server, client, file(client.public, 0o666))
	if err := openSecured(t, newPump(t), securedTopology("tcp://127.0.0.1:*", spec), "b.pull"); err == nil || !strings.Contains(err.Error(), "others than its owner can write it: chmod go-w") {
		t.Errorf("got %v", err)
	}
	spec = curveSpec(server, client, file(client.public, 0o644))
	if err := openSecured(t, newPump(t), securedTopology("tcp://127.0.0.1:*", spec), "b.pull"); err != nil {
		t.Error(err)
	}
	list := file("desk word", 0o644)
	if err := openSecured(t, newPump(t), securedTopology("tcp://127.0.0.1:*", SecuritySpec{Mechanism: Plain, Server: Credentials{Allow: list}}), "b.pull"); err == nil || !strings.Contains(err.Error(), "read or write it") {
		t.Errorf("got %v", err)
	}
}

func TestFilesOfSecretsBelongToTheirUser(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("needs root, to give a file away")
	}
	k := secretIn(t, "word")
	if err := os.Chown(k.File, 12345, -1); err != nil {
		t.Fatal(err)
	}
	if _, err := k.value(clientWord); err == nil || !strings.Contains(err.Error(), "it belongs to user 12345, want root or the user that runs this program, 0: chown it") {
		t.Errorf("got %v", err)
	}
}

// Hashed passwords let in whom they should, and the time of an answer does not tell whether there is a user.
func TestHashedPasswords(t *testing.T) {
	var list strings.Builder
	for i := range 3 {
		fmt.Fprintf(&list, "desk%d %s\n", i, hashed(fmt.Sprint("word ", i), 20_000))
	}
	pull, bound := lockedPull(t, securedTopology("tcp://127.0.0.1:*", plainSpec(t, list.String(), "", "")))
	enter := func(user, word string) *Socket {
		push, s := lockedPush(t, securedTopology("tcp://127.0.0.1:*", plainSpec(t, "x y", user, word)), bound.Endpoints()[0])
		send(t, push, user)
		return s
	}
	for range 2 { // the second time it is known
		enter("desk1", "word 1")
		equal(t, next(t, pull), "desk1")
	}
	enter("desk2", "word 1")
	refusedFor(t, bound, RefusedPassword)
	enter("mallory", "word 1")
	refusedFor(t, bound, RefusedUnlisted)
	nothingIn(t, pull)

	l := must(openAllowList(Plain, secretIn(t, list.String())))(t).entries.(*userList)
	least := func(user, word string) time.Duration {
		best := time.Hour
		for range 5 {
			q := &question{peer: AuthRequest{User: user, Password: Secret(word)}}
			began := time.Now()
			l.compare(q)
			best = min(best, time.Since(began))
		}
		return best
	}
	known, unknown := least("desk1", "wrong"), least("mallory", "wrong")
	t.Logf("a wrong password takes %v, an unknown user %v", known, unknown)
	if known > 3*unknown || unknown > 3*known {
		t.Errorf("a wrong password takes %v, an unknown user %v", known, unknown)
	}
}

func FuzzAllowList(f *testing.F) {
	f.Add(int(Curve), "# c\nrq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7 desk\n")
	f.Add(int(Plain), "desk "+hashed("w", 1000)+"\n")
	f.Add(int(Plain), "a b\nc d e\n")
	f.Add(int(Null), "10.0.0.0/8\nuid:4\n::1\n")
	f.Fuzz(func(t *testing.T, m int, text string) {
		l := &allowList{mechanism: Mechanism(m), source: KeySource{Env: "X"}}
		entries, err := l.parse(text)
		if (err == nil) != (entries != nil) {
			t.Fatal(entries, err)
		}
		if err != nil {
			return
		}
		if u, ok := entries.(*userList); ok {
			u.iterations = 0 // they may be ten million
		}
		entries.decide(nil, &question{peer: AuthRequest{Address: text}}, func(verdict) {})
	})
}

// What a file of a key, a name or a password may hold: what is read is a part of it, and what is not is told by an error that
// quotes none of it.
func FuzzCredential(f *testing.F) {
	f.Add("# of the feed\r\n\n  rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7 \r\n")
	f.Add("rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7")
	f.Add("pass word\r\n")
	f.Add("\x00")
	f.Fuzz(func(t *testing.T, text string) {
		key, keyErr := findKey([]byte(text))
		if keyErr == nil && (key[keyChars] != 0 || !strings.Contains(text, string(key[:keyChars]))) {
			t.Errorf("%q is no part of %q", key[:], text)
		}
		value, valueErr := findValue([]byte(text))
		if valueErr == nil && (len(value) == 0 || len(value) > maxPlain || !strings.HasPrefix(text, string(value))) {
			t.Errorf("%q is no word of %q", value, text)
		}
		for _, err := range []error{keyErr, valueErr} {
			if err != nil && len(text) >= 12 && strings.Contains(err.Error(), text) && !strings.Contains(errZ85.Error(), text) {
				t.Errorf("%v quotes %q", err, text)
			}
		}
	})
}

// Authorizers.

func TestAuthorizersThatFail(t *testing.T) {
	release := make(chan struct{})
	for name, test := range map[string]struct {
		f      func(context.Context, AuthRequest) error
		reason Refusal
		text   string
	}{
		"an error": {func(context.Context, AuthRequest) error { return fmt.Errorf("not on Sundays") }, RefusedAuthorizer, "not on Sundays"},
		"a panic":  {func(context.Context, AuthRequest) error { panic("oh") }, RefusedAuthorizer, "panic: oh"},
		"no end":   {func(context.Context, AuthRequest) error { <-release; return nil }, RefusedTimeout, "did not answer in time"},
		"ctx":      {func(ctx context.Context, _ AuthRequest) error { <-ctx.Done(); return nil }, RefusedTimeout, "did not answer in time"},
	} {
		t.Run(name, func(t *testing.T) {
			var f faults
			server, client := newKeys(t), newKeys(t)
			top := securedTopology("tcp://127.0.0.1:*", curveSpec(server, client, KeySource{}))
			pull, bound := lockedPull(t, top, WithAuthorizer(test.f), WithErrorHandler(f.handle), func(p *Pump) {
				if test.reason == RefusedTimeout {
					p.zap.patience = 20 * time.Millisecond
				}
			})
			push, _ := lockedPush(t, top, bound.Endpoints()[0])
			send(t, push, "hello")
			refusedFor(t, bound, test.reason)
			nothingIn(t, pull)
			eventually(t, "it is reported", func() bool { return len(f.all()) > 0 })
			if text := f.all()[0].Error(); !strings.Contains(text, test.text) {
				t.Errorf("reported: %s", text)
			}
		})
	}
	close(release)
}

// So many authorizers run at once, so many peers wait, and all beyond are told to come later.
func TestAuthorizersAreBounded(t *testing.T) {
	var c crew
	c.most = 2
	release, running := make(chan struct{}), make(chan struct{}, 100)
	for range c.most {
		c.do("", func() { running <- struct{}{}; <-release })
		next(t, running)
	}
	ran := make(chan struct{}, 2*maxUndecided)
	accepted := 0
	for c.do("", func() { ran <- struct{}{} }) {
		accepted++
	}
	equal(t, accepted, maxUndecided)
	nothing := func() bool { return len(ran) == 0 }
	if !nothing() {
		t.Error("one ran that had to wait")
	}
	close(release)
	for range accepted {
		next(t, ran)
	}
	eventually(t, "nobody is busy", func() bool { c.mu.Lock(); defer c.mu.Unlock(); return c.busy == 0 })
}
