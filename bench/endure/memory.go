package main

import (
	"bufio"
	"fmt"
	"os"
	"time"

	"github.com/zmqgen/zmqgen/bench/internal/load"
	"github.com/zmqgen/zmqgen/bench/wire"
)

// This file watches over the memory of a process.

// memory is the resident set of this process over time.
type memory struct {
	name    string
	samples []int64 // bytes, one a second
}

// settled is how many samples pass before the memory has to stay where it is.
const settled = 20

func (m *memory) sample() error {
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return err
	}
	var size, resident int64
	if _, err := fmt.Sscan(string(text), &size, &resident); err != nil {
		return err
	}
	m.samples = append(m.samples, resident*int64(os.Getpagesize()))
	return nil
}

func (m *memory) String() string {
	if len(m.samples) <= settled {
		return m.name + ": too short a time to say anything of memory"
	}
	rest := m.samples[settled:]
	least, most := rest[0], rest[0]
	for _, s := range rest {
		least, most = min(least, s), max(most, s)
	}
	return fmt.Sprintf("%s: %.1f MB resident after %d s, %.1f to %.1f MB in the %d s after that, %.1f MB in the end",
		m.name, mega(rest[0]), settled, mega(least), mega(most), len(rest), mega(rest[len(rest)-1]))
}

func mega(bytes int64) float64 { return float64(bytes) / 1e6 }

// check fails if memory has grown since it settled, by more than what the garbage collector moves.
func (m *memory) check() error {
	const slack = 4 << 20
	if n := len(m.samples); n > settled && m.samples[n-1] > m.samples[settled]+slack {
		return fmt.Errorf("memory has grown: %s", m)
	}
	return nil
}

// sendAndWatch sends without pause until standard input ends.
func sendAndWatch(ticks chan<- wire.Tick) error {
	over := make(chan struct{})
	go func() {
		bufio.NewReader(os.Stdin).ReadByte()
		close(over)
	}()
	watch := memory{name: "sender"}
	second := time.NewTicker(time.Second)
	defer second.Stop()
	for i := 0; ; {
		select {
		case ticks <- load.MakeTick(i):
			i++
		case <-second.C:
			if err := watch.sample(); err != nil {
				return err
			}
		case <-over:
			fmt.Println(watch.String())
			return watch.check()
		}
	}
}
