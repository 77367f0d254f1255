package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/zmqgen/zmqgen/schema"
)

// This file writes findings as a compiler does: the place and the message, the line, a caret under
// the span, help, what else there is to say, and other places.

// Options are how Text writes.
type Options struct {
	Colour bool // with the escape sequences of a terminal
}

// Text writes the findings for people. What comes from the file reaches w escaped where it
// could steer a terminal.
func Text(w io.Writer, ds schema.Diagnostics, o Options) error {
	b := bufio.NewWriter(w)
	for i := range ds {
		writeText(b, &ds[i], o)
	}
	return b.Flush()
}

func writeText(b *bufio.Writer, d *schema.Diagnostic, o Options) {
	loud := severityStyles[d.Severity]
	fmt.Fprintf(b, "%s %s %s %s\n",
		o.paint(bold, fmt.Sprintf("%s:%d:%d:", visible(d.File), d.Span.Line, d.Span.Col)),
		o.paint(loud, string(d.Severity)+":"), visible(d.Message), o.paint(faint, "["+d.Rule+"]"))
	if strings.TrimSpace(d.Source) != "" {
		source, blanks, caret := underline(d.Source, d.Span)
		fmt.Fprintf(b, "%s %s\n", o.paint(faint, fmt.Sprintf("%5d |", d.Span.Line)), source)
		fmt.Fprintf(b, "%s %s%s\n", o.paint(faint, "      |"), blanks, o.paint(loud, caret))
	}
	say := func(label, text string) {
		fmt.Fprintf(b, "      %s %s\n", o.paint(bold, visible(label)+":"), visible(text))
	}
	if d.Help != "" && (d.Fix == nil || d.Help != d.Fix.Message) {
		say("help", d.Help)
	}
	for _, n := range d.Notes {
		say(n.Label, n.Text)
	}
	if d.Fix != nil {
		say("fix", d.Fix.Message+" (zmqgen lint --fix)")
	}
	for _, r := range d.Related {
		place := fmt.Sprintf("%d:%d", r.Span.Line, r.Span.Col)
		if fileOf(d, r) != d.File {
			place = visible(r.File) + ":" + place
		}
		fmt.Fprintf(b, "      %s at %s\n", visible(r.Message), place)
	}
}

// style is how a terminal shows something: the parameters of an SGR sequence.
type style string

const (
	bold  style = "1"
	faint style = "2"
)

var severityStyles = map[schema.Severity]style{
	schema.Error:   "1;31", // red
	schema.Warning: "1;33", // yellow
	schema.Info:    "1;36", // cyan
}

// paint returns text in a style, or as it is without colours.
func (o Options) paint(s style, text string) string {
	if !o.Colour || s == "" {
		return text
	}
	return "\x1b[" + string(s) + "m" + text + "\x1b[0m"
}
