package zmqtest

import (
	"bytes"
	"encoding/json"
	"testing"

	zmqrt "github.com/zmqgen/zmqgen/runtime"
)

// What is padded is as long as it has to be, and is read as before: padding is a field that nobody knows, or space.
func TestPaddingSaysNothing(t *testing.T) {
	for n := range 300 {
		b := padProto([]byte{0x08, 0x01}, n)
		if len(b) < n || n <= 2 && len(b) != 2 {
			t.Fatalf("%d bytes, want %d", len(b), n)
		}
		names := zmqrt.FieldNames{1: "n"}
		r := zmqrt.NewProtoReader(b)
		var seen int
		for i := 0; i < len(b); {
			tag := uint32(b[i])
			if i++; tag >= 0x80 {
				tag, i = r.LongTag(b, i)
			}
			if seen++; tag == 0x08 {
				_, i = r.Int32(b, i)
				continue
			}
			i = r.Skip(b, i, tag, names)
		}
		if err := r.Err(); err != nil || seen > 2 {
			t.Fatalf("%d fields, %v, in %x", seen, err, b)
		}
		if text := padJSON([]byte("{}"), n); len(text) != max(n, 2) || !json.Valid(text) || !bytes.HasPrefix(text, []byte("{}")) {
			t.Fatalf("%q", text)
		}
	}
}
