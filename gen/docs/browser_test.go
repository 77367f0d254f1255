package docs

import (
	"flag"
	"fmt"
	"strings"
	"testing"

	"github.com/zmqgen/zmqgen/internal/chromium"
	"github.com/zmqgen/zmqgen/internal/large"
	"github.com/zmqgen/zmqgen/schema"
)

// keepDir is where the test in the browser leaves what it saw, to be looked at.
var keepDir = flag.String("docs.keep", "", "a directory for pictures of what the browser shows")

// seenPage is a page that is looked at, and where.
type seenPage struct {
	name   string
	page   []byte
	search string // what is typed
	finds  string // the name of what is found first
	places []string
}

func seenPages(t *testing.T) []seenPage {
	market := parseFile(t, "../../examples/topology.yaml")
	pages := []seenPage{
		{"market", HTML(market, Options{}), "quotes", "desk.quotes", []string{"main", "patterns", "method-reference.Lookup", "message-Order", "enums"}},
		{"broker", HTML(parseFile(t, "../../examples/classic/broker/topology.yaml"), Options{}), "backend", "broker.backend", []string{"main", "node-broker"}},
		{"alltypes", HTML(parseFile(t, "../testdata/alltypes.yaml"), Options{}), "", "", []string{"main", "messages"}},
		{"hazards", HTML(parseFile(t, "../testdata/hazards.yaml"), Options{}), "", "", []string{"main", "messages"}},
		{"hostile", HTML(parseText(t, hostile), Options{}), "", "", []string{"main", "messages"}},
		{"changed", HTML(parseText(t, changedMarket(t)), Options{Against: market, Name: "main"}), "depth", "Quote.depth", []string{"main", "changes", "nodes", "patterns", "messages", "message-Quote"}},
		{"fifty", HTML(parseText(t, fifty()), Options{}), "worker_07", "worker_07", []string{"main", "nodes"}},
	}
	if !testing.Short() { // just large enough for what is said to the browser of large pages
		many := HTML(parseText(t, string(large.Topology(largeSections+1, 200))), Options{})
		pages = append(pages, seenPage{"many", many, "a00.s001", "a00.s001", []string{"main", "nodes", "messages"}})
	}
	return pages
}

// Pages are read in a browser, narrow and wide, light and dark: nothing is wider than the window, nothing is loaded or
// complained of, links have targets, search finds and the theme is remembered.
func TestPagesInABrowser(t *testing.T) {
	pages := seenPages(t)
	b := chromium.New(t)
	for _, p := range pages {
		for _, width := range []int{400, 1600} {
			for _, theme := range []string{"light", "dark"} {
				if p.name != "market" && p.name != "changed" && (theme == "light") != (width == 1600) {
					continue // two of the four will do
				}
				if p.name == "many" && width == 400 {
					continue // what is on it is on the others
				}
				b.Open(p.page, width, theme)
				what := fmt.Sprintf("%s at %d, %s", p.name, width, theme)
				lookAt(b, what, width)
				if p.name == "market" || p.name == "changed" {
					for _, f := range b.Faint() {
						t.Errorf("%s: %s", what, f)
					}
				}
				for _, place := range p.places {
					b.Keep(*keepDir, fmt.Sprintf("%s-%d-%s-%s", p.name, width, theme, place), place)
				}
				if width == 1600 && theme == "light" {
					searchIn(b, p)
				}
			}
		}
	}
	changeTheme(b, pages[0].page)
	printPage(b, pages[0].page)
}

// lookAt checks what has to be so of every page.
func lookAt(b *chromium.Browser, what string, width int) {
	b.T.Helper()
	var seen struct {
		Scroll, Inner int
		Wide          []string
		Dead          []string
		Scheme        string
	}
	b.Eval(`(() => {
		document.body.classList.remove("large"); // so that all of the page is laid out
		const ids = new Set([...document.querySelectorAll("[id]")].map((e) => e.id));
		const dead = [...document.querySelectorAll("a[href]")].map((a) => a.getAttribute("href")).filter((h) => !h.startsWith("#") || !ids.has(decodeURIComponent(h.slice(1))));
		const wide = [...document.querySelectorAll("main :is(section, h1, h2, h3, h4, p, dd, li, figure, pre, .scroll)")].filter((e) => e.getBoundingClientRect().right > innerWidth + 1).map((e) => e.tagName + " " + e.textContent.slice(0, 40));
		return {scroll: document.documentElement.scrollWidth, inner: innerWidth, wide: wide.slice(0, 5), dead: dead.slice(0, 5), scheme: getComputedStyle(document.documentElement).colorScheme};
	})()`, &seen)
	if seen.Inner != width || seen.Scroll > seen.Inner {
		b.T.Errorf("%s: the page is %d wide in a window of %d", what, seen.Scroll, seen.Inner)
	}
	if len(seen.Wide) > 0 {
		b.T.Errorf("%s: these reach over the edge: %q", what, seen.Wide)
	}
	if len(seen.Dead) > 0 {
		b.T.Errorf("%s: links lead nowhere: %q", what, seen.Dead)
	}
	if !strings.HasSuffix(what, seen.Scheme) {
		b.T.Errorf("%s: it is %s", what, seen.Scheme)
	}
	for _, e := range b.Heard("Log.entryAdded", "Runtime.exceptionThrown", "Runtime.consoleAPICalled") {
		b.T.Errorf("%s: the browser says %s %s", what, e.Method, e.Params)
	}
	if requests := b.Heard("Network.requestWillBeSent"); len(requests) != 1 {
		b.T.Errorf("%s: %d requests, where one is for the page: %s", what, len(requests), requests[len(requests)-1].Params)
	}
	// The policy holds: a script of someone else's does not run, nor does a picture load.
	var ran bool
	b.Eval(`(() => { const s = document.createElement("script"); s.textContent = "window.ran = true"; document.body.append(s); s.remove(); return window.ran === true; })()`, &ran)
	if ran {
		b.T.Errorf("%s: a script runs that is not the page's own", what)
	}
	b.Heard("Log.entryAdded") // that it was refused
}

