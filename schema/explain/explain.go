// Package explain says of each rule what people who meet it want to know: why it is one, what it
// finds, and what cures that.
package explain

// This file reads the texts: of each rule a txtar archive in rules, whose comment says why and whose
// files are topologies.

import (
	"bytes"
	"embed"
	"io/fs"
	"path"
	"slices"
	"strings"

	"golang.org/x/tools/txtar"
)

//go:embed rules/*.txtar
var archives embed.FS

// Text explains one rule.
type Text struct {
	Why    string // paragraphs, with a blank line between two, ended by a line end
	Source string // where what Why says can be read: a man page, an RFC, a specification
	Old    []File // of rules that compare two topologies: the older one
	Bad    []File // a topology with one finding of the rule
	Good   []File // the same, cured: nothing is found in it
}

// File is a file of an example.
type File struct {
	// Name is its path, with slashes, such as bad.yaml. An example of several files is a
	// directory, whose topology.yaml is what is looked at: bad/topology.yaml, bad/common/topology.yaml.
	Name string
	Text string
}

// Of returns the text of the rule with an id, and whether there is one. It may be called
// concurrently.
func Of(id string) (Text, bool) {
	if id != path.Base(id) {
		return Text{}, false
	}
	src, err := archives.ReadFile("rules/" + id + ".txtar")
	if err != nil {
		return Text{}, false
	}
	return parse(src), true
}

// IDs returns the ids of all rules that have a text, sorted.
func IDs() []string {
	names, err := fs.Glob(archives, "rules/*.txtar")
	if err != nil { // the pattern is ours
		panic(err)
	}
	for i, name := range names {
		names[i] = strings.TrimSuffix(path.Base(name), ".txtar")
	}
	slices.Sort(names)
	return names
}

// sourceMark starts the last paragraph of a comment.
const sourceMark = "Source: "

// parse reads an archive. What is missing in it is empty in the text: a test of the registry sees that
// no text lacks anything.
func parse(src []byte) Text {
	archive := txtar.Parse(bytes.ReplaceAll(src, []byte("\r\n"), []byte("\n")))
	var t Text
	t.Why = string(archive.Comment)
	if i := strings.LastIndex("\n"+t.Why, "\n"+sourceMark); i >= 0 {
		t.Source = strings.Join(strings.Fields(t.Why[i+len(sourceMark):]), " ")
		t.Why = t.Why[:i]
	}
	t.Why = strings.TrimSpace(t.Why) + "\n"
	for _, f := range archive.Files {
		name := f.Name
		file := File{Name: name, Text: string(f.Data)}
		switch example, _, _ := strings.Cut(strings.Replace(name, "/", ".", 1), "."); example {
		case "old":
			t.Old = append(t.Old, file)
		case "bad":
			t.Bad = append(t.Bad, file)
		case "good":
			t.Good = append(t.Good, file)
		}
	}
	return t
}

// Topology returns the path of the topology among the files of an example: what a command is given.
func Topology(files []File) string {
	for _, f := range files {
		if path.Base(f.Name) == "topology.yaml" && strings.Count(f.Name, "/") == 1 {
			return f.Name
		}
	}
	if len(files) == 0 {
		return ""
	}
	return files[0].Name
}

// Path returns the name of the file within its example: common/topology.yaml of
// bad/common/topology.yaml, and topology.yaml of bad.yaml.
func (f File) Path() string {
	if _, inside, is := strings.Cut(f.Name, "/"); is {
		return inside
	}
	_, rest, _ := strings.Cut(f.Name, ".")
	return "topology." + rest
}
