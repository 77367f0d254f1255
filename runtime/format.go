package runtime

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"time"
)

// This file writes messages for people to read.

// Format writes a message as Name{field: value, …} for its String method. The arguments after the
// name are field names, each before its value; fields that are zero are left out.
func Format(name string, fields ...any) string {
	b := append([]byte(name), '{')
	first := true
	for i := 0; i+1 < len(fields); i += 2 {
		n := len(b)
		if !first {
			b = append(b, ", "...)
		}
		b = append(b, fields[i].(string)...)
		b = append(b, ": "...)
		at := len(b)
		if b = appendValue(b, fields[i+1]); len(b) == at {
			b = b[:n]
			continue
		}
		first = false
	}
	return string(append(b, '}'))
}

// appendValue appends v as text, or nothing if it is zero.
func appendValue(b []byte, v any) []byte {
	const most = 256 // bytes of one string or blob
	switch v := v.(type) {
	case nil: // a oneof that holds nothing
		return b
	case string:
		if v == "" {
			return b
		}
		if len(v) > most {
			return append(strconv.AppendQuote(b, v[:most]), fmt.Sprintf("… (%d bytes)", len(v))...)
		}
		return strconv.AppendQuote(b, v)
	case []byte:
		if len(v) > most {
			return fmt.Appendf(b, "%x… (%d bytes)", v[:most], len(v))
		}
		return fmt.Appendf(b, "%x", v)
	case json.RawMessage:
		return append(b, v...)
	case bool:
		if !v {
			return b
		}
	case time.Time:
		if v.IsZero() {
			return b
		}
		return v.AppendFormat(b, time.RFC3339Nano)
	case time.Duration:
		if v == 0 {
			return b
		}
	case UUID:
		if v == (UUID{}) {
			return b
		}
	case int32, int64, uint32, uint64, float32, float64:
		if s := fmt.Sprint(v); s != "0" {
			return append(b, s...)
		}
		return b
	}
	if e := reflect.ValueOf(v); e.Kind() == reflect.Int32 && e.IsZero() {
		return b // an enum
	}
	return fmt.Append(b, v)
}

// Optional shows an optional field in Format: the value of p, even if zero, or nothing.
func Optional[T any](p *T) any {
	if p == nil {
		return absent{}
	}
	return present{*p}
}

// absent shows as nothing.
type absent struct{}

func (absent) String() string { return "" }

// present shows its value even if that is zero.
type present struct{ v any }

func (p present) String() string {
	if s := appendValue(nil, p.v); len(s) > 0 {
		return string(s)
	}
	switch v := p.v.(type) {
	case string:
		return `""`
	case time.Time:
		return v.Format(time.RFC3339Nano)
	default:
		return fmt.Sprint(v)
	}
}

// List shows a list field in Format, or nothing if it is empty.
func List[T any](items []T) any {
	const most = 16
	if len(items) == 0 {
		return absent{}
	}
	b := []byte{'['}
	for i, v := range items {
		if i > 0 {
			b = append(b, ", "...)
		}
		if i == most {
			b = fmt.Appendf(b, "… %d items", len(items))
			break
		}
		b = append(b, present{v}.String()...)
	}
	return shown(append(b, ']'))
}

// Map shows a map field in Format, in the order of keys, which are all of its keys; or nothing if it is empty.
func Map[K comparable, V any](m map[K]V, keys []K) any {
	const most = 16
	if len(keys) == 0 {
		return absent{}
	}
	b := []byte{'{'}
	for i, k := range keys {
		if i > 0 {
			b = append(b, ", "...)
		}
		if i == most {
			b = fmt.Appendf(b, "… %d entries", len(keys))
			break
		}
		b = append(b, present{k}.String()...)
		b = append(b, ": "...)
		b = append(b, present{m[k]}.String()...)
	}
	return shown(append(b, '}'))
}

type shown []byte

func (s shown) String() string { return string(s) }
