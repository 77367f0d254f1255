// Package killsignal is what zmqgen makes of topology.yaml: a pipeline that goes on until its sink stops it. Its example
// is the whole program.
package killsignal

//go:generate go run ../../../cmd/zmqgen generate
