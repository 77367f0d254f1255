package gen

import (
	"encoding/base64"
	"fmt"
	"strconv"
	"time"

	"github.com/zmqgen/zmqgen/schema"
)

// This file turns a value that a topology gives, an example or a limit, back into the text that a
// topology has for it.

// valueText is the text of one value of a scalar or an enum.
func valueText(v any) string {
	switch v := v.(type) {
	case bool:
		return strconv.FormatBool(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case uint64:
		return strconv.FormatUint(v, 10)
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64)
	case string:
		return v
	case []byte:
		return base64.StdEncoding.EncodeToString(v)
	case time.Time:
		return v.UTC().Format(time.RFC3339Nano)
	case time.Duration:
		return v.String()
	case [16]byte:
		return fmt.Sprintf("%x-%x-%x-%x-%x", v[:4], v[4:6], v[6:8], v[8:10], v[10:])
	case *schema.EnumValue:
		return v.Name.Value
	}
	panic(fmt.Sprintf("gen: a value of type %T in a valid topology", v))
}
