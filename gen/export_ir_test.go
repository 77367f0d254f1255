package gen

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
)

func TestExportedIRsAreUpToDate(t *testing.T) {
	for _, e := range append(exportedTopologies, struct{ name, topology string }{"limits", "testdata/limits.yaml"}) {
		t.Run(e.name, func(t *testing.T) {
			got, ds := ExportIR(parse(t, e.topology))
			if len(ds) > 0 {
				t.Fatalf("diagnostics:\n%s", text(ds))
			}
			again, _ := ExportIR(parse(t, e.topology))
			if !bytes.Equal(got, again) {
				t.Error("it differs between two runs")
			}
			compareGolden(t, filepath.Join("testdata", "export", e.name+".json"), got)
		})
	}
}

// Where a socket is reached that another one names: what the runtime would find without overrides.
func TestExportIRResolvesEndpoints(t *testing.T) {
	topology := parseText(t, "t.yaml", `version: 1
name: solo
messages: {Ping: {fields: {}}}
patterns: {pings: {kind: push-pull, message: Ping}}
nodes:
  a:
    host: a.internal
    sockets:
      every: {pull: pings, bind: "tcp://*:6001"}
      zeros: {pull: pings, bind: "tcp://0.0.0.0:6002"}
      six: {pull: pings, bind: "tcp://[::]:6003"}
      one: {pull: pings, bind: ["inproc://x", "tcp://10.0.0.1:6004", "tcp://*:6005"]}
      only_inproc: {pull: pings, bind: "inproc://y"}
      some_port: {pull: pings, bind: "tcp://*:*"}
      any_ipc: {pull: pings, bind: "ipc://*"}
      told: {pull: pings, bind: "tcp://*:6006", advertise: ["tcp://b:1", "tcp://b:2"]}
  b:
    sockets:
      here: {pull: pings, bind: "tcp://*:6007"}
  c:
    sockets:
      s: {push: pings, connect: [a.every, a.zeros, a.six, a.one, a.only_inproc, a.some_port, a.any_ipc, a.told, b.here, "tcp://d:9"]}
`)
	out, _ := ExportIR(topology)
	var got irTopology
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatal(err)
	}
	want := []irConnect{
		{"a.every", []string{"tcp://a.internal:6001"}},
		{"a.zeros", []string{"tcp://a.internal:6002"}},
		{"a.six", []string{"tcp://a.internal:6003"}},
		{"a.one", []string{"tcp://10.0.0.1:6004"}},
		{"a.only_inproc", []string{"inproc://y"}},
		{"a.some_port", []string{}},
		{"a.any_ipc", []string{}},
		{"a.told", []string{"tcp://b:1", "tcp://b:2"}},
		{"b.here", []string{"tcp://127.0.0.1:6007"}},
		{"", []string{"tcp://d:9"}},
	}
	if connect := got.Nodes[2].Sockets[0].Connect; !reflect.DeepEqual(connect, want) {
		t.Errorf("got  %v\nwant %v", connect, want)
	}
}

// docs/ir.md has a row for every key that is written, and no other.
func TestDocsNameEveryKeyOfTheIR(t *testing.T) {
	page, err := os.ReadFile("../docs/ir.md")
	if err != nil {
		t.Fatal(err)
	}
	documented := map[string]bool{}
	section := ""
	for _, line := range strings.Split(string(page), "\n") {
		if title, is := strings.CutPrefix(line, "## "); is {
			section = title
		}
		if row := regexp.MustCompile("^\\| `([a-z0-9_]+)` \\|").FindStringSubmatch(line); row != nil {
			documented[section+"."+row[1]] = true
		}
	}
	sections := map[string]any{
		"The topology": irTopology{}, "Enum": irEnum{}, "Value of an enum": irEnumValue{}, "Reserved": irReserved{}, "Message": irMessage{},
		"Field": irField{}, "Type": irType{}, "Limits": irLimits{}, "Pattern": irPattern{}, "Message of a pattern": irPatternMessage{}, "Side of a pattern": irFlow{},
		"Topic": irTopic{}, "Segment of a topic": irTopicSegment{}, "Method": irMethod{}, "Call": irCall{}, "Node": irNode{}, "Socket": irSocket{},
		"Connect": irConnect{}, "Options": irOptions{}, "Device": irDevice{}, "Security": irSecurity{}, "Credentials": irCredentials{},
		"Key source": irKeySource{},
	}
	for section, of := range sections {
		typ := reflect.TypeOf(of)
		for i := range typ.NumField() {
			if typ.Field(i).Anonymous {
				continue // has a section of its own
			}
			key, _, _ := strings.Cut(typ.Field(i).Tag.Get("json"), ",")
			if !documented[section+"."+key] {
				t.Errorf("docs/ir.md has no %s in %q", key, section)
			}
			delete(documented, section+"."+key)
		}
	}
	for key := range documented {
		t.Errorf("docs/ir.md has %s, which is never written", key)
	}
}
