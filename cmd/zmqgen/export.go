package main

// This file turns a topology into what other languages need of it: one file, on standard output or on
// disk.

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/zmqgen/zmqgen/gen"
	"github.com/zmqgen/zmqgen/schema"
)

var exportCommand = command{
	name:    "export",
	args:    "proto|ir [FILE|DIR|-]",
	summary: "print the topology as .proto, or as JSON for generators",
	about: `Prints what programs in other languages need of a topology, or writes it to -o FILE.

proto is a .proto with all messages and enums, for protoc. Its bodies are those that generated Go
sends with encoding proto; a comment at its top says in which frames each of them travels.

ir is the whole topology as JSON, with every name and endpoint resolved, for generators of other
languages; docs/ir.md says what each key means.

FILE is the topology, DIR a directory with a topology.yaml, - standard input; without any it is
./topology.yaml. The file of -o is written only if it changes, at one stroke, and never in place of
one that zmqgen did not export from this topology.`,
	examples: `zmqgen export proto
zmqgen export proto -o market.proto market/topology.yaml
zmqgen export ir - <topology.yaml`,
	findings: "the topology has errors; nothing is printed or written",
	maxArgs:  2,
	flags: func(set *flag.FlagSet, o *options) {
		topologyFlag(set, o)
		set.StringVar(&o.out, "o", "", "write to `FILE`, or to standard output for -, as without -o")
		set.BoolVar(&o.verbose, "v", false, "name the file if it is written, on standard error")
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
	}
}

// plannedExports are the forms that later versions have.
var plannedExports = []string{"asyncapi", "jsonschema"}

func runExport(c *console, opts options) error {
	if len(opts.args) == 0 {
		return usagef("export: name what to export: %s", strings.Join(formatNames(), " or "))
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
	content, ds := exportOf(src, format)
	report(c.stderr, ds)
	if ds.HasErrors() {
		return errFindings
	}
	if opts.out == "" || opts.out == "-" {
		fmt.Fprintf(c.stdout, "%s", content)
		return nil
	}
	return writeOut(c, opts, "export", src, format.marks, content)
}

// exportOf exports a topology. It has no content if the findings have errors.
func exportOf(src source, format exportFormat) ([]byte, schema.Diagnostics) {
	t, ds := new(imports).parse(src, src.dir)
	if ds.HasErrors() {
		return nil, ds
	}
	content, found := format.export(t)
	ds = append(ds, found...)
	ds.Sort()
	return content, ds
}

// writeOut brings the file of -o up to date, for a command that writes one file.
func writeOut(c *console, opts options, command string, src source, m marks, content []byte) error {
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
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := (plan{dir: dir, changes: []change{ch}}).apply(ctx, realDisk); err != nil {
		return err
	}
	if opts.verbose {
		c.advise("wrote " + ch.name)
	}
	return nil
}

// formatNamed finds a form by its name, or says what is wrong with the name.
func formatNamed(name string) (exportFormat, error) {
	formats := exportFormats()
	if i := slices.IndexFunc(formats, func(f exportFormat) bool { return f.name == name }); i >= 0 {
		return formats[i], nil
	}
	names := formatNames()
	all := strings.Join(names, ", ")
	if slices.Contains(plannedExports, name) {
		return exportFormat{}, usagef("export %s is planned but not in this version, which has %s", name, all)
	}
	if best := closest(name, names); best != "" {
		return exportFormat{}, usagef("export: unknown form %q; did you mean %q?", name, best)
	}
	return exportFormat{}, usagef("export: unknown form %q; there are %s", name, all)
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
