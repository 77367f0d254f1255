// Package gen turns a topology into Go: message structs, their multipart codecs, and a constructor
// for every socket. It does no I/O, and the Go that it writes is thin: what it does stands in the
// runtime.
package gen

import (
	"cmp"
	"slices"

	"github.com/zmqgen/zmqgen/schema"
)

// File is one generated file.
type File struct {
	Name    string // base name; it ends in _zmqgen.go, or in _zmqgen_test.go
	Content []byte
}

// Generate returns the files that a valid topology becomes, ordered by name. The same topology
// always becomes the same bytes. Where two things of the topology would have one name in Go, it
// returns no files but what is wrong. Topologies that it imports say in their go.import_path where their code is.
func Generate(t *schema.Topology) ([]File, schema.Diagnostics) { return GenerateWith(t, nil) }

// GenerateWith is Generate for topologies that import others: packages knows where their code is.
func GenerateWith(t *schema.Topology, packages Packages) ([]File, schema.Diagnostics) {
	p, ds := lower(t, packages)
	if p == nil {
		return nil, ds
	}
	files := render(emit(p))
	slices.SortFunc(files, func(a, b File) int { return cmp.Compare(a.Name, b.Name) })
	return files, nil
}

// Check returns what GenerateWith would find wrong, without writing the files.
func Check(t *schema.Topology, packages Packages) schema.Diagnostics {
	_, ds := lower(t, packages)
	return ds
}

// emit returns what may become files.
func emit(p *program) []*source {
	return []*source{
		emitMessages(p), emitCodecs(p), emitFrames(p), emitSockets(p), emitCalls(p), emitNodes(p), emitDevices(p), emitTests(p),
	}
}
