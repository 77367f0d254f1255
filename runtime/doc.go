// Package runtime moves messages between ZeroMQ sockets and Go channels for the code that zmqgen
// generates. Import it as zmqrt, so that the standard runtime keeps its name.
//
// A Pump holds one ZeroMQ context and the sockets opened on it. Each socket is served by a poll side,
// which receives, and a select side, which sends; both are goroutines parked in Go's netpoller or on
// a channel, so that thousands of sockets hold no thread. See docs/architecture.md.
//
// Without cgo the package has what message structs and codecs need, and no sockets.
package runtime
