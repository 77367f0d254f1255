//go:build cgo

package runtime

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// This file holds what files of overrides may say to the tables, and the keys, that package schema goes by too.

// tableRows returns the rows of a table in testdata: key, value, and what is wrong with it.
func tableRows(t *testing.T, name string) (rows [][3]string) {
	t.Helper()
	text := must(os.ReadFile(filepath.Join("..", "testdata", name)))(t)
	for _, line := range strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")[1:] {
		cells := append(strings.Split(line, "\t"), "")
		rows = append(rows, [3]string{cells[0], cells[1], cells[2]})
	}
	if len(rows) < 50 {
		t.Fatalf("%s has %d rows", name, len(rows))
	}
	return rows
}

func compareRow(t *testing.T, row [3]string, err *syntaxError) {
	t.Helper()
	got := ""
	if err != nil {
		got = err.problem
	}
	if got != row[2] {
		t.Errorf("%s %q: got %q, want %q", row[0], row[1], got, row[2])
	}
}

func TestEndpointsAreThoseOfTheTable(t *testing.T) {
	for _, row := range tableRows(t, "endpoints.txt") {
		compareRow(t, row, checkEndpoint(row[0], row[1]))
	}
}

func TestOptionsAreThoseOfTheTable(t *testing.T) {
	seen := make(map[string]bool)
	for _, row := range tableRows(t, "options.txt") {
		seen[row[0]] = true
		set, err := optionOf(row[0]).read(row[0], row[1])
		compareRow(t, row, err)
		if err == nil {
			set(new(SocketSpec))
		}
	}
	for _, o := range append(options, bufferOption) {
		if !seen[o.name] {
			t.Errorf("the table has no %s", o.name)
		}
	}
}

// What is wrong is what the table says, and what to do about it.
func TestTypesHaveTheOptionsOfTheTable(t *testing.T) {
	types := make(map[string]SocketType)
	for typ := range socketTypes {
		types[strings.ToLower(typ.String())] = typ
	}
	for _, row := range tableRows(t, "options_of_types.txt") {
		typ, side, _ := strings.Cut(row[0], " ")
		spec := SocketSpec{Type: types[typ], Bind: []string{"tcp://*:1"}}
		if side == "connect" {
			spec.Bind, spec.Connect = nil, []string{"tcp://a:1"}
		}
		top := &Topology{Name: "market", Sockets: map[string]SocketSpec{"n.s": spec}}
		_, err := overriddenBy(t, top, "a.yaml", "topology: market\nnodes: {n: {sockets: {s: {options: {"+row[1]+"}}}}}\n")
		got := ""
		if err != nil {
			_, got, _ = strings.Cut(err.Error(), " ") // its place
		}
		if (got == "") != (row[2] == "") || !strings.HasPrefix(got, row[2]) {
			t.Errorf("%s %s: got %q, want %q", row[0], row[1], got, row[2])
		}
	}
}

// TestKeysAreThoseOfTheTopology compares the keys with those that the published JSON Schema of topologies has.
func TestKeysAreThoseOfTheTopology(t *testing.T) {
	type object struct{ Properties map[string]any }
	var schema struct {
		Properties  map[string]any
		Definitions map[string]object
	}
	if err := json.Unmarshal(must(os.ReadFile("../schema/topology.schema.json"))(t), &schema); err != nil {
		t.Fatal(err)
	}
	schema.Definitions["topology"] = object{schema.Properties}
	for name, ours := range map[string]configObject{
		"topology": rootObject, "defaults": defaultsObject, "node": nodeObject, "socket": socketObject, "device": deviceObject,
		"side_of_a_device": sideObject, "options": optionsObject, "security": securityObject, "server": serverObject, "client": clientObject,
		"reference_to_a_key": sourceObject,
	} {
		keys := append(slices.Clone(ours.keys), ours.fixed...)
		if i := slices.Index(keys, "topology"); i >= 0 {
			keys[i] = "name"
		}
		slices.Sort(keys)
		equal(t, name+": "+strings.Join(keys, " "), name+": "+strings.Join(sortedKeys(schema.Definitions[name].Properties), " "))
	}
}
