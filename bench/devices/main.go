// Command devices measures devices of the runtime beside zmq_proxy of libzmq: messages one way through a streamer, messages from a
// publisher to ten subscribers through a forwarder, and round trips through a queue, over tcp. Peers are the program in C of ../c, each in
// a process of its own, and so is the device. The two take turns within each round.
package main

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/zmqgen/zmqgen/bench/internal/markdown"
	"github.com/zmqgen/zmqgen/bench/internal/stat"
)

// This file runs the measurements; the device that is measured is in device.go.

// work is one thing that is measured.
type work struct {
	name   string
	kind   string
	layout string
	n      int
	result string // of the peers
}

var works = []work{
	{"streamer, 64 B", "streamer", "64", 1_000_000, "elapsed_ns"},
	{"streamer, 1 KiB", "streamer", "1024", 400_000, "elapsed_ns"},
	{"streamer, 64 KiB", "streamer", "65536", 20_000, "elapsed_ns"},
	{"streamer, three frames", "streamer", "8,16,64", 400_000, "elapsed_ns"},
	{"forwarder, 64 B, ten subscribers", "forwarder", "64", 100_000, "elapsed_ns"},
	{"queue, 64 B, round trip, median", "queue", "64", 20_000, "p50_ns"},
	{"queue, 64 B, round trip, p99", "queue", "64", 20_000, "p99_ns"},
}

// contenders are who is measured.
var contenders = []string{"zmqgen", "zmq_proxy"}

func main() {
	by := flag.String("device", "", "be the device: zmqgen or zmq_proxy")
	kind := flag.String("kind", "", "which device")
	front := flag.String("front", "", "where its frontend is")
	back := flag.String("back", "", "where its backend is")
	rounds := flag.Int("rounds", 7, "how often everything is measured")
	scale := flag.Float64("scale", 1, "the part of the messages that is moved")
	only := flag.String("run", "", "measure only what has this in its name")
	flag.Parse()
	var err error
	if *by != "" {
		err = be(*by, *kind, *front, *back)
	} else {
		err = measure(*rounds, *scale, *only)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "devices:", err)
		os.Exit(1)
	}
}

func measure(rounds int, scale float64, only string) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Hour)
	defer cancel()
	dir, err := os.MkdirTemp("", "devices")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	peer := filepath.Join(dir, "peer")
	if out, err := exec.CommandContext(ctx, "sh", "-c", "cc -O2 -o "+peer+" c/peer.c -pthread $(pkg-config --cflags --libs libzmq)").CombinedOutput(); err != nil {
		return fmt.Errorf("build c/peer.c, in the directory bench: %w: %s", err, out)
	}
	table := [][]string{{"", "zmqgen", "from – to", "zmq_proxy", "from – to", "throughput ÷ zmq_proxy"}}
	for _, w := range works {
		if !strings.Contains(w.name, only) {
			continue
		}
		took := make(map[string][]float64)
		for round := range rounds {
			for i := range contenders {
				who := contenders[(i+round)%len(contenders)]
				ns, err := run(ctx, peer, who, w, max(1, int(float64(w.n)*scale)))
				if err != nil {
					return fmt.Errorf("%s by %s: %w", w.name, who, err)
				}
				took[who] = append(took[who], ns)
			}
		}
		line := []string{w.name}
		for _, who := range contenders {
			line = append(line, markdown.Duration(stat.Median(took[who])), spread(took[who]))
		}
		var ratios []float64 // of each round, since a round is equally busy for both
		for i := range rounds {
			ratios = append(ratios, took["zmq_proxy"][i]/took["zmqgen"][i])
		}
		table = append(table, append(line, fmt.Sprintf("%.2f", stat.Median(ratios))))
		fmt.Fprintln(os.Stderr, line, ratios)
	}
	fmt.Print(markdown.Table(table))
	return nil
}

func spread(values []float64) string {
	least, most := values[0], values[0]
	for _, v := range values {
		least, most = min(least, v), max(most, v)
	}
	return markdown.Duration(least) + " – " + markdown.Duration(most)
}

// roles are the two peers of each kind of device: who starts first, and binds, and who connects to the device.
var roles = map[string][2]string{"streamer": {"receive", "send"}, "queue": {"answer", "ask"}, "forwarder": {"publish", "subscribe"}}

// run measures once and returns nanoseconds for each message or call.
func run(ctx context.Context, peer, who string, w work, n int) (float64, error) {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Minute)
	defer cancel()
	args := func(role, endpoint string) []string {
		return []string{peer, "-role", role, "-endpoint", endpoint, "-layout", w.layout, "-n", strconv.Itoa(n), "-warmup", strconv.Itoa(n / 10), "-subscribers", "10"}
	}
	first, err := start(ctx, args(roles[w.kind][0], "tcp://127.0.0.1:*"))
	if err != nil {
		return 0, err
	}
	defer first.kill()
	bound, err := first.await("endpoint")
	if err != nil {
		return 0, err
	}
	front, back := "tcp://127.0.0.1:*", bound
	if w.kind == "forwarder" {
		front, back = back, front
	}
	device, err := start(ctx, []string{os.Args[0], "-device", who, "-kind", w.kind, "-front", front, "-back", back})
	if err != nil {
		return 0, err
	}
	defer device.kill()
	at, err := device.await("endpoint")
	if err != nil {
		return 0, err
	}
	second, err := start(ctx, args(roles[w.kind][1], at))
	if err != nil {
		return 0, err
	}
	defer second.kill()
	result := second
	switch w.kind {
	case "streamer":
		result = first
	case "forwarder":
		if _, err := second.await("ready"); err != nil {
			return 0, err
		}
		io.WriteString(first.in, "go\n")
	}
	text, err := result.await(w.result)
	if err != nil {
		return 0, err
	}
	ns, err := strconv.ParseFloat(text, 64)
	if w.result == "elapsed_ns" {
		ns /= float64(n)
	}
	return ns, err
}

// process is a peer or a device.
type process struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Scanner
}

func start(ctx context.Context, argv []string) (*process, error) {
	p := &process{cmd: exec.CommandContext(ctx, argv[0], argv[1:]...)}
	p.cmd.Stderr = os.Stderr
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	p.out = bufio.NewScanner(out)
	if p.in, err = p.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	return p, p.cmd.Start()
}

// await returns the value of the line of that name.
func (p *process) await(name string) (string, error) {
	for p.out.Scan() {
		if value, ok := strings.CutPrefix(p.out.Text(), name+" "); ok {
			return value, nil
		}
	}
	return "", fmt.Errorf("%s ended without %s", strings.Join(p.cmd.Args, " "), name)
}

func (p *process) kill() {
	p.cmd.Process.Kill()
	p.cmd.Wait()
}
