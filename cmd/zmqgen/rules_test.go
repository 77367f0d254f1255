package main

// This file is the test of the registry of rules: each rule has a text, whose bad example has a finding of the rule
// and whose good one has none. It also writes docs/rules.md.

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"golang.org/x/tools/txtar"

	"github.com/zmqgen/zmqgen/schema"
	"github.com/zmqgen/zmqgen/schema/explain"
	"github.com/zmqgen/zmqgen/schema/lint"
)

func TestEveryRuleHasAText(t *testing.T) {
	ids := explain.IDs()
	for _, r := range lint.Rules() {
		at, has := slices.BinarySearch(ids, r.ID)
		if !has {
			t.Errorf("rule %s has no text: write schema/explain/rules/%s.txtar", r.ID, r.ID)
			continue
		}
		ids = slices.Delete(ids, at, at+1)
		text, _ := explain.Of(r.ID)
		for what, there := range map[string]bool{
			"why":                              len(strings.TrimSpace(text.Why)) > 40,
			"a last paragraph with Source:":    text.Source != "",
			"a bad example":                    len(text.Bad) > 0,
			"a good example":                   len(text.Good) > 0,
			"lines that a terminal can show":   longest(text.Why) <= 100,
			"examples of the size of examples": len(text.Bad) > 0 && strings.Count(text.Bad[0].Text, "\n") <= 32,
		} {
			if !there {
				t.Errorf("the text of rule %s has not %s", r.ID, what)
			}
		}
	}
	for _, id := range ids {
		t.Errorf("schema/explain/rules/%s.txtar explains no rule", id)
	}
}

// longest returns the length of the longest line.
func longest(text string) int {
	most := 0
	for _, line := range strings.Split(text, "\n") {
		most = max(most, len(line))
	}
	return most
}

// unshown are the rules whose bad example cannot stand in a text as it is: what is to be made of it.
var unshown = map[string]func(string) string{
	"file-too-large": func(s string) string {
		return strings.ReplaceAll(s, "# … and so on, to over 1 MiB", strings.Repeat("# one of many lines\n", schema.MaxSourceSize/19))
	},
	"too-many-imports": func(s string) string {
		var b strings.Builder
		for i := range schema.MaxFiles {
			fmt.Fprintf(&b, "  team_%d: team_%d/topology.yaml\n", i+2, i+2)
		}
		return strings.ReplaceAll(s, "  # … and so on, to over 64 files\n", b.String())
	},
	"bad-encoding": func(s string) string { return strings.ReplaceAll(s, "£", "\xa3") },
	"more-findings": func(s string) string {
		var b strings.Builder
		for i := range 60 {
			fmt.Fprintf(&b, "      field_no_%d: strin @%d\n", i, i+10)
		}
		return strings.ReplaceAll(s, "      # … and so on\n", b.String())
	},
}

// beside are the rules that are not found without others.
var beside = map[string][]string{
	"too-deep":        {"wrong-kind"},
	"more-findings":   {"unknown-type"},
	"replica-unknown": {"dynamic-binds"},
	"dynamic-binds":   {"replica-unknown"},
	"imports-changed": {"field-added"},
}

// TestRules makes of the text of each rule a testscript: what is bad is found, and nothing besides; what is good is
// silent. Its scripts run the command within the test: a process for each of some hundred topologies takes half a minute.
func TestRules(t *testing.T) {
	dir := t.TempDir()
	for _, r := range lint.Rules() {
		if text, has := explain.Of(r.ID); has && len(text.Bad) > 0 && len(text.Good) > 0 {
			if err := os.WriteFile(filepath.Join(dir, r.ID+".txtar"), txtar.Format(ruleScript(r, text)), 0o666); err != nil {
				t.Fatal(err)
			}
		}
	}
	testscript.Run(t, testscript.Params{
		Dir:                 dir,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"command": scriptRun,
			"found":   scriptFound,
		},
	})
}

// ruleScript returns the testscript of a rule.
func ruleScript(r schema.Rule, text explain.Text) *txtar.Archive {
	command := "lint"
	if len(text.Old) > 0 {
		command = "breaking --against " + explain.Topology(text.Old)
		if r.Severity == schema.Info {
			command += " --all" // without it what asks for nothing is not shown
		}
	}
	found := append([]string{r.ID}, beside[r.ID]...)
	script := fmt.Sprintf("# %s: %s\ncommand %d %s %s\nfound %s\n! stderr .\n\n# cured\ncommand 0 %s %s\n! stdout .\n! stderr .\n",
		r.ID, r.Summary, codeOf(found), command, explain.Topology(text.Bad), strings.Join(found, " "), command, explain.Topology(text.Good))
	archive := &txtar.Archive{Comment: []byte(script)}
	// What is imported has a Go package by the nearest go.mod.
	archive.Files = append(archive.Files, txtar.File{Name: "go.mod", Data: []byte("module example.com/market\n")})
	for _, f := range slices.Concat(text.Old, text.Bad, text.Good) {
		archive.Files = append(archive.Files, txtar.File{Name: f.Name, Data: []byte(exampleText(r.ID, f))})
	}
	return archive
}

// codeOf returns the exit code of a command that finds something of these rules. An example turns on what is off.
func codeOf(ids []string) int {
	for _, r := range lint.Rules() {
		if r.Severity != schema.Info && slices.Contains(ids, r.ID) {
			return exitFindings
		}
	}
	return exitOK
}

// exampleText returns what a file of an example of a rule holds.
func exampleText(id string, f explain.File) string {
	if make := unshown[id]; make != nil && strings.HasPrefix(f.Name, "bad") {
		return make(f.Text)
	}
	return f.Text
}

// scriptRun is "command N COMMAND [FLAG|FILE...]": the command ends with exit code N. Files are named as from the
// directory of the script.
func scriptRun(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: command N COMMAND [FLAG|FILE...]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	line := slices.Clone(args[1:])
	for i, arg := range line {
		if i > 0 && !strings.HasPrefix(arg, "-") {
			line[i] = ts.MkAbs(arg)
		}
	}
	if got := run(line, strings.NewReader(""), ts.Stdout(), ts.Stderr()); got != want {
		ts.Fatalf("zmqgen %s ended with exit code %d, want %d", strings.Join(args[1:], " "), got, want)
	}
}

// ruleInFinding is the rule at the end of a finding's first line.
var ruleInFinding = regexp.MustCompile(`(?m)^\S+:\d+:\d+: (?:error|warning|info): .*\[([a-z0-9-]+)\]$`)

// scriptFound is "found RULE [OTHER...]": the program printed findings of RULE, and of none but these.
func scriptFound(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: found RULE [OTHER...]")
	}
	hit := false
	for _, m := range ruleInFinding.FindAllStringSubmatch(ts.ReadFile("stdout"), -1) {
		hit = hit || m[1] == args[0]
		if !slices.Contains(args, m[1]) {
			ts.Fatalf("found %s", m[1])
		}
	}
	if !hit {
		ts.Fatalf("found nothing of %s", args[0])
	}
}
