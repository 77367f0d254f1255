// Package idioms is what zmqgen makes of topology.yaml, the sockets of a few nodes that send, publish,
// call and work. Its examples answer the questions of those who know Go's channels and are new to
// ZeroMQ's sockets; docs/idioms.md leads from question to example.
//
// Each example is a whole program, whose nodes would be processes of their own: here they are on one
// pump, where sockets find each other without a fixed port. A function must takes the place of
// `if err != nil` where that would hide what an example is about.
package idioms

// A project that uses zmqgen writes `go tool zmqgen generate` here.
//go:generate go run ../../cmd/zmqgen generate
