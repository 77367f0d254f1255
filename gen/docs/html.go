package docs

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"html/template"
	"runtime"
	"strings"
	"sync"

	"github.com/zmqgen/zmqgen/gen/graph"
	"github.com/zmqgen/zmqgen/gen/templates"
	"github.com/zmqgen/zmqgen/schema"
)

// This file writes a page as HTML, through templates/docs.html.tmpl. What the topology says passes through the escaping of
// html/template alone; what does not are our own style and script, and the drawing, which escapes for itself.

// htmlPage is what the template sees.
type htmlPage struct {
	*page
	Policy  string
	Style   template.CSS
	Script  template.JS
	Drawing template.HTML
	Items   [][]template.HTML // of each group, in parts
	Large   bool              // too large for a browser to lay out at once
}

// largeSections is from how many sections on a page is large.
const largeSections = 200

// htmlTemplate is parsed when a page is first made: no other command has to wait for it.
var htmlTemplate = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("html").Parse(templates.Text("docs.html.tmpl")))
})

// HTML returns the documentation of a valid topology as a page of HTML that loads nothing and runs no script but its own. The same
// topology always becomes the same bytes.
func HTML(t *schema.Topology, o Options) []byte {
	p, g, marks := newPage(t, o)
	out := htmlPage{page: p, Style: template.CSS(templates.Text("docs.css")), Script: template.JS(templates.Text("docs.js"))}
	for _, g := range p.Groups {
		out.Large = out.Large || len(g.Sections) > largeSections
	}
	styles := []string{string(out.Style)}
	if len(g.Nodes) > 0 {
		svg := string(graph.SVG(g, graph.Options{Changes: marks, IDPrefix: "drawn-", Link: p.drawnLink(g)}))
		out.Drawing = template.HTML(svg)
		if _, rest, found := strings.Cut(svg, "<style>"); found {
			style, _, _ := strings.Cut(rest, "</style>")
			styles = append(styles, style)
		}
	}
	out.Items = items(p.Groups)
	out.Policy = policy(styles, string(out.Script))
	return append([]byte("<!doctype html>\n"), execute("html", out)...)
}

func execute(name string, data any) []byte {
	var b bytes.Buffer
	if err := htmlTemplate().ExecuteTemplate(&b, name, data); err != nil {
		panic(fmt.Sprintf("gen/docs: the template of HTML: %v", err))
	}
	return b.Bytes()
}

// items are the sections of groups as the template writes them, on all processors: most of the work is theirs.
func items(groups []*section) [][]template.HTML {
	const together = 32 // sections
	out := make([][]template.HTML, len(groups))
	var wait sync.WaitGroup
	running := make(chan struct{}, runtime.GOMAXPROCS(0))
	for i, g := range groups {
		out[i] = make([]template.HTML, (len(g.Sections)+together-1)/together)
		for at := range out[i] {
			part := g.Sections[at*together : min((at+1)*together, len(g.Sections))]
			running <- struct{}{}
			wait.Add(1)
			go func() {
				defer wait.Done()
				out[i][at] = template.HTML(execute("items", part))
				<-running
			}()
		}
	}
	wait.Wait()
	return out
}

// drawnLink leads from what is drawn to what is said of it.
func (p *page) drawnLink(g *graph.Graph) func(id string) string {
	to := map[string]string{}
	add := func(id, anchor string) {
		if p.ids[anchor] {
			to[id] = "#" + anchor
		}
	}
	for _, n := range g.Nodes {
		if n.External {
			continue
		}
		add(n.ID, "node-"+n.Name)
		for _, s := range n.Sockets {
			add(s.ID, "socket-"+n.Name+"."+s.Name)
		}
	}
	return func(id string) string { return to[id] }
}

// policy forbids all but the styles and the script of the page, which it names by their hashes: nothing is loaded, sent or framed.
func policy(styles []string, script string) string {
	hash := func(s string) string {
		sum := sha256.Sum256([]byte(s))
		return " 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	}
	out := "default-src 'none'; script-src" + hash(script) + "; style-src"
	for _, s := range styles {
		out += hash(s)
	}
	return out + "; base-uri 'none'; form-action 'none'"
}
