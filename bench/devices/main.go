// Command devices measures devices of the runtime beside zmq_proxy of libzmq: messages one way through a streamer, messages from a
// publisher to ten subscribers through a forwarder, and requests and replies through a queue, over tcp: many on their way at once,
// and one after the other. Peers are the program in C of ../c, each in a process of its own, and so is the device. The two take turns
// within each round. The time that the device's process was on a processor is measured too, by the system, from its start to its end.
package main

import (
	"bufio"
	"cmp"
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
	asks   string // the role of who asks, of a queue
	result string // of the peers
}

var works = []work{
	{"streamer, 64 B", "streamer", "64", 1_000_000, "", "elapsed_ns"},
	{"streamer, 1 KiB", "streamer", "1024", 400_000, "", "elapsed_ns"},
	{"streamer, 64 KiB", "streamer", "65536", 20_000, "", "elapsed_ns"},
	{"streamer, three frames", "streamer", "8,16,64", 400_000, "", "elapsed_ns"},
	{"forwarder, 64 B, ten subscribers", "forwarder", "64", 100_000, "", "elapsed_ns"},
	{"queue, 64 B, 64 requests at once", "queue", "64", 200_000, "ask_many", "elapsed_ns"},
	{"queue, 64 B, one at a time, median", "queue", "64", 20_000, "ask", "p50_ns"},
	{"queue, 64 B, one at a time, p99", "queue", "64", 20_000, "ask", "p99_ns"},
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
	table := [][]string{{"", "zmqgen", "from – to", "zmq_proxy", "from – to", "speed ÷ zmq_proxy", "processor", "of zmq_proxy", "÷ zmq_proxy"}}
	for _, w := range works {
		if !strings.Contains(w.name, only) {
			continue
		}
		took, busy := make(map[string][]float64), make(map[string][]float64)
		for round := range rounds {
			for i := range contenders {
				who := contenders[(i+round)%len(contenders)]
				f, err := run(ctx, peer, who, w, max(1, int(float64(w.n)*scale)))
				if err != nil {
					return fmt.Errorf("%s by %s: %w", w.name, who, err)
				}
				took[who], busy[who] = append(took[who], f.took), append(busy[who], f.busy)
			}
		}
		line := []string{w.name}
		for _, who := range contenders {
			line = append(line, markdown.Duration(stat.Median(took[who])), spread(took[who]))
		}
		line = append(line, ratio(took["zmq_proxy"], took["zmqgen"]))
		for _, who := range contenders {
			line = append(line, markdown.Duration(stat.Median(busy[who])))
		}
		line = append(line, ratio(busy["zmqgen"], busy["zmq_proxy"]))
		table = append(table, line)
		fmt.Fprintln(os.Stderr, line)
	}
	fmt.Print(markdown.Table(table))
	return nil
}

// ratio returns the median of a ÷ b in each round, since a round is equally busy for both.
func ratio(a, b []float64) string {
	var all []float64
	for i := range a {
		all = append(all, a[i]/b[i])
	}
	return fmt.Sprintf("%.2f", stat.Median(all))
}

func spread(values []float64) string {
	least, most := values[0], values[0]
	for _, v := range values {
		least, most = min(least, v), max(most, v)
	}
	return markdown.Duration(least) + " – " + markdown.Duration(most)
}

// roles are the two peers of each kind of device: who starts first, and binds, and who connects to the device.
var roles = map[string][2]string{"streamer": {"receive", "send"}, "queue": {"answer", ""}, "forwarder": {"publish", "subscribe"}}

// figures are nanoseconds for each message or call.
type figures struct {
	took float64
	busy float64 // the device's process on a processor
}

// run measures once.
func run(ctx context.Context, peer, who string, w work, n int) (f figures, err error) {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Minute)
	defer cancel()
	args := func(role, endpoint string) []string {
		return []string{peer, "-role", role, "-endpoint", endpoint, "-layout", w.layout, "-n", strconv.Itoa(n), "-warmup", strconv.Itoa(n / 10), "-subscribers", "10", "-flight", "64"}
	}
	first, err := start(ctx, args(roles[w.kind][0], "tcp://127.0.0.1:*"))
	if err != nil {
		return f, err
	}
	defer first.kill()
	bound, err := first.await("endpoint")
	if err != nil {
		return f, err
	}
	front, back := "tcp://127.0.0.1:*", bound
	if w.kind == "forwarder" {
		front, back = back, front
	}
	device, err := start(ctx, []string{os.Args[0], "-device", who, "-kind", w.kind, "-front", front, "-back", back})
	if err != nil {
		return f, err
	}
	defer device.kill()
	at, err := device.await("endpoint")
	if err != nil {
		return f, err
	}
	second, err := start(ctx, args(cmp.Or(w.asks, roles[w.kind][1]), at))
	if err != nil {
		return f, err
	}
	defer second.kill()
	result := second
	switch w.kind {
	case "streamer":
		result = first
	case "forwarder":
		if _, err := second.await("ready"); err != nil {
			return f, err
		}
		io.WriteString(first.in, "go\n")
	}
	text, err := result.await(w.result)
	if err != nil {
		return f, err
	}
	if f.took, err = strconv.ParseFloat(text, 64); w.result == "elapsed_ns" {
		f.took /= float64(n)
	}
	device.kill()
	used := device.cmd.ProcessState
	f.busy = float64(used.UserTime()+used.SystemTime()) / float64(n+n/10)
	return f, err
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
