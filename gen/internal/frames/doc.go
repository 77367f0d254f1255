// Package frames is what zmqgen makes of ../../testdata/frames.yaml. Its tests are the proof that messages
// become the frames that docs/wire.md says, and come back. go test ./gen -update writes it anew.
package frames
