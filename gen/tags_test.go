package gen

import (
	"strings"
	"testing"
)

// What reads topics is there also while no socket needs it, since one of another topology may.
func TestReadersOfTopicsAreEmitted(t *testing.T) {
	const solo = `version: 1
name: solo
encoding: frames
enums: {Color: {RED: 1}}
messages:
  Ping: {fields: {color: Color @1, n: int32 @2}}
patterns:
  pings: {kind: pub-sub, message: Ping, topic: "ping.{color}.", topic_only: [color]}
`
	all := ""
	for _, f := range generate(t, parseText(t, "t.yaml", solo)) {
		all += string(f.Content)
	}
	for _, fn := range []string{"func readPingTopic(", "func readColorText(", ") appendPingsFrames(", "func PingsFrames("} {
		if !strings.Contains(all, fn) {
			t.Errorf("%s is missing", fn)
		}
	}
	topology := parseText(t, "t.yaml", strings.Replace(solo, "messages:\n", "messages:\n  Pings: {go_name: PingsFrames}\n", 1))
	if _, ds := Generate(topology); !ds.HasErrors() {
		t.Error("the name of the function that returns frames is not taken")
	}
}
