// Command demo runs the nodes of ../topology.yaml as processes on free ports of this machine, shows
// what they print, and checks that orders and calls balance. It takes the directory of their programs.
package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// patience is how long the demo waits for any one thing.
const patience = 30 * time.Second

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: demo DIR")
		os.Exit(2)
	}
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
}

func run(dir string) (err error) {
	// Ports are chosen when the nodes bind, and handed on by the environment.
	env := append(os.Environ(),
		"MARKET_FEED_QUOTES_BIND=tcp://127.0.0.1:*", "MARKET_FEED_TAPE_BIND=tcp://127.0.0.1:*",
		"MARKET_FEED_REFERENCE_BIND=tcp://127.0.0.1:*", "MARKET_GATEWAY_ORDERS_BIND=tcp://127.0.0.1:*")
	var running []*node
	defer func() {
		for _, n := range running {
			n.cmd.Process.Kill()
			n.cmd.Wait()
		}
	}()
	start := func(name string) (*node, error) {
		n, err := startNode(filepath.Join(dir, name), name, env)
		if err == nil {
			running = append(running, n)
		}
		return n, err
	}

	feed, err := start("feed")
	if err != nil {
		return err
	}
	gateway, err := start("gateway")
	if err != nil {
		return err
	}
	for _, want := range []struct {
		n     *node
		count int
	}{{feed, 3}, {gateway, 1}} {
		for range want.count {
			socket, endpoint, err := want.n.listening()
			if err != nil {
				return err
			}
			env = append(env, "MARKET_"+strings.ToUpper(strings.ReplaceAll(socket, ".", "_"))+"="+endpoint)
		}
	}
	desk, err := start("desk")
	if err != nil {
		return err
	}
	// The desk and the gateway end by themselves, the feed when it is told to.
	for _, n := range []*node{desk, gateway, feed} {
		if n == feed {
			n.cmd.Process.Signal(syscall.SIGTERM)
		}
		if err := n.wait(); err != nil {
			return err
		}
	}
	running = nil
	return balance(feed.summary, desk.summary, gateway.summary)
}

// balance compares what one side sent with what the other received.
func balance(feed, desk, gateway map[string]int) error {
	fmt.Println()
	var off []string
	for _, c := range []struct {
		what           string
		sent, received int
	}{
		{"orders, desk to gateway", desk["orders"], gateway["orders"]},
		{"lookups found, desk by feed", desk["lookups.found"], feed["lookups.found"]},
		{"lookups missing, desk by feed", desk["lookups.missing"], feed["lookups.missing"]},
	} {
		verdict := "balanced"
		if c.sent != c.received || c.sent == 0 {
			verdict = "NOT BALANCED"
			off = append(off, c.what)
		}
		fmt.Printf("%-30s %5d = %5d  %s\n", c.what, c.sent, c.received, verdict)
	}
	if off != nil {
		return errors.New("not balanced: " + strings.Join(off, "; "))
	}
	return nil
}

// node is a process of the demo.
type node struct {
	name    string
	cmd     *exec.Cmd
	listens chan [2]string // socket and endpoint
	reading sync.WaitGroup
	summary map[string]int // read after wait
}

func startNode(path, name string, env []string) (*node, error) {
	n := &node{name: name, cmd: exec.Command(path), listens: make(chan [2]string, 8), summary: make(map[string]int)}
	n.cmd.Env = env
	n.cmd.Stderr = os.Stderr
	out, err := n.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := n.cmd.Start(); err != nil {
		return nil, err
	}
	n.reading.Add(1)
	go func() {
		defer n.reading.Done()
		n.read(out)
	}()
	return n, nil
}

// read shows what the node prints and notes what the demo needs of it.
func (n *node) read(out io.Reader) {
	defer close(n.listens)
	for lines := bufio.NewScanner(out); lines.Scan(); {
		fmt.Printf("%-8s %s\n", n.name, lines.Text())
		switch f := strings.Fields(lines.Text()); {
		case len(f) == 3 && f[0] == "listening":
			n.listens <- [2]string{f[1], f[2]}
		case len(f) > 0 && f[0] == "summary":
			for i := 1; i+1 < len(f); i += 2 {
				n.summary[f[i]], _ = strconv.Atoi(f[i+1])
			}
		}
	}
}

// listening returns the next endpoint that the node says it has bound.
func (n *node) listening() (socket, endpoint string, err error) {
	select {
	case l, ok := <-n.listens:
		if !ok {
			return "", "", fmt.Errorf("%s ended before it listened", n.name)
		}
		return l[0], l[1], nil
	case <-time.After(patience):
		return "", "", fmt.Errorf("%s does not listen after %v", n.name, patience)
	}
}

// wait waits until the node has ended well.
func (n *node) wait() error {
	ended := make(chan error, 1)
	go func() {
		n.reading.Wait()
		ended <- n.cmd.Wait()
	}()
	select {
	case err := <-ended:
		if err != nil {
			return fmt.Errorf("%s: %w", n.name, err)
		}
		return nil
	case <-time.After(patience):
		return fmt.Errorf("%s has not ended after %v", n.name, patience)
	}
}
