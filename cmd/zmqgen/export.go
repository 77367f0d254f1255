package main

// This file turns a topology into what other languages need of it: one file, on standard output or on
// disk.

import (
	"encoding/json"
	"flag"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/zmqgen/zmqgen/gen"
	"github.com/zmqgen/zmqgen/schema"
	"github.com/zmqgen/zmqgen/schema/lint"
)

var exportCommand = command{
	name:    "export",
	args:    "proto|ir|jsonschema|asyncapi [FILE|DIR|-]",
	summary: "print the topology as .proto, JSON Schema, AsyncAPI or JSON",
	about: `Prints what programs in other languages need of a topology, or writes it to -o FILE.

proto is a .proto with all messages and enums, for protoc. Its bodies are those that generated Go
sends with encoding proto; a comment at its top says in which frames each of them travels.

ir is the whole topology as JSON, with every name and endpoint resolved, for generators of other
languages; docs/ir.md says what each key means.

jsonschema is a JSON Schema, draft 2020-12, of the messages as JSON, which is what is sent with encoding
json: #/$defs/NAME is that of message NAME.

asyncapi is an AsyncAPI document, 3.0.0, in JSON: patterns as channels, endpoints as servers, what each
socket does as operations; what is ZeroMQ's own is under x-zeromq.

FILE is the topology, DIR a directory with a topology.yaml, - standard input; without any it is
./topology.yaml. The file of -o is written only if it changes, at one stroke, and never in place of
one that zmqgen did not export from this topology.`,
	examples: `zmqgen export proto
zmqgen export proto -o market.proto market/topology.yaml
zmqgen export ir - <topology.yaml
zmqgen export asyncapi -o market.asyncapi.json`,
	findings: "the topology has errors; nothing is printed or written",
	maxArgs:  2,
	flags: func(set *flag.FlagSet, o *options) {
		topologyFlag(set, o)
		reportFlags(set, o)
		outFlags(set, o)
	},
	run: runExport,
}

// exportFormat is one form that a topology can be exported in.
type exportFormat struct {
	name   string
	export func(*schema.Topology) ([]byte, schema.Diagnostics)
	marks  marks
}

// exportFormats returns the table of forms.
func exportFormats() []exportFormat {
	return []exportFormat{
		{"proto", gen.ExportProto, goMarks},
		{"ir", gen.ExportIR, marks{sourceOfIR, `{"ir": `}},
		{"jsonschema", gen.ExportJSONSchema, marks{sourceOfJSON, `{"$schema": "https://json-schema.org/draft/2020-12/schema", "$comment": "` + jsonComment}},
		{"asyncapi", gen.ExportAsyncAPI, marks{sourceOfJSON, `{"asyncapi": "3.0.0", "x-generated": "` + jsonComment}},
	}
}

func runExport(c *console, opts options) error {
	if len(opts.args) == 0 {
		return usagef("export: name what to export: %s", strings.Join(formatNames(), ", "))
	}
	format, err := formatNamed(opts.args[0])
	if err != nil {
		return err
	}
	opts.args = opts.args[1:]
	arg, err := opts.topology()
	if err != nil {
		return err
	}
	src, err := readTopology(c, arg)
	if err != nil {
		return err
	}
	base, err := readBaseline(src)
	if err != nil {
		return err
	}
	content, ds := exportOf(src, format, base)
	c.report(c.stderr, ds, opts)
	if ds.HasErrors() {
		return errFindings
	}
	return deliver(c, opts, "export", src, format.marks, content)
}

// exportOf exports a topology. It has no content if the findings have errors, but for what the topology and its baseline
// accept.
func exportOf(src source, format exportFormat, base *lint.Baseline) ([]byte, schema.Diagnostics) {
	t, ds := new(imports).parse(src, src.dir)
	if ds.HasErrors() {
		return nil, ds
	}
	content, found := format.export(t)
	return content, lint.Apply(t, append(ds, found...), base)
}

// deliver prints what a command makes of a topology, or brings the file of -o up to date.
func deliver(c *console, opts options, command string, src source, m marks, content []byte) error {
	if opts.out == "" || opts.out == "-" {
		c.stdout.Write(content) //nolint:errcheck // consoles keep their first error
		return nil
	}
	path := settle(opts.out)
	dir, name := filepath.Split(path)
	if generatedName(name) {
		return usagef("%s: the name %s is one of the files that generate writes; choose another", command, shown(path))
	}
	if dir == "" {
		dir = "."
	}
	dir = filepath.Clean(dir)
	ch := change{name: shown(path), path: filepath.Join(dir, name), state: missing, content: content}
	exists, err := outputDir(dir)
	if err != nil {
		return err
	}
	if exists {
		if _, err := ch.compare(src.base, m); err != nil {
			return fmt.Errorf("%s %w", ch.name, err)
		}
	}
	if ch.state == "" {
		return nil
	}
	return ch.plan().carryOut(c, opts)
}

// formatNamed finds a form by its name, or says what is wrong with the name.
func formatNamed(name string) (exportFormat, error) {
	formats := exportFormats()
	if i := slices.IndexFunc(formats, func(f exportFormat) bool { return f.name == name }); i >= 0 {
		return formats[i], nil
	}
	if name == "json" {
		return exportFormat{}, usagef("export: unknown form %q; did you mean ir, the topology as JSON, or jsonschema?", name)
	}
	return exportFormat{}, usagef("export: unknown form %q; %s", name, instead(name, formatNames()))
}

func formatNames() []string {
	var names []string
	for _, f := range exportFormats() {
		names = append(names, f.name)
	}
	return names
}

// sourceOfIR returns the name of the topology that an exported JSON comes from, or "" if it is none.
func sourceOfIR(content []byte) string {
	var head struct {
		IR     int    `json:"ir"`
		Source string `json:"source"`
	}
	if err := json.Unmarshal(content, &head); err != nil || head.IR < 1 {
		return ""
	}
	return head.Source
}

// jsonComment is what an exported document says of itself, before it names its topology.
const jsonComment = "Code generated by zmqgen. DO NOT EDIT. Source: "

// sourceOfJSON returns the name of the topology that an exported JSON Schema or AsyncAPI document comes from, or "" if
// it is none.
func sourceOfJSON(content []byte) string {
	var head struct {
		Comment   string `json:"$comment"`
		Generated string `json:"x-generated"`
	}
	if err := json.Unmarshal(content, &head); err != nil {
		return ""
	}
	source, found := strings.CutPrefix(head.Comment+head.Generated, jsonComment)
	if !found {
		return ""
	}
	return source
}
