package docs

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/zmqgen/zmqgen/internal/large"
	"github.com/zmqgen/zmqgen/schema"
)

// parseFile reads a topology and what it imports.
func parseFile(t testing.TB, path string) *schema.Topology {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	topology, ds := schema.ParseFiles(schema.File{Name: path, Text: text}, func(from, to string) (schema.File, error) {
		name := filepath.Join(filepath.Dir(from), to)
		text, err := os.ReadFile(name)
		return schema.File{Name: name, Text: text}, err
	})
	if ds.HasErrors() {
		t.Fatalf("%s: %v", path, ds)
	}
	return topology
}

// hostile is a topology that would be more than words in every place where words of it can stand.
var hostile = `version: 1
name: hostile
doc: |
  </script><script>alert(1)</script> <!-- <img src=x onerror=alert(1)> --> <b>bold</b>

  # no heading
  - no list
  1. no number
  [no link](javascript:alert(1)) ![no picture](https://evil.example/x.png) <https://evil.example>
  ` + "```no fence" + ` ~~~ *no* _emphasis_ | no | cell $no$ :smile: https://evil.example www.evil.example a@evil.example
enums:
  Side: {doc: "</table><script>alert(2)</script>", values: {BUY: {id: 1, doc: "a | b ` + "`" + ` <i>"}}}
messages:
  Quote:
    doc: "</style></title></textarea><svg onload=alert(3)>"
    deprecated: "</p><script>alert(4)</script>"
    wire_name: "<b>\"'` + "`" + `|&amp;"
    fields:
      symbol: {type: string, id: 1, doc: "a | b \\| c ` + "`d` ``e" + ` <script>alert(5)</script>", pattern: "[<>|` + "`" + `\\\\]*", example: "|<` + "`" + `\\"}
      word: {type: string, id: 2, doc: ` + longWord + `, example: ` + longWord + `}
      blob: {type: json, id: 3, example: '{"</script>": "<!--"}', doc: "{{.Title}} ${x} \u202e \u0007"}
      side: Side @4
patterns:
  quotes: {kind: pub-sub, doc: "onclick=alert(6) 'quoted' \"quoted\"", messages: {Quote: {topic: "<b>|` + "`" + `.{symbol}."}}, reserved: ["</li>|"]}
nodes:
  feed:
    doc: "javascript:alert(7)"
    host: feed.example
    sockets:
      quotes: {pub: quotes, doc: "--> <script>", bind: ["tcp://*:5556", "ipc:///tmp/<b>|` + "`" + `"]}
  desk:
    sockets:
      quotes: {sub: quotes, connect: "ipc:///tmp/</code><script>alert(8)</script>", subscribe: ["<b>", "|"]}
`

var longWord = strings.Repeat("Donaudampfschifffahrtsgesellschaft", 12)

// changedMarket is the market of the examples after some work.
func changedMarket(t testing.TB) string {
	t.Helper()
	text, err := os.ReadFile("../../examples/topology.yaml")
	if err != nil {
		t.Fatal(err)
	}
	s := string(text)
	for _, edit := range [][2]string{
		{"ask: {type: float64, id: 3, example: 1.0844}", "ask: {type: float64, id: 3, example: 1.0844, min: 0}\n      depth: {type: uint32, id: 5, doc: How many orders.}"},
		{"      reason: string @3\n", "    reserved: [3, reason]\n"},
		{"timeout: 2s", "timeout: 500ms\n      Search: {request: LookupRequest, reply: Instrument, idempotent: true}"},
		{"doc: Takes the orders.", "doc: Takes the orders, and answers for them."},
		{"orders: {pull: orders, bind: \"tcp://*:5559\"}", "orders: {pull: orders, bind: \"tcp://*:5569\"}\n  audit:\n    sockets:\n      tape: {sub: tape, connect: feed.tape}"},
		{"      tape: {sub: tape, connect: feed.tape}\n      reference:", "      reference:"},
		{"Side: {BUY: 1, SELL: 2}", "Side: {BUY: 1, SELL: 2, SHORT: 3}"},
	} {
		if !strings.Contains(s, edit[0]) {
			t.Fatalf("the example has no %q any more", edit[0])
		}
		s = strings.Replace(s, edit[0], edit[1], 1)
	}
	return s
}

