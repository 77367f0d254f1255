package codecs

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

func TestAllCarryTheSameValues(t *testing.T) {
	for _, c := range contenders() {
		b, err := c.encode(make([]byte, 0, 1024))
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if err := c.decode(b); err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		got := c.kept()
		if !got.At.Equal(order.At) {
			t.Errorf("%s reads the time %v, want %v", c.name, got.At, order.At)
		}
		got.At = order.At // one library reads it in the local zone
		if !reflect.DeepEqual(got, order) {
			t.Errorf("%s reads %+v, want %+v", c.name, got, order)
		}
	}
}

// Contenders of one format write the same bytes, but for Google's JSON, which puts spaces where it likes.
func TestAllOfAFormatWriteTheSameBytes(t *testing.T) {
	first := map[string][]byte{}
	for _, c := range contenders() {
		got, err := c.encode(make([]byte, 0, 1024))
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		format, _, _ := strings.Cut(c.name, "/")
		if format == "json" {
			var compact bytes.Buffer
			if err := json.Compact(&compact, got); err != nil {
				t.Fatalf("%s: %v", c.name, err)
			}
			got = compact.Bytes()
		}
		if want := first[format]; want == nil {
			first[format] = bytes.Clone(got)
		} else if !bytes.Equal(got, want) {
			t.Errorf("%s writes\n%q, another\n%q", c.name, got, want)
		}
	}
}

func BenchmarkAppend(b *testing.B) {
	for _, c := range contenders() {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			buf := make([]byte, 0, 1024)
			for b.Loop() {
				if _, err := c.encode(buf); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkUnmarshal(b *testing.B) {
	for _, c := range contenders() {
		text, err := c.encode(make([]byte, 0, 1024))
		if err != nil {
			b.Fatal(err)
		}
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := c.decode(text); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
