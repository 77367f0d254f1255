package main

// This file turns a topology into one of several forms, on standard output or in the file of -o, for the commands whose
// forms are chosen by --format or by the end of the file's name.

import (
	"bytes"
	"flag"
	"path/filepath"
	"strings"

	"github.com/zmqgen/zmqgen/schema"
)

// form is one form of a topology.
type form struct {
	name      string
	ends      []string // of the names of files in this form
	signature signature
	// write makes it of a topology, and of what changed since an older version, which is nil if none is asked for, and is
	// called oldName.
	write func(t, old *schema.Topology, oldName string) []byte
}

// formFlags defines the flags of a command with these forms, of which the first is the usual one.
func formFlags(set *flag.FlagSet, o *options, forms []form) {
	var names []string
	for _, f := range forms {
		names = append(names, f.name)
	}
	topologyFlag(set, o)
	choiceFlag(set, &o.format, "format", "write `FORMAT`: "+alternatives(names), names...)
	againstFlag(set, o, "show what changed since `REF|FILE`")
	outFlags(set, o)
}

// outFlags defines -o and -v of commands that print one file.
func outFlags(set *flag.FlagSet, o *options) {
	set.StringVar(&o.out, "o", "", "write to `FILE`, or to standard output for -, as without -o")
	set.BoolVar(&o.verbose, "v", false, "name the file if it is written, on standard error")
}

// formOf returns the form that the options ask for, by its name or by the end of the file's.
func formOf(forms []form, opts options) form {
	end := strings.ToLower(filepath.Ext(opts.out))
	for _, f := range forms {
		if f.name == opts.format {
			return f
		}
		for _, e := range f.ends {
			if opts.format == "" && e == end {
				return f
			}
		}
	}
	return forms[0]
}

// runForms runs a command that has these forms.
func runForms(c *console, opts options, command string, forms []form) error {
	arg, err := opts.topologyToCompare()
	if err != nil {
		return err
	}
	src, err := readTopology(c, arg)
	if err != nil {
		return err
	}
	t, ds := new(imports).parse(src, src.dir)
	c.report(c.stderr, ds, opts)
	if ds.HasErrors() {
		return errFindings
	}
	var old oldVersion
	if opts.against != "" {
		if old, err = readOld(c, opts, src, t); err != nil {
			return err
		}
	}
	f := formOf(forms, opts)
	content := append(f.signature.head(src.base), f.write(t, old.topology, opts.against)...)
	return deliver(c, opts, command, src, f.signature.marks(), content)
}

// signature is how the two lines that say who wrote a file, and from what, stand in it: within a comment.
type signature struct {
	before, after string
}

var signedInXML = signature{"<!-- ", " -->"}

// head returns the two lines for what comes of a topology called source.
func (s signature) head(source string) []byte {
	if s == signedInXML { // a comment has no two hyphens
		source = strings.ReplaceAll(source, "-", `\-`)
	}
	return []byte(s.line(header) + s.after + "\n" + s.line(sourcePrefix) + source + s.after + "\n")
}

// line turns the start of a line that is signed in Go into that of one that is signed so.
func (s signature) line(inGo string) string { return s.before + strings.TrimPrefix(inGo, "// ") }

// marks are what proves that a file was signed by zmqgen.
func (s signature) marks() marks {
	first, _, _ := bytes.Cut(s.head(""), []byte("\n"))
	return marks{shown: string(first), sourceOf: func(content []byte) string {
		lines := bytes.SplitN(bytes.ReplaceAll(content[:min(len(content), 4096)], []byte("\r\n"), []byte("\n")), []byte("\n"), 3)
		if len(lines) < 2 || !bytes.Equal(lines[0], first) {
			return ""
		}
		source, found := strings.CutPrefix(string(lines[1]), s.line(sourcePrefix))
		if !found || !strings.HasSuffix(source, s.after) {
			return ""
		}
		source = strings.TrimSuffix(source, s.after)
		if s == signedInXML {
			source = strings.ReplaceAll(source, `\-`, "-")
		}
		return source
	}}
}
