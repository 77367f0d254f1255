package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/zmqgen/zmqgen/bench/internal/markdown"
	"github.com/zmqgen/zmqgen/bench/internal/stat"
)

// This file is what the tables show.

// row is a contender and what it is called in a table.
type row struct{ contender, title string }

// group is one table, with ratios to some of its rows.
type group struct {
	title string
	rows  []row
	bases []row
}

var (
	vtprotobuf   = row{"proto/vtprotobuf", "vtprotobuf"}
	msgp         = row{"msgpack/msgp_tuple", "msgp, tuples"}
	encodingJSON = row{"json/encoding_json", "encoding/json"}
)

var groups = []group{
	{
		title: "Protobuf and MessagePack",
		rows: []row{
			{"proto/zmqgen", "zmqgen"}, vtprotobuf, {"proto/google", "google.golang.org/protobuf"}, msgp, {"proto/by_hand", "protobuf by hand"},
		},
		bases: []row{vtprotobuf, msgp},
	},
	{
		title: "JSON",
		rows:  []row{{"json/zmqgen", "zmqgen"}, encodingJSON, {"json/google", "protojson"}},
		bases: []row{encodingJSON},
	},
}

var operations = []row{{"Append", "append"}, {"Unmarshal", "unmarshal"}}

// tables are all groups.
func (f figures) tables() string {
	var b strings.Builder
	for i, g := range groups {
		if i > 0 {
			b.WriteByte('\n')
		}
		fmt.Fprintf(&b, "### %s\n\n%s", g.title, markdown.Table(f.table(g)))
	}
	return b.String()
}

func (f figures) table(g group) [][]string {
	header := []string{""}
	for _, o := range operations {
		header = append(header, o.title, "from – to")
		for _, base := range g.bases {
			header = append(header, "÷ "+base.title)
		}
		header = append(header, "allocations")
	}
	lines := [][]string{header}
	for _, r := range g.rows {
		line := []string{r.title}
		for _, o := range operations {
			line = append(line, f.cells(o.contender, r, g.bases)...)
		}
		lines = append(lines, line)
	}
	return lines
}

// cells are the figures of one operation of a contender: its median, the least and the greatest, its ratios, and its
// allocations.
func (f figures) cells(operation string, r row, bases []row) []string {
	own := f[key{operation, r.contender}]
	if own == nil {
		return slices.Repeat([]string{"–"}, len(bases)+3)
	}
	median := stat.Median(own.nanoseconds)
	cells := []string{
		markdown.Duration(median),
		markdown.Duration(slices.Min(own.nanoseconds)) + " – " + markdown.Duration(slices.Max(own.nanoseconds)),
	}
	for _, base := range bases {
		ratio := "–"
		if other := f[key{operation, base.contender}]; other != nil {
			ratio = fmt.Sprintf("%.2f", median/stat.Median(other.nanoseconds))
		}
		cells = append(cells, ratio)
	}
	return append(cells, fmt.Sprintf("%.0f", stat.Median(own.allocations)))
}
