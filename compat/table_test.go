package compat

import (
	"bytes"
	_ "embed"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
)

// This file writes docs/compat.md from what ran, or compares it.

//go:embed compat.md.txt
var prose string

var page = filepath.Join("..", "docs", "compat.md")

// results are the cells that ran.
type results struct {
	mu sync.Mutex
	ok map[string]map[string]bool // by the name of the pairing, then by that of the cell
}

func newResults() *results { return &results{ok: map[string]map[string]bool{}} }

func (r *results) set(c cell, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.ok[c.pairing.name] == nil {
		r.ok[c.pairing.name] = map[string]bool{}
	}
	r.ok[c.pairing.name][c.name()] = ok
}

// compare compares the page with the results, or writes it. What did not run, and the versions of what did, is taken
// from the page as it is: they were others then.
func (r *results) compare(t *testing.T) {
	was, err := os.ReadFile(page)
	if err != nil && !*update {
		t.Fatal(err)
	}
	if !*update {
		if got := r.render(string(was), oldVersions(string(was))); got != string(was) {
			t.Errorf("docs/compat.md does not say what ran, which is (-update writes it):\n%s", got)
		}
		return
	}
	if *messages != 10000 {
		t.Fatalf("the page says that 10,000 messages are exchanged, not %d", *messages)
	}
	for _, l := range libraries {
		if l.missing != nil {
			t.Fatalf("the page is written where all libraries are: no %s here: %v", l.name, l.missing)
		}
	}
	if err := os.WriteFile(page, []byte(r.render(string(was), versions())), 0o644); err != nil {
		t.Fatal(err)
	}
}

// versions says what ran, a line of a list each.
func versions() string {
	libzmq, _ := exec.Command("pkg-config", "--modversion", "libzmq").Output()
	list := fmt.Sprintf("- zmqgen with libzmq %s, Go %s\n", bytes.TrimSpace(libzmq), strings.TrimPrefix(runtime.Version(), "go"))
	for _, l := range libraries {
		list += "- " + l.version + "\n"
	}
	return list
}

const (
	versionsBegin = "<!-- versions -->\n"
	versionsEnd   = "<!-- end of versions -->\n"
)

func oldVersions(was string) string {
	_, rest, _ := strings.Cut(was, versionsBegin)
	list, _, _ := strings.Cut(rest, versionsEnd)
	return list
}

// render writes the page. Cells that did not run are those of the page as it was.
func (r *results) render(was, versions string) string {
	var b strings.Builder
	b.WriteString("| | frames |")
	rule := "\n| --- | --- |"
	for _, l := range libraries {
		for _, ours := range []side{left, right} {
			fmt.Fprintf(&b, " %s |", cell{library: l, ours: ours}.name())
			rule += " --- |"
		}
	}
	b.WriteString(rule + "\n")
	old := oldCells(was)
	for _, p := range pairings {
		fmt.Fprintf(&b, "| %s | %s |", p.name, p.frames)
		for i, l := range libraries {
			for _, ours := range []side{left, right} {
				c := cell{p, l, ours}
				text, ran := r.text(c)
				if column := 2*i + int(ours); !ran && column < len(old[p.name]) {
					text = old[p.name][column]
				}
				fmt.Fprintf(&b, " %s |", text)
			}
		}
		b.WriteString("\n")
	}
	if len(limitations) > 0 {
		b.WriteString("\n")
	}
	for i, why := range reasons() {
		fmt.Fprintf(&b, "%d. %s\n", i+1, why)
	}
	page := strings.ReplaceAll(prose, "VERSIONS\n", versionsBegin+versions+versionsEnd)
	return strings.ReplaceAll(page, "TABLE\n", b.String())
}

// text is a cell of the table.
func (r *results) text(c cell) (text string, ran bool) {
	ok, ran := r.ok[c.pairing.name][c.name()]
	switch {
	case !ran:
		return "not run", false
	case c.limitation() == nil: // those that fail without are errors of the test
		return "yes", true
	}
	note := slices.Index(reasons(), c.limitation().why) + 1
	if ok {
		return fmt.Sprintf("yes, but (%d)", note), true
	}
	return fmt.Sprintf("no (%d)", note), true
}

// reasons are those of all limitations, each once.
func reasons() (all []string) {
	for _, l := range limitations {
		if !slices.Contains(all, l.why) {
			all = append(all, l.why)
		}
	}
	return all
}

// oldCells are the cells of each row of a page.
func oldCells(page string) map[string][]string {
	rows := map[string][]string{}
	for line := range strings.Lines(page) {
		if cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), " | "); len(cells) > 2 {
			for i := range cells {
				cells[i] = strings.TrimSpace(cells[i])
			}
			rows[cells[0]] = cells[2:]
		}
	}
	return rows
}
