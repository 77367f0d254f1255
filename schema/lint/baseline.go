package lint

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/zmqgen/zmqgen/schema"
)

// This file is the baseline: findings that were there when a team began to lint, and are accepted until somebody cures them. It
// knows them by rule and path, so that it survives edits elsewhere in the topology, and is JSON with a line for each.

var baselineUnused = &schema.Rule{ID: "baseline-unused", Severity: schema.Warning, Summary: "what the baseline accepts is still found"}

// baselineVersion is the version of the file.
const baselineVersion = 1

// maxBaselineCount is how many findings an entry accepts at most; a topology has no more.
const maxBaselineCount = 1 << 20

// Baseline is what is accepted of the findings of a topology.
type Baseline struct {
	name    string
	lines   []string
	entries []*baselineEntry
	byKey   map[baselineKey]*baselineEntry
}

// baselineKey is what the findings that an entry accepts have in common.
type baselineKey struct {
	Topology string `json:"topology,omitempty"` // the name of one that is imported; "" for the topology itself
	Rule     string `json:"rule"`
	Path     string `json:"path"`
}

type baselineEntry struct {
	baselineKey
	Count int `json:"count"`
	line  int
	left  int // of Count, those that were not found yet
}

// ParseBaseline reads a baseline that FormatBaseline wrote. name is what findings call it. The error says in a few words
// what is wrong with it.
func ParseBaseline(name string, text []byte) (*Baseline, error) {
	b := &Baseline{name: name, lines: strings.Split(string(text), "\n"), byKey: map[baselineKey]*baselineEntry{}}
	var file struct {
		Version  int               `json:"version"`
		Findings []json.RawMessage `json:"findings"`
	}
	if err := strictly(text, &file); err != nil {
		return nil, err
	}
	if file.Version != baselineVersion {
		return nil, fmt.Errorf("version %d is not one that this zmqgen reads, which is %d", file.Version, baselineVersion)
	}
	at, line := 0, 1
	for i, raw := range file.Findings {
		// Entries stand in the file one after the other, each as it was read.
		start := at + bytes.Index(text[at:], raw)
		line += bytes.Count(text[at:start], []byte("\n"))
		at = start
		e := &baselineEntry{line: line}
		if err := strictly(raw, e); err != nil {
			return nil, fmt.Errorf("entry %d: %w", i+1, err)
		}
		if e.Rule == "" || e.Count < 1 || e.Count > maxBaselineCount {
			return nil, fmt.Errorf("entry %d: it has a rule, a path and a count from 1 to %d", i+1, maxBaselineCount)
		}
		if same := b.byKey[e.baselineKey]; same != nil {
			return nil, fmt.Errorf("entry %d has the rule and path of the one on line %d", i+1, same.line)
		}
		b.byKey[e.baselineKey] = e
		b.entries = append(b.entries, e)
	}
	return b, nil
}

// strictly reads one JSON value that has the keys of v and no others.
func strictly(text []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	var other *json.UnmarshalTypeError
	switch err := d.Decode(v); {
	case errors.Is(err, io.EOF):
		return errors.New("it is not the JSON of a baseline: it is empty")
	case errors.As(err, &other): // whose text names types of Go
		return fmt.Errorf("it is not the JSON of a baseline: there is %s in the place of %s", other.Value, cmp.Or(other.Field, "an object"))
	case err != nil:
		return fmt.Errorf("it is not the JSON of a baseline: %s", strings.TrimPrefix(err.Error(), "json: "))
	}
	if d.More() {
		return errors.New("something stands behind the end of the JSON")
	}
	return nil
}

// FormatBaseline returns the baseline that accepts the findings of t, as Settle left them: all that make a command fail and
// that a baseline can accept. It returns nil if there are none.
func FormatBaseline(t *schema.Topology, ds schema.Diagnostics) []byte {
	counts := map[baselineKey]int{}
	for i := range ds {
		if key, can := keyOf(t, &ds[i]); can && ds[i].Severity != schema.Info {
			counts[key]++
		}
	}
	if len(counts) == 0 {
		return nil
	}
	var entries []baselineEntry
	for key, n := range counts {
		entries = append(entries, baselineEntry{baselineKey: key, Count: n})
	}
	slices.SortFunc(entries, func(a, b baselineEntry) int {
		return cmp.Or(cmp.Compare(a.Topology, b.Topology), cmp.Compare(a.Path, b.Path), cmp.Compare(a.Rule, b.Rule))
	})
	out := fmt.Appendf(nil, "{\n  \"version\": %d,\n  \"findings\": [", baselineVersion)
	for i, e := range entries {
		line, err := json.Marshal(e)
		if err != nil {
			panic(err) // strings and a number
		}
		if i > 0 {
			out = append(out, ',')
		}
		out = append(out, "\n    "...)
		out = append(out, line...)
	}
	return append(out, "\n  ]\n}\n"...)
}

// keyOf returns the key by which a baseline knows a finding, and whether it can accept it.
func keyOf(t *schema.Topology, d *schema.Diagnostic) (baselineKey, bool) {
	key := baselineKey{Rule: d.Rule, Path: d.Path}
	if isFixed(d.Rule) || d.Rule == baselineUnused.ID {
		return key, false
	}
	if d.File == t.File {
		return key, true
	}
	for _, in := range t.All() {
		if in.File == d.File {
			key.Topology = in.Name.Value
			return key, true
		}
	}
	return key, false
}

// accept drops the findings that b has entries for: of several, those that come first.
func (b *Baseline) accept(t *schema.Topology, ds schema.Diagnostics) schema.Diagnostics {
	if b == nil {
		return ds
	}
	for _, e := range b.entries {
		e.left = e.Count
	}
	ds.Sort()
	return slices.DeleteFunc(ds, func(d schema.Diagnostic) bool {
		key, can := keyOf(t, &d)
		e := b.byKey[key]
		if !can || e == nil || e.left == 0 {
			return false
		}
		e.left--
		return true
	})
}

// unused reports the entries of b of which less is found than they accept.
func (b *Baseline) unused(t *schema.Topology) schema.Diagnostics {
	if b == nil {
		return nil
	}
	var ds schema.Diagnostics
	for _, e := range b.entries {
		if e.left == 0 {
			continue
		}
		found := "is no longer found"
		if e.Count > e.left {
			found = fmt.Sprintf("is found %d times and no longer %d", e.Count-e.left, e.Count)
		}
		source := b.lines[e.line-1]
		start := len(source) - len(strings.TrimLeft(source, " \t")) + 1
		ds = append(ds, schema.Diagnostic{
			File:     b.name,
			Span:     schema.Span{Line: e.line, Col: start, EndCol: start + 1},
			Severity: baselineUnused.Severity,
			Rule:     baselineUnused.ID,
			Path:     e.Path,
			Message:  fmt.Sprintf("%s at %s %s", clip(e.Rule), e.where(), found),
			Help:     "bring the baseline up to date with zmqgen lint --write-baseline",
			Source:   strings.TrimSuffix(source, "\r"),
		})
	}
	return ds
}

// where names the place of what an entry accepts.
func (e *baselineEntry) where() string {
	path := cmp.Or(clip(e.Path), "the top")
	if e.Topology != "" {
		return path + " of " + clip(e.Topology)
	}
	return path
}
