package main

// This file writes docs/rules.md from the registry of rules, their texts, and what lint says of the bad examples. A test
// sees that the page is up to date; with -update it writes it.

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/rogpeppe/go-internal/diff"

	"github.com/zmqgen/zmqgen/schema"
	"github.com/zmqgen/zmqgen/schema/explain"
	"github.com/zmqgen/zmqgen/schema/lint"
)

// pageHead begins the page; the finding of an example follows where it says so.
const pageHead = `# Rules

Whatever zmqgen finds in a topology is a finding of one of these rules. zmqgen explain RULE prints the same text in a terminal, and
zmqgen explain the list. (This page is made of both: go test ./cmd/zmqgen -run TestRulesPage -update.)

## How to read a finding

` + "```text\nFINDING```" + `

- First comes the place: file, line, and column, counted in characters from 1. The caret below the line is there.
- Then how severe it is. An **error** keeps code from being generated. A **warning** does not, but what is generated is hardly what
  was meant. An **info** is worth to know, and no more. Errors and warnings make lint end with exit code 1, infos do not. Rules that
  are **off** are not looked for unless the topology asks for them.
- Then what is wrong, and in brackets by which rule.
- help says what is accepted there, and guesses what was meant. Lines that end in a place lead to the other half of the matter.

All findings are printed at once, in the order of the file. What only follows from another finding is not printed, so what is mended may
uncover more.

How to set severities, to ignore a finding with a reason, to begin with a file that has many, and to have findings as JSON, SARIF or
annotations of GitHub's is told in [lint.md](lint.md). Errors of the first families cannot be silenced: there is no code for what
they are about.

`

// TestRulesPage sees that docs/rules.md is what the registry and the texts make of it.
func TestRulesPage(t *testing.T) {
	docs, err := filepath.Abs(filepath.Join(root, "docs"))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(docs, "rules.md")
	families := lint.Families()
	sections := ruleSections(t, docs, families)
	var page strings.Builder
	page.WriteString(strings.Replace(pageHead, "FINDING", findingOf(t, "double-bind"), 1))
	page.WriteString(ruleTables(families))
	page.WriteString(sections)
	page.WriteString("\n## Rules that zmqgen does without\n\n")
	page.WriteString("Others check these, or would have to: the manuals of ZeroMQ, its RFCs and its guide suggest them, or other schema languages have them.\n\n")
	page.WriteString("| rule | why there is none |\n| --- | --- |\n")
	for _, r := range lint.NotApplicable() {
		fmt.Fprintf(&page, "| `%s` | %s |\n", r.ID, r.Why)
	}
	if *update {
		if err := os.WriteFile(path, []byte(page.String()), 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	got = bytes.ReplaceAll(got, []byte("\r\n"), []byte("\n"))
	if d := diff.Diff("docs/rules.md", got, "what it should be", []byte(page.String())); d != nil {
		t.Errorf("the page is out of date: go test ./cmd/zmqgen -run TestRulesPage -update\n%s", d)
	}
}

// ruleTables returns the list of all rules, a table for each family.
func ruleTables(families []lint.Family) string {
	var b strings.Builder
	b.WriteString("## All rules\n")
	for _, f := range families {
		fmt.Fprintf(&b, "\n**%s**\n\n| rule | | what holds |\n| --- | --- | --- |\n", f.Name)
		for _, r := range f.Rules {
			fmt.Fprintf(&b, "| [%s](#%s) | %s | %s |\n", r.ID, r.ID, r.Severity, escapeTable(r.Summary))
		}
	}
	return b.String()
}

func escapeTable(text string) string { return strings.ReplaceAll(text, "|", `\|`) }

// ruleSections returns the section of each rule. docs is the directory of the documents.
func ruleSections(t *testing.T, docs string, families []lint.Family) string {
	var b strings.Builder
	for _, f := range families {
		fmt.Fprintf(&b, "\n## %s\n", f.Name)
		for _, r := range f.Rules {
			if text, has := explain.Of(r.ID); has { // another test says so
				writeRule(t, &b, docs, r, text)
			}
		}
	}
	return b.String()
}

// writeRule writes the section of a rule.
func writeRule(t *testing.T, b *strings.Builder, docs string, r schema.Rule, text explain.Text) {
	fmt.Fprintf(b, "\n### %s\n\n*%s*: %s.\n\n%s\n", r.ID, r.Severity, r.Summary, linked(t, docs, r.ID, text.Why, pageInText))
	if len(text.Old) > 0 {
		b.WriteString("Before:\n\n")
		writeFiles(b, text.Old)
		b.WriteString("After:\n\n")
	}
	writeFiles(b, text.Bad)
	fmt.Fprintf(b, "```text\n%s```\n\nCured:\n\n```diff\n%s```\n\nSource: %s\n",
		findingOf(t, r.ID), cure(text), linked(t, docs, r.ID, text.Source, pageInSource))
}

// A page of ours in a text and, in a source, the heading of a section of it.
var (
	pageInText   = regexp.MustCompile(`docs/([a-z-]+\.md)()`)
	pageInSource = regexp.MustCompile(`docs/([a-z-]+\.md)(?:, ([^;]+))?`)
)

// linked returns a text with links to our pages, which have to be there.
func linked(t *testing.T, docs, id, text string, pages *regexp.Regexp) string {
	return pages.ReplaceAllStringFunc(text, func(s string) string {
		m := pages.FindStringSubmatch(s)
		page, err := os.ReadFile(filepath.Join(docs, m[1]))
		if err != nil {
			t.Errorf("the text of rule %s names a page that is not there: %v", id, err)
		}
		heading := regexp.MustCompile(`(?m)^#+ ` + regexp.QuoteMeta(m[2]) + `\r?$`)
		switch {
		case m[2] == "":
			return fmt.Sprintf("[%s](%s)", s, m[1])
		case !heading.Match(page):
			t.Errorf("the text of rule %s names a section that is not there: %s", id, s)
		}
		return fmt.Sprintf("[%s](%s#%s)", s, m[1], anchor(m[2]))
	})
}

// anchor returns what GitHub makes of a heading.
func anchor(heading string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return '-'
		case r == '-', r == '_', unicode.IsLetter(r), unicode.IsDigit(r):
			return unicode.ToLower(r)
		}
		return -1
	}, heading)
}

