package runtime

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"time"
	"unsafe"
)

// This file is the encoding frames, in which each field of a message is a frame of its own: the forms that
// are bytes. Those that are decimal text are in frames_text.go. Each function that appends writes all of a
// frame, each that reads wants all of one: a frame too short or too long is an error. Reading keeps no part
// of the frame.

// four and eight are the integers of their width, and what is held in one: enums, and durations.
type (
	four  interface{ ~int32 | ~uint32 }
	eight interface{ ~int64 | ~uint64 }
)

var (
	errBoolFrame = errors.New("a bool is the byte 0 or 1")
	errZeroTime  = errors.New("the zero time cannot be a count of nanoseconds from 1970")
)

// width checks the length of a frame.
func width(b []byte, want int) error {
	if len(b) == want {
		return nil
	}
	if want == 1 {
		return fmt.Errorf("a frame of %d bytes, want 1 byte", len(b))
	}
	return fmt.Errorf("a frame of %d bytes, want %d", len(b), want)
}

// AppendBig32 appends an integer of 32 bits, big endian.
func AppendBig32[T four](b []byte, v T) []byte { return binary.BigEndian.AppendUint32(b, uint32(v)) }

// AppendBig64 appends an integer of 64 bits, big endian.
func AppendBig64[T eight](b []byte, v T) []byte { return binary.BigEndian.AppendUint64(b, uint64(v)) }

// AppendLittle32 appends an integer of 32 bits, little endian.
func AppendLittle32[T four](b []byte, v T) []byte {
	return binary.LittleEndian.AppendUint32(b, uint32(v))
}

// AppendLittle64 appends an integer of 64 bits, little endian.
func AppendLittle64[T eight](b []byte, v T) []byte {
	return binary.LittleEndian.AppendUint64(b, uint64(v))
}

// AppendBigFloat32 appends a float32, big endian. AppendFloat32 is for little endian.
func AppendBigFloat32(b []byte, v float32) []byte { return AppendBig32(b, math.Float32bits(v)) }

// AppendBigFloat64 appends a float64, big endian. AppendFloat64 is for little endian.
func AppendBigFloat64(b []byte, v float64) []byte { return AppendBig64(b, math.Float64bits(v)) }

// AppendText appends a string as it is. It must be valid UTF-8.
func AppendText(b []byte, v string) ([]byte, error) {
	if !validText(v) {
		return b, errUTF8
	}
	return append(b, v...), nil
}

// AppendNanos appends a time as nanoseconds from 1970, an int64 in big endian: the years 1678 to 2261, and
// some months on either side.
func AppendNanos(b []byte, t time.Time) ([]byte, error) {
	if t.IsZero() {
		return b, errZeroTime
	}
	n := t.UnixNano()
	if !time.Unix(0, n).Equal(t) {
		return b, fmt.Errorf("time %d s from 1970 is over the nanoseconds that 64 bits can count", t.Unix())
	}
	return AppendBig64(b, n), nil
}

// AppendDecimalText appends a decimal as its text, or nothing if it is absent.
func AppendDecimalText(b []byte, v Decimal) ([]byte, error) {
	if err := v.Check(); err != nil {
		return b, err
	}
	return append(b, v...), nil
}

// AppendJSONText appends a JSON document as its text, or nothing if it is absent.
func AppendJSONText(b []byte, v json.RawMessage) ([]byte, error) {
	if err := checkJSON(v); err != nil {
		return b, err
	}
	return append(b, v...), nil
}

// ReadBig32 reads an integer of 32 bits, big endian.
func ReadBig32[T four](b []byte, v *T) error {
	if len(b) != 4 {
		return width(b, 4)
	}
	*v = T(binary.BigEndian.Uint32(b))
	return nil
}

// ReadBig64 reads an integer of 64 bits, big endian.
func ReadBig64[T eight](b []byte, v *T) error {
	if len(b) != 8 {
		return width(b, 8)
	}
	*v = T(binary.BigEndian.Uint64(b))
	return nil
}

// ReadLittle32 reads an integer of 32 bits, little endian.
func ReadLittle32[T four](b []byte, v *T) error {
	if len(b) != 4 {
		return width(b, 4)
	}
	*v = T(binary.LittleEndian.Uint32(b))
	return nil
}

// ReadLittle64 reads an integer of 64 bits, little endian.
func ReadLittle64[T eight](b []byte, v *T) error {
	if len(b) != 8 {
		return width(b, 8)
	}
	*v = T(binary.LittleEndian.Uint64(b))
	return nil
}

// ReadBigFloat32 reads a float32, big endian.
func ReadBigFloat32(b []byte, v *float32) error {
	var bits uint32
	err := ReadBig32(b, &bits)
	*v = math.Float32frombits(bits)
	return err
}

// ReadBigFloat64 reads a float64, big endian.
func ReadBigFloat64(b []byte, v *float64) error {
	var bits uint64
	err := ReadBig64(b, &bits)
	*v = math.Float64frombits(bits)
	return err
}

