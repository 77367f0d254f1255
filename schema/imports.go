package schema

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// This file follows the imports of a topology: other files, each of which is read once, however many
// others import it. It knows nothing of disks; whoever calls ParseFiles brings what reads a file.

// File is a topology as text.
type File struct {
	Name string // what findings call it
	ID   string // the same by whatever path the file is reached; Name if empty
	Text []byte
}

// Importer reads the file that an import names by path, relative to the directory of the file that findings
// call from. Its error says in a few words why there is no such file.
type Importer func(from, path string) (File, error)

// MaxFiles is how many files one topology may consist of, itself included.
const MaxFiles = 64

const (
	maxImportDepth = 16
	maxImportPath  = 512
)

// reading is what the parsers of all files of one topology share.
type reading struct {
	importer Importer
	files    []*parser // as they were begun
	byID     map[string]*parser

	// What is known of things of any file.
	fields    map[*Message]map[string]*Field
	oneofs    map[*Field]*Field // the oneof of each alternative
	templates map[*Topic]*node  // the text of each topic
	tags      map[*Pattern]Span // where tag stands
	forms     map[*Field]Span   // the fields with as or const, and where the first of them stands
	carried   map[*Message]bool // those that some pattern carries as frames

	// broken holds what was reported and is not complete: an *Enum, a *Message, a *Pattern, a *Node, a *Socket
	// or a section such as "messages". What depends on the missing part stays silent.
	broken map[any]bool
}

// section is a section of a file, as a key of broken.
type section struct {
	file *parser
	name string
}

// imported is an import of a file.
type imported struct {
	alias Text
	from  *parser // nil if the file could not be had, so that any name may be in it
	used  bool
}

// ParseFiles reads a topology and all that it imports. The topology is nil if there are errors, in
// whatever file; warnings come with a topology. ParseFiles accepts any bytes and does no I/O but by importer.
func ParseFiles(root File, importer Importer) (*Topology, Diagnostics) {
	r := newReading(importer)
	p := r.begin(root)
	p.parse(root.Text)
	if !slices.ContainsFunc(r.files, (*parser).failed) { // else what carries a message may not have been understood
		for _, q := range r.files {
			q.checkUnusedForms()
		}
	}
	ds := r.findings()
	if ds.HasErrors() {
		return nil, ds
	}
	return p.topology, ds
}

// newReading begins to read files, none of which has been read yet.
func newReading(importer Importer) *reading {
	return &reading{
		importer:  importer,
		byID:      map[string]*parser{},
		fields:    map[*Message]map[string]*Field{},
		oneofs:    map[*Field]*Field{},
		templates: map[*Topic]*node{},
		tags:      map[*Pattern]Span{},
		forms:     map[*Field]Span{},
		carried:   map[*Message]bool{},
		broken:    map[any]bool{},
	}
}

// begin makes the parser of a file.
func (r *reading) begin(f File) *parser {
	p := &parser{
		reading:     r,
		topology:    &Topology{File: f.Name},
		imports:     map[string]*imported{},
		enums:       map[string]*Enum{},
		messages:    map[string]*Message{},
		patterns:    map[string]*Pattern{},
		nodes:       map[string]*Node{},
		sockets:     map[string]*Socket{},
		securities:  map[string]*Security{},
		comparisons: maxComparisons,
	}
	r.files = append(r.files, p)
	r.byID[cmp.Or(f.ID, f.Name)] = p
	return p
}

// findings returns what is wrong with all files.
func (r *reading) findings() Diagnostics {
	var ds Diagnostics
	for _, p := range r.files {
		p.hideSecrets()
		p.topology.lines = p.lines
		for _, d := range p.findings {
			d.Path = p.topology.PathAt(d.Span)
			ds = append(ds, *d)
		}
	}
	ds.Sort()
	if !ds.HasErrors() {
		return ds // some of which the file may have chosen to be silent
	}
	return ds.first(maxFindings)
}

