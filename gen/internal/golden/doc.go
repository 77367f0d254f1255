// Package golden is the code that package gen generates from ../../testdata/alltypes.yaml, kept so
// that tests can run it: it has every type in every position. go test ./gen -update writes it anew.
package golden
