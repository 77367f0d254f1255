// Package config reads files of overrides as trees of text with positions. It knows the formats and nothing of what the
// files say.
package config

import "fmt"

// This file is what every format is read into, and the limits of files.

const (
	// MaxSize is the most bytes that a file may have.
	MaxSize = 1 << 20
	// MaxDepth is how deep mappings and lists may be nested.
	MaxDepth = 32
	// maxProblems is how many problems of a file are kept; the rest is counted.
	maxProblems = 100
)

// Kind is what a node is.
type Kind int

// The kinds of node.
const (
	Nothing Kind = iota // null, or nothing at all
	Scalar
	Mapping
	List
	Refused // it is among the problems already: whoever meets it stays silent
)

// String says what a node of the kind is, for messages.
func (k Kind) String() string {
	return [...]string{"nothing", "text", "a mapping", "a list", "refused"}[k]
}

// Node is one value of a file. What is no mapping and no list is text, whatever type the format has for it.
type Node struct {
	Kind  Kind
	Text  string
	Keys  []Key
	Items []*Node
	At    Place
}

// Key is one key of a mapping. Keys are unique.
type Key struct {
	Name  string
	At    Place
	Value *Node
}

// Place is where something stands. Both count from 1; columns are characters. The zero Place is nowhere.
type Place struct{ Line, Column int }

// Problem is one thing that is wrong with a file.
type Problem struct {
	At   Place
	Text string
}

// Problems collects what is wrong with one file.
type Problems struct {
	List []Problem
	More int // that are not in List, because they are too many
}

// Add adds a problem.
func (p *Problems) Add(at Place, format string, args ...any) {
	if p.Full() {
		p.More++
		return
	}
	p.List = append(p.List, Problem{at, fmt.Sprintf(format, args...)})
}

// Full reports whether further problems are only counted, so that nobody needs to find words for them.
func (p *Problems) Full() bool { return len(p.List) >= maxProblems }

// Any reports whether something is wrong.
func (p *Problems) Any() bool { return len(p.List) > 0 }

// Clip shortens text of a file, so that a message that shows it stays readable.
func Clip(s string) string {
	const most = 80
	if len(s) <= most {
		return s
	}
	for i := range s {
		if i > most {
			return s[:i] + "…"
		}
	}
	return s
}

// Unique returns keys without those that stand there for a second time, which are problems.
func Unique(keys []Key, problems *Problems) []Key {
	first := make(map[string]Place, len(keys))
	kept := keys[:0]
	for _, k := range keys {
		if at, twice := first[k.Name]; twice {
			problems.Add(k.At, "key %q stands here twice: first in line %d", Clip(k.Name), at.Line)
			continue
		}
		first[k.Name] = k.At
		kept = append(kept, k)
	}
	return kept
}