// first returns the first n findings, and how many more there are.
func (ds Diagnostics) first(n int) Diagnostics {
	all := len(ds)
	if all <= n {
		return ds
	}
	if ds.HasErrors() { // errors first: without them the topology would be missing for no reason shown
		ds = slices.DeleteFunc(ds, func(d Diagnostic) bool { return d.Severity != Error })
	}
	shown := min(len(ds), n)
	last := ds[min(shown, len(ds)-1)]
	last = Diagnostic{
		File: last.File, Span: last.Span, Path: last.Path, Source: last.Source, Severity: moreFindings.Severity, Rule: moreFindings.ID,
		Message: fmt.Sprintf("%d more findings are not shown", all-shown),
	}
	return append(ds[:shown:shown], last)
}

// parseImports reads what the file imports, and with it the files.
func (p *parser) parseImports(r record) {
	entries := r.entries("import")
	if n := r.get("import"); len(entries) > MaxFiles {
		p.broken[section{p, "import"}] = true
		p.report(tooManyImports, n.span, "%d imports; a topology consists of at most %d files", len(entries), MaxFiles)
		return
	}
	first := map[*parser]Text{}
	names := map[string]topologyName{}
	for _, pair := range entries {
		i := &imported{alias: pair.key.text()}
		switch alias := pair.key.value; {
		case isScalar(alias) || alias == "list" || alias == "map" || alias == "oneof":
			p.report(reservedName, pair.key.span, "%q is a type of zmqgen and cannot name an import", alias)
		default:
			p.checkName(pair.key, lowerSnake, "an import")
		}
		enter(p.imports, "", i.alias.Value, lowerSnake, i)
		p.aliases = append(p.aliases, i.alias.Value)
		if i.from = p.follow(pair); i.from == nil {
			continue
		}
		if other, twice := first[i.from]; twice {
			p.report(duplicateImport, pair.value.span, "%q is the file that is imported as %q", clip(pair.value.value), clip(other.Value)).
				related(other.Span, "first imported")
			continue
		}
		first[i.from] = i.alias
		p.topology.Imports = append(p.topology.Imports, &Import{Alias: i.alias, Path: pair.value.text(), Topology: i.from.topology})
		p.checkTopologyNames(names, i, pair.value.span)
	}
}

// topologyName is a topology of that name, and the import that it came with.
type topologyName struct {
	topology *Topology
	by       *imported
}

// checkTopologyNames reports two topologies of one name among those that the file consists of. Sockets, and
// packages of protobuf, go by it.
func (p *parser) checkTopologyNames(names map[string]topologyName, by *imported, at Span) {
	for _, t := range by.from.topology.All() {
		name := t.Name.Value
		other, taken := names[name]
		if !taken && name == p.topology.Name.Value {
			other, taken = topologyName{topology: p.topology}, true
		}
		switch {
		case name == "" || taken && (other.topology == t || other.by == by):
		case taken:
			p.report(topologyNames, at, "topology %q of %s has the name of the one of %s", clip(name), clip(t.File), clip(other.topology.File)).
				help("sockets are found by the name of their topology: rename one of them").
				relatedIn(p, other.topology, other.topology.Name.Span, "the other name").
				relatedIn(p, t, t.Name.Span, "the same name")
			return
		default:
			names[name] = topologyName{t, by}
		}
	}
}

