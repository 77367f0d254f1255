package main

import (
	"strings"
	"testing"
)

func TestRatiosAreOfMedians(t *testing.T) {
	f := figures{}
	for _, round := range []string{
		"goos: linux\nBenchmarkAppend/proto/zmqgen-2 \t 100\t 40.0 ns/op\t 0 B/op\t 0 allocs/op\nBenchmarkAppend/proto/vtprotobuf-2 100 90 ns/op 0 B/op 0 allocs/op\nPASS\n",
		"BenchmarkAppend/proto/zmqgen-2 100 400.0 ns/op 0 B/op 0 allocs/op\nBenchmarkAppend/proto/vtprotobuf-2 100 80 ns/op 0 B/op 0 allocs/op\n",
		"BenchmarkAppend/proto/zmqgen-2 100 50.0 ns/op 0 B/op 0 allocs/op\nBenchmarkAppend/proto/vtprotobuf-2 100 100 ns/op 0 B/op 0 allocs/op\n",
	} {
		if err := f.add([]byte(round)); err != nil {
			t.Fatal(err)
		}
	}
	cells := f.cells("Append", groups[0].rows[0], groups[0].bases)
	if got, want := strings.Join(cells, "|"), "50 ns|40 ns – 400 ns|0.56|–|0"; got != want {
		t.Errorf("cells are %s, want %s", got, want)
	}
	if tables := f.tables(); !strings.Contains(tables, "| zmqgen ") || !strings.Contains(tables, "### JSON") {
		t.Errorf("tables lack something:\n%s", tables)
	}
}