// documented are topologies of all kinds.
func documented(t testing.TB) map[string]*schema.Topology {
	return map[string]*schema.Topology{
		"market":   parseFile(t, "../../examples/topology.yaml"),
		"alltypes": parseFile(t, "../testdata/alltypes.yaml"),
		"frames":   parseFile(t, "../testdata/frames.yaml"),
		"hazards":  parseFile(t, "../testdata/hazards.yaml"),
		"hostile":  parseText(t, hostile),
		"large":    parseText(t, string(large.Topology(40, 60))),
		"fifty":    parseText(t, fifty()),
		"empty":    parseText(t, "version: 1\nname: empty\n"),
	}
}

var (
	htmlID   = regexp.MustCompile(`\sid="([^"]*)"`)
	htmlHref = regexp.MustCompile(`\shref="([^"]*)"`)
	heading  = regexp.MustCompile(`<h([1-6])[ >]`)
)

func TestLinksOfThePageHaveTargets(t *testing.T) {
	for name, topology := range documented(t) {
		page := string(HTML(topology, Options{}))
		ids := map[string]bool{}
		for _, m := range htmlID.FindAllStringSubmatch(page, -1) {
			if ids[m[1]] {
				t.Errorf("%s: the id %s is there twice", name, m[1])
			}
			ids[m[1]] = true
		}
		hrefs := htmlHref.FindAllStringSubmatch(page, -1)
		for _, m := range hrefs {
			if to, inside := strings.CutPrefix(m[1], "#"); !inside || !ids[to] {
				t.Errorf("%s: a link to %s", name, m[1])
			}
		}
		if name == "market" && len(hrefs) < 100 {
			t.Errorf("%s has no more than %d links", name, len(hrefs))
		}
	}
}

var (
	markdownID   = regexp.MustCompile(`<a id="([^"]*)"></a>`)
	markdownHref = regexp.MustCompile(`\]\(([^)]*)\)`)
)

func TestLinksOfMarkdownHaveTargets(t *testing.T) {
	for name, topology := range documented(t) {
		text := string(Markdown(topology, Options{}))
		ids := map[string]bool{}
		for _, m := range markdownID.FindAllStringSubmatch(text, -1) {
			if ids[m[1]] {
				t.Errorf("%s: the id %s is there twice", name, m[1])
			}
			ids[m[1]] = true
		}
		for _, m := range markdownHref.FindAllStringSubmatch(text, -1) {
			if to, inside := strings.CutPrefix(m[1], "#"); name != "hostile" && (!inside || !ids[to]) {
				t.Errorf("%s: a link to %s", name, m[1])
			}
		}
	}
}

func TestHeadingsSkipNoLevel(t *testing.T) {
	for name, topology := range documented(t) {
		level := 0
		for _, m := range heading.FindAllStringSubmatch(string(HTML(topology, Options{})), -1) {
			next := int(m[1][0] - '0')
			if next > level+1 {
				t.Errorf("%s: a heading of level %d below one of level %d", name, next, level)
			}
			level = next
		}
	}
}

func TestSameTopologySameBytes(t *testing.T) {
	old := parseFile(t, "../../examples/topology.yaml")
	for name, topology := range documented(t) {
		for _, o := range []Options{{}, {Against: old, Name: "old.yaml"}} {
			if !bytes.Equal(HTML(topology, o), HTML(topology, o)) || !bytes.Equal(Markdown(topology, o), Markdown(topology, o)) {
				t.Errorf("%s differs between two runs", name)
			}
		}
	}
}

