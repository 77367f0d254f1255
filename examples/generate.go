// Package examples holds a topology and the programs of its nodes. `make demo` runs them.
package examples

// A project that uses zmqgen writes `go tool zmqgen generate` here.
//go:generate go run ../cmd/zmqgen generate -o market topology.yaml
//go:generate go run ../cmd/zmqgen graph -o ../docs/market.svg topology.yaml
