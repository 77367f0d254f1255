package gen

import (
	"errors"
	"path"
	"regexp"
	"strconv"

	"github.com/zmqgen/zmqgen/schema"
)

// This file finds the Go packages of the topologies that one imports, and the names that its code has for them.

// Packages returns the import path of the package that holds the code of a topology which does not say it, in
// go.import_path. Its error says in a few words why there is none.
type Packages func(t *schema.Topology) (string, error)

const ruleImportPath = "go-import-path"

// goImport is a package of another topology, as generated code imports it.
type goImport struct {
	path  string
	pkg   string // the name that the package gives itself
	alias string // the name that it has in generated code
}

// named reports whether readers know the package's name by its path.
func (g goImport) named() bool { return g.alias == g.pkg && path.Base(g.path) == g.pkg }

// localNames are the variables and parameters of generated functions, which would hide a package.
var localNames = map[string]bool{
	"a": true, "at": true, "b": true, "body": true, "c": true, "client": true, "ctx": true, "depth": true, "entries": true,
	"err": true, "f": true, "few": true, "field": true, "frames": true, "h": true, "i": true, "in": true, "inner": true, "k": true, "key": true, "list": true, "m": true,
	"n": true, "name": true, "next": true, "node": true, "number": true, "ok": true, "opts": true, "other": true, "pump": true, "r": true, "reader": true, "req": true, "s": true, "same": true,
	"seen": true, "size": true, "socket": true, "start": true, "t": true, "tag": true, "topic": true, topologyVar: true, "v": true, "w": true,
}

// numberedNames are those of which there are many.
var numberedNames = regexp.MustCompile(`^(part|v)[0-9]+$`)

// hidden reports whether generated code has another use for the name of a package.
func hidden(name string) bool {
	return taken(name) != "" || localNames[name] || numberedNames.MatchString(name)
}

// packages are those of the topologies that code refers to.
type packages struct {
	paths Packages
	byOf  map[*schema.Topology]*goImport
	inUse map[string]bool // aliases
}

func newPackages(own *schema.Topology, paths Packages) *packages {
	p := &packages{paths: paths, byOf: map[*schema.Topology]*goImport{}, inUse: map[string]bool{}}
	for _, t := range own.All()[1:] {
		g := &goImport{pkg: t.Package.Value, alias: t.Package.Value}
		for n := 0; hidden(g.alias) || p.inUse[g.alias]; n++ {
			if g.alias = g.pkg + "pkg"; n > 0 {
				g.alias += strconv.Itoa(n + 1)
			}
		}
		p.inUse[g.alias] = true
		p.byOf[t] = g
	}
	return p
}

// pathOf returns the import path of a topology's code.
func (p *packages) pathOf(t *schema.Topology) (string, error) {
	switch {
	case t.ImportPath.IsSet():
		return t.ImportPath.Value, nil
	case p.paths == nil:
		return "", errors.New("it has no go.import_path")
	}
	return p.paths(t)
}

// importOf returns the import of l's topology that brings another one with it.
func (l *lowering) importOf(t *schema.Topology) *schema.Import {
	var by *schema.Import
	for _, in := range l.t.Imports {
		if in.Topology == t {
			return in
		}
		for _, deep := range in.Topology.All() {
			if by == nil && deep == t {
				by = in
			}
		}
	}
	return by
}

// checkPackages reports topologies whose code would be in one package. Each file of a package is generated from one
// topology, and two packages that import each other are none of Go's.
func (l *lowering) checkPackages() {
	byPath := map[string]*schema.Topology{}
	for _, t := range l.t.All() {
		path, err := l.packages.pathOf(t)
		if err != nil {
			continue // an error where the package is needed
		}
		other, taken := byPath[path]
		if !taken {
			byPath[path] = t
			continue
		}
		in := l.importOf(t)
		d := l.t.Errorf(in.Path.Span, ruleImportPath, "the Go package of %s would be %s, and so is that of %s", t.File, path, other.File)
		d.Help = "give each a directory of its own, or say where its code is: go: {import_path: PATH}"
		l.ds = append(l.ds, d)
	}
}

// qualified is a name of the package that holds the code of t.
func (l *lowering) qualified(t *schema.Topology, name string) goType {
	g := l.packages.byOf[t]
	if g == nil { // its own, also where no model says whose it is
		return goType{name: name}
	}
	if g.path == "" {
		path, err := l.packages.pathOf(t)
		if err != nil {
			in := l.importOf(t)
			d := l.t.Errorf(in.Path.Span, ruleImportPath, "the Go package of %s is not known: %v", t.File, err)
			d.Help = "run go mod init above it, or say in it where its code is: go: {import_path: example.com/" + t.Package.Value + "}"
			l.ds = append(l.ds, d)
			path = t.Package.Value // so that this is said once
		}
		g.path = path
		l.p.imports = append(l.p.imports, *g)
	}
	return goType{path: g.path, name: name}
}

// shown is a type as comments show it.
func (l *lowering) shown(t goType) string {
	for _, g := range l.p.imports {
		if g.path == t.path {
			return g.alias + "." + t.name
		}
	}
	return t.name
}

// prefixOf is what functions of this package have in their names that are about something of another topology.
func (l *lowering) prefixOf(t *schema.Topology) string {
	if l.packages.byOf[t] == nil {
		return ""
	}
	return exported(t.Name.Value)
}

func (l *lowering) messageType(m *schema.Message) goType {
	return l.qualified(m.Topology, l.messageName(m))
}
func (l *lowering) enumType(e *schema.Enum) goType { return l.qualified(e.Topology, l.enumName(e)) }
