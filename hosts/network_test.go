//go:build linux

package hosts

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"testing"
	"time"
)

// again tells a test process that it runs in a user namespace that was made for it.
const again = "ZMQGEN_HOSTS_AGAIN"

// skipped says why nothing can be tested here, or is empty.
var skipped string

// TestMain has the tests run where network namespaces may be made: here, or in a user namespace, or not at all.
func TestMain(m *testing.M) {
	skipped = missing()
	if skipped != "" && os.Getenv(again) == "" {
		runtime.LockOSThread() // whose end, which Pdeathsig is about, is that of this process
		cmd := exec.Command("/proc/self/exe", os.Args[1:]...)
		cmd.Args[0] = os.Args[0]
		cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
		cmd.Env = append(os.Environ(), again+"=1")
		cmd.SysProcAttr = &syscall.SysProcAttr{
			Pdeathsig:   syscall.SIGKILL,
			Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNET,
			UidMappings: []syscall.SysProcIDMap{{HostID: os.Getuid(), Size: 1}},
			GidMappings: []syscall.SysProcIDMap{{HostID: os.Getgid(), Size: 1}},
		}
		err := cmd.Run()
		var exit *exec.ExitError
		if err == nil {
			os.Exit(0)
		} else if errors.As(err, &exit) {
			os.Exit(max(exit.ExitCode(), 1))
		}
		skipped += "; nor in a user namespace: " + err.Error()
	}
	code := m.Run()
	os.RemoveAll(programs())
	os.Exit(code)
}

// missing says what a network of hosts needs and does not find here.
func missing() string {
	for _, tool := range []string{"ip", "tc"} {
		if _, err := exec.LookPath(tool); err != nil {
			return fmt.Sprintf("no %s here, which iproute2 has", tool)
		}
	}
	n, err := NewNetwork("probe")
	if err != nil {
		return "no network of hosts can be made here: " + err.Error()
	}
	n.Close()
	return ""
}

// network makes a network for a test, or skips it.
func network(t *testing.T, names ...string) *Network {
	t.Helper()
	if skipped != "" {
		t.Skip(skipped)
	}
	n, err := NewNetwork(names...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(n.Close)
	return n
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// listen answers connections on a host with a byte.
func listen(t *testing.T, h *Host) {
	t.Helper()
	var l net.Listener
	must(t, h.run(func() (err error) {
		l, err = net.Listen("tcp", h.Address+":9000")
		return err
	}))
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			c.Write([]byte{1})
			c.Close()
		}
	}()
}

// reach says whether a connection from one host to another comes about, and is answered.
func reach(from, to *Host, within time.Duration) error {
	return from.run(func() error {
		fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0)
		if err != nil {
			return err
		}
		defer syscall.Close(fd)
		address := syscall.SockaddrInet4{Port: 9000}
		copy(address.Addr[:], net.ParseIP(to.Address).To4())
		limit := syscall.NsecToTimeval(within.Nanoseconds())
		if err := errors.Join(
			syscall.SetsockoptTimeval(fd, syscall.SOL_SOCKET, syscall.SO_SNDTIMEO, &limit),
			syscall.SetsockoptTimeval(fd, syscall.SOL_SOCKET, syscall.SO_RCVTIMEO, &limit)); err != nil {
			return err
		}
		if err := syscall.Connect(fd, &address); err != nil {
			return err
		}
		_, err = syscall.Read(fd, make([]byte, 1))
		return err
	})
}

// TestFaultsOfTheNetwork sees that each fault does what it says, and no more, and is undone.
func TestFaultsOfTheNetwork(t *testing.T) {
	n := network(t, "a", "b", "c")
	a, b, c := n.Hosts[0], n.Hosts[1], n.Hosts[2]
	for _, h := range n.Hosts {
		listen(t, h)
	}
	all := func(when string) {
		t.Helper()
		for _, from := range n.Hosts {
			for _, to := range n.Hosts {
				if err := reach(from, to, patience); err != nil {
					t.Fatalf("%s: from %s to %s: %v", when, from.Name, to.Name, err)
				}
			}
		}
	}
	none := func(when string, from, to *Host) {
		t.Helper()
		if err := reach(from, to, 200*time.Millisecond); err == nil {
			t.Errorf("%s: %s still reaches %s", when, from.Name, to.Name)
		}
	}
	all("at first")

	must(t, n.Cut(a, b))
	none("a to b is cut", a, b)
	none("a to b is cut, so nothing that b asks is answered", b, a)
	must(t, reach(a, c, patience))
	must(t, n.Mend(a, b))
	all("mended")

	must(t, n.Unplug(b))
	none("b is unplugged", a, b)
	none("b is unplugged", b, c)
	must(t, reach(a, c, patience))
	must(t, n.Plug(b))
	all("plugged in again")

	must(t, n.Narrow(b, "64kbit"))
	must(t, reach(a, b, patience))
	must(t, n.Widen(b))
	all("wide again")
}

// TestHostsTakeTheirProcessesWithThem sees that nothing outlives a host.
func TestHostsTakeTheirProcessesWithThem(t *testing.T) {
	n := network(t, "a")
	p, err := n.Hosts[0].Start("sleep", nil, "sleep", "1000")
	must(t, err)
	pid := p.cmd.Process.Pid
	must(t, syscall.Kill(pid, 0))
	n.Hosts[0].Kill()
	if err := syscall.Kill(pid, 0); err != syscall.ESRCH {
		t.Errorf("process %d lives on: %v", pid, err)
	}
}
