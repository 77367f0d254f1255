package main

// This file turns the table of commands into what shells need to complete a command line.

import (
	"bytes"
	"embed"
	"flag"
	"slices"
	"strings"
	"text/template"

	"github.com/zmqgen/zmqgen/schema/lint"
)

//go:embed completion/*.tmpl
var completionTemplates embed.FS

// completionCommand is a function, because the command prints the table it stands in.
func completionCommand() command {
	return command{
		name:    "completion",
		args:    "bash|zsh|fish",
		summary: "print what completes zmqgen in a shell",
		about: `Prints a script with which bash, zsh or fish completes commands, flags, their values and files of
zmqgen. For the shell that runs, once:

  bash: source <(zmqgen completion bash)
  zsh:  source <(zmqgen completion zsh)
  fish: zmqgen completion fish | source

For all shells to come, put that line into ~/.bashrc, behind compinit into ~/.zshrc, or into
~/.config/fish/config.fish.`,
		examples: "zmqgen completion bash >~/.local/share/bash-completion/completions/zmqgen",
		maxArgs:  1,
		run:      runCompletion,
	}
}

var shells = []string{"bash", "zsh", "fish"}

func runCompletion(c *console, opts options) error {
	if len(opts.args) == 0 {
		return usagef("completion: name the shell: %s", strings.Join(shells, ", "))
	}
	shell := opts.args[0]
	if !slices.Contains(shells, shell) {
		return usagef("completion: unknown shell %q; there are %s", shell, strings.Join(shells, ", "))
	}
	script, err := completionScript(shell)
	_, _ = c.stdout.Write(script) // consoles keep their first error
	return err
}

// completionScript returns the script for a shell. It ends with the shell's line ends, and names no file of this machine.
func completionScript(shell string) ([]byte, error) {
	t, err := template.New(shell+".tmpl").Funcs(completionFuncs).
		ParseFS(completionTemplates, "completion/"+shell+".tmpl")
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = t.Execute(&b, completedCommands(commands()))
	return b.Bytes(), err
}

// completedCommand is a command as shells complete it.
type completedCommand struct {
	Name    string
	Summary string
	Flags   []completedFlag
	Args    []completedValue // by position
}

type completedFlag struct {
	Word  string // -o, --name
	About string
	Takes bool // a value follows
	Value completedValue
}

// completedValue is what may stand in one place.
type completedValue struct {
	Words []string
	YAML  bool // a file that ends in .yaml or .yml, or a directory
	File  bool // any file
	Dir   bool
}

// completedCommands says of each command what its usage line and its flags say.
func completedCommands(table []command) []completedCommand {
	var all []completedCommand
	for i := range table {
		cmd := &table[i]
		c := completedCommand{Name: cmd.name, Summary: cmd.summary}
		flagSet(cmd, new(options)).VisitAll(func(f *flag.Flag) {
			value, about := flag.UnquoteUsage(f)
			done := completedFlag{Word: flagWord(f), About: about, Takes: value != ""}
			done.Value = completedOf(value, table)
			if few, is := f.Value.(choice); is {
				done.Value.Words = few.words
			}
			if f.Name == "f" {
				done.Value.File, done.Value.YAML = false, true
			}
			c.Flags = append(c.Flags, done)
		})
		for _, place := range strings.Fields(cmd.args) {
			value := completedOf(strings.Trim(place, "[]"), table)
			if value.File { // the file of a command that reads one is a topology
				value.File, value.YAML = false, true
			}
			c.Args = append(c.Args, value)
		}
		all = append(all, c)
	}
	return all
}

// completedOf is a place as the usage has it, such as proto|ir or FILE|DIR|-. Words in capitals stand for something.
func completedOf(place string, table []command) completedValue {
	var v completedValue
	for _, word := range strings.Split(place, "|") {
		switch word {
		case "FILE":
			v.File = true
		case "DIR":
			v.Dir = true
		case "COMMAND":
			for _, cmd := range table {
				v.Words = append(v.Words, cmd.name)
			}
		case "RULE":
			for _, rule := range lint.Rules() {
				v.Words = append(v.Words, rule.ID)
			}
		default:
			if word != "" && word != "-" && word == strings.ToLower(word) {
				v.Words = append(v.Words, word)
			}
		}
	}
	return v
}

// completionFuncs are what the templates call.
var completionFuncs = template.FuncMap{
	"quote": shellQuote,
	"words": func(words []string) string { return strings.Join(words, " ") },
	"about": func(text string) string { // as it stands within quotes and brackets of zsh
		return strings.NewReplacer("'", "’", `\`, "/", "[", "(", "]", ")", ":", ",").Replace(text)
	},
	"fishflag": func(word string) string {
		if name, long := strings.CutPrefix(word, "--"); long {
			return "-l " + name
		}
		return "-s " + word[1:]
	},
}

// shellQuote is text in single quotes, as all three shells take it: with what they read otherwise left out.
func shellQuote(text string) string {
	return "'" + strings.NewReplacer("'", "’", `\`, "/", "\n", " ").Replace(text) + "'"
}
