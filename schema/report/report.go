// Package report writes findings: as text for people, as JSON for programs, as annotations for GitHub and as SARIF for whatever
// reads that. It decides nothing: what is left out, and how severe the rest is, has been decided before.
package report

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/zmqgen/zmqgen/schema"
)

// This file is what all forms have in common.

// fileOf returns the file of a place that a finding speaks of.
func fileOf(d *schema.Diagnostic, r schema.Related) string {
	if r.File == "" {
		return d.File
	}
	return r.File
}

// lines are what a finding says, without places: the message, help and notes.
func lines(d *schema.Diagnostic) []string {
	all := []string{visible(d.Message)}
	if d.Help != "" {
		all = append(all, "help: "+visible(d.Help))
	}
	for _, n := range d.Notes {
		all = append(all, visible(n.Label)+": "+visible(n.Text))
	}
	return all
}

// visible replaces what could steer a terminal.
func visible(s string) string {
	b := strings.Builder{}
	for _, r := range s {
		if unicode.IsPrint(r) {
			b.WriteRune(r)
		} else {
			b.WriteString(escape(r))
		}
	}
	return b.String()
}

// escape writes a character that has no shape of its own.
func escape(r rune) string {
	if r > 0xffff {
		return fmt.Sprintf(`\U%08x`, r)
	}
	return fmt.Sprintf(`\u%04x`, r)
}
