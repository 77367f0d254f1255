// Package bench holds benchmarks that run programs. It is a module of its own, so that users of zmqgen
// never see what the benchmarks depend on.
package bench

//go:generate go run -C .. ./cmd/zmqgen generate -o bench/wire bench/topology.yaml
//go:generate go run -C .. ./cmd/zmqgen export -o bench/codecs/pb/wire.proto proto bench/topology.yaml
//go:generate go run -C .. ./cmd/zmqgen generate -o bench/chaos/jobs bench/chaos/topology.yaml
//go:generate go run -C .. ./cmd/zmqgen generate -o bench/soak/flows bench/soak/topology.yaml
