package schema

import (
	"cmp"
	"slices"
)

// This file is where the keys of an object stand, for what is said of them later.

// Place is where a key of an object stands, and its value. Of a field that is written as TYPE @ID the key type is the field's name.
type Place struct {
	Key       string
	At, Value Span
	Default   bool // of a socket: the key stands in the defaults of its node or topology
}

// Places are where the keys of an object stand, in the order of the file.
type Places []Place

// Key returns where a key stands; otherwise if the file is silent on it.
func (ps Places) Key(key string, otherwise Span) Span {
	if at := ps.find(key); at >= 0 {
		return ps[at].At
	}
	return otherwise
}

// Value returns where the value of a key stands; otherwise if the file is silent on it.
func (ps Places) Value(key string, otherwise Span) Span {
	if at := ps.find(key); at >= 0 {
		return ps[at].Value
	}
	return otherwise
}

func (ps Places) find(key string) int {
	return slices.IndexFunc(ps, func(p Place) bool { return p.Key == key })
}

// places returns where the keys of r stand.
func (r record) places() Places {
	ps := make(Places, 0, len(r.values))
	for key, pair := range r.values {
		ps = append(ps, Place{Key: key, At: pair.key.span, Value: pair.value.span})
	}
	return ps.sorted()
}

// Own reports whether the object itself has the key, and not the defaults alone.
func (ps Places) Own(key string) bool {
	at := ps.find(key)
	return at >= 0 && !ps[at].Default
}

// take adds where a key stands in the defaults.
func (ps *Places) take(key string, defaults Places) {
	p := defaults[defaults.find(key)]
	p.Default = true
	*ps = append(*ps, p).sorted()
}

// without returns the places of the other keys.
func (ps Places) without(key string) Places {
	return slices.DeleteFunc(slices.Clone(ps), func(p Place) bool { return p.Key == key })
}

func (ps Places) sorted() Places {
	slices.SortFunc(ps, func(a, b Place) int {
		return cmp.Or(cmp.Compare(a.At.Line, b.At.Line), cmp.Compare(a.At.Col, b.At.Col))
	})
	return ps
}
