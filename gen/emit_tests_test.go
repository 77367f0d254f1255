package gen

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"
)

// testModule makes a module with the code of the golden topologies, and of others, and with their tests. It returns
// its directory.
func testModule(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	writeModule(t, dir, "example.com/user")
	topologies := []struct{ name, file string }{{"limits", "testdata/limits.yaml"}, {"hazards", "testdata/hazards.yaml"}, {"tests", "testdata/tests.yaml"}}
	for _, g := range golden {
		topologies = append(topologies, struct{ name, file string }{g.name, g.topology})
	}
	for _, topology := range topologies {
		parsed := parse(t, topology.file)
		parsed.Tests = true
		for _, f := range generate(t, parsed) {
			write(t, filepath.Join(dir, topology.name, f.Name), f.Content)
		}
	}
	return dir
}

// goIn runs the go command in a module, without cgo: tests need no ZeroMQ.
func goIn(t *testing.T, dir string, args ...string) string {
	t.Helper()
	cmd := exec.Command("go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOPROXY=off", "GOWORK=off", "CGO_ENABLED=0")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Errorf("go %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

func TestGeneratedTestsPass(t *testing.T) {
	if testing.Short() {
		t.Skip("runs the go command")
	}
	dir := testModule(t)
	goIn(t, dir, "vet", "./...")
	out := goIn(t, dir, "test", "-v", "./...")
	var left []string // out, by the tests
	for line := range strings.Lines(out) {
		if _, reason, is := strings.Cut(line, testsFile+":"); is {
			_, reason, _ = strings.Cut(reason, ": ")
			left = append(left, strings.TrimSpace(reason))
		}
	}
	slices.Sort(left)
	want := []string{
		`Late is left out: at is a time that is not sent as a frame`,
		`Late is left out: name contains ".", which ends it in the topic`,
		`g[1].c would make the example too large; g[1].d would make the example too large`,
		`hard.x has limits that no value was found for; many[0].x has limits that no value was found for; many[1].x has limits that no value was found for; and 5 more`,
		`in would make the example too large`,
		`next would make the example too large`,
		`the document in deep is not written as JSON`,
		`the document in half is not written as JSON`,
		`x has limits that no value was found for`,
	}
	if !slices.Equal(left, want) {
		t.Errorf("left out:\n%s\nwant:\n%s", strings.Join(left, "\n"), strings.Join(want, "\n"))
	}
}

// A test that cannot fail proves nothing: generated code that is wrong is found.
func TestGeneratedTestsFindWrongCode(t *testing.T) {
	if testing.Short() {
		t.Skip("runs the go command")
	}
	const topology = `version: 1
name: t
messages:
  Quote: {fields: {symbol: {type: string, id: 1, max_len: 6}, price: fixed64 @2, at: duration @3}}
patterns:
  quotes: {kind: push-pull, message: Quote, encoding: frames}
nodes:
  n: {sockets: {quotes: {pull: quotes, bind: "tcp://127.0.0.1:*"}}}
`
	parsed := parseText(t, "t.yaml", topology)
	parsed.Tests = true
	files := generate(t, parsed)
	for _, fault := range []struct{ name, from, to, found string }{
		{"tag", "append(b, 0x11)", "append(b, 0x21)", "TestQuoteProto"},
		{"order", "zmqrt.AppendBig64(w.Begin(), m.Price)", "zmqrt.AppendLittle64(w.Begin(), m.Price)", "TestQuotesFrames"},
		{"field not read", "m.At, i = r.Duration(b, i)", "_, i = r.Duration(b, i)", "TestQuoteProto"},
		{"limit", "> 6", "> 5", "TestQuoteValidate"},
		{"key", `case "at":`, `case "att":`, "TestQuoteJSON"},
	} {
		t.Run(fault.name, func(t *testing.T) {
			dir := t.TempDir()
			writeModule(t, dir, "example.com/user")
			replaced := false
			for _, f := range files {
				text := string(f.Content)
				if !generatedTest(f) && strings.Contains(text, fault.from) {
					text, replaced = strings.Replace(text, fault.from, fault.to, 1), true
				}
				write(t, filepath.Join(dir, f.Name), []byte(text))
			}
			if !replaced {
				t.Fatalf("no file has %s", fault.from)
			}
			cmd := exec.Command("go", "test", ".")
			cmd.Dir = dir
			cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOPROXY=off", "GOWORK=off", "CGO_ENABLED=0")
			out, err := cmd.CombinedOutput()
			if err == nil || !strings.Contains(string(out), "--- FAIL: "+fault.found) {
				t.Errorf("%v, want a failure of %s in\n%s", err, fault.found, out)
			}
		})
	}
}

func generatedTest(f File) bool { return strings.HasSuffix(f.Name, "_test.go") }

// With tests, and without: nothing else changes.
func TestTestsAreAFileMore(t *testing.T) {
	for _, g := range golden {
		topology := parse(t, g.topology)
		topology.Tests = false
		without := generate(t, topology)
		topology.Tests = true
		with := generate(t, topology)
		rest := slices.DeleteFunc(slices.Clone(with), generatedTest)
		if len(with) != len(without)+1 || !slices.EqualFunc(rest, without, func(a, b File) bool {
			return a.Name == b.Name && bytes.Equal(a.Content, b.Content)
		}) {
			t.Errorf("%s: %d files without tests, %d with", g.name, len(without), len(with))
		}
	}
}

// Text that reads in another order than it has would show people another test than the one that runs.
func TestTestsHoldNoTextThatHides(t *testing.T) {
	for _, f := range generate(t, parse(t, "testdata/tests.yaml")) {
		for _, r := range string(f.Content) {
			if r != '\n' && r != '\t' && !unicode.IsPrint(r) {
				t.Fatalf("%s holds %U", f.Name, r)
			}
		}
	}
}

func TestNoMessagesHaveNoTests(t *testing.T) {
	topology := parseText(t, "t.yaml", "version: 1\nname: t\ngo: {tests: true}\nenums: {Side: {BUY: 1}}\n")
	for _, f := range generate(t, topology) {
		if generatedTest(f) {
			t.Errorf("%s:\n%s", f.Name, f.Content)
		}
	}
}

func TestPackageZmqtestHasAllThatGeneratedTestsName(t *testing.T) {
	have := declarations(t, filepath.Join("..", "zmqtest", "*.go"))
	for _, name := range testNames {
		if _, ok := have[string(name)]; !ok {
			t.Errorf("package zmqtest has no %s", name)
		}
	}
}

// What is too deep, or too large, is not tested, and says so; making it ends.
func TestExamplesThatAreTooMuchAreLeftOut(t *testing.T) {
	var deep, large strings.Builder
	for i := range 150 {
		fmt.Fprintf(&deep, "  M%d: {fields: {m: M%d @1}}\n", i, i+1)
		fmt.Fprintf(&large, "  M%d: {fields: {a: M%d @1, b: M%d @2}}\n", i, i+1, i+1)
	}
	last := "  M150: {fields: {x: int32 @1}}\n"
	for want, messages := range map[string]string{
		`t.Skip("messages are nested deeper than 100")`:        deep.String() + last,
		`t.Skip("the example has over 16384 bytes")`:           large.String() + last,
		`t.Skip("m0 would make the example too large")`:        "  A: {fields: {m0: {type: A?, id: 1, required: true}}}\n",
		`t.Skip("s has limits that no value was found for")`:   "  A: {fields: {s: {type: string, id: 1, pattern: '((((()*)*)*)*)*x\\by'}}}\n",
		`t.Skip("s has too many items for an example")`:        "  A: {fields: {s: {type: list<string>, id: 1, min_items: 101}}}\n",
		`t.Skip("s has more items than it has keys")`:          "  A: {fields: {s: {type: 'map<bool, string>', id: 1, min_items: 3}}}\n",
		`t.Skip("s.a has limits that no value was found for")`: "  A: {fields: {s: {oneof: {a: {type: string, id: 1, min_len: 5000}}}}}\n",
	} {
		topology := parseText(t, "t.yaml", "version: 1\nname: t\ngo: {tests: true}\nmessages:\n"+messages)
		found := false
		for _, f := range generate(t, topology) {
			found = found || generatedTest(f) && strings.Contains(string(f.Content), want)
		}
		if !found {
			t.Errorf("no %s", want)
		}
	}
}
