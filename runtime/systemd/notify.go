// Package systemd is what a program with a pump needs as a service: it tells systemd that it is ready, that it stops and that it is
// alive, and stops in an order in which nothing that was accepted is lost.
//
// It speaks sd_notify(3), which other supervisors understand too, and it does nothing where there is none. It has no
// dependency, and no cgo.
package systemd

import (
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"time"
)

// This file is the protocol: datagrams to a socket that the environment names, and the period of the watchdog.

// States to Notify of.
const (
	Ready    = "READY=1"    // the service has started: what waits for it may go on
	Stopping = "STOPPING=1" // it is about to end
	Alive    = "WATCHDOG=1" // it is well, and will say so again within WatchdogInterval
)

// Status is a state that says in a line, for people who ask systemctl status, what the service is doing.
func Status(text string) string {
	return "STATUS=" + strings.Map(func(r rune) rune {
		if r < ' ' {
			return ' '
		}
		return r
	}, text)
}

const (
	maxStates  = 4 << 10         // bytes of one Notify
	maxAddress = 107             // of the path of a socket
	patience   = 5 * time.Second // with a supervisor that reads nothing
)

// Notify tells the supervisor of states, all in one message. It returns nil if there is none, which is so where the
// environment has no NOTIFY_SOCKET. Several goroutines may call it at once.
func Notify(states ...string) error {
	address := os.Getenv("NOTIFY_SOCKET")
	if address == "" || len(states) == 0 {
		return nil
	}
	if err := notify(address, states); err != nil {
		return fmt.Errorf("notify %q: %w", address, err)
	}
	return nil
}

func notify(address string, states []string) error {
	switch {
	case len(address) < 2 || address[0] != '/' && address[0] != '@':
		return errors.New("NOTIFY_SOCKET is to be a path from the root, or @ and an abstract name")
	case len(address) > maxAddress:
		return fmt.Errorf("NOTIFY_SOCKET has %d bytes, want at most %d", len(address), maxAddress)
	}
	message, err := join(states)
	if err != nil {
		return err
	}
	conn, err := net.DialUnix("unixgram", nil, &net.UnixAddr{Net: "unixgram", Name: address})
	if err != nil {
		return cause(err)
	}
	defer conn.Close()
	if err := conn.SetWriteDeadline(time.Now().Add(patience)); err != nil {
		return err
	}
	if _, err = conn.Write([]byte(message)); err != nil {
		return cause(err)
	}
	return nil
}

// join makes a message of states: an assignment in each line.
func join(states []string) (string, error) {
	for _, s := range states {
		name, _, ok := strings.Cut(s, "=")
		if !ok || name == "" || strings.Trim(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") != "" || strings.ContainsAny(s, "\n\x00") {
			return "", fmt.Errorf("state %q, want NAME=VALUE in one line, such as %s", s, Ready)
		}
	}
	message := strings.Join(states, "\n")
	if len(message) > maxStates {
		return "", fmt.Errorf("states of %d bytes, want at most %d", len(message), maxStates)
	}
	return message, nil
}

// cause is err without the address, which the caller names.
func cause(err error) error {
	var op *net.OpError
	if errors.As(err, &op) {
		return op.Err
	}
	return err
}

// WatchdogInterval returns within which time the supervisor wants to hear Alive again; if it does not, it ends the
// process and starts another one. It is 0 if this process is not watched. systemd says it by WATCHDOG_USEC and WATCHDOG_PID
// if the unit has WatchdogSec=.
func WatchdogInterval() (time.Duration, error) {
	text, ok := os.LookupEnv("WATCHDOG_USEC")
	if !ok {
		return 0, nil
	}
	if pid, ok := os.LookupEnv("WATCHDOG_PID"); ok {
		n, err := strconv.ParseUint(pid, 10, 31)
		if err != nil || n == 0 {
			return 0, fmt.Errorf("WATCHDOG_PID is %q, want the number of a process", pid)
		}
		if int(n) != os.Getpid() {
			return 0, nil
		}
	}
	const most = uint64(1<<63-1) / uint64(time.Microsecond)
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil || n == 0 || n > most {
		return 0, fmt.Errorf("WATCHDOG_USEC is %q, want 1 to %d microseconds", text, most)
	}
	return time.Duration(n) * time.Microsecond, nil
}
