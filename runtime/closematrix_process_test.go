//go:build cgo

package runtime

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// This file holds the peers of the close matrix that are processes of their own, so that they can be
// killed: the test binary runs itself again. The two talk in lines. The peer says which endpoint it has
// bound, and when something has come; it is told to go on with or without traffic.

const (
	matrixPeerEnv = "ZMQGEN_MATRIX_PEER" // holds the plan of the peer's socket
	sayOpen       = "open "
	sayHeard      = "heard"
	tellTraffic   = "traffic"
	tellQuiet     = "quiet"
)

// peerProcess is such a peer, seen from the process of the matrix.
type peerProcess struct {
	cmd      *exec.Cmd
	in       io.WriteCloser
	said     chan struct{} // closed when it says no more
	endpoint string
	heard    atomic.Bool
}

// startPeer starts a process that opens a socket by plan.
func startPeer(t testing.TB, plan socketPlan) *peerProcess {
	t.Helper()
	text := must(json.Marshal(plan))(t)
	p := &peerProcess{cmd: exec.Command(os.Args[0], "-test.run=^TestCloseMatrix$"), said: make(chan struct{})}
	p.cmd.Env = append(os.Environ(), matrixPeerEnv+"="+string(text))
	p.cmd.Stderr = os.Stderr
	p.in = must(p.cmd.StdinPipe())(t)
	lines := bufio.NewScanner(must(p.cmd.StdoutPipe())(t))
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	opened := make(chan string, 1)
	go func() {
		defer close(p.said)
		for lines.Scan() {
			if endpoint, ok := strings.CutPrefix(lines.Text(), sayOpen); ok {
				opened <- endpoint
			} else if lines.Text() == sayHeard {
				p.heard.Store(true)
			} else {
				fmt.Fprintln(os.Stderr, "peer process:", lines.Text())
			}
		}
	}()
	select {
	case p.endpoint = <-opened:
	case <-p.said:
		t.Fatal("the peer process ended early")
	case <-time.After(matrixPatience):
		p.kill()
		t.Fatal("the peer process does not open its socket")
	}
	return p
}

// tell tells the process how to go on.
func (p *peerProcess) tell(line string) { fmt.Fprintln(p.in, line) }

// kill kills the process and waits for its end.
func (p *peerProcess) kill() {
	p.cmd.Process.Kill()
	p.in.Close()
	<-p.said
	p.cmd.Wait()
}

// bePeer is what the process does. It does not return.
func bePeer(t *testing.T, text string) {
	var plan socketPlan
	if err := json.Unmarshal([]byte(text), &plan); err != nil {
		t.Fatal(err)
	}
	u := plan.open(context.Background(), t, must(NewPump(context.Background()))(t), "b.process")
	fmt.Println(sayOpen + strings.Join(u.handle.Endpoints(), " "))
	told := make(chan string)
	go func() {
		for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
			told <- lines.Text()
		}
		os.Exit(0) // nobody is left who could kill it
	}()
	u.startReceiving()
	said := false
	for tick := time.Tick(time.Millisecond); ; {
		if !said && u.consumed.Load() > 0 {
			fmt.Println(sayHeard)
			said = true
		}
		select {
		case <-tick:
			u.offer()
			continue
		case line := <-told:
			if line == tellTraffic {
				u.startSending(true)
			}
		}
		select {}
	}
}