// What a file says is words in HTML: no tag, no attribute, no address, no script.
func TestHostileTextIsWordsInHTML(t *testing.T) {
	page := string(HTML(parseText(t, hostile), Options{Against: parseFile(t, "../../examples/topology.yaml"), Name: "</code><script>"}))
	if n := strings.Count(page, "<script>"); n != 1 {
		t.Errorf("%d scripts", n)
	}
	if n := strings.Count(page, "<style>"); n != 2 {
		t.Errorf("%d styles, where the page and its drawing have one", n)
	}
	for _, bad := range []string{"<img", "<b>", "<i>", "<!-- <", "onload=alert(3)>", "href=\"javascript:", "</textarea>", "\u202e", "\a", "<svg onload"} {
		if strings.Contains(page, bad) {
			t.Errorf("it contains %q", bad)
		}
	}
	for _, shown := range []string{"&lt;img src=x onerror=alert(1)&gt;", "{{.Title}} ${x}"} {
		if !strings.Contains(page, shown) {
			t.Errorf("it does not show %q", shown)
		}
	}
}

// In Markdown it is words, too, and no cell of a table ends early.
func TestHostileTextIsWordsInMarkdown(t *testing.T) {
	text := string(Markdown(parseText(t, hostile), Options{}))
	checkTables(t, text)
	text = strings.ReplaceAll(fencedBlock.ReplaceAllString(text, ""), `\]`, "")
	for _, bad := range []string{"<script", "<img", "<b>", "<!--", "<svg", "](javascript", "](https", "\u202e", "\a", "https:/", "www.", "\n# no", "\n- no list", "\n1. no", ":smile:", "a@"} {
		if strings.Contains(text, bad) {
			t.Errorf("it contains %q", bad)
		}
	}
}

var fencedBlock = regexp.MustCompile("(?ms)^```+[a-z]*$.*?^```+$")

// escapedBar is what ends no cell.
var escapedBar = regexp.MustCompile(`\\.`)

// checkTables checks that each row of each table has as many cells as its head.
func checkTables(t *testing.T, text string) {
	t.Helper()
	cells := 0
	fenced := ""
	for _, l := range strings.Split(text, "\n") {
		if strings.HasPrefix(l, "```") {
			ticks := l[:len(l)-len(strings.TrimLeft(l, "`"))]
			switch {
			case fenced == "":
				fenced = ticks
			case l == fenced:
				fenced = ""
			}
			continue
		}
		if fenced != "" || !strings.HasPrefix(l, "|") {
			cells = 0
			continue
		}
		n := strings.Count(escapedBar.ReplaceAllString(l, ""), "|")
		if cells == 0 {
			cells = n
		}
		if n != cells {
			t.Errorf("%d bars in a table of %d: %s", n, cells, l)
		}
	}
}

func TestEscapeMarkdown(t *testing.T) {
	for _, test := range []struct{ in, text, code string }{
		{"plain words", "plain words", "`plain words`"},
		{"a|b", "a&#124;b", "<code>a&#124;b</code>"},
		{`a\|b`, `a\\&#124;b`, "<code>a&#92;&#124;b</code>"},
		{"a`b", "a\\`b", "<code>a&#96;b</code>"},
		{"<b>&", "&lt;b&gt;&amp;", "<code>&lt;b&gt;&amp;</code>"},
		{"*x* _y_", `\*x\* \_y\_`, "`*x* _y_`"},
		{"two\nlines", "two lines", "`two lines`"},
		{"see https://x.y", "see https&#58;//x.y", "`see https://x.y`"},
		{"10:30:15", "10&#58;30:15", "`10:30:15`"},
		{"", "", "<code></code>"},
	} {
		if got := escape(test.in); got != test.text {
			t.Errorf("%q becomes %q, want %q", test.in, got, test.text)
		}
		if got := escapeCode(test.in); got != test.code {
			t.Errorf("%q becomes code %q, want %q", test.in, got, test.code)
		}
	}
	for in, want := range map[string]string{"- a": `\- a`, "12. a": `12\. a`, "# a": `\# a`, "> a": "&gt; a", "    a": "a", "=": `\=`} {
		if got := escapeParagraph(in); got != want {
			t.Errorf("line %q becomes %q, want %q", in, got, want)
		}
	}
}

