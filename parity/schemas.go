// Package parity shows that bytes of zmqgen and of protobuf are the same: random messages of random
// topologies go through the code that is generated and through Go's protobuf, which knows of them by the
// exported .proto. It is a module of its own, so that users of zmqgen never see what it depends on.
package parity

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

// This file makes random topologies.

// kind is what a random topology has.
type kind struct {
	documents bool // uuid and json, whose JSON is not as protobuf has it
	times     bool // timestamp and duration, of which protobuf merges two, while in a topology the last holds
	oneofLast bool // oneofs have the greatest numbers, so that Go's protobuf, which writes them last, needs no reordering
}

func kindOf(i int) kind { return kind{i&1 == 0, i&2 == 0, i&4 == 0} }

func (k kind) String() string {
	return fmt.Sprintf("documents %v, times %v, oneofs last %v", k.documents, k.times, k.oneofLast)
}

// topologyText is a random topology of so many messages, as YAML. Names are such that the Go names are
// plain to see: f3_of is F3Of.
func topologyText(r *rand.Rand, name string, k kind, messages int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "version: 1\nname: %s\nenums:\n", name)
	for i := range enums {
		fmt.Fprintf(&b, "  E%d: {V1: %d, V2: 1", i, -1-r.IntN(1<<31))
		if i%2 == 1 {
			b.WriteString(", NONE: 0")
		}
		fmt.Fprintf(&b, ", V3: %d}\n", 2+r.IntN(1<<31-2))
	}
	b.WriteString("messages:\n")
	for i := range messages {
		m := messageMaker{r: r, kind: k, index: i, messages: messages}
		fmt.Fprintf(&b, "  M%d:\n    fields:%s\n", i, m.fields())
	}
	return b.String()
}

const (
	enums  = 3
	leaves = 5 // only so many messages stand in others without ?, so that none becomes huge
)

// messageMaker makes one message.
type messageMaker struct {
	r        *rand.Rand
	kind     kind
	index    int
	messages int
	numbers  []int // ascending
	nested   int   // plain messages so far
	named    int
}

// fields are the fields, as YAML.
func (m *messageMaker) fields() string {
	plain, oneofs := m.r.IntN(14), m.r.IntN(3)
	if plain+oneofs == 0 {
		return " {}"
	}
	var alternatives []int
	total := plain
	for range oneofs {
		n := 1 + m.r.IntN(4)
		alternatives = append(alternatives, n)
		total += n
	}
	m.drawNumbers(total)
	first, last := slices.Clone(m.numbers[:plain]), slices.Clone(m.numbers[plain:])
	if !m.kind.oneofLast {
		m.r.Shuffle(total, func(i, j int) { m.numbers[i], m.numbers[j] = m.numbers[j], m.numbers[i] })
		first, last = m.numbers[:plain], m.numbers[plain:]
	}
	m.r.Shuffle(len(first), func(i, j int) { first[i], first[j] = first[j], first[i] })
	var lines []string
	for _, number := range first {
		lines = append(lines, fmt.Sprintf("%s: %q", m.name("f"), m.fieldType()+fmt.Sprintf(" @%d", number)))
	}
	for _, n := range alternatives {
		line := m.name("o") + ": {oneof: {"
		for i, number := range last[:n] {
			if i > 0 {
				line += ", "
			}
			line += fmt.Sprintf("%s: %s @%d", m.name("f"), m.one(true), number)
		}
		last = last[n:]
		lines = append(lines, line+"}}")
	}
	if !m.kind.oneofLast {
		m.r.Shuffle(len(lines), func(i, j int) { lines[i], lines[j] = lines[j], lines[i] })
	}
	return "\n      " + strings.Join(lines, "\n      ")
}

// drawNumbers draws field numbers whose tags have one byte to five.
func (m *messageMaker) drawNumbers(n int) {
	ranges := [][2]int{{1, 15}, {1, 15}, {16, 2047}, {2048, 18999}, {20000, 262143}, {262144, 1<<29 - 1}}
	for len(m.numbers) < n {
		from := ranges[m.r.IntN(len(ranges))]
		number := from[0] + m.r.IntN(from[1]-from[0]+1)
		if !slices.Contains(m.numbers, number) {
			m.numbers = append(m.numbers, number)
		}
	}
	slices.Sort(m.numbers)
}

func (m *messageMaker) name(start string) string {
	m.named++
	return fmt.Sprintf("%s%d%s", start, m.named, []string{"", "_of", "_a_day"}[m.r.IntN(3)])
}

var keys = []string{
	"bool", "string", "int32", "int64", "uint32", "uint64", "sint32", "sint64", "fixed32", "fixed64", "sfixed32", "sfixed64",
}

func (m *messageMaker) fieldType() string {
	switch m.r.IntN(6) {
	case 0:
		return m.one(true) + "?"
	case 1:
		return "list<" + m.one(true) + ">"
	case 2:
		return "map<" + keys[m.r.IntN(len(keys))] + ", " + m.one(true) + ">"
	}
	return m.one(false)
}

// one is a type of one value. Where a message may be absent it may be any, else only an earlier leaf.
func (m *messageMaker) one(mayBeAbsent bool) string {
	scalars := append(slices.Clone(keys), "float32", "float64", "bytes", "decimal")
	if m.kind.documents {
		scalars = append(scalars, "uuid", "json")
	}
	if m.kind.times {
		scalars = append(scalars, "timestamp", "duration")
	}
	switch m.r.IntN(8) {
	case 0:
		return fmt.Sprintf("E%d", m.r.IntN(enums))
	case 1:
		if mayBeAbsent {
			return fmt.Sprintf("M%d", m.r.IntN(m.messages))
		}
		if below := min(m.index, leaves); below > 0 && m.nested < 2 {
			m.nested++
			return fmt.Sprintf("M%d", m.r.IntN(below))
		}
	}
	return scalars[m.r.IntN(len(scalars))]
}
