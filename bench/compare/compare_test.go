package main

import (
	"context"
	"errors"
	"regexp"
	"strings"
	"testing"

	"github.com/zmqgen/zmqgen/bench/internal/markdown"
)

// shell returns programs whose one contender is a shell script, which sees its role as $2 and its endpoint as
// $4.
func shell(script string) (*programs, row) {
	r := row{name: "shell", title: "a shell script", source: "sh"}
	return &programs{scripts: map[string][]string{"sh": {"/bin/sh", "-c", script, "sh"}}}, r
}

var pair = cast{transport: "tcp", server: "serve", client: "use", measured: "use", ready: true}

func TestPlaySpeaksTheProtocol(t *testing.T) {
	p, r := shell(`
		case $2 in
		serve) echo endpoint tcp://here; read go; [ "$go" = go ] && echo allocs 1; cat ;;
		use)   [ "$4" = tcp://here ] && echo ready 1; echo elapsed_ns 700; echo allocs 2 ;;
		esac`)
	got, err := pair.play(context.Background(), p, r, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got["elapsed_ns"] != 700 || got["allocs"] != 3 || got["cpu_ns"] <= 0 {
		t.Errorf("got %v", got)
	}
}

// TestPlayEndsAllWhenOneFails has the other process wait for ever, if nobody kills it.
func TestPlayEndsAllWhenOneFails(t *testing.T) {
	for _, failing := range []string{"serve", "use"} {
		p, r := shell(`
			[ $2 = serve ] && echo endpoint tcp://here
			[ $2 = ` + failing + ` ] && { echo it broke >&2; exit 3; }
			exec sleep 1000`)
		_, err := pair.play(context.Background(), p, r, nil)
		if err == nil || !strings.Contains(err.Error(), "it broke") {
			t.Errorf("with %s failing: %v", failing, err)
		}
	}
}

func TestMeasureTakesTurnsAndStopsAfterAFailure(t *testing.T) {
	p, ok := shell(`echo elapsed_ns 5`)
	p.scripts["fails"] = []string{"/bin/sh", "-c", "exit 1"}
	p.missing = map[string]error{"missing": errors.New("there is none")}
	w := work{cast: cast{server: "both", measured: "both"}}
	got, err := measure(context.Background(), w, []row{ok, {source: "fails"}, {source: "missing"}, ok.unless("it is late")}, p, 3)
	if err != nil || len(got[0].results) != 3 || got[0].absent() != "" {
		t.Errorf("the one that works: %+v", got[0])
	}
	for i, why := range []string{"failed, see the errors", "not run, there is none", "not run, it is late"} {
		if got[i+1].absent() != why {
			t.Errorf("row %d is absent because %q, want %q", i+1, got[i+1].absent(), why)
		}
	}
}

func TestCellsShowMediansAndRatios(t *testing.T) {
	took := func(all ...float64) (results []result) {
		for _, ns := range all {
			results = append(results, result{"elapsed_ns": ns})
		}
		return results
	}
	w := work{n: 10}
	rows := []measured{
		{row: row{name: "a"}, results: took(9000, 4000, 5000)},
		{row: row{name: "b"}, results: took(10000)},
		{row: row{name: "c", cannot: "it cannot"}},
	}
	median := column{value: perUnit("elapsed_ns"), show: markdown.Duration}
	span, overB, overC := median, median, median
	span.spans, overB.base, overC.base = true, "b", "c"
	for _, c := range []struct {
		column column
		row    int
		want   string
	}{
		{median, 0, "500 ns"}, {median, 1, "1.00 µs"}, {median, 2, "–"},
		{span, 0, "400 ns – 900 ns"}, {overB, 0, "0.50"}, {overB, 1, "1.00"}, {overC, 0, "–"},
	} {
		if got := c.column.cell(w, rows[c.row], rows); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

func TestNamesOfRowsAreUnique(t *testing.T) {
	seen := make(map[string]bool)
	for _, w := range works(options{rounds: 1, scale: 1}) {
		for _, r := range w.selected(regexp.MustCompile("")) {
			name := w.name + "/" + r.name
			if seen[name] {
				t.Errorf("%s is there twice", name)
			}
			seen[name] = true
		}
	}
}

func TestCountsHaveCommas(t *testing.T) {
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567"} {
		if got := count(n); got != want {
			t.Errorf("count(%d) is %q, want %q", n, got, want)
		}
	}
}
