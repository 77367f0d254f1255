// Command table runs the benchmarks of package codecs and prints, in Markdown, the medians of all rounds and their
// ratios. The contenders take turns in each round, so that a busy moment is everybody's.
package main

import (
	"bufio"
	"bytes"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

func main() {
	rounds := flag.Int("rounds", 41, "how often each benchmark runs")
	each := flag.Duration("benchtime", 20*time.Millisecond, "how long it runs each time")
	flag.Parse()
	if flag.NArg() > 0 || *rounds < 1 || *each <= 0 {
		fmt.Fprintln(os.Stderr, "usage: table [-rounds N] [-benchtime D]")
		os.Exit(2)
	}
	f, err := measure(*rounds, each.String())
	if err != nil {
		fmt.Fprintln(os.Stderr, "table:", err)
		os.Exit(1)
	}
	fmt.Print(f.tables())
}

// measure builds the benchmarks once and runs all of them in each round.
func measure(rounds int, benchtime string) (figures, error) {
	dir, err := os.MkdirTemp("", "zmqbench")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	binary := filepath.Join(dir, "codecs.test")
	if out, err := exec.Command("go", "test", "-c", "-o", binary, "github.com/zmqgen/zmqgen/bench/codecs").CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%w\n%s", err, out)
	}
	f := figures{}
	for range rounds {
		out, err := exec.Command(binary, "-test.run=^$", "-test.bench=^Benchmark(Append|Unmarshal)$", "-test.benchtime="+benchtime).CombinedOutput()
		if err != nil {
			return nil, fmt.Errorf("%w\n%s", err, out)
		}
		if err := f.add(out); err != nil {
			return nil, err
		}
	}
	return f, nil
}

// key is one benchmark: an operation, Append or Unmarshal, of a contender, such as proto/zmqgen.
type key struct{ operation, contender string }

// figures are what the benchmarks printed, a figure for each round.
type figures map[key]*struct{ nanoseconds, allocations []float64 }

// add reads what a run of the benchmarks printed.
func (f figures) add(output []byte) error {
	lines := bufio.NewScanner(bytes.NewReader(output))
	for lines.Scan() {
		rest, is := strings.CutPrefix(lines.Text(), "Benchmark")
		if !is {
			continue
		}
		words := strings.Fields(rest)
		var k key
		k.operation, k.contender, _ = strings.Cut(words[0], "/")
		if at := strings.LastIndexByte(k.contender, '-'); at >= 0 { // the number of processors
			k.contender = k.contender[:at]
		}
		if f[k] == nil {
			f[k] = &struct{ nanoseconds, allocations []float64 }{}
		}
		for i := 2; i+1 < len(words); i += 2 {
			v, err := strconv.ParseFloat(words[i], 64)
			if err != nil {
				return fmt.Errorf("%s: %w", lines.Text(), err)
			}
			switch words[i+1] {
			case "ns/op":
				f[k].nanoseconds = append(f[k].nanoseconds, v)
			case "allocs/op":
				f[k].allocations = append(f[k].allocations, v)
			}
		}
	}
	return lines.Err()
}
