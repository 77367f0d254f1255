package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/zmqgen/zmqgen/bench/internal/markdown"
	"github.com/zmqgen/zmqgen/bench/internal/stat"
)

// This file prints tables that are good to read as text and are valid Markdown.

func printTable(w work, rows []measured) {
	fmt.Printf("\n## %s\n\n%s\n\n", w.title, w.note)
	header := []string{""}
	for _, c := range w.columns {
		header = append(header, c.title)
	}
	lines := [][]string{header}
	var notes []string
	for _, m := range rows {
		line := []string{m.title}
		if why := m.absent(); why != "" {
			notes = append(notes, fmt.Sprintf("- %s: %s.", m.title, why))
		}
		for _, c := range w.columns {
			line = append(line, c.cell(w, m, rows))
		}
		lines = append(lines, line)
	}
	fmt.Print(markdown.Table(lines))
	if notes != nil {
		fmt.Printf("\n%s\n", strings.Join(notes, "\n"))
	}
}

// absent says why m has no figures, or nothing if it has.
func (m measured) absent() string {
	switch {
	case m.cannot != "":
		return "not run, " + m.cannot
	case m.err != nil:
		return "failed, see the errors"
	default:
		return ""
	}
}

// cell shows one figure, or a dash if there is none.
func (c column) cell(w work, m measured, rows []measured) string {
	values := c.values(w, m)
	if len(values) == 0 {
		return "–"
	}
	switch {
	case c.spans:
		return c.show(slices.Min(values)) + " – " + c.show(slices.Max(values))
	case c.base != "":
		base := slices.IndexFunc(rows, func(m measured) bool { return m.name == c.base })
		if base < 0 || len(c.values(w, rows[base])) == 0 {
			return "–"
		}
		return hundredths(stat.Median(values) / stat.Median(c.values(w, rows[base])))
	default:
		return c.show(stat.Median(values))
	}
}

// values returns c's figures of all rounds; none if m does not have them.
func (c column) values(w work, m measured) []float64 {
	if m.absent() != "" {
		return nil
	}
	var values []float64
	for _, r := range m.results {
		if v := c.value(r, w.n); v != 0 {
			values = append(values, v)
		}
	}
	return values
}
