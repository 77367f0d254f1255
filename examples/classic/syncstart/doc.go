// Package syncstart is what zmqgen makes of topology.yaml: a publisher that starts when its subscribers are there.
// Its examples are whole programs, one for each way to know.
package syncstart

//go:generate go run ../../../cmd/zmqgen generate
