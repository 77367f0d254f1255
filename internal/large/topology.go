// Package large makes topologies that are larger than any that people write, for benchmarks.
package large

import (
	"fmt"
	"strconv"
	"strings"
)

// FieldsPerMessage is how many fields each message has, a oneof counted once.
const FieldsPerMessage = 20

// Topology returns the text of a valid topology with so many messages and sockets. It has all types and what
// else the language has for messages, patterns and sockets, and is the same each time.
func Topology(messages, sockets int) []byte {
	var b strings.Builder
	b.WriteString("version: 1\nname: large\ndoc: As much of everything as one could want.\ngo: {package: large}\n")
	b.WriteString("enums:\n Side: {BUY: 1, SELL: 2}\n Phase: {OPEN: 1, PAUSED: 2, CLOSED: 3}\n")
	b.WriteString("messages:\n")
	for i := range messages {
		fmt.Fprintf(&b, " %s:\n", name(i))
		if i%8 == 0 {
			b.WriteString("  doc: What there is to say of this message.\n")
		}
		b.WriteString("  fields:\n")
		if isFlat(i) {
			flat(&b)
		} else {
			nested(&b, i)
		}
	}
	patterns(&b, messages, sockets/2)
	nodes(&b, sockets)
	return []byte(b.String())
}

// name is that of a message.
func name(i int) string { return "M" + strings.ToUpper(strconv.FormatInt(int64(i), 36)) }

// isFlat reports whether a message is the one that travels as frames, and so has scalar fields alone.
func isFlat(i int) bool { return i == 3 }

// chain is how many messages lie within each other.
const chain = 8

// nested writes fields of all shapes. Message i holds the one before it, but for the first of each chain.
func nested(b *strings.Builder, i int) {
	inner, within := name(i), "?"
	if i%chain > 0 {
		inner, within = name(i-1), ""
	}
	pick := func(types ...string) string { return types[i%len(types)] }
	fields := []string{
		pick("name: {type: string, id: 1, max_len: 9}", "name: string @1"),
		"id: uuid @2",
		"way: Side @3",
		pick("lots: {type: uint32, id: 4, min: 1, max: 9}", "lots: uint32 @4"),
		"cost: decimal @5",
		"rate: " + pick("float64", "float32") + " @6",
		"sum: " + pick("int32", "int64", "uint64", "sint32", "sint64") + " @7",
		"fix: " + pick("fixed32", "fixed64", "sfixed32", "sfixed64") + " @8",
		"at: timestamp @9",
		"gap: duration @10",
		"raw: " + pick("bytes", "json") + " @11",
		"ok: bool @12",
		"cap: " + pick("float64", "string", "int64", "timestamp", "Phase") + "? @13",
		pick("tags: {type: list<string>, id: 14, max_items: 8}", "tags: list<string> @14"),
		"list: list<" + pick("sint64", "float64", "Phase", "uuid") + "> @15",
		"legs: list<" + inner + "> @16",
		"map: map<" + pick("string", "int32", "bool") + ", " + pick("string", "uint32", "Side") + "> @17",
		"in: " + inner + within + " @18",
		"by: map<string, " + inner + "> @19",
		"one: {oneof: {cash: " + name(i-i%chain) + " @20, text: string @21}}",
	}
	write(b, fields)
}

// flat writes fields that are frames.
func flat(b *strings.Builder) {
	types := []string{"string", "uint32", "int64", "float64", "bool", "bytes", "uuid", "timestamp", "Side", "duration"}
	var fields []string
	for i := range FieldsPerMessage {
		fields = append(fields, fmt.Sprintf("f%d: %s @%d", i+1, types[i%len(types)], i+1))
	}
	fields[1] = "f2: {type: uint32, id: 2, as: little}"
	fields[4] = "f5: {type: bool, id: 5, as: text}"
	write(b, fields)
}

func write(b *strings.Builder, fields []string) {
	for _, field := range fields {
		fmt.Fprintf(b, "   %s\n", field)
	}
}

// patterns writes so many of all kinds, with messages from the first to the last.
func patterns(b *strings.Builder, messages, n int) {
	b.WriteString("patterns:\n")
	for i := range n {
		first := i * messages / n
		one, two := name(first), name((first+1)%messages)
		fmt.Fprintf(b, " p%03d: ", i)
		switch i % 6 {
		case 0:
			fmt.Fprintf(b, "{kind: pub-sub, message: %s, topic: \"p%d.{name}.\"}\n", one, i)
		case 1:
			fmt.Fprintf(b, "{kind: push-pull, messages: {%s: {}, %s: {}}}\n", one, two)
		case 2:
			fmt.Fprintf(b, "{kind: req-rep, methods: {Get: {request: %s, reply: %s, errors: [%s], timeout: 2s}, Ping: {}}}\n", one, two, name(2))
		case 3:
			fmt.Fprintf(b, "{kind: push-pull, encoding: json, message: %s}\n", one)
		case 4:
			fmt.Fprintf(b, "{kind: pub-sub, messages: {%s: {topic: \"p%d.{way}.\"}, %s: {topic: \"q%d\"}}}\n", one, i, two, i)
		case 5:
			fmt.Fprintf(b, "{kind: push-pull, encoding: frames, message: %s}\n", name(3))
		}
	}
}

// nodes writes two sockets for each pattern: one that binds, and one of another node that connects to it.
func nodes(b *strings.Builder, sockets int) {
	const perNode = 10
	var binding, connecting strings.Builder
	for i := range sockets / 2 {
		if i%perNode == 0 {
			fmt.Fprintf(&binding, " a%02d:\n  sockets:\n", i/perNode)
			fmt.Fprintf(&connecting, " b%02d:\n  replicas: many\n  sockets:\n", i/perNode)
		}
		bind := [...]string{"pub", "pull", "router", "pull", "pub", "pull"}[i%6]
		connect := [...]string{"sub", "push", "dealer", "push", "sub", "push"}[i%6]
		fmt.Fprintf(&binding, "   s%03d: {%s: p%03d, bind: \"tcp://*:%d\"}\n", i, bind, i, 10000+i)
		fmt.Fprintf(&connecting, "   s%03d: {%s: p%03d, connect: a%02d.s%03d, options: {linger: 2s}}\n", i, connect, i, i/perNode, i)
	}
	b.WriteString("nodes:\n" + binding.String() + connecting.String())
}
