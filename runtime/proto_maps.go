package runtime

import (
	"cmp"
	"fmt"
	"slices"
)

// This file is what maps, oneofs and fields that nobody knows need of the protobuf wire format.

// EntryFields are the fields of a map's entry.
var EntryFields = FieldNames{1: "key", 2: "value"}

// SortedKeys returns the keys of m in their order, in which they are written: in room, if there is enough.
func SortedKeys[K cmp.Ordered, V any](m map[K]V, room []K) []K {
	keys := slices.Grow(room[:0], len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// SortedBools is SortedKeys for bools: false comes first.
func SortedBools[V any](m map[bool]V, room []bool) []bool {
	keys := room[:0]
	for _, k := range [...]bool{false, true} {
		if _, ok := m[k]; ok {
			keys = append(keys, k)
		}
	}
	return keys
}

// PutEntry puts an entry, behind which reading goes on at i, into a map, within the limits on its length and on
// memory. The last entry of a key holds.
func PutEntry[K comparable, V any](r *ProtoReader, m map[K]V, k K, v V, i int) (larger map[K]V, next int) {
	if r.err != nil {
		return m, failed
	}
	if _, again := m[k]; !again {
		if len(m) >= MaxItems {
			return m, r.fail(errItems)
		}
		if !chargeEntry[K, V](&r.reading, len(m)) {
			return m, failed
		}
	}
	if m == nil {
		m = make(map[K]V)
	}
	m[k] = v
	return m, i
}

// Keep is Skip for a message that keeps the fields it does not know: it appends the field to kept.
func (r *ProtoReader) Keep(kept, b []byte, i int, tag uint32, names FieldNames) (longer []byte, next int) {
	next = r.Skip(b, i, tag, names)
	if next == failed || !r.charge(next-i) {
		return kept, failed
	}
	return append(AppendVarint(kept, uint64(tag)), b[i:next]...), next
}

// WrongAlternative is the error of a oneof that holds v: nothing that was generated for it, or a nil pointer.
func WrongAlternative(v any) error {
	return fmt.Errorf("%T is none of its alternatives, or nil", v)
}
