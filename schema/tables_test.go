package schema

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// This file holds what files may say of sockets to the tables that package runtime goes by too, which reads overrides while a
// program runs and does not know this package.

// tableRows returns the rows of a table in testdata: key, value, and what is wrong with it.
func tableRows(t *testing.T, name string) (rows [][3]string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")[1:] {
		cells := append(strings.Split(line, "\t"), "")
		rows = append(rows, [3]string{cells[0], cells[1], cells[2]})
	}
	if len(rows) < 50 {
		t.Fatalf("%s has %d rows", name, len(rows))
	}
	return rows
}

// checkRow parses a topology with one value, and compares its only error.
func checkRow(t *testing.T, row [3]string, text string) {
	t.Helper()
	c := badCase{text: text}
	source, _ := c.source()
	_, ds := Parse("t.yaml", []byte(source))
	var problems []string
	for _, d := range ds {
		if d.Severity == Error {
			problems = append(problems, d.Message)
		}
	}
	want := []string{}
	if row[2] != "" {
		want = append(want, row[2])
	}
	if fmt.Sprint(problems) != fmt.Sprint(want) {
		t.Errorf("%s %q:\ngot  %q\nwant %q", row[0], row[1], problems, want)
	}
}

func TestEndpointsAreThoseOfTheTable(t *testing.T) {
	for _, row := range tableRows(t, "endpoints.txt") {
		a := map[string]string{
			"bind":      "pub: t, bind: %q",
			"connect":   "sub: t, connect: %q",
			"advertise": "pub: t, bind: 'tcp://*:9', advertise: %q",
		}[row[0]]
		checkRow(t, row, two("sockets: {s: {"+fmt.Sprintf(a, row[1])+"}}", "sockets: {s: {pub: t, bind: 'tcp://*:7'}}"))
	}
}

func TestOptionsAreThoseOfTheTable(t *testing.T) {
	for _, row := range tableRows(t, "options.txt") {
		typ, options := "pub: t", fmt.Sprintf("%s: %q", row[0], row[1])
		switch row[0] {
		case "recv_hwm":
			typ = "sub: t"
		case "heartbeat_timeout", "heartbeat_ttl":
			options = "heartbeat: 1s, " + options
		}
		if row[0] == "buffer" {
			checkRow(t, row, socket(typ+", bind: 'tcp://*:9', "+options))
		} else {
			checkRow(t, row, socket(typ+", bind: 'tcp://*:9', options: {"+options+"}"))
		}
	}
}

func TestTypesHaveTheOptionsOfTheTable(t *testing.T) {
	endpoints := map[string]string{"bind": "bind: 'tcp://*:1'", "connect": "connect: 'tcp://a:1'"}
	kinds := map[string]string{"push": "w", "pull": "w", "req": "r", "rep": "r", "dealer": "r", "router": "r", "pair": "p"}
	for _, row := range tableRows(t, "options_of_types.txt") {
		typ, side, _ := strings.Cut(row[0], " ")
		pattern := kinds[typ]
		if pattern == "" {
			pattern = "t"
		}
		checkRow(t, row, patterns+"  p: {kind: pair, bind_sends: A, connect_sends: A}\n"+
			fmt.Sprintf("nodes: {n: {sockets: {s: {%s: %s, %s, options: {%s}}}}}\n", typ, pattern, endpoints[side], row[1]))
	}
}
