package golden

import (
	"bytes"
	"testing"
)

// FuzzParse reads whatever comes as each of the messages. What is read and can be written again
// stays the same from then on.
func FuzzParse(f *testing.F) {
	for _, messages := range samples() {
		for _, m := range messages {
			f.Add(encode(f, m))
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		for name, empty := range empties() {
			m := empty()
			if m.ParseProto(b) != nil {
				continue
			}
			_ = m.String()
			once, err := m.AppendProto(nil)
			if err != nil {
				continue // an empty JSON document can be read, and not written
			}
			again := empty()
			if err := again.ParseProto(once); err != nil {
				t.Fatalf("%s: wrote %x, which it does not read: %v", name, once, err)
			}
			if twice := encode(t, again); !bytes.Equal(once, twice) {
				t.Fatalf("%s: wrote %x, then %x", name, once, twice)
			}
			if size(m) != len(once) {
				t.Fatalf("%s: wrote %x, of which the size is said to be %d", name, once, size(m))
			}
			if c := copyOf(m); !equal(m, again) || !equal(c, again) || !equal(again, c) {
				t.Fatalf("%s: %s, %s and a copy of it are not equal", name, m, again)
			}
		}
	})
}