// writeFiles writes the files of an example, with their names if there are several.
func writeFiles(b *strings.Builder, files []explain.File) {
	for _, f := range files {
		if len(files) > 1 {
			fmt.Fprintf(b, "`%s`:\n\n", f.Path())
		}
		fmt.Fprintf(b, "```yaml\n%s```\n\n", f.Text)
	}
}

// hunk is the line above the differences of a part of a file.
var hunk = regexp.MustCompile(`^@@ .* @@$`)

// cure returns what makes the good example of the bad one.
func cure(text explain.Text) string {
	bad, good := map[string]string{}, map[string]string{}
	var paths []string
	for _, side := range []struct {
		files []explain.File
		into  map[string]string
	}{{text.Bad, bad}, {text.Good, good}} {
		for _, f := range side.files {
			side.into[f.Path()] = f.Text
			if !slices.Contains(paths, f.Path()) {
				paths = append(paths, f.Path())
			}
		}
	}
	var b strings.Builder
	for _, path := range paths {
		lines := strings.SplitAfter(string(diff.Diff(path, []byte(bad[path]), path, []byte(good[path]))), "\n")
		for i, line := range lines {
			switch {
			case i == 0, len(paths) == 1 && i < 3, len(paths) == 1 && i == 3 && hunk.MatchString(strings.TrimSpace(line)):
			default:
				b.WriteString(line)
			}
		}
	}
	return b.String()
}

// findingOf returns what is printed of a rule about its bad example.
func findingOf(t *testing.T, id string) string {
	t.Helper()
	text, _ := explain.Of(id)
	t.Chdir(t.TempDir())
	write := func(dir string, files []explain.File) {
		for _, f := range files {
			path := filepath.Join(dir, filepath.FromSlash(f.Path()))
			if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(exampleText(id, f)), 0o666); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := os.WriteFile("go.mod", []byte("module example.com/market\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	write(".", text.Bad)
	args := []string{"lint", "topology.yaml"}
	if len(text.Old) > 0 {
		write("old", text.Old)
		args = []string{"breaking", "--against", "old/topology.yaml", "topology.yaml"}
	}
	var stdout, stderr bytes.Buffer
	run(args, strings.NewReader(""), &stdout, &stderr)
	return onlyOf(id, stdout.String())
}

// onlyOf returns the findings of a rule among those that were printed.
func onlyOf(id, printed string) string {
	var b strings.Builder
	wanted := false
	for _, line := range strings.SplitAfter(printed, "\n") {
		if m := ruleInFinding.FindStringSubmatch(line); m != nil {
			wanted = m[1] == id
		}
		if wanted {
			b.WriteString(line)
		}
	}
	return b.String()
}
