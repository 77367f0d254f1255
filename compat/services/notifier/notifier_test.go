package notifier

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"os/exec"
	"slices"
	"testing"
	"time"

	"github.com/zmqgen/zmqgen/compat/internal/program"
	zmqrt "github.com/zmqgen/zmqgen/runtime"
)

const python = "/usr/bin/python3"

// A SUB of ours watches a daemon, and finds by its counters that nothing is missing.
func TestWatchNotifications(t *testing.T) {
	if err := exec.Command(python, "-c", "import zmq").Run(); err != nil {
		t.Skipf("no pyzmq here: %v", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	daemon, err := program.Start(ctx, []string{python, "daemon.py"}, func(error) { cancel() })
	if err != nil {
		t.Fatal(err)
	}
	endpoint, err := daemon.Await(ctx, "endpoint")
	if err != nil {
		t.Fatal(err)
	}
	pump, err := zmqrt.NewPump(ctx, zmqrt.WithEndpoint("daemon.notifications", endpoint),
		zmqrt.WithErrorHandler(func(err error) { t.Errorf("reported: %v", err) }))
	if err != nil {
		t.Fatal(err)
	}
	defer pump.Close()
	notifications, err := NewWatcherNotifications(ctx, pump)
	if err != nil {
		t.Fatal(err)
	}

	w := watcher{due: map[string]uint32{}, seen: map[string]int{}}
	for range 10000 {
		select {
		case m := <-notifications:
			if err := w.take(m); err != nil {
				t.Fatal(err)
			}
		case <-ctx.Done():
			t.Fatal(ctx.Err(), daemon.Finish())
		}
	}
	if err := daemon.Finish(); err != nil {
		t.Error(err)
	}
	for _, label := range []string{"A", "R", "C", "hashtx", "rawtx", "hashblock", "sequence"} {
		if w.seen[label] == 0 {
			t.Errorf("no %s has come, but %v", label, w.seen)
		}
	}
	if stats := WatcherNotificationsSocket(pump).Stats(); stats.Dropped[zmqrt.DroppedDecode] > 0 {
		t.Errorf("not understood: %d", stats.Dropped[zmqrt.DroppedDecode])
	}
}

// watcher follows what the daemon says.
type watcher struct {
	due     map[string]uint32 // the next sequence number of each topic that has come
	seen    map[string]int
	hash    []byte // of the transaction that was last announced
	mempool uint64
}

func (w *watcher) take(m NotificationsMessage) error {
	switch m := m.(type) {
	case *HashTx:
		w.hash = m.Hash
		return w.count("hashtx", m.Sequence)
	case *RawTx:
		if hash := displayed(m.Transaction); w.hash != nil && !bytes.Equal(hash, w.hash) {
			return fmt.Errorf("transaction %x came after the hash %x", hash, w.hash)
		}
		return w.count("rawtx", m.Sequence)
	case *HashBlock:
		if len(m.Hash) != sha256.Size {
			return fmt.Errorf("a block has the hash %x", m.Hash)
		}
		return w.count("hashblock", m.Sequence)
	case *Sequence:
		if err := w.event(m.Event); err != nil {
			return err
		}
		return w.count("sequence", m.Sequence)
	}
	return fmt.Errorf("%v has come, to which the watcher has not subscribed", m)
}

// count finds out whether a message of a topic is missing. The first may have any number.
func (w *watcher) count(topic string, sequence uint32) error {
	if due, ok := w.due[topic]; ok && sequence != due {
		return fmt.Errorf("%s %d came where %d was due", topic, sequence, due)
	}
	w.due[topic] = sequence + 1
	w.seen[topic]++
	return nil
}

// event takes apart what became of a block or of a transaction.
func (w *watcher) event(b []byte) error {
	if len(b) <= sha256.Size {
		return fmt.Errorf("an event has %d bytes", len(b))
	}
	label, rest := string(b[sha256.Size]), b[sha256.Size+1:]
	w.seen[label]++
	switch {
	case len(rest) == 0 && (label == "C" || label == "D"):
		return nil
	case len(rest) != 8 || label != "A" && label != "R":
		return fmt.Errorf("an event is %q", b)
	}
	mempool := binary.LittleEndian.Uint64(rest)
	if w.mempool != 0 && mempool != w.mempool+1 {
		return fmt.Errorf("mempool event %d came after %d", mempool, w.mempool)
	}
	w.mempool = mempool
	return nil
}

// displayed is the hash of a transaction in the order in which it is displayed: reversed.
func displayed(raw []byte) []byte {
	once := sha256.Sum256(raw)
	twice := sha256.Sum256(once[:])
	slices.Reverse(twice[:])
	return twice[:]
}
