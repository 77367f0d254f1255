//go:build cgo

package runtime

import (
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// thread is a thread as proc_pid_stat(5) tells of it.
type thread struct{ name, policy string }

func threads(t *testing.T) map[string]thread {
	all := make(map[string]thread)
	for _, stat := range must(filepath.Glob("/proc/self/task/*/stat"))(t) {
		text, err := os.ReadFile(stat)
		if err != nil {
			continue // the thread has just ended
		}
		_, name, _ := strings.Cut(string(text), " (")
		name, rest, _ := strings.Cut(name, ") ")
		const policy = 41 - 3 // the fields are counted from 1, and rest begins with the third
		all[stat] = thread{name, strings.Fields(rest)[policy]}
	}
	return all
}

// ZeroMQ's threads do not preempt those that work for them, and no thread of Go's is left changed by finding out
// whether that is possible.
func TestZeroMQsThreadsArePolite(t *testing.T) {
	if !batchAllowed() {
		t.Skip("this system gives threads no policy")
	}
	before := threads(t)
	p, top := newPump(t), rawTopology("inproc://"+t.Name(), Push, Pull)
	openEnds(t, p, top, "a.one")
	var fresh map[string]thread
	eventually(t, "the reaper and the I/O thread have their names, which they take after their policy", func() bool {
		fresh = threads(t)
		maps.DeleteFunc(fresh, func(stat string, _ thread) bool { _, old := before[stat]; return old })
		background := 0
		for _, th := range fresh {
			if strings.HasPrefix(th.name, "ZMQbg") {
				background++
			}
		}
		return background == 2
	})
	for _, th := range fresh {
		want := "0"
		if strings.HasPrefix(th.name, "ZMQbg") {
			want = "3"
		}
		if th.policy != want {
			t.Errorf("thread %s has policy %s, want %s", th.name, th.policy, want)
		}
	}
}
