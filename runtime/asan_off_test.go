//go:build cgo && !asan

package runtime

const sanitized = false
