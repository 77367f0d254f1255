package schema

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// checkFormat formats src, and holds what comes of it to what Format promises. It returns nil if src cannot be
// formatted.
func checkFormat(t *testing.T, src []byte) []byte {
	t.Helper()
	text, ds := Format("topology.yaml", src)
	for _, d := range ds {
		if d.Rule == directiveMoved.ID {
			return nil
		}
		if d.Rule == notFormatted.ID {
			t.Fatalf("%s\n%s", d.Message, src)
		}
	}
	if (text == nil) != ds.HasErrors() {
		t.Fatalf("text: %q, findings: %v", text, ds)
	}
	if text == nil {
		return nil
	}
	again, ds := Format("topology.yaml", text)
	if ds != nil || !bytes.Equal(text, again) {
		t.Fatalf("formatted twice: %v\n%s\n-- then --\n%s\n", ds, text, again)
	}
	before, dsBefore := Parse("topology.yaml", src)
	after, dsAfter := Parse("topology.yaml", text)
	if before != nil && after != nil {
		if a, b := textsOf(before.Comments), textsOf(after.Comments); !slices.Equal(a, b) {
			t.Fatalf("comments %q became %q", a, b)
		}
		if a, b := modelOf(before), modelOf(after); a != b {
			t.Fatalf("the model changed:\n%s\n%s\nof\n%s\nand\n%s", a, b, src, text)
		}
	}
	if a, b := rulesOf(dsBefore), rulesOf(dsAfter); len(dsBefore) < maxFindings && !slices.Equal(a, b) {
		t.Fatalf("findings %v became %v of\n%s\nand\n%s", a, b, src, text)
	}
	return text
}

func textsOf(comments []Comment) []string {
	var texts []string
	for _, c := range comments {
		texts = append(texts, c.Text)
	}
	slices.Sort(texts)
	return texts
}

func rulesOf(ds Diagnostics) []string {
	var rules []string
	for _, d := range ds {
		rules = append(rules, d.Rule)
	}
	slices.Sort(rules)
	return rules
}

// modelOf writes all that a topology means, and none of its places.
func modelOf(t *Topology) string {
	b := &strings.Builder{}
	seen := map[any]int{}
	writeModel(b, reflect.ValueOf(t), seen)
	return b.String()
}

func writeModel(b *strings.Builder, v reflect.Value, seen map[any]int) {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			b.WriteString("nil")
			return
		}
		if v.Type().Elem().Kind() == reflect.Struct {
			if n, again := seen[v.Interface()]; again {
				fmt.Fprintf(b, "#%d", n)
				return
			}
			seen[v.Interface()] = len(seen)
		}
		writeModel(b, v.Elem(), seen)
	case reflect.Interface:
		if v.IsNil() {
			b.WriteString("nil")
			return
		}
		writeModel(b, v.Elem(), seen)
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[Span]() {
			fmt.Fprint(b, v.Interface().(Span).Line > 0)
			return
		}
		b.WriteByte('{')
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() && f.Name != "Comments" && f.Type != reflect.TypeFor[Places]() {
				fmt.Fprintf(b, "%s:", f.Name)
				writeModel(b, v.Field(i), seen)
				b.WriteByte(' ')
			}
		}
		b.WriteByte('}')
	case reflect.Slice, reflect.Array:
		fmt.Fprintf(b, "%d[", v.Len())
		for i := range v.Len() {
			writeModel(b, v.Index(i), seen)
			b.WriteByte(' ')
		}
		b.WriteByte(']')
	default:
		fmt.Fprintf(b, "%#v", v.Interface())
	}
}

// TestFormatRepository formats every topology that the repository has, and those in the scripts of the command.
func TestFormatRepository(t *testing.T) {
	count := 0
	for _, src := range repositoryTopologies(t) {
		if checkFormat(t, src) != nil {
			count++
		}
	}
	if count < 100 {
		t.Errorf("only %d topologies were formatted", count)
	}
}

