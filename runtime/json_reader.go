package runtime

import (
	"encoding/json"
	"errors"
	"fmt"
)

// This file reads JSON from bytes that nobody vouches for, in one pass. Generated code keeps an index into
// the bytes, as it does for protobuf: each read takes the index where a value begins and returns the one
// behind it, or failed, which is behind everything.

// JSONReader is what the reading of a JSON message and of those within it shares: the first error, and the
// limits on depth and memory. It is for one goroutine.
//
// Its methods that read take b, all of the bytes, and the index i where the value begins, and return the
// value and the index behind it. A method given an index behind b returns the same; after an error, which the
// JSONReader keeps, every index is.
type JSONReader struct{ reading }

const (
	// maxDocument is how deep a json field's document may be.
	maxDocument = 64
	// maxSkipped is how deep a value that is not known may be: as deep as messages, each in a list, with a document in
	// the innermost.
	maxSkipped = 2*maxDepth + maxDocument
)

var (
	errJSONValue  = errors.New("unexpected value")
	errJSONNull   = errors.New("null is no item of a list and no value of a map")
	errJSONTwice  = errors.New("there twice")
	errJSONAfter  = errors.New("goes on after the message")
	errJSONEscape = errors.New("invalid escape in a string")
	errDeep       = errors.New("document nested too deep")
)

// NewJSONReader returns what reads b.
func NewJSONReader(b []byte) JSONReader {
	r := JSONReader{newReading(b)}
	r.depth = -1 // of what the message is in
	return r
}

// Err returns the first error, a *FieldError, or nil.
func (r *JSONReader) Err() error { return r.failure() }

// failAt notes that what stands at i is not what is expected there.
func (r *JSONReader) failAt(b []byte, i int, expected string) int {
	switch {
	case i == failed:
	case i >= len(b):
		return r.fail(errTruncated)
	default:
		if r.err == nil {
			r.err = fmt.Errorf("unexpected %q, want %s", b[i], expected)
		}
	}
	return failed
}

// space returns the index of what follows white space.
func space(b []byte, i int) int {
	for uint(i) < uint(len(b)) && b[i] <= ' ' && (b[i] == ' ' || b[i] == '\n' || b[i] == '\r' || b[i] == '\t') {
		i++
	}
	return i
}

// Start returns the index of the first value.
func (r *JSONReader) Start(b []byte) int { return space(b, 0) }

// End notes an error if there is more than white space from i on.
func (r *JSONReader) End(b []byte, i int) {
	if i != failed && space(b, i) < len(b) {
		r.fail(errJSONAfter)
	}
}

// Enter steps into a message, or into a map, whose entries are messages in protobuf. The index that it returns is that
// of the first key, or of the brace that ends the object.
func (r *JSONReader) Enter(b []byte, i int) (next int) {
	next = r.open(b, i, '{', "an object")
	if r.depth++; r.depth > maxDepth {
		return r.fail(errDepth)
	}
	return next
}

// Leave steps out of the object whose closing brace is at i.
func (r *JSONReader) Leave(b []byte, i int) (next int) {
	r.depth--
	return r.close(b, i)
}

// open goes from the brace or bracket at i to what is behind it.
func (r *JSONReader) open(b []byte, i int, brace byte, what string) (next int) {
	if uint(i) >= uint(len(b)) || b[i] != brace {
		return r.failAt(b, i, what)
	}
	if r.err != nil { // over the limit on memory
		return failed
	}
	return space(b, i+1)
}

// close goes from the closing brace or bracket at i to what is behind it.
func (r *JSONReader) close(b []byte, i int) (next int) {
	if uint(i) >= uint(len(b)) {
		return r.failAt(b, i, "")
	}
	if r.err != nil {
		return failed
	}
	return i + 1
}

// Key reads a key, and returns the index of its value.
func (r *JSONReader) Key(b []byte, i int) (key []byte, next int) {
	if uint(i) >= uint(len(b)) || b[i] != '"' {
		return nil, r.failAt(b, i, "a key")
	}
	key, i = r.str(b, i)
	i = space(b, i)
	if uint(i) >= uint(len(b)) || b[i] != ':' {
		return nil, r.failAt(b, i, "a colon")
	}
	i = space(b, i+1)
	if i >= len(b) {
		return key, r.fail(errTruncated)
	}
	return key, i
}

// More goes from the end of a field to the key of the next one, or to the brace that ends the object.
func (r *JSONReader) More(b []byte, i int) (next int) { return r.more(b, i, '}') }

func (r *JSONReader) more(b []byte, i int, end byte) (next int) {
	i = space(b, i)
	if uint(i) < uint(len(b)) {
		if b[i] == end {
			return i
		}
		if b[i] == ',' {
			if i = space(b, i+1); i < len(b) && b[i] != end {
				return i
			}
			return r.failAt(b, i, "more after a comma")
		}
	}
	return r.failAt(b, i, "a comma or the end")
}

