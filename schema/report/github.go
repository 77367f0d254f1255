package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/zmqgen/zmqgen/schema"
)

// This file writes findings as commands of GitHub Actions, which shows them at the lines of a pull request.

// githubCommands are the commands by severity.
var githubCommands = map[schema.Severity]string{schema.Error: "error", schema.Warning: "warning", schema.Info: "notice"}

var (
	githubMessage  = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	githubProperty = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

// GitHub writes a workflow command for each finding, on a line of its own, which nothing that comes from the file can end.
func GitHub(w io.Writer, ds schema.Diagnostics) error {
	b := bufio.NewWriter(w)
	for i := range ds {
		d := &ds[i]
		said := lines(d)
		for _, r := range d.Related {
			said = append(said, fmt.Sprintf("%s at %s:%d:%d", visible(r.Message), visible(fileOf(d, r)), r.Span.Line, r.Span.Col))
		}
		// The last column is one that is meant, not the one after it.
		fmt.Fprintf(b, "::%s file=%s,line=%d,endLine=%d,col=%d,endColumn=%d,title=%s::%s\n",
			githubCommands[d.Severity], githubProperty.Replace(visible(d.File)),
			d.Span.Line, d.Span.Line, d.Span.Col, max(d.Span.Col, d.Span.EndCol-1),
			githubProperty.Replace(d.Rule), githubMessage.Replace(strings.Join(said, "\n")))
	}
	return b.Flush()
}
