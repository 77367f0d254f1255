// Package broker is what zmqgen makes of topology.yaml: clients that ask, workers that answer, and a queue
// device between them, to which both connect. Its example is the whole program.
package broker

//go:generate go run ../../../cmd/zmqgen generate
