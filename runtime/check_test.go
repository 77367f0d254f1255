//go:build cgo

package runtime

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pebbe/zmq4"
)

// This file tests that a pump says whether it moves messages.

func TestAPumpThatMovesMessagesSaysSo(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	p := newPump(t)
	var checks sync.WaitGroup
	for range 4 {
		checks.Add(1)
		go func() {
			defer checks.Done()
			for range 10 {
				if err := p.Check(soon(t)); err != nil {
					t.Error(err)
				}
			}
		}()
	}
	checks.Wait()
	equal(t, p.Socket("zmqgen", "check.in").Stats().MessagesIn, uint64(40))
	equal(t, len(must(os.ReadDir(dir))(t)), 0)
}

func TestAPumpThatIsStuckSaysSoUntilItIsNot(t *testing.T) {
	p := newPump(t)
	if err := p.Check(soon(t)); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"check.in", "check.out"} {
		stuck, goOn := make(chan struct{}), make(chan struct{})
		go p.Socket("zmqgen", name).Do(func(*zmq4.Socket) error {
			close(stuck)
			<-goOn
			return nil
		})
		<-stuck
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
		if err := p.Check(ctx); !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "check: ") {
			t.Errorf("%s: got %v", name, err)
		}
		cancel()
		close(goOn)
		eventually(t, "it moves messages again", func() bool { return p.Check(soon(t)) == nil })
	}
}

func TestACheckOfAPumpThatHasClosed(t *testing.T) {
	p := newPump(t)
	if err := p.Check(soon(t)); err != nil {
		t.Fatal(err)
	}
	p.Close()
	for range 2 {
		if err := p.Check(soon(t)); !errors.Is(err, ErrClosed) {
			t.Errorf("got %v", err)
		}
	}
}

func TestACheckWithNowhereToPutItsSocket(t *testing.T) {
	nowhere := filepath.Join(t.TempDir(), "nowhere")
	t.Setenv("TMPDIR", nowhere)
	t.Setenv("XDG_RUNTIME_DIR", "")
	t.Setenv("RUNTIME_DIRECTORY", "")
	p := newPump(t)
	if err := p.Check(soon(t)); err == nil || !strings.Contains(err.Error(), nowhere) {
		t.Errorf("got %v", err)
	}
	t.Setenv("RUNTIME_DIRECTORY", t.TempDir())
	if err := p.Check(soon(t)); err != nil {
		t.Error(err)
	}
}

// systemd gives those that it loads mode 0440 where an access control list says who may read them, and else 0400.
func TestCredentialsOfSystemd(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("CREDENTIALS_DIRECTORY", dir)
	for mode, ok := range map[os.FileMode]bool{0o400: true, 0o440: true, 0o444: false, 0o460: false, 0o640: true} {
		path := filepath.Join(dir, "key"+mode.String())
		if err := errors.Join(os.WriteFile(path, []byte("secret"), 0o600), os.Chmod(path, mode)); err != nil {
			t.Fatal(err)
		}
		text, _, err := readPrivate(path, serverSecret)
		if ok != (err == nil) || ok && string(text) != "secret" {
			t.Errorf("%v: got %q, %v", mode, text, err)
		}
	}
	elsewhere := filepath.Join(t.TempDir(), "key")
	if err := errors.Join(os.WriteFile(elsewhere, []byte("secret"), 0o600), os.Chmod(elsewhere, 0o440)); err != nil {
		t.Fatal(err)
	}
	if _, _, err := readPrivate(elsewhere, serverSecret); err == nil {
		t.Error("a file outside of the directory is read though others may read it too")
	}
}
