// Package forwarder is what zmqgen makes of topology.yaml: venues that publish, desks that subscribe, and a
// forwarder between them, to which both connect. Its example is the whole program.
package forwarder

//go:generate go run ../../../cmd/zmqgen generate