// TestFormatSprinkled formats the same topologies with comments, empty lines and breaks at random places.
func TestFormatSprinkled(t *testing.T) {
	random := rand.New(rand.NewPCG(6, 11))
	count := 0
	for _, src := range repositoryTopologies(t) {
		if len(src) > 4000 {
			continue
		}
		if checkFormat(t, sprinkled(random, src)) != nil {
			count++
		}
	}
	if count < 100 {
		t.Errorf("only %d topologies were formatted", count)
	}
}

func sprinkled(random *rand.Rand, src []byte) []byte {
	var out []string
	for i, line := range strings.Split(string(src), "\n") {
		if random.IntN(8) == 0 {
			out = append(out, strings.Repeat(" ", random.IntN(10))+fmt.Sprintf("# before line %d", i))
		}
		if random.IntN(8) == 0 {
			out = append(out, "")
		}
		if random.IntN(12) == 0 { // it may break a quoted text, or end a comment
			line = strings.Replace(line, ", ", fmt.Sprintf(", # in line %d\n            ", i), 1)
		}
		if random.IntN(12) == 0 {
			line = strings.Replace(line, "{", "{\n            ", 1)
		}
		if random.IntN(6) == 0 {
			line += fmt.Sprintf(" # line %d", i)
		}
		out = append(out, line)
	}
	return []byte(strings.Join(out, "\n"))
}

// TestFormatExamples sees that the topologies that people look at are formatted.
func TestFormatExamples(t *testing.T) {
	for _, file := range []string{
		"../examples/topology.yaml", "../examples/idioms/topology.yaml", "../bench/topology.yaml", "../bench/chaos/topology.yaml",
		"../compat/topology.yaml", "../compat/services/jupyter/topology.yaml", "../compat/services/notifier/topology.yaml",
	} {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if text, ds := Format(file, src); !bytes.Equal(text, src) {
			t.Errorf("%s is not formatted; run: zmqgen fmt -w (%v)", file, ds)
		}
	}
}

// repositoryTopologies returns the text of all topologies of the repository.
func repositoryTopologies(tb testing.TB) [][]byte {
	var texts [][]byte
	err := filepath.WalkDir("..", func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		ext := filepath.Ext(path)
		if ext != ".yaml" && ext != ".txtar" {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if ext == ".yaml" {
			texts = append(texts, text)
			return nil
		}
		for i, part := range strings.Split("\n"+string(text), "\n-- ") {
			head, body, _ := strings.Cut(part, "\n")
			if i > 0 && strings.Contains(head, ".yaml") {
				texts = append(texts, []byte(body))
			}
		}
		return nil
	})
	if err != nil {
		tb.Fatal(err)
	}
	return texts
}

// TestFormatOrder sees that the order of keys names those of the table.
func TestFormatOrder(t *testing.T) {
	for def, order := range preferredOrder {
		for i, name := range order {
			if def.key(name) == nil || slices.Contains(order[:i], name) {
				t.Errorf("%s: %q is no key, or stands twice", def.name, name)
			}
		}
	}
}

// TestFormatTooLarge sees that what grows too large is refused: it could not be read again.
func TestFormatTooLarge(t *testing.T) {
	src := "a: " + strings.Repeat("[", 60) + strings.Repeat("b, ", MaxSourceSize/120) + "b" + strings.Repeat("]", 60) + "\n"
	text, ds := Format("topology.yaml", []byte(src))
	if text != nil || len(ds) != 1 || ds[0].Rule != fileTooLarge.ID {
		t.Errorf("%d bytes, %v", len(text), ds)
	}
}