// searchIn searches by keyboard alone.
func searchIn(b *chromium.Browser, p seenPage) {
	if p.search == "" {
		return
	}
	b.T.Helper()
	b.Press("/", "/")
	b.Call("Input.insertText", map[string]any{"text": p.search}, nil)
	var first, count string
	b.Eval(`document.querySelector("#found a").firstChild.textContent`, &first)
	b.Eval(`document.getElementById("count").textContent`, &count)
	var all []string
	b.Eval(`[...document.querySelectorAll("#found a")].map((a) => a.firstChild.textContent)`, &all)
	found := false
	for _, name := range all {
		found = found || name == p.finds
		if !strings.Contains(strings.ToLower(name), p.search) {
			b.T.Errorf("%s: a search for %s finds %s", p.name, p.search, name)
		}
	}
	if !found {
		b.T.Errorf("%s: a search for %s finds %s first, says %q, and not %s", p.name, p.search, first, count, p.finds)
	}
	b.Keep(*keepDir, p.name+"-search", "")
	b.Press("Enter", "\r")
	var hash string
	b.Eval("location.hash", &hash)
	if !strings.HasSuffix(hash, first) {
		b.T.Errorf("%s: enter leads to %q, not to %s", p.name, hash, first)
	}
	b.Eval(`document.getElementById("search").focus()`, nil)
	b.Press("Escape", "")
	var hidden bool
	b.Eval(`document.getElementById("results").hidden`, &hidden)
	if !hidden {
		b.T.Errorf("%s: escape leaves the results open", p.name)
	}
}

// changeTheme sees that the choice of a theme outlasts the page.
func changeTheme(b *chromium.Browser, page []byte) {
	b.T.Helper()
	var scheme string
	b.Open(page, 1600, "light")
	b.Eval(`document.getElementById("theme").click()`, nil)
	b.Eval(`getComputedStyle(document.documentElement).colorScheme`, &scheme)
	if scheme != "dark" {
		b.T.Errorf("after the button the page is %s", scheme)
	}
	b.Heard("Page.loadEventFired")
	b.Eval("location.reload()", nil)
	b.Loaded()
	b.Eval(`getComputedStyle(document.documentElement).colorScheme`, &scheme)
	if scheme != "dark" {
		b.T.Errorf("loaded again the page is %s", scheme)
	}
}

// printPage sees that on paper there is the text alone.
func printPage(b *chromium.Browser, page []byte) {
	b.T.Helper()
	b.Open(page, 800, "light")
	b.Call("Emulation.setEmulatedMedia", map[string]any{"media": "print"}, nil)
	var side string
	b.Eval(`dispatchEvent(new Event("beforeprint")), getComputedStyle(document.querySelector(".side")).display`, &side)
	if side != "none" {
		b.T.Errorf("on paper the contents are %s", side)
	}
	b.Keep(*keepDir, "print", "patterns")
}

// fifty is a topology of 50 nodes: workers around brokers.
func fifty() string {
	var b strings.Builder
	b.WriteString("version: 1\nname: fleet\ndoc: Fifty nodes around three brokers.\nmessages:\n  Job:\n    fields:\n      id: uuid @1\n      work: string @2\n  Result:\n    fields:\n      id: uuid @1\n      answer: {type: string, id: 2, max_len: 100}\n  Beat: {fields: {at: timestamp @1}}\npatterns:\n")
	b.WriteString("  jobs: {kind: push-pull, message: Job}\n  results: {kind: push-pull, message: Result}\n  beats: {kind: pub-sub, message: Beat}\nnodes:\n")
	for i := range 3 {
		fmt.Fprintf(&b, "  broker_%d:\n    doc: Gives out jobs and collects what comes of them.\n    sockets:\n      jobs: {push: jobs, bind: \"tcp://*:%d\"}\n      results: {pull: results, bind: \"tcp://*:%d\"}\n      beats: {sub: beats, bind: \"tcp://*:%d\"}\n", i, 7000+i, 7100+i, 7200+i)
	}
	for i := range 47 {
		fmt.Fprintf(&b, "  worker_%02d:\n    sockets:\n      jobs: {pull: jobs, connect: broker_%d.jobs}\n      results: {push: results, connect: broker_%d.results}\n      beats: {pub: beats, connect: broker_%d.beats}\n", i, i%3, i%3, i%3)
	}
	return b.String()
}

func parseText(t testing.TB, text string) *schema.Topology {
	t.Helper()
	topology, ds := schema.Parse("topology.yaml", []byte(text))
	if ds.HasErrors() {
		t.Fatalf("%v", ds)
	}
	return topology
}
