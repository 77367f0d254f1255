// Package compat holds tests that exchange messages with other implementations of ZeroMQ, and with stand-ins for
// services that exist. It is a module of its own, so that users of zmqgen never see what it depends on.
package compat

//go:generate go run -C .. ./cmd/zmqgen generate -o compat/wire compat/topology.yaml
