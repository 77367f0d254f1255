package main

// This file turns the table of commands into help texts, and a mistyped name into the one meant.

import (
	"flag"
	"fmt"
	"io"
	"strings"
)

// runHelp prints the usage, or the help of the command that opts name.
func runHelp(c *console, opts options) error {
	table := commands()
	if len(opts.args) == 0 {
		printUsage(c.stdout, table)
		return nil
	}
	cmd := lookup(table, opts.args[0])
	if cmd == nil {
		return unknownCommand(table, opts.args[0])
	}
	printHelp(c.stdout, cmd)
	return nil
}

// printUsage prints what zmqgen is and the list of commands.
func printUsage(w io.Writer, table []command) {
	fmt.Fprint(w, "zmqgen turns a topology of ZeroMQ sockets, written in YAML, into Go.\n\n")
	fmt.Fprint(w, "Usage: zmqgen COMMAND [ARGUMENTS]\n\n")
	for _, cmd := range table {
		fmt.Fprintf(w, "  %-11s %s\n", cmd.name, cmd.summary)
	}
	fmt.Fprint(w, "\nRun \"zmqgen help COMMAND\" for flags, examples and exit codes.\n")
}

// printHelp prints all there is to know about cmd.
func printHelp(w io.Writer, cmd *command) {
	usage := "zmqgen " + cmd.name
	var names, texts []string
	width := 0
	flagSet(cmd, new(options)).VisitAll(func(f *flag.Flag) {
		value, text := flag.UnquoteUsage(f)
		name := strings.TrimSpace(flagWord(f) + " " + value)
		usage += " [" + name + "]"
		names, texts = append(names, name), append(texts, text)
		width = max(width, len(name))
	})
	if cmd.args != "" {
		usage += " " + cmd.args
	}
	fmt.Fprintf(w, "Usage: %s\n\n%s\n", usage, cmd.about)
	if len(names) > 0 {
		fmt.Fprint(w, "\nFlags:\n")
	}
	for i, name := range names {
		fmt.Fprintf(w, "  %-*s  %s\n", width, name, texts[i])
	}
	fmt.Fprintf(w, "\nExamples:\n  %s\n", strings.ReplaceAll(cmd.examples, "\n", "\n  "))
	fmt.Fprintf(w, "\nExit codes:\n  %d  ok\n", exitOK)
	if cmd.findings != "" {
		fmt.Fprintf(w, "  %d  %s\n", exitFindings, cmd.findings)
	}
	fmt.Fprintf(w, "  %d  wrong usage, or a file that cannot be read or written\n", exitTrouble)
	fmt.Fprintf(w, "  %d  internal error\n", exitInternal)
}

// flagWord is a flag as it is written: -o, --name.
func flagWord(f *flag.Flag) string {
	if len(f.Name) == 1 {
		return "-" + f.Name
	}
	return "--" + f.Name
}

// closest returns the one of names that is most like name, or "" if none is much like it.
func closest(name string, names []string) string {
	best, least := "", 3
	for _, n := range names {
		if d := distance(name, n); d < least && d < len(n)/2+1 {
			best, least = n, d
		}
	}
	return best
}

// instead says which of words was perhaps meant by what was given, or which there are.
func instead(given string, words []string) string {
	if best := closest(given, words); best != "" {
		return fmt.Sprintf("did you mean %q?", best)
	}
	return "there are " + strings.Join(words, ", ")
}

// distance counts the characters to insert, delete or replace to turn a into b.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			replaced := diagonal
			if a[i] != b[j] {
				replaced++
			}
			diagonal = row[j+1]
			row[j+1] = min(replaced, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
