package main

// This file finds the version of a topology that another is compared with: a file, or what it was at a commit of git.

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/zmqgen/zmqgen/schema"
	"github.com/zmqgen/zmqgen/schema/breaking"
	"github.com/zmqgen/zmqgen/schema/lint"
)

// comparison is two versions of a topology, and what is changed.
type comparison struct {
	new      *schema.Topology
	ref      string             // of git; "" if the old version is a file
	findings schema.Diagnostics // one for each change, in the order of the changes
	changes  []breaking.Change
}

// againstFlags are the flags of commands that compare.
func againstFlags(set *flag.FlagSet, o *options) {
	topologyFlag(set, o)
	againstFlag(set, o, "compare with `REF|FILE`")
	var levels []string
	for _, level := range breaking.Levels {
		levels = append(levels, string(level))
	}
	set.Func("level", "only changes of the `LEVELS` "+strings.Join(levels, ", ")+", joined by commas; all without it", func(list string) error {
		for _, name := range strings.Split(list, ",") {
			name = strings.TrimSpace(name)
			if !slices.Contains(levels, name) {
				return fmt.Errorf("unknown level %q; %s", name, instead(name, levels))
			}
			o.levels = append(o.levels, breaking.Level(name))
		}
		return nil
	})
}

// againstFlag defines --against, which does what usage starts with.
func againstFlag(set *flag.FlagSet, o *options, usage string) {
	set.StringVar(&o.against, "against", "", usage+": a branch, tag or commit of git, or a file or directory")
}

// errOldFindings ends a comparison with a version that is not valid.
var errOldFindings = errors.New("nothing is compared")

// topologyToCompare returns the topology that the options name, which is not from where the other version comes.
func (o options) topologyToCompare() (string, error) {
	arg, err := o.topology()
	if err == nil && arg == "-" && (o.against == "-" || o.against == "file:-") {
		return "", usagef("both versions are read from standard input")
	}
	return arg, err
}

// compare compares the topology that the options name with the one that they name after --against. It prints the errors of
// the first to out.
func compare(c *console, opts options, out *stickyWriter) (comparison, error) {
	if opts.against == "" {
		return comparison{}, usagef("name what to compare with: --against main, or --against old.yaml")
	}
	arg, err := opts.topologyToCompare()
	if err != nil {
		return comparison{}, err
	}
	src, err := readTopology(c, arg)
	if err != nil {
		return comparison{}, err
	}
	var cmp comparison
	new, ds := new(imports).parse(src, src.dir)
	if ds.HasErrors() {
		c.report(out, ds, opts)
		return cmp, errFindings
	}
	cmp.new = new
	old, err := readOld(c, opts, src, new)
	if err != nil {
		return cmp, err
	}
	cmp.ref = old.ref
	cmp.settle(breaking.Select(breaking.Compare(old.topology, new), opts.levels))
	return cmp, nil
}

// settle makes findings of changes, and leaves those that the new version does not ignore, with the severities that it wants.
func (cmp *comparison) settle(changes []breaking.Change) {
	cmp.findings = lint.Apply(cmp.new, breaking.Diagnostics(changes, cmp.ref), nil)
	for i := range cmp.findings {
		d := &cmp.findings[i]
		change := *d.Details.(*breaking.Change)
		change.Severity = d.Severity
		d.Details = &change
		cmp.changes = append(cmp.changes, change)
	}
}

// oldVersion is what a topology is compared with.
type oldVersion struct {
	topology *schema.Topology
	ref      string // of git; "" if it is a file
}

// readOld reads the version that the options name after --against, of the topology t, which was read from src.
func readOld(c *console, opts options, src source, t *schema.Topology) (oldVersion, error) {
	given := opts.against
	ref, isRef := strings.CutPrefix(given, "git:")
	file, isFile := strings.CutPrefix(given, "file:")
	if !isRef && !isFile {
		_, err := os.Stat(settle(given))
		isFile = err == nil || given == "-"
		ref, file = given, given
	}
	if isFile {
		c.tell(opts, "compared with the file %s", file)
		old, err := readOldFile(c, opts, file, src)
		return oldVersion{topology: old}, err
	}
	if ref == "" {
		return oldVersion{}, usagef("--against git: is followed by a branch, tag or commit")
	}
	at, err := openCommit(src.dir, ref)
	if err != nil {
		return oldVersion{}, fmt.Errorf("--against %s: %w", given, err)
	}
	c.tell(opts, "compared with git's %s, commit %s", ref, at.hash)
	name := src.name
	if src.dir == "" { // standard input stands for the file that it would be
		name = defaultName
	}
	old, ds, err := at.parse(name, src.base)
	switch {
	case errors.Is(err, errNotThere):
		// Always said: a topology that was renamed would pass else without a word.
		c.advise(fmt.Sprintf("%s was not there at %s: everything in it is new", shown(name), ref))
		return oldVersion{nothingOf(t), ref}, nil
	case err != nil:
		return oldVersion{}, fmt.Errorf("%s at %s: %w", name, ref, err)
	case ds.HasErrors():
		return oldVersion{}, oldErrors(c, opts, ds, " ("+ref+")")
	}
	return oldVersion{old, ref}, nil
}

// readOldFile reads the old version from a file, or a directory that has one of the same name.
func readOldFile(c *console, opts options, file string, src source) (*schema.Topology, error) {
	if info, err := os.Stat(settle(file)); err == nil && info.IsDir() {
		if same := filepath.Join(file, src.base); src.base != defaultName && exists(same) {
			file = same
		}
	}
	old, err := readTopology(c, file)
	if err != nil {
		return nil, err
	}
	t, ds := new(imports).parse(old, old.dir)
	if ds.HasErrors() {
		return nil, oldErrors(c, opts, ds, "")
	}
	return t, nil
}

func exists(file string) bool {
	_, err := os.Stat(file)
	return err == nil
}

// oldErrors prints the errors of an old version, with what is said behind the names of its files.
func oldErrors(c *console, opts options, ds schema.Diagnostics, mark string) error {
	for i := range ds {
		ds[i].File += mark
		for j := range ds[i].Related {
			if ds[i].Related[j].File != "" {
				ds[i].Related[j].File += mark
			}
		}
	}
	c.report(c.stderr, ds, options{color: opts.color})
	return fmt.Errorf("the old version has errors: %w", errOldFindings)
}

// nothingOf is the version of a topology before it was there.
func nothingOf(t *schema.Topology) *schema.Topology {
	return &schema.Topology{File: t.File, Name: schema.Text{Value: t.Name.Value}, Package: schema.Text{Value: t.Package.Value}, ImportPath: schema.Text{Value: t.ImportPath.Value}}
}
