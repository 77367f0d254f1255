//go:build cgo && !(linux || darwin || dragonfly || freebsd || netbsd || openbsd)

package runtime

// Sockets wait in Go's netpoller on ZMQ_FD, which takes a Unix. Message structs and codecs build on
// every system with CGO_ENABLED=0.
var _ = the_zmqgen_runtime_needs_linux_macos_or_a_bsd
