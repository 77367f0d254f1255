package schema

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// This file makes fixes: changes that cure a finding for certain and touch no comment.

// maxFixes bounds how many fixes of a file are worked out: each may look at a whole line, and no more findings are shown.
const maxFixes = maxFindings

// fix adds a fix to a finding.
func (d *Diagnostic) fix(message string, edits ...Edit) *Diagnostic {
	return d.FixBy(message, edits...)
}

// drop adds the fix to leave out what stands at a place: an entry of a list or a mapping, with its comma or line.
func (p *parser) drop(d *Diagnostic, message string, at Span) {
	if p.fixes++; p.fixes <= maxFixes {
		d.drop(p.lines, message, at)
	}
}

// DropFrom adds the fix to leave out an entry of a list in t's file, unless it goes on over several lines or has a comment. It
// takes as long as the line is.
func (d *Diagnostic) DropFrom(t *Topology, message string, entry Text) *Diagnostic {
	line := t.lines[entry.Line-1]
	if raw := line[byteOf(line, entry.Col):byteOf(line, entry.EndCol)]; raw == entry.Value || len(raw) > 1 && strings.Trim(raw, raw[:1]) == entry.Value {
		d.drop(t.lines, message, entry.Span)
	}
	return d
}

func (d *Diagnostic) drop(lines []string, message string, at Span) {
	line := lines[at.Line-1]
	from, to := byteOf(line, at.Col), byteOf(line, at.EndCol)
	before, after := strings.TrimSpace(line[:from]), strings.TrimLeft(line[to:], " \t")
	rest, comma := strings.CutPrefix(after, ",")
	switch {
	case (before == "" || before == "-") && (after == "" || before == "" && comma && strings.TrimSpace(rest) == ""):
		d.fix(message, dropLines(at.Line, at.Line))
	case comma:
		rest = strings.TrimLeft(rest, " \t")
		at.EndCol += utf8.RuneCountInString(line[to : len(line)-len(rest)])
		d.fix(message, Replace(at, ""))
	case strings.HasSuffix(before, ","):
		comma := strings.LastIndexByte(line[:from], ',')
		at.Col -= utf8.RuneCountInString(line[comma:from])
		d.fix(message, Replace(at, ""))
	}
}

// dropLines is the edit that leaves out lines.
func dropLines(first, last int) Edit {
	return Edit{Start: Position{first, 1}, End: Position{last + 1, 1}}
}

// byteOf returns where a column starts in a line, or the end of the line if it has no such column.
func byteOf(line string, col int) int {
	at := 0
	for ; col > 1 && at < len(line); col-- {
		_, size := utf8.DecodeRuneInString(line[at:])
		at += size
	}
	return at
}

// fixUnusedImport adds the fix to leave an import out, and with the only one the section.
func (p *parser) fixUnusedImport(d *Diagnostic, i *Import) {
	at := Span{i.Alias.Line, i.Alias.Col, i.Path.EndCol}
	line := p.lines[at.Line-1]
	from, to := byteOf(line, i.Path.Col), byteOf(line, i.Path.EndCol)
	if i.Path.Line != i.Alias.Line || strings.Trim(line[from:to], `"'`) != i.Path.Value {
		return // it goes on below
	}
	const message = "leave the import out"
	if len(p.imports) > 1 {
		p.drop(d, message, at)
		return
	}
	whole := strings.TrimSpace(line)
	before, after := strings.TrimSpace(line[:byteOf(line, at.Col)]), strings.TrimSpace(line[to:])
	switch {
	case strings.HasPrefix(whole, "import:") && strings.TrimSpace(strings.TrimPrefix(before, "import:")) == "{" && after == "}":
		d.fix(message, dropLines(at.Line, at.Line))
	case before == "" && after == "" && at.Line > 1 && strings.TrimSpace(p.lines[at.Line-2]) == "import:":
		d.fix(message, dropLines(at.Line-1, at.Line))
	}
}

// fixComma adds the fix to quote a type that a comma cut in two: head, and tail up to a column.
func (p *parser) fixComma(d *Diagnostic, head *node, tail Text) {
	if p.fixes++; p.fixes > maxFixes || head.span.Line != tail.Line {
		return
	}
	line := p.lines[tail.Line-1]
	whole := line[byteOf(line, head.span.Col):byteOf(line, tail.Col)]
	end := Position{tail.Line, tail.Col + utf8.RuneCountInString(tail.Value)}
	if !strings.HasPrefix(line[byteOf(line, tail.Col):], tail.Value) || strings.ContainsAny(whole+tail.Value, `"\#`) {
		return
	}
	start := Position{head.span.Line, head.span.Col}
	d.fix("quote the type", Edit{start, start, `"`}, Edit{end, end, `"`})
}

// fixSpelling adds the fix to write a type as zmqgen does, if that translates no name in it and needs no quotes.
func (p *parser) fixSpelling(d *Diagnostic, at Span, given, meant string) {
	words := strings.FieldsFunc(meant, func(r rune) bool { return strings.ContainsRune("<>?, ", r) })
	words = slices.DeleteFunc(words, func(w string) bool { return w == "list" || strings.Contains(given, w) })
	if len(words) == 0 && !strings.Contains(meant, ",") {
		d.fix("write "+meant, Replace(at, meant))
	}
}
