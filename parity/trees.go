package parity

import (
	"encoding/hex"
	"encoding/json"
	"math"
	"strconv"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/zmqgen/zmqgen/parity/peer"
	"github.com/zmqgen/zmqgen/schema"
)

// This file turns a message of Go's protobuf into the tree of values that package peer makes of the
// struct of generated code, to compare the two.

// treeText is the tree of a message, as JSON.
func treeText(m protoreflect.Message, of *schema.Message) string {
	b, err := json.Marshal(tree(m, of))
	if err != nil {
		panic(err)
	}
	return string(b)
}

func tree(m protoreflect.Message, of *schema.Message) any {
	fields := []any{}
	for _, f := range of.Fields {
		if f.OneOf == nil {
			fields = append(fields, fieldTree(m, f))
			continue
		}
		var chosen any
		for _, a := range f.OneOf {
			if fd := field(m, a); m.Has(fd) {
				chosen = []any{goName(a.Name.Value), valueTree(m.Get(fd), a.Type)}
			}
		}
		fields = append(fields, chosen)
	}
	return fields
}

// goName is the Go name of the names that random topologies have.
func goName(name string) string {
	out := ""
	for _, word := range strings.Split(name, "_") {
		out += strings.ToUpper(word[:1]) + word[1:]
	}
	return out
}

func fieldTree(m protoreflect.Message, f *schema.Field) any {
	fd, t := field(m, f), f.Type
	v := m.Get(fd)
	slice := t.Scalar == schema.Bytes || t.Scalar == schema.JSON // nil stands for an absent one
	switch {
	case t.IsMap():
		entries := []any{}
		v.Map().Range(func(key protoreflect.MapKey, value protoreflect.Value) bool {
			entries = append(entries, []any{valueTree(key.Value(), schema.Type{Scalar: t.Key}), valueTree(value, *t.Elem)})
			return true
		})
		peer.SortEntries(entries)
		return entries
	case t.IsList():
		items := []any{}
		for i := range v.List().Len() {
			items = append(items, valueTree(v.List().Get(i), *t.Elem))
		}
		return items
	case (t.Optional || slice || t.Scalar == schema.Timestamp) && !m.Has(fd):
		return nil
	case t.Optional && !slice:
		return []any{valueTree(v, t)}
	case t.Scalar == schema.UUID && !m.Has(fd):
		return strings.Repeat("0", 32)
	}
	return valueTree(v, t)
}

func valueTree(v protoreflect.Value, t schema.Type) any {
	switch {
	case t.Message != nil:
		return tree(v.Message(), t.Message)
	case t.Enum != nil:
		return strconv.Itoa(int(v.Enum()))
	}
	switch t.Scalar {
	case schema.Bool:
		return v.Bool()
	case schema.Uint32, schema.Uint64, schema.Fixed32, schema.Fixed64:
		return strconv.FormatUint(v.Uint(), 10)
	case schema.Float32:
		return strconv.FormatUint(uint64(math.Float32bits(float32(v.Float()))), 16)
	case schema.Float64:
		return strconv.FormatUint(math.Float64bits(v.Float()), 16)
	case schema.String, schema.Decimal:
		return v.String()
	case schema.JSON:
		return hex.EncodeToString([]byte(v.String()))
	case schema.UUID:
		if len(v.Bytes()) == 0 { // the zero one
			return strings.Repeat("0", 32)
		}
		return hex.EncodeToString(v.Bytes())
	case schema.Bytes:
		return hex.EncodeToString(v.Bytes())
	case schema.Timestamp:
		return peer.TimeText(timeOf(v.Message()))
	case schema.Duration:
		seconds, nanos := timeOf(v.Message())
		return strconv.FormatInt(seconds*1e9+int64(nanos), 10)
	}
	return strconv.FormatInt(v.Int(), 10)
}
