package gen

import (
	"strings"
	"testing"
)

// The names that reading topics takes are taken, and nothing is emitted, while no socket needs it.
func TestReadersOfTopicsAreEmittedWhenUsed(t *testing.T) {
	const unused = `version: 1
name: solo
encoding: frames
enums: {Color: {RED: 1}}
messages:
  Ping: {fields: {color: Color @1, n: int32 @2}}
patterns:
  pings: {kind: pub-sub, message: Ping, topic: "ping.{color}.", topic_only: [color]}
`
	const nodes = "nodes: {a: {sockets: {p: {pub: pings, bind: 'tcp://*:6001'}}}}\n"
	for topology, emitted := range map[string]bool{unused: false, unused + nodes: true} {
		all := ""
		for _, f := range generate(t, parseText(t, "t.yaml", topology)) {
			all += string(f.Content)
		}
		for _, fn := range []string{"func readPingTopic(", "func readColorText(", ") appendPingsFrames(", "func PingsFrames("} {
			if strings.Contains(all, fn) != emitted {
				t.Errorf("%s emitted: %v", fn, !emitted)
			}
		}
	}
	topology := parseText(t, "t.yaml", strings.Replace(unused, "messages:\n", "messages:\n  Pings: {go_name: PingsFrames}\n", 1))
	if _, ds := Generate(topology); !ds.HasErrors() {
		t.Error("the name of the function that returns frames is not taken")
	}
}
