//go:build cgo && asan

package runtime

// sanitized says that freed memory is kept for a while, by the address sanitizer, so that the memory of the process tells nothing.
const sanitized = true
