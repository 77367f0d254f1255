// Package vectors checks generated code against testdata/vectors, what programs in any language that speak the
// wire of docs/wire.md have to write, to read and to refuse; docs/vectors.md is for those who write one. Package peer is
// the part that runs in a program with generated code.
package vectors