// follow reads the file of an import, unless that has been done. It returns nil after reporting why there
// is none.
func (p *parser) follow(at pair) *parser {
	path := at.value
	if path.kind == refusedNode {
		return nil
	}
	if path.kind != scalarNode || path.isEmpty() {
		where := path.span
		if path.isEmpty() {
			where = at.key.span
		}
		p.report(wrongKind, where, "import %q is %s; a path is expected", clip(at.key.value), path.describe()).
			help("such as import: {common: ../common/topology.yaml}")
		return nil
	}
	if problem := importPathProblem(path.value); problem != "" {
		p.report(badImport, path.span, "import path %q %s", clip(path.value), problem).
			help("a path from the directory of this file, with slashes, such as ../common/topology.yaml")
		return nil
	}
	if p.importer == nil {
		p.report(badImport, path.span, "import %q cannot be followed: nothing reads files here", clip(path.value))
		return nil
	}
	file, err := p.importer(p.topology.File, path.value)
	if err != nil {
		p.report(badImport, path.span, "import %q cannot be read: %v", clip(path.value), err)
		return nil
	}
	known := p.byID[cmp.Or(file.ID, file.Name)]
	switch {
	case known == nil && len(p.files) >= MaxFiles:
		p.report(tooManyImports, path.span, "import %q is one file too many: a topology consists of at most %d", clip(path.value), MaxFiles)
		return nil
	case known == nil && p.depth >= maxImportDepth:
		p.report(tooManyImports, path.span, "import %q is more than %d imports deep", clip(path.value), maxImportDepth)
		return nil
	case known == nil:
		q := p.begin(file)
		q.importedBy, q.importedAt, q.depth = p, path.span, p.depth+1
		q.parse(file.Text)
		return q
	case known.done:
		return known
	case known == p:
		p.report(importCycle, path.span, "the file imports itself")
		return nil
	}
	p.reportImportCycle(known, path.span)
	return nil
}

// reportImportCycle reports an import of a file that is being read, as part of which this one is.
func (p *parser) reportImportCycle(start *parser, at Span) {
	steps := []string{start.topology.File}
	var way []*parser
	for q := p; q != start; q = q.importedBy {
		way = append(way, q)
	}
	slices.Reverse(way)
	for _, q := range way {
		steps = append(steps, q.topology.File)
	}
	steps = append(steps, start.topology.File)
	d := p.report(importCycle, at, "imports go round: %s", strings.Join(steps, " > "))
	d.help("put what both need into a file that imports neither")
	for _, q := range way {
		d.relatedIn(p, q.importedBy.topology, q.importedAt, "imports "+q.topology.File)
	}
}

// importPathProblem says what is wrong with the path of an import; "" if nothing is.
func importPathProblem(path string) string {
	switch {
	case path == "":
		return "is empty"
	case len(path) > maxImportPath:
		return "is too long"
	case strings.ContainsFunc(path, func(r rune) bool { return r < ' ' || 0x7f <= r && r <= 0x9f }):
		return "has a control character"
	case strings.Contains(path, "://"):
		return "is a URL; files are imported"
	case strings.Contains(path, `\`):
		return `has a \ in it`
	case strings.HasPrefix(path, "/"), len(path) > 1 && path[1] == ':':
		return "is absolute"
	case strings.HasPrefix(path, "~"):
		return "starts with ~, which has no meaning here"
	case strings.HasSuffix(path, "/") || path == "." || path == ".." || strings.HasSuffix(path, "/.."):
		return "names a directory"
	}
	return ""
}

// failed reports whether the file has errors.
func (p *parser) failed() bool {
	return slices.ContainsFunc(p.findings, func(d *Diagnostic) bool { return d.Severity == Error })
}

// checkUnusedImports warns of imports that nothing refers to.
func (p *parser) checkUnusedImports() {
	if p.failed() {
		return // what refers to it may be what was not understood
	}
	for _, i := range p.topology.Imports {
		if !p.imports[i.Alias.Value].used {
			d := p.report(unusedImport, i.Alias.Span, "nothing of import %q is used", clip(i.Alias.Value)).help("leave it out")
			p.fixUnusedImport(d, i)
		}
	}
}

// All returns the topology and all that it imports, and that those import, each once.
func (t *Topology) All() []*Topology {
	all := []*Topology{t}
	seen := map[*Topology]bool{t: true}
	for i := 0; i < len(all); i++ {
		for _, in := range all[i].Imports {
			if !seen[in.Topology] {
				seen[in.Topology] = true
				all = append(all, in.Topology)
			}
		}
	}
	return all
}
