package gen

import (
	"bytes"
	"fmt"
	"go/format"
	"maps"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/dave/jennifer/jen"
	"github.com/zmqgen/zmqgen/gen/internal/tidy"
)

// This file turns sections into the bytes of files. Jennifer renders each without formatting it, which would take
// most of the time, and tidy lays it out.

// render returns the files of those sources that are not empty. All sections are made at the same
// time, on as many processors as there are. It panics if one cannot be rendered, which no topology can
// bring about.
func render(sources []*source) []File {
	var all []*section
	for _, s := range sources {
		all = append(all, s.sections...)
	}
	var (
		next  atomic.Int64
		group sync.WaitGroup
		fault atomic.Value // of the first panic
	)
	for range min(runtime.GOMAXPROCS(0), len(all)) {
		group.Add(1)
		go func() {
			defer group.Done()
			defer func() {
				if r := recover(); r != nil {
					fault.CompareAndSwap(nil, fmt.Sprint(r))
				}
			}()
			for i := next.Add(1); int(i) <= len(all) && fault.Load() == nil; i = next.Add(1) {
				all[i-1].render()
			}
		}()
	}
	group.Wait()
	if r := fault.Load(); r != nil {
		panic(r)
	}
	var files []File
	for _, s := range sources {
		if slices.ContainsFunc(s.sections, func(s *section) bool { return s.decls > 0 }) {
			files = append(files, File{s.name, s.join()})
		}
	}
	return files
}

// The package that jennifer is told a section is of. Sections are no files, and have none.
const noPackage = "_"

// render makes what the section becomes.
func (s *section) render() {
	s.file = jen.NewFilePathName("", noPackage)
	s.file.NoFormat = true
	for name, path := range imports {
		s.file.ImportName(path, name)
	}
	s.file.ImportName(testPath, "zmqtest")
	s.file.ImportAlias(runtimePath, runtimeAlias)
	for _, g := range s.packages {
		if g.named() {
			s.file.ImportName(g.path, g.alias)
		} else {
			s.file.ImportAlias(g.path, g.alias)
		}
	}
	s.emit(s)
	var b bytes.Buffer
	if err := s.file.Render(&b); err != nil {
		panic(fmt.Sprintf("gen: %v", err))
	}
	s.file, s.emit = nil, nil
	_, text, _ := bytes.Cut(b.Bytes(), []byte("\n\n")) // behind the package clause
	s.imports, text = cutImports(text)
	out, ok := tidy.Append(make([]byte, 0, len(text)*5/4), text)
	if s.slow = !ok; s.slow {
		// With a package clause, since go/format does not format a comment at the start of a fragment well.
		const head = "package p\n\n"
		var err error
		if out, err = format.Source(append([]byte(head), text...)); err != nil {
			panic(fmt.Sprintf("gen: %v\n%s", err, text))
		}
		out = append(bytes.Trim(out[len(head):], "\n"), '\n')
	}
	s.text = out
}

// cutImports takes the import declaration, which is that of jennifer, off a text.
func cutImports(text []byte) (imports []string, rest []byte) {
	if rest, found := bytes.CutPrefix(text, []byte("import (\n")); found {
		lines, rest, _ := bytes.Cut(rest, []byte("\n)\n"))
		return strings.Split(string(lines), "\n"), rest
	}
	if rest, found := bytes.CutPrefix(text, []byte("import ")); found {
		line, rest, _ := bytes.Cut(rest, []byte("\n"))
		return []string{string(line)}, rest
	}
	return nil, text
}

// join puts the sections behind each other, below what stands at the head of the file.
func (s *source) join() []byte {
	size := 1 << 10
	used := map[string]bool{}
	for _, section := range s.sections {
		size += len(section.text) + 1
		for _, line := range section.imports {
			used[line] = true
		}
	}
	out := make([]byte, 0, size)
	for _, line := range s.header {
		out = append(append(out, line...), '\n')
	}
	out = append(append(out, "package "+s.pkg+"\n"...), importDecl(slices.Collect(maps.Keys(used)))...)
	for _, section := range s.sections {
		if section.decls > 0 {
			out = append(append(out, '\n'), section.text...)
		}
	}
	return out
}

// importDecl is the import declaration of a file, behind a blank line. The standard library's packages come first,
// and there is a blank line between them and others.
func importDecl(imports []string) string {
	path := func(line string) string { return line[strings.IndexByte(line, '"'):] }
	slices.SortFunc(imports, func(a, b string) int { return strings.Compare(path(a), path(b)) })
	var std, others []string
	for _, line := range imports {
		if strings.Contains(line, ".") {
			others = append(others, "\t"+line)
		} else {
			std = append(std, "\t"+line)
		}
	}
	switch {
	case len(imports) == 0:
		return ""
	case len(imports) == 1:
		return "\nimport " + imports[0] + "\n"
	case len(std) > 0 && len(others) > 0:
		std = append(std, "")
	}
	return "\nimport (\n" + strings.Join(append(std, others...), "\n") + "\n)\n"
}
