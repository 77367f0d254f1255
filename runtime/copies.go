package runtime

import "bytes"

// This file is what the Clone and Equal of messages need beside the standard library.

// CloneOptional returns a pointer to a copy of what p points to, or nil.
func CloneOptional[T any](p *T) *T {
	if p == nil {
		return nil
	}
	v := *p
	return &v
}

// CloneOptionalFunc is CloneOptional for values that clone copies.
func CloneOptionalFunc[T any](p *T, clone func(T) T) *T {
	if p == nil {
		return nil
	}
	v := clone(*p)
	return &v
}

// CloneListFunc returns a list with a copy of each item, made by clone, or nil for nil.
func CloneListFunc[T any](list []T, clone func(T) T) []T {
	if list == nil {
		return nil
	}
	copies := make([]T, len(list))
	for i := range list {
		copies[i] = clone(list[i])
	}
	return copies
}

// CloneMapFunc returns a map with a copy of each value, made by clone, or nil for nil.
func CloneMapFunc[K comparable, V any](m map[K]V, clone func(V) V) map[K]V {
	if m == nil {
		return nil
	}
	copies := make(map[K]V, len(m))
	for k, v := range m {
		copies[k] = clone(v)
	}
	return copies
}

// CloneBytes returns a copy of b, or nil for nil.
func CloneBytes[B ~[]byte](b B) B { return B(bytes.Clone(b)) }

// EqualFloats reports whether a and b are the same number, or both not a number.
func EqualFloats[F ~float32 | ~float64](a, b F) bool { return a == b || a != a && b != b }

// EqualBytes reports whether a and b hold the same bytes; none at all and nil are the same.
func EqualBytes[B ~[]byte](a, b B) bool { return bytes.Equal(a, b) }

// EqualOptional reports whether both fields are absent, or both there with equal values.
func EqualOptional[T comparable](a, b *T) bool {
	return a == b || a != nil && b != nil && *a == *b
}

// EqualOptionalFunc is EqualOptional for values that equal compares.
func EqualOptionalFunc[T any](a, b *T, equal func(T, T) bool) bool {
	return a == b || a != nil && b != nil && equal(*a, *b)
}

// EqualOptionalBytes is EqualBytes for fields that are absent if they are nil.
func EqualOptionalBytes[B ~[]byte](a, b B) bool {
	return (a == nil) == (b == nil) && bytes.Equal(a, b)
}
