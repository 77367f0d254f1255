// Package classic holds the programs that everyone builds who learns ZeroMQ, a directory each: its topology, what zmqgen
// makes of it, and an example that is the whole program. docs/classics.md says what each is about.
package classic
