package runtime

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"
)

// form is a way to write one value as a frame, and to read it.
type form struct {
	name   string
	frame  string
	write  func([]byte) ([]byte, error)
	read   func([]byte) (any, error)
	value  any
	others []string // frames that are refused
}

// exact is a form whose writing cannot fail.
func exact[T any](name string, v T, frame string, write func([]byte, T) []byte, read func([]byte, *T) error, others ...string) form {
	return either(name, v, frame, func(b []byte, v T) ([]byte, error) { return write(b, v), nil }, read, others...)
}

func either[T any](name string, v T, frame string, write func([]byte, T) ([]byte, error), read func([]byte, *T) error, others ...string) form {
	return form{
		name: name, frame: frame, value: v, others: others,
		write: func(b []byte) ([]byte, error) { return write(b, v) },
		read: func(b []byte) (any, error) {
			var v T
			err := read(b, &v)
			return v, err
		},
	}
}

func appendRaw(b, v []byte) []byte            { return append(b, v...) }
func appendUUIDFrame(b []byte, v UUID) []byte { return append(b, v[:]...) }

// color stands for a generated enum.
type color int32

func forms() []form {
	const wrong4, wrong8 = "\x00\x00\x00", "\x00\x00\x00\x00"
	return []form{
		exact("big int32", int32(-2), "\xff\xff\xff\xfe", AppendBig32, ReadBig32, "", wrong4, wrong8+"\x00"),
		exact("big uint32", uint32(1), "\x00\x00\x00\x01", AppendBig32, ReadBig32, "", wrong4),
		exact("enum", color(-7), "\xff\xff\xff\xf9", AppendBig32, ReadBig32, "", "7"),
		exact("big int64", int64(math.MinInt64), "\x80\x00\x00\x00\x00\x00\x00\x00", AppendBig64, ReadBig64, "", wrong8),
		exact("big uint64", uint64(math.MaxUint64), "\xff\xff\xff\xff\xff\xff\xff\xff", AppendBig64, ReadBig64, "", wrong8),
		exact("duration", -time.Nanosecond, "\xff\xff\xff\xff\xff\xff\xff\xff", AppendBig64, ReadBig64, "", wrong8, "1s"),
		exact("little int32", int32(-2), "\xfe\xff\xff\xff", AppendLittle32, ReadLittle32, "", wrong4),
		exact("little uint32", uint32(258), "\x02\x01\x00\x00", AppendLittle32, ReadLittle32, "", wrong4),
		exact("little int64", int64(258), "\x02\x01\x00\x00\x00\x00\x00\x00", AppendLittle64, ReadLittle64, "", wrong8),
		exact("little uint64", uint64(1)<<63, "\x00\x00\x00\x00\x00\x00\x00\x80", AppendLittle64, ReadLittle64, "", wrong8),
		exact("big float32", float32(1.5), "\x3f\xc0\x00\x00", AppendBigFloat32, ReadBigFloat32, "", wrong4),
		exact("big float64", math.Inf(-1), "\xff\xf0\x00\x00\x00\x00\x00\x00", AppendBigFloat64, ReadBigFloat64, "", wrong8),
		exact("little float32", float32(1.5), "\x00\x00\xc0\x3f", AppendFloat32, ReadLittleFloat32, "", wrong4),
		exact("little float64", 1.5, "\x00\x00\x00\x00\x00\x00\xf8\x3f", AppendFloat64, ReadLittleFloat64, "", wrong8),
		exact("bool", true, "\x01", AppendBool, ReadBool, "", "\x02", "\x00\x00", "1", "true"),
		exact("no bool", false, "\x00", AppendBool, ReadBool),
		either("string", "hé", "h\xc3\xa9", AppendText, ReadText, "\xc3", "\xff\xfe"),
		either("no string", "", "", AppendText, ReadText),
		exact("bytes", []byte{0, 255}, "\x00\xff", appendRaw, ReadBytes),
		exact("no bytes", []byte(nil), "", appendRaw, ReadBytes),
		exact("uuid", UUID{15: 1}, strings.Repeat("\x00", 15)+"\x01", appendUUIDFrame, ReadUUID, "", strings.Repeat("0", 36)),
		either("timestamp", time.Unix(1, 5).UTC(), "\x00\x00\x00\x00\x3b\x9a\xca\x05", AppendNanos, ReadNanos, "", wrong8),
		either("a timestamp before 1970", time.Unix(-1, 999999999).UTC(), "\xff\xff\xff\xff\xff\xff\xff\xff", AppendNanos, ReadNanos),
		either("decimal", Decimal("-12.50"), "-12.50", AppendDecimalText, ReadDecimalText, "x", "1,5", strings.Repeat("1", 129)),
		either("no decimal", Decimal(""), "", AppendDecimalText, ReadDecimalText),
		either("json", json.RawMessage(`{"a": 1}`), `{"a": 1}`, AppendJSONText, ReadJSONText, "{", "\"\xff\"", "nul"),
		either("no json", json.RawMessage(nil), "", AppendJSONText, ReadJSONText),
		exact("text int32", int32(math.MinInt32), "-2147483648", AppendIntText, ReadIntText,
			"", "-", "+1", " 1", "1 ", "01", "-0", "-01", "1.0", "1e3", "0x1", "1_0", "2147483648", "\xd9\xa1"),
		exact("text int64", int64(math.MaxInt64), "9223372036854775807", AppendIntText, ReadIntText, "9223372036854775808", "--1"),
		exact("text uint32", uint32(math.MaxUint32), "4294967295", AppendUintText, ReadUintText, "", "-1", "4294967296", "00", "+0"),
		exact("text uint64", uint64(0), "0", AppendUintText, ReadUintText, "18446744073709551616", strings.Repeat("1", 10000)),
		either("text float32", float32(0.1), "0.1", AppendFloatText, ReadFloatText, "1e39", "", "-", ".5", "5.", "1e", "1e+", "+1", " 1", "1 "),
		either("text float64", -12.5, "-12.5", AppendFloatText, ReadFloatText, "NaN", "inf", "Infinity", "0x1p-2", "1_0", "01", "1e309", strings.Repeat("1", 401)),
		either("text float64 -0", math.Copysign(0, -1), "-0", AppendFloatText, ReadFloatText),
		either("text float64 1e6", 1e6, "1000000", AppendFloatText, ReadFloatText),
		either("text float64 1e21", 1e21, "1e+21", AppendFloatText, ReadFloatText),
		either("text float64 tiny", 5e-324, "5e-324", AppendFloatText, ReadFloatText),
		exact("text bool", true, "1", AppendBoolText, ReadBoolText, "", "2", "true", "01", "\x01"),
		exact("no text bool", false, "0", AppendBoolText, ReadBoolText),
	}
}

