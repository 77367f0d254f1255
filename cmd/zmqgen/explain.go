package main

// This file prints what a rule is about, and the list of all rules.

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/zmqgen/zmqgen/schema"
	"github.com/zmqgen/zmqgen/schema/explain"
	"github.com/zmqgen/zmqgen/schema/lint"
)

var explainCommand = command{
	name:    "explain",
	args:    "[RULE]",
	summary: "say why a rule is one, with examples",
	about: `Prints what the rule finds and why it matters, a topology in which it finds something, the same
topology cured, and where to read more. A rule is named by the word in brackets at the end of a finding.
Without RULE, prints the list of all rules, with the severity that each has unless the topology says
otherwise.`,
	examples: `zmqgen explain
zmqgen explain double-bind`,
	maxArgs: 1,
	run:     runExplain,
}

func runExplain(c *console, opts options) error {
	if len(opts.args) == 0 {
		printRules(c.stdout, lint.Families())
		return nil
	}
	rule, err := ruleNamed(opts.args[0], lint.Rules())
	if err != nil {
		return err
	}
	printRule(c.stdout, rule)
	return nil
}

// ruleNamed returns the rule with an id, which may stand in brackets as findings have it.
func ruleNamed(id string, rules []schema.Rule) (schema.Rule, error) {
	bare := strings.TrimSuffix(strings.TrimPrefix(id, "["), "]")
	var ids []string
	for _, r := range rules {
		if r.ID == bare {
			return r, nil
		}
		ids = append(ids, r.ID)
	}
	if near := nearRules(bare, ids); len(near) > 0 {
		return schema.Rule{}, usagef("unknown rule %q; did you mean %s?", id, alternatives(near))
	}
	return schema.Rule{}, usagef("unknown rule %q; run zmqgen explain for the list of all %d", id, len(ids))
}

// maxNear is how many rules a guess names.
const maxNear = 6

// nearRules returns the id that is most like the one given or, if none is much like it, those that have all of its
// words.
func nearRules(given string, ids []string) []string {
	if best := closest(given, ids); best != "" {
		return []string{strconv.Quote(best)}
	}
	var near []string
	for _, id := range ids {
		if hasWords(id, given) && len(near) < maxNear {
			near = append(near, strconv.Quote(id))
		}
	}
	return near
}

// alternatives returns a list in words: a, b or c.
func alternatives(list []string) string {
	last := len(list) - 1
	if last == 0 {
		return list[0]
	}
	return strings.Join(list[:last], ", ") + " or " + list[last]
}

// hasWords reports whether every word of given is one of id's.
func hasWords(id, given string) bool {
	words := strings.FieldsFunc(strings.ToLower(given), func(r rune) bool { return r == '-' || r == '_' || r == ' ' })
	for _, word := range words {
		if !strings.Contains("-"+id+"-", "-"+word+"-") {
			return false
		}
	}
	return len(words) > 0
}

// printRules prints a line for each rule, in families.
func printRules(w io.Writer, families []lint.Family) {
	width := 0
	for _, f := range families {
		for _, r := range f.Rules {
			width = max(width, len(r.ID))
		}
	}
	for _, f := range families {
		fmt.Fprintf(w, "%s\n", f.Name)
		for _, r := range f.Rules {
			fmt.Fprintf(w, "  %-*s  %-7s  %s\n", width, r.ID, r.Severity, r.Summary)
		}
		fmt.Fprintln(w)
	}
	fmt.Fprint(w, "Run \"zmqgen explain RULE\" for why a rule is one, with examples.\n")
}

// printRule prints all there is to know about a rule.
func printRule(w io.Writer, r schema.Rule) {
	text, _ := explain.Of(r.ID) // a test sees that each rule has one
	fmt.Fprintf(w, "%s (%s)\n%s.\n\n%s", r.ID, r.Severity, sentence(r.Summary), text.Why)
	printExample(w, "Before", text.Old)
	printExample(w, "Bad", text.Bad)
	printExample(w, "Good", text.Good)
	fmt.Fprintf(w, "\nSource: %s\n", text.Source)
}

// printExample prints the files of an example, indented. Only several need their names.
func printExample(w io.Writer, label string, files []explain.File) {
	for i, f := range files {
		switch {
		case len(files) > 1:
			fmt.Fprintf(w, "\n%s, %s:\n\n", label, f.Path())
		case i == 0:
			fmt.Fprintf(w, "\n%s:\n\n", label)
		}
		for _, line := range strings.Split(strings.TrimSuffix(f.Text, "\n"), "\n") {
			fmt.Fprintln(w, strings.TrimRight("    "+line, " "))
		}
	}
}

// sentence returns text that starts with a capital, unless its first word is a name such as tcp.
func sentence(text string) string {
	return strings.ToUpper(text[:1]) + text[1:]
}
