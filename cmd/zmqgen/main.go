// Command zmqgen turns a topology of ZeroMQ sockets, written in YAML, into Go.
//
// It is pure Go, needs no libzmq, and never needs the user's package to compile. Run "zmqgen help"
// for its commands.
package main

// This file turns a command line into one run of one command, and its result into an exit code.

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"strings"

	"github.com/zmqgen/zmqgen/schema"
	"github.com/zmqgen/zmqgen/schema/breaking"
)

// The exit codes, the same for every command.
const (
	exitOK       = 0
	exitFindings = 1 // errors in the topology, findings, or output that is not up to date
	exitTrouble  = 2 // wrong usage, or a file that cannot be read or written
	exitInternal = 3 // a fault of zmqgen itself
)

// errFindings ends a command that has printed what it found, with exitFindings.
var errFindings = errors.New("there are findings")

// usageError is a mistake in the command line.
type usageError string

func (e usageError) Error() string { return string(e) }

// usagef makes a usageError.
func usagef(format string, args ...any) error {
	return usageError(fmt.Sprintf(format, args...))
}

// command is one line of the table of commands.
type command struct {
	name     string
	args     string // the positional arguments, for the usage line
	summary  string // half a sentence for the list of commands
	about    string // a paragraph or more for the command's own help
	examples string
	findings string // what exit code 1 means; "" if the command never ends with it
	maxArgs  int
	flags    func(*flag.FlagSet, *options)
	run      func(*console, options) error
}

// options is what the command line says, for all commands together.
type options struct {
	file    string // -f
	out     string // -o
	verbose bool   // -v

	inPlace   bool   // -w
	asDiff    bool   // -d
	checkOnly bool   // --check
	format    string // --format; "" is text
	color     string // --color; "" is auto

	fix           bool // --fix
	writeBaseline bool // --write-baseline

	against string           // --against
	levels  []breaking.Level // --level
	failOn  schema.Severity  // --fail-on; "" is the default
	all     bool             // --all
	example string           // --example
	name    string           // --name
	force   bool             // --force
	user    string           // --user

	args []string
}

// topology returns the file or directory that the options name, by -f or by position; "" for none.
func (o options) topology() (string, error) {
	switch {
	case o.file != "" && len(o.args) > 0:
		return "", usagef("the topology is named twice: -f %s and %s", o.file, o.args[0])
	case len(o.args) > 0:
		return o.args[0], nil
	}
	return o.file, nil
}

// commands returns the table of commands in the order of the usage. A function, because the command
// help prints the table it stands in.
func commands() []command {
	return []command{initCommand, generateCommand, checkCommand, diffCommand, lintCommand, fmtCommand, breakingCommand, changelogCommand, graphCommand, docsCommand, exportCommand, explainCommand, schemaCommand, keygenCommand, completionCommand(), versionCommand, {
		name:     "help",
		args:     "[COMMAND]",
		summary:  "explain a command",
		about:    "Prints the list of commands, or explains one of them.",
		examples: "zmqgen help generate\nzmqgen generate -h",
		maxArgs:  1,
		run:      runHelp,
	}}
}

func main() {
	// A run is short and leaves little behind: a quarter of the collections is enough.
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(400)
	}
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// run runs one command line and returns the exit code.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	return dispatch(commands(), args, newConsole(stdin, stdout, stderr))
}

// dispatch runs the command of the table that args name.
func dispatch(table []command, args []string, c *console) (code int) {
	defer func() {
		if fault := recover(); fault != nil {
			c.internalError(fault)
			code = exitInternal
		}
	}()
	if len(args) == 0 {
		printUsage(c.stderr, table)
		return exitTrouble
	}
	err := c.outcome(dispatchName(table, args[0], args[1:], c))
	var usage usageError
	switch {
	case err == nil:
		return exitOK
	case errors.Is(err, errFindings):
		return exitFindings
	case errors.As(err, &usage):
		c.complain(err)
		if cmd := lookup(table, args[0]); cmd != nil {
			c.advise("run: zmqgen help " + cmd.name)
		} else {
			c.advise("run: zmqgen help")
		}
	default:
		c.complain(err)
	}
	return exitTrouble
}

// dispatchName finds the command called name and runs it with args.
func dispatchName(table []command, name string, args []string, c *console) error {
	switch name {
	case "-h", "-help", "--help":
		name = "help"
	case "-version", "--version":
		name = "version"
	}
	cmd := lookup(table, name)
	if cmd == nil {
		return unknownCommand(table, name)
	}
	opts, err := parseOptions(cmd, args)
	if errors.Is(err, flag.ErrHelp) {
		printHelp(c.stdout, cmd)
		return nil
	}
	if err != nil {
		return err
	}
	return cmd.run(c, opts)
}

// lookup returns the command called name, or nil.
func lookup(table []command, name string) *command {
	for i := range table {
		if table[i].name == name {
			return &table[i]
		}
	}
	return nil
}

// unknownCommand says what is wrong with name, and which command was perhaps meant.
func unknownCommand(table []command, name string) error {
	var names []string
	for _, cmd := range table {
		names = append(names, cmd.name)
	}
	if strings.HasPrefix(name, "-") {
		return usagef("flag %s: flags go after the command", name)
	}
	return usagef("unknown command %q; %s", name, instead(name, names))
}

// parseOptions reads the flags and positional arguments of cmd, in any order: flags may follow the
// file they apply to.
func parseOptions(cmd *command, args []string) (options, error) {
	var opts options
	set := flagSet(cmd, &opts)
	for len(args) > 0 {
		if err := set.Parse(args); errors.Is(err, flag.ErrHelp) {
			return opts, err
		} else if err != nil {
			return opts, usagef("%s: %v", cmd.name, err)
		}
		rest := set.Args()
		if parsed := len(args) - len(rest); parsed > 0 && args[parsed-1] == "--" {
			opts.args = append(opts.args, rest...)
			break
		}
		if len(rest) > 0 {
			opts.args = append(opts.args, rest[0])
			rest = rest[1:]
		}
		args = rest
	}
	if len(opts.args) > cmd.maxArgs {
		return opts, usagef("%s: unexpected argument %q", cmd.name, opts.args[cmd.maxArgs])
	}
	return opts, nil
}

// flagSet returns the flags of cmd, which set opts.
func flagSet(cmd *command, opts *options) *flag.FlagSet {
	set := flag.NewFlagSet(cmd.name, flag.ContinueOnError)
	set.SetOutput(io.Discard)
	set.Usage = func() {}
	if cmd.flags != nil {
		cmd.flags(set, opts)
	}
	return set
}
