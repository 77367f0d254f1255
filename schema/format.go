package schema

import (
	"bytes"
	"slices"
)

// This file brings a topology into its canonical form, and sees that nothing is lost.

// notFormatted is a fault of Format. It is not in the registry, since no file should have it.
var notFormatted = &Rule{ID: "not-formatted", Severity: Error, Summary: "formatting keeps what a file means, and its comments"}

// directiveMoved is not in the registry either: lint does not format.
var directiveMoved = &Rule{ID: "directive-moved", Severity: Error, Summary: "a comment for zmqgen stays with what it is about"}

// Format returns the topology src in canonical form: the keys of objects in one order, one spacing, quotes only where
// they do something. Comments are kept, and what a file in canonical form means is what src means. name is what
// findings call the file. Formatting what was formatted changes nothing.
//
// A file that cannot be read as YAML, or that has in it what a topology does without, such as anchors, is not
// formatted: the text is nil then, and the findings say why. Other mistakes, such as an unknown key, are not looked
// for. Format accepts any bytes, does no I/O, and may be called concurrently.
func Format(name string, src []byte) ([]byte, Diagnostics) {
	p, root := readForFormat(name, src)
	if root == nil {
		return nil, p.findingsOfFile()
	}
	text := printDocument(p.lines, buildDocument(p.lines, p.topology.Comments, root))
	if bytes.Equal(text, src) {
		return text, nil
	}
	if len(text) > MaxSourceSize {
		p.report(fileTooLarge, Span{1, 1, 1}, "formatted the file would have %d bytes; at most %d (1 MiB) are read", len(text), MaxSourceSize)
		return nil, p.findingsOfFile()
	}
	if before, after := directives(root, p.topology.Comments), p.directivesOf(text); !slices.Equal(before, after) {
		p.report(directiveMoved, Span{1, 1, 1}, "the file is left as it is: a comment for zmqgen would be about something else afterwards").
			help("put such comments alone on the line above what they are about")
		return nil, p.findingsOfFile()
	}
	if problem := p.lost(root, text); problem != "" {
		p.report(notFormatted, Span{1, 1, 1}, "the file is left as it is: %s", problem).
			help("this is a fault of zmqgen; report it, with the file")
		return nil, p.findingsOfFile()
	}
	return text, nil
}

// directivesOf returns the directives of a text that the file is formatted to.
func (p *parser) directivesOf(text []byte) []string {
	q, root := readForFormat(p.topology.File, text)
	if root == nil {
		return nil // which lost tells
	}
	return directives(root, q.topology.Comments)
}

// readForFormat returns the tree of a file, or nil after reporting why it cannot be formatted.
func readForFormat(name string, src []byte) (*parser, *node) {
	p := newReading(nil).begin(File{Name: name})
	if !p.readLines(src) {
		return p, nil
	}
	root := p.readTree()
	switch {
	case len(p.findings) > 0:
		return p, nil
	case root.kind != mappingNode:
		p.report(wrongKind, root.span, "the topology is %s; a mapping is expected", root.describe()).
			help("keys: %s", topologyKeys.accepted())
		return p, nil
	}
	return p, root
}

func (p *parser) findingsOfFile() Diagnostics {
	var ds Diagnostics
	for _, d := range p.findings {
		ds = append(ds, *d)
	}
	ds.Sort()
	return ds.first(maxFindings)
}

// lost says what text, as which the file is to be written, does not keep of it; "" if it keeps everything.
func (p *parser) lost(root *node, text []byte) string {
	q, again := readForFormat(p.topology.File, text)
	if again == nil {
		return "formatted it could not be read: " + q.findings[0].Message
	}
	if !sameMeaning(root, again, role{object: &topologyKeys}) {
		return "formatted it would mean something else"
	}
	if !slices.Equal(commentTexts(p.topology.Comments), commentTexts(q.topology.Comments)) {
		return "formatted it would have other comments"
	}
	if !bytes.Equal(text, printDocument(q.lines, buildDocument(q.lines, q.topology.Comments, again))) {
		return "formatted twice it would be different again"
	}
	return ""
}

func commentTexts(comments []Comment) []string {
	var texts []string
	for _, c := range comments {
		texts = append(texts, c.Text)
	}
	slices.Sort(texts)
	return texts
}

// sameMeaning reports whether b, to which a was formatted, means the same; r is the role of both. In objects the order
// of keys means nothing, a field is TYPE @ID or a mapping, and nothing at all may be an empty mapping.
func sameMeaning(a, b *node, r role) bool {
	if r.object == &fieldKeys && a.kind == mappingNode && b.kind == scalarNode {
		typ, id := a.pair("type"), a.pair("id")
		return len(a.pairs) == 2 && typ != nil && id != nil && typ.value.value+" @"+id.value.value == b.value
	}
	if r.object == &fieldKeys && a.kind == scalarNode && b.kind == scalarNode && a.style != blockText {
		return spacedField(a.value) == b.value && a.isEmpty() == b.isEmpty()
	}
	if a.kind != b.kind || a.value != b.value || len(a.pairs) != len(b.pairs) || len(a.items) != len(b.items) ||
		a.isEmpty() != b.isEmpty() {
		return false
	}
	for i := range a.items {
		if !sameMeaning(a.items[i], b.items[i], role{}) {
			return false
		}
	}
	others := make(map[string]*pair, len(b.pairs))
	for i := range b.pairs {
		others[b.pairs[i].key.value] = &b.pairs[i]
	}
	for i, p := range a.pairs {
		other := others[p.key.value]
		if other == nil || r.object == nil && b.pairs[i].key.value != p.key.value {
			return false
		}
		if r.isMapping(p) && p.value.isEmpty() && other.value.kind == mappingNode && len(other.value.pairs) == 0 {
			continue
		}
		if !sameMeaning(p.value, other.value, r.child(p)) {
			return false
		}
	}
	return true
}
