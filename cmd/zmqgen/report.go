package main

// This file prints findings, for every command that has some, in the form that the command line asks for.

import (
	"errors"
	"flag"
	"io"
	"os"
	"runtime"
	"slices"

	"github.com/zmqgen/zmqgen/schema"
	"github.com/zmqgen/zmqgen/schema/lint"
	"github.com/zmqgen/zmqgen/schema/report"
)

// The forms of findings.
const (
	formatText   = "text"
	formatJSON   = "json"
	formatGitHub = "github"
	formatSARIF  = "sarif"
)

// reportFlags defines how findings are printed.
func reportFlags(set *flag.FlagSet, o *options) {
	choiceFlag(set, &o.format, "format", "print findings as `FORMAT`: text, json, github or sarif", formatText, formatJSON, formatGitHub, formatSARIF)
	choiceFlag(set, &o.color, "color", "colour findings `WHEN`: auto, which is on a terminal, always or never", "auto", "always", "never")
}

// choiceFlag defines a flag that takes a few words, of which the first is meant where it is not given.
func choiceFlag(set *flag.FlagSet, value *string, name, usage string, words ...string) {
	set.Var(choice{value, words}, name, usage)
}

// choice is the value of such a flag.
type choice struct {
	value *string
	words []string
}

// String is what package flag takes for the default: nothing, so that help does not repeat it.
func (ch choice) String() string { return "" }

// Set takes a word.
func (ch choice) Set(given string) error {
	if slices.Contains(ch.words, given) {
		*ch.value = given
		return nil
	}
	return errors.New(instead(given, ch.words))
}

// report prints findings to w. Where there are none, it prints nothing.
func (c *console) report(w *stickyWriter, ds schema.Diagnostics, opts options) {
	if len(ds) > 0 {
		c.document(w, ds, opts)
	}
}

// document prints findings to w as report does, and says so in a form for programs if there are none.
func (c *console) document(w *stickyWriter, ds schema.Diagnostics, opts options) {
	// Consoles keep their first error.
	switch opts.format {
	case formatJSON:
		report.JSON(w, ds) //nolint:errcheck
	case formatGitHub:
		report.GitHub(w, ds) //nolint:errcheck
	case formatSARIF:
		report.SARIF(w, ds, lint.Rules()) //nolint:errcheck
	default:
		report.Text(w, ds, report.Options{Colour: coloured(w.w, opts.color)}) //nolint:errcheck
	}
}

// coloured reports whether what goes to w is shown in colours: on a terminal, unless the user has said otherwise.
func coloured(w io.Writer, when string) bool {
	switch when {
	case "always":
		return true
	case "never":
		return false
	}
	file, isFile := w.(*os.File)
	if !isFile || os.Getenv("NO_COLOR") != "" || os.Getenv("TERM") == "dumb" {
		return false
	}
	if runtime.GOOS == "windows" && os.Getenv("WT_SESSION") == "" {
		return false // older consoles show the sequences as they are
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// failing reports whether a command ends with exitFindings for the findings: infos are for reading only.
func failing(ds schema.Diagnostics) bool {
	return slices.ContainsFunc(ds, func(d schema.Diagnostic) bool { return d.Severity != schema.Info })
}
