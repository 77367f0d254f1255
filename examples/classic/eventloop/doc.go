// Package eventloop is what zmqgen makes of topology.yaml: the sockets of a station, of its sensors and of a guard. Its
// example is the station's event loop.
package eventloop

//go:generate go run ../../../cmd/zmqgen generate