// TestFormatHostile formats files that would take long, or much memory, if anything were quadratic in their size or
// grew with their depth.
func TestFormatHostile(t *testing.T) {
	const n = 10_000
	for name, src := range map[string]string{
		"comments":        strings.Repeat("# c\n", n) + "a: b\n",
		"notes":           "a: " + strings.Repeat("x", 20*n) + " # c\n" + repeated(n, "k%d: c # d\n"),
		"entries":         "a: {" + repeated(n, "k%d: [v, {w: x}], ") + "z: z}\n",
		"depth":           "a: " + strings.Repeat("[", 60) + strings.Repeat("b, ", 500) + "b" + strings.Repeat("]", 60) + "\n",
		"text in depth":   "a: " + strings.Repeat("{b: ", 60) + `"` + strings.Repeat("y", 20*n) + `"` + strings.Repeat("}", 60) + "\n",
		"broken text":     "a: \"x" + strings.Repeat("\\\n  y", n) + "\"\n",
		"comments within": "a: [" + strings.Repeat("b, # c\n # d\n ", n) + "]\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			checkFormat(t, []byte(src))
		})
	}
}

func repeated(n int, format string) string {
	b := strings.Builder{}
	for i := range n {
		fmt.Fprintf(&b, format, i)
	}
	return b.String()
}

// FuzzFormat holds what is formatted to what it was.
func FuzzFormat(f *testing.F) {
	example, err := os.ReadFile("../examples/topology.yaml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(example)
	for _, src := range repositoryTopologies(f) {
		if len(src) < 2000 {
			f.Add(src)
		}
	}
	for _, s := range []string{
		"# a\n\n# b\nname: x # c\nversion: 1\n# d\n\n\n\n#e\nmessages: {A: {fields: {x: {type: string, # f\n id: 1}, # g\n # h\n y: int32 @2} }, # i\n}\n",
		"nodes:\n  a:\n    sockets:\n      s: {pub: p, bind: ['tcp://*:1', \"tcp://*:2\"]} # zmqgen:ignore x -- y\n      # end\n    doc: |2+\n        b # c\n\n\n  # d\n",
		"doc: a\n  b # c\n\n  \nname: 'it''s \\ x'\nversion: \"a \\\n   b\\ \n  c\"\n",
		"- a\n-\n  # b\n  - - c # d\n    - e:\n    - # f\n      g: h\n",
		"messages:\n- a: b\n  # c\n- # d\n  {e: [f, {g}, # h\n  # i\n ]} # j\n- []\n- {} # k\n- { # l\n # m\n }\n",
		"? a # b\n: c\n? |\n d\n# e\n: f\n\"g: h\": [i: j]\n: k\n",
		"0:\n- 0: {0: [#\n]}#", "0: \"\\ \n\"",
		"--- # a\n%b: c\n... # d\n# e\n",
		"patterns: {p: {kind: pub-sub, messages: {A, B}, topic_only: [a], tag: topic}}\nenums: {E: {A: {id: 1, go_name: 'X'}, values: {}}}\n",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, src []byte) { checkFormat(t, src) })
}

// TestFormatKeepsWhatDirectivesAreAbout sees that a file is refused in which a comment for zmqgen would be about more or less
// than before, and what such a file may look like.
func TestFormatKeepsWhatDirectivesAreAbout(t *testing.T) {
	const head = "version: 1\nname: m\n"
	for _, test := range []struct {
		body string
		kept bool
	}{
		{"nodes:\n  a:\n    # zmqgen:ignore dup-connect -- for a while\n    sockets: {}\n", true},
		{"nodes:\n  # zmqgen:ignore dup-connect -- for a while\n  a: {doc:   x}\n", true},
		{"nodes: {a: {doc: x},   b: {doc: y}} # zmqgen:ignore dup-connect -- for a while\n", true},
		{"nodes:\n  a: {\n    doc: x, host: y,\n    sockets: {}} # zmqgen:ignore dup-connect -- for a while\n", false},
	} {
		text, ds := Format("m.yaml", []byte(head+test.body))
		if (text != nil) != test.kept || !test.kept && ds[0].Rule != directiveMoved.ID {
			t.Errorf("%s: %v\n%s", test.body, ds, text)
		}
	}
}
