// Command compare measures the contenders side by side: it builds all of them, lets them take turns, and
// prints tables, in Markdown, of medians and of their ratios to named baselines. ../README.md says what is
// measured, and package peer what it and the contenders say to each other.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"regexp"
	"syscall"
	"time"
)

// options are the flags.
type options struct {
	rounds int
	scale  float64
	run    *regexp.Regexp
	quick  bool
}

func main() {
	if len(os.Args) == 2 && os.Args[1] == awakeArg {
		fmt.Fprintln(os.Stderr, "compare:", stayAwake())
		os.Exit(1)
	}
	var o options
	flag.IntVar(&o.rounds, "rounds", 7, "how often each row is measured")
	flag.Float64Var(&o.scale, "scale", 1, "factor by which every row moves more messages, or fewer")
	run := flag.String("run", "", "measure only rows whose work/row matches this regular expression, such as oneway/tcp")
	flag.BoolVar(&o.quick, "quick", false, "one short round, which shows that all works and measures nothing")
	flag.Parse()
	var err error
	if o.run, err = regexp.Compile(*run); err != nil || flag.NArg() > 0 || o.rounds < 1 || o.scale <= 0 {
		fmt.Fprintln(os.Stderr, "usage: compare [-rounds N] [-scale F] [-run REGEXP] [-quick]")
		os.Exit(2)
	}
	if o.quick {
		o.rounds, o.scale = 1, o.scale/100
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := compare(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "compare:", err)
		os.Exit(1)
	}
}

// compare measures one work after the other. A row that fails does not stop the others.
func compare(ctx context.Context, o options) error {
	dir, err := os.MkdirTemp("", "zmqbench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	built, err := build(ctx, dir)
	if err != nil {
		return err
	}
	fmt.Println("## Conditions")
	fmt.Println()
	printConditions(ctx, o)
	failed := 0
	for _, w := range works(o) {
		rows := w.selected(o.run)
		if len(rows) == 0 {
			continue
		}
		began := time.Now()
		measured, err := measure(ctx, w, rows, built, o.rounds)
		if err != nil {
			return err
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		printTable(w, measured)
		for _, m := range measured {
			if m.err != nil {
				failed++
				fmt.Fprintf(os.Stderr, "%s/%s: %v\n", w.name, m.name, m.err)
			}
		}
		fmt.Fprintf(os.Stderr, "%-24s %6.1f s\n", w.name, time.Since(began).Seconds())
	}
	if failed > 0 {
		return errors.New(fmt.Sprint(failed, " rows failed"))
	}
	return nil
}
