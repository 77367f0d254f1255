package parity

import (
	"encoding/hex"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"

	"github.com/zmqgen/zmqgen/parity/peer"
	"github.com/zmqgen/zmqgen/schema"
)

// This file makes random messages as trees, the way package peer fills structs of generated code with them.

// treeMaker makes trees. Most numbers and texts are small, so that many are within limits.
type treeMaker struct{ r *rand.Rand }

func (k treeMaker) message(m *schema.Message) any {
	fields := []any{}
	for _, f := range m.Fields {
		if f.OneOf != nil {
			var chosen any
			if i := k.r.IntN(len(f.OneOf) + 1); i < len(f.OneOf) {
				chosen = []any{goName(f.OneOf[i].Name.Value), k.one(f.OneOf[i].Type)}
			}
			fields = append(fields, chosen)
			continue
		}
		if f.Const.IsSet() { // what is written whatever the field holds
			fields = append(fields, f.Const.Value)
			continue
		}
		fields = append(fields, k.field(f.Type))
	}
	return fields
}

func (k treeMaker) field(t schema.Type) any {
	slice := t.Scalar == schema.Bytes || t.Scalar == schema.JSON
	switch {
	case t.IsMap():
		entries := []any{}
		taken := map[any]bool{}
		for range k.r.IntN(4) {
			if key := k.one(schema.Type{Scalar: t.Key}); !taken[key] {
				taken[key] = true
				entries = append(entries, []any{key, k.one(*t.Elem)})
			}
		}
		peer.SortEntries(entries)
		return entries
	case t.IsList():
		items := []any{}
		for range k.r.IntN(4) {
			items = append(items, k.one(*t.Elem))
		}
		return items
	case t.Optional && k.r.IntN(3) == 0:
		return nil
	case t.Optional && !slice:
		return []any{k.one(t)}
	}
	return k.one(t)
}

func (k treeMaker) one(t schema.Type) any {
	switch {
	case t.Message != nil:
		return k.message(t.Message)
	case t.Enum != nil:
		if k.r.IntN(5) == 0 {
			return strconv.Itoa(1000 + k.r.IntN(1000)) // a number that has no name
		}
		return strconv.Itoa(int(t.Enum.Values[k.r.IntN(len(t.Enum.Values))].Number))
	}
	switch t.Scalar {
	case schema.Bool:
		return k.r.IntN(2) == 0
	case schema.Int32, schema.Sint32, schema.Sfixed32:
		return strconv.FormatInt(int64(int32(k.integer(math.MaxInt32))), 10)
	case schema.Int64, schema.Sint64, schema.Sfixed64:
		return strconv.FormatInt(k.integer(math.MaxInt64), 10)
	case schema.Uint32, schema.Fixed32:
		return strconv.FormatUint(uint64(uint32(k.integer(math.MaxInt32))), 10)
	case schema.Uint64, schema.Fixed64:
		return strconv.FormatUint(uint64(k.integer(math.MaxInt64)), 10)
	case schema.Float32:
		return strconv.FormatUint(uint64(math.Float32bits(float32(k.r.IntN(100))/4)), 16)
	case schema.Float64:
		return strconv.FormatUint(math.Float64bits(float64(k.r.IntN(100))/4), 16)
	case schema.String:
		return k.text()
	case schema.Timestamp:
		return peer.TimeText(int64(1+k.r.IntN(1<<31)), int32(k.r.IntN(1e9)))
	case schema.Duration:
		return strconv.FormatInt(k.integer(1<<40), 10)
	case schema.UUID:
		b := make([]byte, 16)
		for i := range b {
			b[i] = byte(k.r.Uint32())
		}
		return hex.EncodeToString(b)
	}
	return hex.EncodeToString([]byte(k.text())) // bytes; of text, which a string may hold as well, and more
}

// integer is a small number, or one of up to the greatest, of either sign.
func (k treeMaker) integer(greatest int64) int64 {
	switch k.r.IntN(6) {
	case 0:
		return 0
	case 1:
		return -1 - k.r.Int64N(greatest)
	case 2:
		return k.r.Int64N(greatest)
	}
	return k.r.Int64N(60)
}

func (k treeMaker) text() string {
	return strings.Repeat("é", k.r.IntN(3)) + strings.Repeat("x", k.r.IntN(8))
}
