package docs

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"text/template"

	"github.com/zmqgen/zmqgen/gen/graph"
	"github.com/zmqgen/zmqgen/gen/templates"
	"github.com/zmqgen/zmqgen/schema"
)

// This file writes a page as Markdown, through templates/docs.md.tmpl. All that the topology says is escaped by the functions
// below, so that it is words whatever is in it: GitHub's dialect is the one that they know.

// markdownPage is what the template sees.
type markdownPage struct {
	*page
	Mermaid string
	Vast    bool // too large for Mermaid to draw
}

// What Mermaid draws unless it is told otherwise, which nobody can tell GitHub's.
const (
	mermaidMost  = 50000 // bytes of text
	mermaidEdges = 500
)

var markdownTemplate = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("markdown").Funcs(template.FuncMap{
		"escape": escape, "paragraph": escapeParagraph, "code": escapeCode, "fence": fence,
		"text": markdownText, "lines": markdownLines, "row": markdownRow, "mark": markdownMark,
		"cell": escapeCell,
	}).Parse(templates.Text("docs.md.tmpl")))
})

// Markdown returns the documentation of a valid topology as Markdown. The same topology always becomes the same bytes.
func Markdown(t *schema.Topology, o Options) []byte {
	p, g, marks := newPage(t, o)
	out := markdownPage{page: p}
	if len(g.Nodes) > 0 {
		out.Mermaid = string(graph.Mermaid(g, graph.Options{Changes: marks}))
		out.Vast = len(out.Mermaid) > mermaidMost || len(g.Edges) > mermaidEdges
	}
	var b bytes.Buffer
	if err := markdownTemplate().Execute(&b, out); err != nil {
		panic(fmt.Sprintf("gen/docs: the template of Markdown: %v", err))
	}
	return b.Bytes()
}

// special puts a backslash before what may mean something in Markdown, and writes what may mean something in HTML as a
// reference. A bar would end a cell of a table even behind a backslash, if one stood before that.
var special = strings.NewReplacer(
	`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "~", `\~`, "$", `\$`, "#", `\#`, "!", `\!`,
	"<", "&lt;", ">", "&gt;", "&", "&amp;", "|", "&#124;",
)

// shortcode is what GitHub shows as a picture, and an address that it makes a link of.
var shortcode = regexp.MustCompile(`:[A-Za-z0-9_+-]+:|(?i:https?:|ftp:|www\.|mailto:|xmpp:)|@`)

// starts is what makes a list, a heading, a rule or a fence of a line, unless it stands elsewhere than at its start.
var starts = regexp.MustCompile(`^([-+=:]|[0-9]+[.)])`)

// escape is a text within a line.
func escape(s string) string {
	return shortcode.ReplaceAllStringFunc(special.Replace(line(s)), func(found string) string {
		if found == "@" {
			return "&#64;"
		}
		if strings.HasSuffix(found, ".") {
			return found[:len(found)-1] + "&#46;"
		}
		return strings.Replace(found, ":", "&#58;", 1)
	})
}

// escapeLine is a text that is a line.
func escapeLine(s string) string {
	s = escape(s)
	if at := starts.FindStringIndex(s); at != nil {
		return s[:at[1]-1] + `\` + s[at[1]-1:]
	}
	return s
}

// escapeParagraph is a paragraph whose lines stay lines.
func escapeParagraph(s string) string {
	var out []string
	for _, l := range strings.Split(s, "\n") {
		if l = escapeLine(l); l != "" {
			out = append(out, l)
		}
	}
	return strings.Join(out, "\\\n")
}

func escapeCell(s string) string { return escape(s) }

// plainCode is what stands in a code span as it is, in tables as well.
var plainCode = regexp.MustCompile("^[^`|\\\\<>&\n]*$")

// codeReferences are what would not be itself in the text of a code element.
var codeReferences = strings.NewReplacer(
	`\`, "&#92;", "`", "&#96;", "*", "&#42;", "_", "&#95;", "[", "&#91;", "]", "&#93;", "~", "&#126;", "$", "&#36;", "#", "&#35;", "!", "&#33;",
	"<", "&lt;", ">", "&gt;", "&", "&amp;", "|", "&#124;", ":", "&#58;", "@", "&#64;",
)

// escapeCode is a text as code.
func escapeCode(s string) string {
	s = strings.ReplaceAll(sheet(s), "\n", " ")
	if plainCode.MatchString(s) && s == strings.TrimSpace(s) && s != "" {
		return "`" + s + "`"
	}
	return "<code>" + codeReferences.Replace(s) + "</code>"
}

// fence is a block of code, whose fence is longer than any in it.
func fence(lang, s string) string {
	ticks := "```"
	for strings.Contains(s, ticks) {
		ticks += "`"
	}
	return ticks + lang + "\n" + strings.TrimRight(s, "\n") + "\n" + ticks
}

// markdownText is a line. Pieces of code that meet are one, as far as no link is in between.
func markdownText(t text) string {
	var b strings.Builder
	for i := 0; i < len(t); i++ {
		p := t[i]
		for p.Code && p.To == "" && i+1 < len(t) && t[i+1].Code && t[i+1].To == "" {
			i++
			p.Text += t[i].Text
		}
		shown := spaced(p.Text)
		if p.Code {
			shown = escapeCode(p.Text)
		}
		if p.To != "" {
			shown = "[" + shown + "](#" + p.To + ")"
		}
		b.WriteString(shown)
	}
	return b.String()
}

// spaced is escape of words whose outer spaces stay.
func spaced(s string) string {
	if strings.TrimSpace(s) == "" {
		return s
	}
	out := escape(s)
	if strings.HasPrefix(s, " ") {
		out = " " + out
	}
	if strings.HasSuffix(s, " ") {
		out += " "
	}
	return out
}

func markdownLines(all []text) string {
	var out []string
	for _, t := range all {
		out = append(out, markdownText(t))
	}
	return strings.Join(out, "<br>")
}

func markdownMark(m mark) string {
	if m == "" {
		return ""
	}
	return " **(" + string(m) + ")**"
}

// markdownRow is a row of a table. Its mark stands in the second cell, where the name is.
func markdownRow(r *row) string {
	var b strings.Builder
	b.WriteByte('|')
	for i, c := range r.Cells {
		b.WriteByte(' ')
		if i == 0 && r.ID != "" {
			b.WriteString(`<a id="` + r.ID + `"></a>`)
		}
		if i == 1 && r.Inner {
			b.WriteString("&emsp;")
		}
		b.WriteString(markdownLines(c.Lines))
		if len(c.Was) > 0 {
			b.WriteString(" (was: " + markdownLines(c.Was) + ")")
		}
		if i == 1 {
			b.WriteString(markdownMark(r.Mark))
		}
		b.WriteString(" |")
	}
	return b.String()
}