// What changed is marked where it stands, and in a list.
func TestAgainstMarksWhatChanged(t *testing.T) {
	old := parseFile(t, "../../examples/topology.yaml")
	text := string(Markdown(parseText(t, changedMarket(t)), Options{Against: old, Name: "main"}))
	for _, want := range []string{
		"Compared with `main`: ",
		"- **added** node [`audit`](#node-audit)\n",
		"- **removed** socket [`desk.tape`](#socket-desk.tape)\n",
		"- **changed** node [`gateway`](#node-gateway): its doc\n",
		"- **changed** socket [`gateway.orders`](#socket-gateway.orders): Binds\n",
		"- **added** method [`reference.Search`](#method-reference.Search)\n",
		"- **changed** method [`reference.Lookup`](#method-reference.Lookup): Timeout\n",
		"- **changed** message [`Quote`](#message-Quote): field `ask`: limits; field `depth` is new\n",
		"- **changed** message [`Halt`](#message-Halt): Not used again is new; field `reason` is gone\n",
		"- **changed** enum [`Side`](#enum-Side): value `SHORT` is new\n",
		"- **Timeout** **(changed)**: 500ms (was: 2s)\n",
		"| `reason` **(removed)** |",
		"tape · SUB **(removed)**",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("it does not say %q", want)
		}
	}
	if strings.Contains(text, "pattern [`quotes`]") {
		t.Error("an example that changed is said to be a change of the pattern")
	}
	same := string(Markdown(old, Options{Against: old, Name: "main"}))
	if !strings.Contains(same, "nothing is different.") || strings.Contains(same, "**(changed)**") {
		t.Error("the same topology is said to have changed")
	}
	checkTables(t, text)
}

// A message that loses its only field, or gets its first, says so: it has no table of fields then, or had none.
func TestAgainstTellsOfTheOnlyField(t *testing.T) {
	const head, foot = "version: 1\nname: only\nmessages:\n  Beat: {fields: {", "}}\npatterns:\n  beats: {kind: push-pull, message: Beat}\n"
	none, one := parseText(t, head+foot), parseText(t, head+"at: timestamp @1"+foot)
	for _, c := range []struct {
		old, new *schema.Topology
		want     string
	}{{one, none, "field `at` is gone\n"}, {none, one, "field `at` is new\n"}} {
		if text := string(Markdown(c.new, Options{Against: c.old, Name: "main"})); !strings.Contains(text, "- **changed** message [`Beat`](#message-Beat): "+c.want) {
			t.Errorf("it does not say %q", c.want)
		}
	}
}

// What Mermaid would refuse to draw is not put before it.
func TestMarkdownLeavesOutWhatMermaidRefuses(t *testing.T) {
	for sockets, drawn := range map[int]bool{100: true, 1000: false} {
		text := string(Markdown(parseText(t, string(large.Topology(sockets/2, sockets))), Options{}))
		if strings.Contains(text, "```mermaid") != drawn || strings.Contains(text, "too large to be drawn") == drawn {
			t.Errorf("%d sockets: drawn is %v", sockets, !drawn)
		}
	}
}

// A page grows as its topology does.
func TestPagesGrowAsTopologiesDo(t *testing.T) {
	size := func(messages, sockets int) int {
		return len(HTML(parseText(t, string(large.Topology(messages, sockets))), Options{}))
	}
	small, big := size(50, 100), size(400, 800)
	if big > 10*small {
		t.Errorf("eight times the topology is %d times the page", big/small)
	}
}

func FuzzDocs(f *testing.F) {
	for _, path := range []string{"../../examples/topology.yaml", "../testdata/alltypes.yaml", "../testdata/frames.yaml", "../testdata/hazards.yaml"} {
		text, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text))
	}
	f.Add(hostile)
	f.Fuzz(func(t *testing.T, text string) {
		topology, ds := schema.Parse("topology.yaml", []byte(text))
		if ds.HasErrors() {
			return
		}
		page := string(HTML(topology, Options{}))
		if strings.Count(page, "<script") != 1 {
			t.Error("a script that is not the page's own")
		}
		checkTables(t, string(Markdown(topology, Options{})))
	})
}
