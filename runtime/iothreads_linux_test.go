//go:build cgo

package runtime

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// ZeroMQ's threads do not preempt those that work for them, and no thread of Go's is left changed by finding out
// whether that is possible.
func TestZeroMQsThreadsArePolite(t *testing.T) {
	if !batchAllowed() {
		t.Skip("this system gives threads no policy")
	}
	p, top := newPump(t), rawTopology("inproc://"+t.Name(), Push, Pull)
	openEnds(t, p, top, "a.one")
	policies := map[string]string{} // by the name of a thread
	for _, stat := range must(filepath.Glob("/proc/self/task/*/stat"))(t) {
		text, err := os.ReadFile(stat)
		if err != nil {
			continue // the thread has just ended
		}
		_, name, _ := strings.Cut(string(text), " (")
		name, rest, _ := strings.Cut(name, ") ")
		const policy = 41 - 3 // proc_pid_stat(5) counts from 1, and rest begins with the third
		policies[name] = strings.Fields(rest)[policy]
	}
	var background int
	for name, policy := range policies {
		want := "0"
		if strings.HasPrefix(name, "ZMQbg") {
			want = "3"
			background++
		}
		if policy != want {
			t.Errorf("thread %s has policy %s, want %s", name, policy, want)
		}
	}
	if background != 2 {
		t.Errorf("there are %d kinds of threads of ZeroMQ, want the reaper and the I/O thread: %v", background, policies)
	}
}