// Once notes in seen, by its bit, that a field is there, and fails if it was there before.
func (r *JSONReader) Once(seen *uint64, bit uint64, i int) (next int) {
	if *seen&bit != 0 {
		return r.fail(errJSONTwice)
	}
	*seen |= bit
	return i
}

// Null returns the index behind a null, and i itself if there is none at i.
func (r *JSONReader) Null(b []byte, i int) (next int) {
	if uint(i) < uint(len(b)) && b[i] == 'n' {
		return r.word(b, i, "null")
	}
	return i
}

func (r *JSONReader) word(b []byte, i int, word string) (next int) {
	if len(b)-i < len(word) {
		return r.fail(errTruncated)
	}
	if string(b[i:i+len(word)]) != word {
		return r.fail(errJSONValue)
	}
	return i + len(word)
}

// Locate notes in which field of a message the first error is: that of the number. The message is the
// innermost that is not located yet.
func (r *JSONReader) Locate(number uint32, names FieldNames) {
	if name := names[number]; name != "" { // else it is between two fields, or in one of another version
		r.in(name)
	}
}

// Skip passes over a value of any kind.
func (r *JSONReader) Skip(b []byte, i int) (next int) { return r.skip(b, i, maxSkipped) }

// skip passes over a value of at most so many levels of objects and lists.
func (r *JSONReader) skip(b []byte, i, levels int) (next int) {
	if uint(i) >= uint(len(b)) {
		return r.failAt(b, i, "")
	}
	c := b[i]
	if levels == 0 && (c == '{' || c == '[') {
		return r.fail(errDeep)
	}
	switch c {
	case '"':
		_, next = r.str(b, i)
		return next
	case '{':
		for i = r.open(b, i, '{', "an object"); i < len(b) && b[i] != '}'; i = r.More(b, i) {
			_, i = r.Key(b, i)
			i = r.skip(b, i, levels-1)
		}
		return r.close(b, i)
	case '[':
		for i = r.open(b, i, '[', "a list"); i < len(b) && b[i] != ']'; i = r.more(b, i, ']') {
			i = r.skip(b, i, levels-1)
		}
		return r.close(b, i)
	case 't':
		return r.word(b, i, "true")
	case 'f':
		return r.word(b, i, "false")
	case 'n':
		return r.word(b, i, "null")
	}
	end := endOfNumber(b, i)
	if end == i {
		return r.failAt(b, i, "a value")
	}
	return end
}

// firstItems is how many items a list of JSON, which does not say how many come, has room for at first, unless they
// are large.
const firstItems = 4

// isDocument reports whether v is of the type of a json field, of which null is a value.
func isDocument[T any](v T) bool {
	_, is := any(v).(json.RawMessage)
	return is
}

// JSONItems reads a list of values, each read by parse, and appends them to list.
func JSONItems[T any](r *JSONReader, list []T, b []byte, i int, parse func(*T, *JSONReader, []byte, int) int) (longer []T, next int) {
	if next = r.Null(b, i); next > i {
		return list, next
	}
	for i = r.open(b, i, '[', "a list"); i < len(b) && b[i] != ']'; i = r.more(b, i, ']') {
		if b[i] == 'n' {
			return list, r.fail(errJSONNull)
		}
		var zero T
		if list, i = appendItem(&r.reading, list, zero, firstItems, i); i < len(b) {
			i = parse(&list[len(list)-1], r, b, i)
		}
	}
	return list, r.close(b, i)
}

// JSONValues reads a list of scalars, each read by read, and appends them to list.
func JSONValues[T any](r *JSONReader, list []T, b []byte, i int, read func(*JSONReader, []byte, int) (T, int)) (longer []T, next int) {
	if next = r.Null(b, i); next > i {
		return list, next
	}
	for i = r.open(b, i, '[', "a list"); i < len(b) && b[i] != ']'; i = r.more(b, i, ']') {
		var v T
		if b[i] == 'n' && !isDocument(v) {
			return list, r.fail(errJSONNull)
		}
		v, i = read(r, b, i)
		list, i = appendItem(&r.reading, list, v, firstItems, i)
	}
	return list, r.close(b, i)
}

// JSONOptional reads a scalar, by read, for a field that may be absent. It is nil for null.
func JSONOptional[T any](r *JSONReader, b []byte, i int, read func(*JSONReader, []byte, int) (T, int)) (v *T, next int) {
	if next = r.Null(b, i); next > i {
		return nil, next
	}
	if v, i = itemAt[T](&r.reading, i); v == nil {
		return nil, i
	}
	*v, next = read(r, b, i)
	return v, next
}

// JSONItemAt returns a new T, within the limit on memory, for an optional field or an alternative whose value is at i.
func JSONItemAt[T any](r *JSONReader, i int) (item *T, next int) { return itemAt[T](&r.reading, i) }