func TestFormsOfFrames(t *testing.T) {
	for _, f := range forms() {
		got, err := f.write([]byte("before"))
		if err != nil || string(got) != "before"+f.frame {
			t.Errorf("%s: wrote %q, %v, want %q", f.name, got, err, f.frame)
		}
		frame := []byte(f.frame)
		v, err := f.read(frame)
		for i := range frame {
			frame[i] = 'x' // nothing of it was kept
		}
		if err != nil || !reflect.DeepEqual(v, f.value) {
			t.Errorf("%s: read %v, %v, want %v", f.name, v, err, f.value)
		}
		for _, other := range f.others {
			if v, err := f.read([]byte(other)); err == nil {
				t.Errorf("%s: %q was read as %v", f.name, other, v)
			}
		}
	}
}

func TestFloatTextIsRead(t *testing.T) {
	for text, want := range map[string]float64{
		"0": 0, "-0.0": math.Copysign(0, -1), "1e3": 1000, "1E+03": 1000, "1e-07": 1e-7, "0.10": 0.1, "1e-999": 0,
		"179769313486231570000000000000000000000": 1.7976931348623157e38,
	} {
		var got float64
		if err := ReadFloatText([]byte(text), &got); err != nil || math.Float64bits(got) != math.Float64bits(want) {
			t.Errorf("%s was read as %v, %v", text, got, err)
		}
	}
	for _, v := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		if b, err := AppendFloatText(nil, v); err == nil {
			t.Errorf("%v was written as %q", v, b)
		}
	}
}

func TestWhatHasNoFrameIsRefused(t *testing.T) {
	for _, at := range []time.Time{{}, time.Date(1677, 9, 21, 0, 12, 43, 0, time.UTC), time.Date(2262, 4, 12, 0, 0, 0, 0, time.UTC), time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)} {
		if b, err := AppendNanos(nil, at); err == nil {
			t.Errorf("%v was written as %x", at, b)
		}
	}
	for _, at := range []time.Time{time.Unix(0, math.MinInt64), time.Unix(0, math.MaxInt64)} {
		if _, err := AppendNanos(nil, at); err != nil {
			t.Error(err)
		}
	}
	if _, err := AppendText(nil, "\xff"); err == nil {
		t.Error("invalid UTF-8 was written")
	}
	if _, err := AppendDecimalText(nil, "x"); err == nil {
		t.Error("a bad decimal was written")
	}
	if _, err := AppendJSONText(nil, json.RawMessage("{")); err == nil {
		t.Error("bad JSON was written")
	}
}

func TestConstFrame(t *testing.T) {
	if err := ReadConst(nil, ""); err != nil {
		t.Error(err)
	}
	err := ReadConst(bytes.Repeat([]byte{1}, 1000), "\x00")
	if err == nil || len(err.Error()) > 400 {
		t.Errorf("got %v", err)
	}
}

