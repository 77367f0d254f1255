package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/zmqgen/zmqgen/bench/internal/markdown"
)

// This file is what a table shows of results.

// result is what one run of a row reported, by name.
type result map[string]float64

// column is one column of a table: a median over the rounds, or, with a base, its ratio to that of the row of
// that name.
type column struct {
	title string
	value func(r result, n int) float64
	show  func(float64) string
	base  string
	spans bool // the least and the greatest value instead of the median
}

func metric(name string) func(result, int) float64 {
	return func(r result, _ int) float64 { return r[name] }
}

func perUnit(name string) func(result, int) float64 {
	return func(r result, n int) float64 { return r[name] / float64(n) }
}

// perMillionUnits is seconds, of what is reported in nanoseconds.
func perMillionUnits(name string) func(result, int) float64 {
	return func(r result, n int) float64 { return r[name] / 1e9 / float64(n) * 1e6 }
}

// rate is how many were done in a second.
func rate(r result, n int) float64 { return float64(n) / r["elapsed_ns"] * 1e9 }

// idleCPU is the part of one core that was used while idling.
func idleCPU(idle string) func(result, int) float64 {
	d, err := time.ParseDuration(idle)
	if err != nil {
		panic(err)
	}
	return func(r result, _ int) float64 { return r["idle_cpu_ns"] / float64(d.Nanoseconds()) }
}

var timesPerMessage = []column{
	{title: "per message", value: perUnit("elapsed_ns"), show: markdown.Duration},
	{title: "from – to", value: perUnit("elapsed_ns"), show: markdown.Duration, spans: true},
	{title: "÷ C", value: perUnit("elapsed_ns"), base: "c"},
	{title: "÷ pebbe", value: perUnit("elapsed_ns"), base: "pebbe"},
	{title: "÷ pebbe, codec", value: perUnit("elapsed_ns"), base: "codec"},
	{title: "÷ usual way", value: perUnit("elapsed_ns"), base: "poller"},
}

var perMillion = column{title: "CPU s per million", value: perMillionUnits("cpu_ns"), show: hundredths}

var allocations = column{title: "allocations", value: perUnit("allocs"), show: tenths}

// What follows shows a number.

func whole(v float64) string      { return count(int(v + 0.5)) }
func tenths(v float64) string     { return fmt.Sprintf("%.1f", v) }
func hundredths(v float64) string { return fmt.Sprintf("%.2f", v) }
func kilobytes(v float64) string  { return fmt.Sprintf("%.1f KiB", v/1024) }
func bytesEach(v float64) string  { return fmt.Sprintf("%.0f B", v) }
func percent(v float64) string    { return fmt.Sprintf("%.2f %%", 100*v) }

// count shows a number with commas.
func count(n int) string {
	digits := strconv.Itoa(n)
	var groups []string
	for len(digits) > 3 {
		groups = append([]string{digits[len(digits)-3:]}, groups...)
		digits = digits[:len(digits)-3]
	}
	return strings.Join(append([]string{digits}, groups...), ",")
}