// ReadLittleFloat32 reads a float32, little endian.
func ReadLittleFloat32(b []byte, v *float32) error {
	var bits uint32
	err := ReadLittle32(b, &bits)
	*v = math.Float32frombits(bits)
	return err
}

// ReadLittleFloat64 reads a float64, little endian.
func ReadLittleFloat64(b []byte, v *float64) error {
	var bits uint64
	err := ReadLittle64(b, &bits)
	*v = math.Float64frombits(bits)
	return err
}

// ReadBool reads a bool, one byte that is 0 or 1.
func ReadBool(b []byte, v *bool) error {
	if len(b) != 1 {
		return width(b, 1)
	}
	if b[0] > 1 {
		return errBoolFrame
	}
	*v = b[0] == 1
	return nil
}

// ReadText reads a string, which must be valid UTF-8.
func ReadText(b []byte, v *string) error {
	if !validUTF8(b) {
		return errUTF8
	}
	*v = string(b)
	return nil
}

// ReadBytes reads bytes into a slice of their own, nil if there are none.
func ReadBytes(b []byte, v *[]byte) error {
	*v = append([]byte(nil), b...)
	return nil
}

// ReadNanos reads a time that is nanoseconds from 1970, an int64 in big endian.
func ReadNanos(b []byte, v *time.Time) error {
	var n int64
	if err := ReadBig64(b, &n); err != nil {
		return err
	}
	*v = time.Unix(0, n).UTC()
	return nil
}

// ReadUUID reads the 16 bytes of a uuid.
func ReadUUID(b []byte, v *UUID) error {
	if len(b) != len(v) {
		return width(b, len(v))
	}
	copy(v[:], b)
	return nil
}

// ReadDecimalText reads the text of a decimal; an empty frame is an absent one.
func ReadDecimalText(b []byte, v *Decimal) error {
	if len(b) > maxDecimal {
		return fmt.Errorf("decimal of %d characters, at most %d are accepted", len(b), maxDecimal)
	}
	*v = Decimal(b)
	return v.Check()
}

// ReadJSONText reads a JSON document into a slice of its own; an empty frame is an absent one, nil.
func ReadJSONText(b []byte, v *json.RawMessage) error {
	if err := checkJSON(b); err != nil {
		return err
	}
	*v = append(json.RawMessage(nil), b...)
	return nil
}

// ReadConst checks a frame whose bytes are always the same.
func ReadConst(b []byte, want string) error {
	if string(b) != want {
		return fmt.Errorf("the frame is %s, want always %s", quoteFrame(b), quoteFrame([]byte(want)))
	}
	return nil
}

// AppendRest writes a frame for each item of the list that ends a message.
func AppendRest[T string | []byte](w *FrameWriter, list []T) error {
	if n := len(w.frames) - w.start.frames + len(list); n > maxFramesMost {
		return fmt.Errorf("%d frames, and a message has at most %d", n, maxFramesMost)
	}
	for _, v := range list {
		if s, is := any(v).(string); is && !validText(s) {
			return errUTF8
		}
		w.End(append(w.Begin(), v...))
	}
	return nil
}

// ReadRest reads the list that ends a message from the frames that are left.
func ReadRest[T string | []byte](frames [][]byte, list *[]T) error {
	*list = nil
	if len(frames) == 0 {
		return nil
	}
	*list = make([]T, len(frames))
	for i, b := range frames {
		var err error
		switch v := any(&(*list)[i]).(type) {
		case *string:
			err = ReadText(b, v)
		case *[]byte:
			err = ReadBytes(b, v)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// BodyFrames returns the frames of a message behind lead others, its topic and its like.
func BodyFrames(frames [][]byte, lead int) ([][]byte, error) {
	if len(frames) < lead {
		return nil, &FrameError{fmt.Sprintf("%s, want at least %d", frameCount(frames), lead)}
	}
	return frames[lead:], nil
}

// NamedFrames returns the name frame, which comes after lead other frames, and the frames behind it.
func NamedFrames(frames [][]byte, lead int) (name []byte, body [][]byte, err error) {
	if len(frames) <= lead {
		return nil, nil, &FrameError{fmt.Sprintf("%s, want at least %d", frameCount(frames), lead+1)}
	}
	return frames[lead], frames[lead+1:], nil
}

// CheckBody checks that a message's body has a frame for each of its fields, and no others.
func CheckBody(body [][]byte, want int) error {
	if len(body) != want {
		return &FrameError{fmt.Sprintf("a body of %s, want %d", frameCount(body), want)}
	}
	return nil
}

// CheckBodyStart checks that a message's body has a frame for each of the fields before the list that takes
// all others.
func CheckBodyStart(body [][]byte, want int) error {
	if len(body) < want {
		return &FrameError{fmt.Sprintf("a body of %s, want at least %d", frameCount(body), want)}
	}
	return nil
}

// sizeOf is the width of a number in bits.
func sizeOf[T any]() int {
	var v T
	return 8 * int(unsafe.Sizeof(v))
}