func TestRestOfTheFrames(t *testing.T) {
	var w FrameWriter
	w.FrameString("first")
	if err := AppendRest(&w, []string{"a", "", "c"}); err != nil || len(w.frames) != 4 {
		t.Fatalf("%d frames, %v", len(w.frames), err)
	}
	if err := AppendRest(&w, make([][]byte, maxFramesMost-4)); err != nil {
		t.Error(err)
	}
	if err := AppendRest(&w, []string{"one too many"}); err == nil {
		t.Error("more frames than a message may have were written")
	}
	if err := AppendRest(new(FrameWriter), []string{"\xff"}); err == nil {
		t.Error("invalid UTF-8 was written")
	}
	frames := [][]byte{[]byte("a"), {}}
	var texts []string
	if err := ReadRest(frames, &texts); err != nil || !reflect.DeepEqual(texts, []string{"a", ""}) {
		t.Errorf("read %q, %v", texts, err)
	}
	var blobs [][]byte
	if err := ReadRest(frames, &blobs); err != nil || !reflect.DeepEqual(blobs, [][]byte{[]byte("a"), nil}) {
		t.Errorf("read %q, %v", blobs, err)
	}
	if err := ReadRest(nil, &texts); err != nil || texts != nil {
		t.Errorf("read %q, %v", texts, err)
	}
	if err := ReadRest([][]byte{{0xff}}, &texts); err == nil {
		t.Error("invalid UTF-8 was read")
	}
}

func TestBodyHasItsFrames(t *testing.T) {
	frames := [][]byte{[]byte("topic"), []byte("name"), []byte("x")}
	var wrong *FrameError
	if _, err := BodyFrames(nil, 1); !errors.As(err, &wrong) {
		t.Errorf("got %v", err)
	}
	if body, err := BodyFrames(frames, 1); err != nil || len(body) != 2 {
		t.Errorf("got %q, %v", body, err)
	}
	if name, body, err := NamedFrames(frames, 1); err != nil || string(name) != "name" || len(body) != 1 {
		t.Errorf("got %q, %q, %v", name, body, err)
	}
	if _, _, err := NamedFrames(frames, 3); !errors.As(err, &wrong) {
		t.Errorf("got %v", err)
	}
	for _, err := range []error{CheckBody(frames, 2), CheckBody(frames, 4), CheckBodyStart(frames, 4)} {
		if !errors.As(err, &wrong) {
			t.Errorf("got %v", err)
		}
	}
	for _, err := range []error{CheckBody(frames, 3), CheckBodyStart(frames, 3), CheckBodyStart(frames, 0)} {
		if err != nil {
			t.Error(err)
		}
	}
}

// FuzzForms reads any bytes in any form: what is read is written as the same bytes, but for text, where it is
// read again as the same value.
func FuzzForms(f *testing.F) {
	all := forms()
	for i, form := range all {
		f.Add(i, []byte(form.frame))
		for _, other := range form.others {
			f.Add(i, []byte(other))
		}
	}
	f.Fuzz(func(t *testing.T, i int, frame []byte) {
		form := all[uint(i)%uint(len(all))]
		v, err := form.read(frame)
		if err != nil {
			return
		}
		again, err := rewrite(v, form.name)
		if err != nil {
			t.Fatalf("%s: %q was read as %v and cannot be written: %v", form.name, frame, v, err)
		}
		if bytes.Equal(again, frame) {
			return
		}
		back, err := form.read(again)
		if !strings.Contains(form.name, "text float") || err != nil || !reflect.DeepEqual(back, v) {
			t.Fatalf("%s: %q was read as %v and written as %q, which is %v, %v", form.name, frame, v, again, back, err)
		}
	})
}

// rewrite writes a value in the form of that name.
func rewrite(v any, name string) ([]byte, error) {
	little, text := strings.HasPrefix(name, "little"), strings.Contains(name, "text ")
	switch v := v.(type) {
	case int32:
		return whole32(v, little, text, AppendIntText), nil
	case uint32:
		return whole32(v, little, text, AppendUintText), nil
	case color:
		return AppendBig32(nil, v), nil
	case int64:
		return whole64(v, little, text, AppendIntText), nil
	case uint64:
		return whole64(v, little, text, AppendUintText), nil
	case time.Duration:
		return AppendBig64(nil, v), nil
	case float32:
		switch {
		case text:
			return AppendFloatText(nil, v)
		case little:
			return AppendFloat32(nil, v), nil
		}
		return AppendBigFloat32(nil, v), nil
	case float64:
		switch {
		case text:
			return AppendFloatText(nil, v)
		case little:
			return AppendFloat64(nil, v), nil
		}
		return AppendBigFloat64(nil, v), nil
	case bool:
		if text {
			return AppendBoolText(nil, v), nil
		}
		return AppendBool(nil, v), nil
	case string:
		return AppendText(nil, v)
	case []byte:
		return v, nil
	case UUID:
		return v[:], nil
	case time.Time:
		return AppendNanos(nil, v)
	case Decimal:
		return AppendDecimalText(nil, v)
	}
	return AppendJSONText(nil, v.(json.RawMessage))
}

func whole32[T four](v T, little, text bool, asText func([]byte, T) []byte) []byte {
	switch {
	case text:
		return asText(nil, v)
	case little:
		return AppendLittle32(nil, v)
	}
	return AppendBig32(nil, v)
}

func whole64[T eight](v T, little, text bool, asText func([]byte, T) []byte) []byte {
	switch {
	case text:
		return asText(nil, v)
	case little:
		return AppendLittle64(nil, v)
	}
	return AppendBig64(nil, v)
}
