package systemd

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"
)

// This file tests what a supervisor is told.

// supervisor receives what is told to it.
type supervisor struct {
	address string
	conn    *net.UnixConn
}

func newSupervisor(t testing.TB, address string) *supervisor {
	t.Helper()
	conn, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Net: "unixgram", Name: address})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return &supervisor{address, conn}
}

// hear returns the next message.
func (s *supervisor) hear(t testing.TB) string {
	t.Helper()
	b := make([]byte, 2*maxStates)
	s.conn.SetReadDeadline(time.Now().Add(20 * time.Second))
	n, err := s.conn.Read(b)
	if err != nil {
		t.Fatal(err)
	}
	return string(b[:n])
}

// await returns the next message of which state is a line.
func (s *supervisor) await(t testing.TB, state string) string {
	t.Helper()
	for {
		message := s.hear(t)
		for _, line := range strings.Split(message, "\n") {
			if strings.HasPrefix(line, state) {
				return message
			}
		}
	}
}

func TestNotifyTellsTheSupervisor(t *testing.T) {
	addresses := []string{filepath.Join(t.TempDir(), "notify")}
	if runtime.GOOS == "linux" {
		addresses = append(addresses, fmt.Sprintf("@zmqgen-%d-notify", os.Getpid()))
	}
	for _, address := range addresses {
		s := newSupervisor(t, address)
		t.Setenv("NOTIFY_SOCKET", address)
		if err := Notify(Ready, Status("serving\nquotes")); err != nil {
			t.Fatal(err)
		}
		if got, want := s.hear(t), "READY=1\nSTATUS=serving quotes"; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestNotifyWithoutSupervisorDoesNothing(t *testing.T) {
	t.Setenv("NOTIFY_SOCKET", "")
	if err := Notify(Ready); err != nil {
		t.Error(err)
	}
}

func TestNotifyRefusesWhatIsNoAddress(t *testing.T) {
	dir := t.TempDir()
	for _, address := range []string{
		"notify", "/", "@", "vsock:2:1234", "/" + strings.Repeat("x", 200), "@" + strings.Repeat("x", 107),
		filepath.Join(dir, "nobody"), dir, "/dev/null", "\xff\xfe", "-1", " /run/x",
	} {
		t.Setenv("NOTIFY_SOCKET", address)
		if err := Notify(Ready); err == nil || !strings.HasPrefix(err.Error(), "notify ") {
			t.Errorf("%q: got %v", address, err)
		}
	}
}

func TestNotifyRefusesWhatIsNoState(t *testing.T) {
	t.Setenv("NOTIFY_SOCKET", newSupervisor(t, filepath.Join(t.TempDir(), "notify")).address)
	for _, state := range []string{"", "READY", "=1", "ready=1", "READY=1\nMAINPID=1", "A=\x00", "STATUS=" + strings.Repeat("x", maxStates)} {
		if err := Notify(state); err == nil {
			t.Errorf("%.20q is accepted", state)
		}
	}
}

func FuzzNotify(f *testing.F) {
	f.Add("/run/systemd/notify", "READY=1")
	f.Add("@x", "STATUS=\n")
	f.Fuzz(func(t *testing.T, address, state string) {
		if strings.HasPrefix(address, "/") {
			return // there may be somebody
		}
		notify(address, []string{state})
		if text := Status(state); strings.ContainsAny(text, "\n\x00") {
			t.Errorf("%q", text)
		}
	})
}

func TestWatchdogInterval(t *testing.T) {
	mine, other := strconv.Itoa(os.Getpid()), strconv.Itoa(os.Getpid()+1)
	for _, c := range []struct {
		usec, pid string
		want      time.Duration
		wrong     bool
	}{
		{"", "", 0, false},
		{"30000000", "", 30 * time.Second, false},
		{"30000000", mine, 30 * time.Second, false},
		{"30000000", other, 0, false},
		{"1", mine, time.Microsecond, false},
		{"9223372036854775", mine, 9223372036854775 * time.Microsecond, false},
		{"9223372036854776", mine, 0, true},
		{"18446744073709551615", mine, 0, true},
		{"0", mine, 0, true},
		{"-1", mine, 0, true},
		{"5s", mine, 0, true},
		{"5", "me", 0, true},
		{"5", "0", 0, true},
		{"5", "-1", 0, true},
	} {
		unsetenv(t, "WATCHDOG_USEC", c.usec)
		unsetenv(t, "WATCHDOG_PID", c.pid)
		got, err := WatchdogInterval()
		if got != c.want || (err != nil) != c.wrong {
			t.Errorf("%q of %q: got %v, %v", c.usec, c.pid, got, err)
		}
	}
}

// unsetenv sets a variable, or unsets it if there is no value.
func unsetenv(t *testing.T, name, value string) {
	t.Setenv(name, value)
	if value == "" {
		os.Unsetenv(name)
	}
}
