package runtime

import (
	"bytes"
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"
)

// This file tests the frame that metadata is.

var fullMeta = Meta{
	Headers:     map[string]string{"trace": "7f", "": "", "tenant": "é"},
	TimeLeft:    1500 * time.Microsecond,
	Fingerprint: 0x0102030405060708,
	Sequence:    300,
	Sent:        time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC),
}

const fullMetaFrame = "\x00\x01" +
	"\x0a\x04\x0a\x00\x12\x00" +
	"\x0a\x0c\x0a\x06tenant\x12\x02\xc3\xa9" +
	"\x0a\x0b\x0a\x05trace\x12\x027f" +
	"\x10\xdc\x0b" +
	"\x19\x08\x07\x06\x05\x04\x03\x02\x01" +
	"\x20\xac\x02" +
	"\x2a\x08\x08\xa5\xeb\xdc\xca\x06\x10\x06"

func parseMeta(frame string) (m Meta, known bool, err error) {
	known, err = m.parse([]byte(frame))
	return m, known, err
}

func TestMetadataIsTheBytesOfTheWire(t *testing.T) {
	for _, c := range []struct {
		meta  Meta
		frame string
	}{
		{Meta{}, "\x00\x01"},
		{Meta{TimeLeft: 1, Sequence: 1}, "\x00\x01\x10\x01\x20\x01"},
		{Meta{TimeLeft: -1}, "\x00\x01"},
		{fullMeta, fullMetaFrame},
	} {
		got, err := c.meta.appendTo([]byte("before"))
		if want := "before" + c.frame; err != nil || string(got) != want {
			t.Errorf("%+v:\ngot  %q, %v\nwant %q", c.meta, got, err, want)
		}
	}
	got, known, err := parseMeta(fullMetaFrame)
	if !known || err != nil || !reflect.DeepEqual(got, fullMeta) {
		t.Errorf("got %+v, %v, %v", got, known, err)
	}
}

func TestMetadataIsReadLeniently(t *testing.T) {
	long := Meta{TimeLeft: math.MaxInt64 / 1000 * time.Microsecond}
	for _, c := range []struct {
		frame string
		want  Meta
		known bool
	}{
		{"\x00\x02whatever", Meta{}, false},
		{"\x00\x00", Meta{}, false},
		{"\x00\x01\x20\x05\xfa\x03\x02ab\x30\x01\x20\x06", Meta{Sequence: 6}, true},
		{"\x00\x01\x0a\x00\x0a\x05\x12\x01v\x18\x01", Meta{Headers: map[string]string{"": "v"}}, true},
		{"\x00\x01\x10\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", long, true},
	} {
		got, known, err := parseMeta(c.frame)
		if err != nil || known != c.known || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%q: got %+v, %v, %v", c.frame, got, known, err)
		}
	}
}

func TestMetadataThatIsNoneIsRefused(t *testing.T) {
	for frame, want := range map[string]string{
		"":                             "no metadata",
		"\x00":                         "no metadata",
		"\x01\x01":                     "no metadata",
		"\x00\x01\x0a":                 "metadata: field headers: ends in the middle",
		"\x00\x01\x0a\x02\x0a\x05":     "metadata: field headers.key: ends in the middle",
		"\x00\x01\x0a\x03\x12\x01\xff": "metadata: field headers.value: invalid UTF-8",
		"\x00\x01\x0a\x02\x08\x01":     "metadata: field headers.key: wrong wire type",
		"\x00\x01\x10\x80":             "metadata: field time_left: ends in the middle",
		"\x00\x01\x18\x00":             "metadata: field fingerprint: wrong wire type",
		"\x00\x01\x19\x00":             "metadata: field fingerprint: ends in the middle",
		"\x00\x01\x2a\x06\x10\xff\xff\xff\xff\x07": "metadata: field sent: time out of range",
		"\x00\x01\x00":                                         "metadata: invalid tag",
		"\x00\x01\xff\xff\xff\xff\xff\x7f":                     "metadata: invalid tag",
		"\x00\x01" + strings.Repeat("\x30\x01", maxMetadata/2): "metadata of 8194 bytes",
	} {
		if m, _, err := parseMeta(frame); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.20q: got %+v, %v, want %s", frame, m, err, want)
		}
	}
}

func TestMetadataThatNobodyTakesIsNotWritten(t *testing.T) {
	fits := Meta{Headers: map[string]string{"k": strings.Repeat("v", maxMetadata-11)}}
	if b, err := fits.appendTo(nil); err != nil || len(b) != maxMetadata {
		t.Errorf("got %d bytes, %v", len(b), err)
	}
	many := Meta{Headers: make(map[string]string)}
	for i := range 1000 {
		many.Headers[fmt.Sprint(i)] = "value"
	}
	for want, m := range map[string]Meta{
		"metadata of 8193 bytes":          {Headers: map[string]string{"k": fits.Headers["k"] + "v"}},
		"metadata of 13892 bytes":         many,
		"metadata of 1000003 bytes":       {Headers: map[string]string{"k": strings.Repeat("v", 1e6)}},
		"field headers: invalid UTF-8":    {Headers: map[string]string{"\xff": ""}},
		"field sent: time 253402300800 s": {Sent: time.Unix(253402300800, 0)},
	} {
		if _, err := m.appendTo(nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

func FuzzMetadata(f *testing.F) {
	f.Add([]byte(fullMetaFrame))
	f.Add([]byte("\x00\x01\x0a\x00\x10\x01\x30\x01"))
	f.Fuzz(func(t *testing.T, frame []byte) {
		var m Meta
		known, err := m.parse(frame)
		if err != nil || !known {
			return
		}
		b, err := m.appendTo(nil)
		if err != nil {
			return // entries without key and value are written with both, and may be too long
		}
		var again Meta
		if _, err := again.parse(b); err != nil || !reflect.DeepEqual(m, again) {
			t.Fatalf("%+v came back as %+v, %v", m, again, err)
		}
		if twice, _ := again.appendTo(nil); !bytes.Equal(twice, b) {
			t.Fatalf("%q and %q are the same metadata", b, twice)
		}
	})
}
