package parity

import (
	"math/rand/v2"
	"slices"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// This file takes protobuf's bytes apart and puts them together in another way.

// record is one field as it stands in the bytes of a message.
type record struct {
	number protowire.Number
	wire   protowire.Type
	all    []byte // with its tag
	block  []byte // what is behind its length, if it has one
}

func records(b []byte) []record {
	var out []record
	for len(b) > 0 {
		number, wire, tag := protowire.ConsumeTag(b)
		n := protowire.ConsumeFieldValue(number, wire, b[tag:])
		if tag < 0 || n < 0 {
			panic("not protobuf")
		}
		r := record{number: number, wire: wire, all: b[:tag+n]}
		if wire == protowire.BytesType {
			r.block, _ = protowire.ConsumeBytes(b[tag:])
		}
		out = append(out, r)
		b = b[tag+n:]
	}
	return out
}

// ordered is what Go's protobuf has written in the order of docs/design.md: by the numbers of the fields,
// and a oneof where the least of its numbers stands. Go writes oneofs behind all other fields.
func ordered(b []byte, md protoreflect.MessageDescriptor) []byte {
	all := records(b)
	slices.SortStableFunc(all, func(x, y record) int { return int(place(x, md) - place(y, md)) })
	var out []byte
	for _, r := range all {
		fd := md.Fields().ByNumber(r.number)
		if fd == nil || fd.Message() == nil {
			out = append(out, r.all...)
			continue
		}
		out = protowire.AppendTag(out, r.number, r.wire)
		out = protowire.AppendBytes(out, ordered(r.block, fd.Message()))
	}
	return out
}

func place(r record, md protoreflect.MessageDescriptor) protowire.Number {
	fd := md.Fields().ByNumber(r.number)
	if fd == nil || fd.ContainingOneof() == nil {
		return r.number
	}
	least := r.number
	alternatives := fd.ContainingOneof().Fields()
	for i := range alternatives.Len() {
		least = min(least, alternatives.Get(i).Number())
	}
	return least
}

// disordered is the same message with its fields in a random order, lists that are packed unpacked, or
// cut in two, and fields that nobody knows. The items of a list keep their order, as they must.
func disordered(r *rand.Rand, b []byte, md protoreflect.MessageDescriptor) []byte {
	queues := map[protowire.Number][][]byte{}
	var order []protowire.Number
	put := func(number protowire.Number, b []byte) {
		queues[number] = append(queues[number], b)
		order = append(order, number)
	}
	for _, rec := range records(b) {
		fd := md.Fields().ByNumber(rec.number)
		if !fd.IsPacked() || rec.wire != protowire.BytesType {
			put(rec.number, rec.all)
			continue
		}
		items := unpacked(rec.block, fd.Kind())
		cut := r.IntN(len(items) + 1)
		for _, item := range items[:cut] {
			put(rec.number, append(protowire.AppendTag(nil, rec.number, wireOf(fd.Kind())), item...))
		}
		rest := slices.Concat(items[cut:]...)
		put(rec.number, protowire.AppendBytes(protowire.AppendTag(nil, rec.number, protowire.BytesType), rest))
	}
	for range r.IntN(3) {
		number := protowire.Number(1 + r.IntN(1<<29-1))
		if md.Fields().ByNumber(number) != nil {
			continue
		}
		put(number, append(protowire.AppendTag(nil, number, protowire.Fixed32Type), 1, 2, 3, 4))
	}
	r.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
	var out []byte
	for _, number := range order {
		out = append(out, queues[number][0]...)
		queues[number] = queues[number][1:]
	}
	return out
}

// unpacked are the items of a packed list.
func unpacked(b []byte, k protoreflect.Kind) [][]byte {
	var items [][]byte
	for len(b) > 0 {
		n := protowire.ConsumeFieldValue(1, wireOf(k), b)
		items = append(items, b[:n])
		b = b[n:]
	}
	return items
}

func wireOf(k protoreflect.Kind) protowire.Type {
	switch k {
	case protoreflect.Fixed32Kind, protoreflect.Sfixed32Kind, protoreflect.FloatKind:
		return protowire.Fixed32Type
	case protoreflect.Fixed64Kind, protoreflect.Sfixed64Kind, protoreflect.DoubleKind:
		return protowire.Fixed64Type
	}
	return protowire.VarintType
}
