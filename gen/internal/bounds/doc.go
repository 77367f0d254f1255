// Package bounds is generated from gen/testdata/bounds.yaml. Its tests hold what is read to the limit on memory.
package bounds
