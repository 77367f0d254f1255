package runtime

import (
	"errors"
	"strconv"
)

// This file writes and reads the maps and oneofs of JSON. A map is an object, whose keys are text whatever their
// type is; the alternatives of a oneof are fields like others, of which one is there.

var (
	errJSONKey   = errors.New("invalid key of a map")
	errJSONOneOf = errors.New("another alternative is there")
)

// AppendJSONKey appends the key of a map's entry, with its colon. K is an integer, bool or string.
func AppendJSONKey[K comparable](b []byte, k K) ([]byte, error) {
	var err error
	switch k := any(k).(type) {
	case string:
		b, err = AppendJSONString(b, k)
	case bool:
		b = append(strconv.AppendBool(append(b, '"'), k), '"')
	case int32:
		b = append(strconv.AppendInt(append(b, '"'), int64(k), 10), '"')
	case int64:
		b = append(strconv.AppendInt(append(b, '"'), k, 10), '"')
	case uint32:
		b = append(strconv.AppendUint(append(b, '"'), uint64(k), 10), '"')
	case uint64:
		b = append(strconv.AppendUint(append(b, '"'), k, 10), '"')
	}
	return append(b, ':'), err
}

// jsonKey is the key that text stands for.
func jsonKey[K comparable](text []byte) (k K, err error) {
	s := string(text)
	var v any
	switch any(k).(type) {
	case string:
		v = s
	case bool:
		v = s == "true"
		if s != "true" && s != "false" {
			err = errJSONKey
		}
	case int32:
		var n int64
		n, err = strconv.ParseInt(s, 10, 32)
		v = int32(n)
	case int64:
		v, err = strconv.ParseInt(s, 10, 64)
	case uint32:
		var n uint64
		n, err = strconv.ParseUint(s, 10, 32)
		v = uint32(n)
	case uint64:
		v, err = strconv.ParseUint(s, 10, 64)
	}
	if err != nil {
		return k, errJSONKey
	}
	return v.(K), nil
}

// JSONEntries reads an object into a map whose values are each read by parse.
func JSONEntries[K comparable, V any](r *JSONReader, m map[K]V, b []byte, i int, parse func(*V, *JSONReader, []byte, int) int) (larger map[K]V, next int) {
	return JSONEntryValues(r, m, b, i, func(r *JSONReader, b []byte, i int) (v V, next int) {
		next = parse(&v, r, b, i)
		return v, next
	})
}

// enterMap is Enter for a map, each of whose entries is a message to protobuf: one without any is no level deeper.
func (r *JSONReader) enterMap(b []byte, i int) (next int) {
	next = r.open(b, i, '{', "an object")
	if r.depth++; r.depth > maxDepth && next < len(b) && b[next] != '}' {
		return r.fail(errDepth)
	}
	return next
}

// JSONEntryValues reads an object into a map whose values are each read by read. A key that is there twice is an
// error.
func JSONEntryValues[K comparable, V any](r *JSONReader, m map[K]V, b []byte, i int, read func(*JSONReader, []byte, int) (V, int)) (larger map[K]V, next int) {
	if next = r.Null(b, i); next > i {
		return m, next
	}
	for i = r.enterMap(b, i); i < len(b) && b[i] != '}'; i = r.More(b, i) {
		var text []byte
		if text, i = r.Key(b, i); i > len(b) {
			break
		}
		k, err := jsonKey[K](text)
		if _, twice := m[k]; twice && err == nil {
			err = errJSONTwice
		}
		var v V
		if err == nil && b[i] == 'n' && !isDocument(v) {
			err = errJSONNull
		}
		if err != nil {
			i = r.fail(err)
			break
		}
		if v, i = read(r, b, i); i > len(b) {
			break
		}
		if len(m) >= MaxItems {
			i = r.fail(errItems)
			break
		}
		if !chargeEntry[K, V](&r.reading, len(m)) {
			i = failed
			break
		}
		if m == nil {
			m = make(map[K]V)
		}
		m[k] = v
	}
	return m, r.Leave(b, i)
}

// Alone fails if another alternative of a oneof was there before the one that is read at i.
func (r *JSONReader) Alone(another bool, i int) (next int) {
	if another {
		return r.fail(errJSONOneOf)
	}
	return i
}
