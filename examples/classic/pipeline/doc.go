// Package pipeline is what zmqgen makes of topology.yaml: ventilators, a streamer, workers and a sink. Its example is the
// whole program.
package pipeline

//go:generate go run ../../../cmd/zmqgen generate
