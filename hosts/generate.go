// Package hosts runs topologies on several hosts, which are network namespaces of its own with a router between them, and
// breaks what is between them: links, routes, connections, processes and whole hosts. Its tests count every message and hold
// the counts to what ZeroMQ promises of each pattern. It is a module of its own, so that users of zmqgen never see what it
// depends on; docs/operations.md says what it found.
package hosts

//go:generate go run -C .. ./cmd/zmqgen generate -o hosts/fleet hosts/topology.yaml
