package gen

import (
	"encoding/base64"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/zmqgen/zmqgen/schema"
)

// This file turns an example into JSON, as docs/wire.md says, like example_wire.go from the topology alone.

// jsonOf returns an example that protobuf can carry as JSON.
func jsonOf(e *example) string {
	given := e.given()
	var members []string
	for _, f := range schema.FrameOrder(e.message.Fields) {
		held := given[f]
		switch t := f.Type; {
		case held.chosen != nil:
			members = append(members, memberOf(held.chosen, jsonValueOf(held.chosen.Type, held.values[0])))
		case held.field != nil && t.Elem != nil:
			members = append(members, memberOf(f, jsonItemsOf(t, held)))
		case held.field != nil && (t.Optional || !isZeroValue(held.values[0])):
			members = append(members, memberOf(f, jsonValueOf(t, held.values[0])))
		case held.field == nil && t.Message != nil && !t.Optional: // always there
			members = append(members, memberOf(f, jsonOf(&example{message: t.Message})))
		}
	}
	return "{" + strings.Join(members, ",") + "}"
}

// jsonItemsOf is a list or a map, of which held may hold nothing.
func jsonItemsOf(t schema.Type, held exampleField) string {
	var items []string
	for i, v := range held.values {
		item := jsonValueOf(*t.Elem, v)
		if t.IsMap() {
			item = `"` + topicText(held.keys[i]) + `":` + item
		}
		items = append(items, item)
	}
	if t.IsMap() {
		return "{" + strings.Join(items, ",") + "}"
	}
	return "[" + strings.Join(items, ",") + "]"
}

// jsonFrameOf is the frame of a field that is JSON. What it holds may be absent.
func jsonFrameOf(f *schema.Field, held exampleField) string {
	switch t := f.Type; {
	case held.chosen != nil:
		return "{" + memberOf(held.chosen, jsonValueOf(held.chosen.Type, held.values[0])) + "}"
	case f.OneOf != nil:
		return "{}"
	case t.Elem != nil:
		return jsonItemsOf(t, held)
	case held.field == nil && t.Optional:
		return "null"
	case held.field == nil:
		return jsonOf(&example{message: t.Message})
	default:
		return jsonValueOf(t, held.values[0])
	}
}

func memberOf(f *schema.Field, value string) string {
	return `"` + schema.JSONName(f.Name.Value) + `":` + value
}

func jsonValueOf(t schema.Type, v any) string {
	switch v := v.(type) {
	case *example:
		return jsonOf(v)
	case *schema.EnumValue:
		return `"` + protoValueName(t.Enum.Name.Value, v.Name.Value) + `"`
	case bool:
		return strconv.FormatBool(v)
	case int64:
		return quotedIfLong(t, strconv.FormatInt(v, 10))
	case uint64:
		return quotedIfLong(t, strconv.FormatUint(v, 10))
	case float64:
		return jsonFloat(t, v)
	case []byte:
		return `"` + base64.StdEncoding.EncodeToString(v) + `"`
	case [16]byte:
		return `"` + topicText(v) + `"`
	case time.Time:
		return `"` + v.Format("2006-01-02T15:04:05") + jsonFraction(uint64(v.Nanosecond())) + `Z"`
	case time.Duration:
		sign, n := "", uint64(v)
		if v < 0 {
			sign, n = "-", -n
		}
		return `"` + sign + strconv.FormatUint(n/1e9, 10) + jsonFraction(n%1e9) + `s"`
	case string:
		if t.Scalar == schema.JSON {
			return v
		}
		return jsonText(v)
	}
	panic(fmt.Sprintf("gen: an example of type %T in a valid topology", v))
}

// quotedIfLong is an integer, in quotes if it has 64 bits.
func quotedIfLong(t schema.Type, digits string) string {
	if strings.HasSuffix(string(t.Scalar), "64") {
		return `"` + digits + `"`
	}
	return digits
}

// jsonFloat is the shortest number, with an exponent where ECMAScript has one.
func jsonFloat(t schema.Type, v float64) string {
	bits, format := 64, byte('f')
	if t.Scalar == schema.Float32 {
		bits = 32
	}
	if a := math.Abs(v); a != 0 && (a < 1e-6 || a >= 1e21) {
		format = 'e'
	}
	return strings.Replace(strconv.FormatFloat(v, format, -1, bits), "e-0", "e-", 1)
}

// jsonFraction is a fraction of a second in 3, 6 or 9 digits, or nothing.
func jsonFraction(nanos uint64) string {
	if nanos == 0 {
		return ""
	}
	digits := fmt.Sprintf("%09d", nanos)
	for strings.HasSuffix(digits, "000") {
		digits = digits[:len(digits)-3]
	}
	return "." + digits
}

// jsonText escapes what JSON wants to have escaped.
func jsonText(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, c := range s {
		switch {
		case c == '"' || c == '\\':
			b.WriteRune('\\')
			b.WriteRune(c)
		case strings.ContainsRune("\b\f\n\r\t", c):
			b.WriteByte('\\')
			b.WriteByte("bfnrt"[strings.IndexRune("\b\f\n\r\t", c)])
		case c < ' ':
			fmt.Fprintf(&b, `\u%04x`, c)
		default:
			b.WriteRune(c)
		}
	}
	b.WriteByte('"')
	return b.String()
}
