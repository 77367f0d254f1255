//go:build linux

package hosts

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
)

// This file makes hosts and the network between them. A host is a network namespace that has no name: a thread is in it, which
// starts its processes, and the kernel removes it, with the links in it, when thread and processes have gone. So nothing is left
// behind whatever becomes of the test, and nothing here has to be swept.

// Host is a host of a Network.
type Host struct {
	Name    string
	Address string // in the network
	Gateway string // the router's address in the host's subnet

	do        chan func()
	namespace *os.File
	running   []*Process
}

// newHost makes a namespace, with its loopback up.
func newHost(name string) (*Host, error) {
	h := &Host{Name: name, do: make(chan func())}
	made := make(chan error)
	go func() {
		// The thread is never unlocked: it ends with this goroutine, and no other goroutine ever runs in its namespace.
		runtime.LockOSThread()
		err := syscall.Unshare(syscall.CLONE_NEWNET)
		if err == nil {
			h.namespace, err = os.Open("/proc/thread-self/ns/net")
		}
		made <- err
		if err != nil {
			return
		}
		for f := range h.do {
			f()
		}
	}()
	if err := <-made; err != nil {
		return nil, fmt.Errorf("network namespace: %w", err)
	}
	if err := h.IP("link set lo up"); err != nil {
		h.close()
		return nil, err
	}
	return h, nil
}

// run calls f in the namespace of the host. Sockets that f opens, and processes that it starts, are the host's.
func (h *Host) run(f func() error) error {
	failed := make(chan error)
	h.do <- func() { failed <- f() }
	return <-failed
}

// IP runs ip(8) on the host, with each of the lines in turn.
func (h *Host) IP(lines ...string) error { return h.tool("ip", lines) }

// TC runs tc(8) on the host.
func (h *Host) TC(lines ...string) error { return h.tool("tc", lines) }

func (h *Host) tool(name string, lines []string) error {
	return h.run(func() error {
		cmd := exec.Command(name, "-batch", "-")
		cmd.Stdin = strings.NewReader(strings.Join(lines, "\n") + "\n")
		var out bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &out
		if err := cmd.Run(); err != nil {
			return fmt.Errorf("%s on host %s: %w: %s", name, h.Name, err, strings.TrimSpace(out.String()))
		}
		return nil
	})
}

// close kills the processes of the host and ends it.
func (h *Host) close() {
	h.Kill()
	close(h.do)
	h.namespace.Close()
}

// Network is hosts around a router.
type Network struct {
	Hosts  []*Host
	Router *Host
}

// NewNetwork makes a network of hosts with the given names. The first has the address 10.77.1.2, and the router 10.77.1.1 in its
// subnet; the next 10.77.2.2, and so on. The caller has to Close it.
func NewNetwork(names ...string) (n *Network, err error) {
	n = &Network{}
	defer func() {
		if err != nil {
			n.Close()
		}
	}()
	if n.Router, err = newHost("router"); err != nil {
		return n, err
	}
	err = n.Router.run(func() error { return os.WriteFile("/proc/sys/net/ipv4/ip_forward", []byte("1"), 0o644) })
	if err != nil {
		return n, err
	}
	for i, name := range names {
		h, err := newHost(name)
		if err != nil {
			return n, err
		}
		n.Hosts = append(n.Hosts, h)
		h.Address, h.Gateway = fmt.Sprintf("10.77.%d.2", i+1), fmt.Sprintf("10.77.%d.1", i+1)
		where := fmt.Sprintf("/proc/%d/fd/%d", os.Getpid(), h.namespace.Fd())
		if err := errors.Join(
			n.Router.IP(
				fmt.Sprintf("link add %s type veth peer name eth0 netns %s", n.link(h), where),
				fmt.Sprintf("addr add %s/24 dev %s", h.Gateway, n.link(h)),
				fmt.Sprintf("link set %s up", n.link(h))),
			h.IP(fmt.Sprintf("addr add %s/24 dev eth0", h.Address), "link set eth0 up", "route add default via "+h.Gateway),
		); err != nil {
			return n, err
		}
	}
	return n, nil
}

// link returns the name of the router's end of a host's cable.
func (n *Network) link(h *Host) string { return "to-" + h.Name }

// Close ends all hosts, and all that runs on them.
func (n *Network) Close() {
	for _, h := range append(n.Hosts, n.Router) {
		if h != nil {
			h.close()
		}
	}
}

// Unplug takes the cable of a host out: it and the router see that there is none, and what is sent either way is lost. What waits
// for an acknowledgement waits on.
func (n *Network) Unplug(h *Host) error { return n.Router.IP("link set " + n.link(h) + " down") }

// Plug puts the cable back.
func (n *Network) Plug(h *Host) error { return n.Router.IP("link set " + n.link(h) + " up") }

// Cut has the router drop, without a word, what goes from one host to another. The other way stays open.
func (n *Network) Cut(from, to *Host) error {
	return n.Router.IP(fmt.Sprintf("rule add from %s to %s blackhole", from.Address, to.Address))
}

// Mend undoes Cut.
func (n *Network) Mend(from, to *Host) error {
	return n.Router.IP(fmt.Sprintf("rule del from %s to %s blackhole", from.Address, to.Address))
}

// Part cuts both ways between two hosts, and Join mends them.
func (n *Network) Part(a, b *Host) error { return errors.Join(n.Cut(a, b), n.Cut(b, a)) }

// Join mends both ways between two hosts.
func (n *Network) Join(a, b *Host) error { return errors.Join(n.Mend(a, b), n.Mend(b, a)) }

// Narrow limits the bandwidth to and from a host, in each direction, with a queue that holds 300 ms.
func (n *Network) Narrow(h *Host, rate string) error {
	limit := func(on *Host, dev string) error {
		return on.TC(fmt.Sprintf("qdisc replace dev %s root tbf rate %s burst 8kb latency 300ms", dev, rate))
	}
	return errors.Join(limit(h, "eth0"), limit(n.Router, n.link(h)))
}

// Widen undoes Narrow.
func (n *Network) Widen(h *Host) error {
	return errors.Join(h.TC("qdisc del dev eth0 root"), n.Router.TC("qdisc del dev "+n.link(h)+" root"))
}
