package gen

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

func TestExportedAsyncAPIsAreUpToDate(t *testing.T) {
	for _, e := range exportedTopologies {
		got, _ := ExportAsyncAPI(parse(t, e.topology))
		if again, _ := ExportAsyncAPI(parse(t, e.topology)); !bytes.Equal(got, again) {
			t.Errorf("%s differs between two runs", e.name)
		}
		compareGolden(t, filepath.Join("testdata", "export", e.name+".asyncapi.json"), got)
	}
}

// asyncTopologies are all that are valid among the topologies of tests, and one with everything that servers may be.
func asyncTopologies(t *testing.T) map[string][]byte {
	t.Helper()
	docs := map[string][]byte{}
	for _, e := range schemaTopologies {
		docs[e.name], _ = ExportAsyncAPI(parse(t, e.topology))
	}
	docs["endpoints"], _ = ExportAsyncAPI(parseText(t, "t.yaml", endpointsTopology))
	docs["empty"], _ = ExportAsyncAPI(parseText(t, "t.yaml", "version: 1\nname: m\n"))
	return docs
}

const endpointsTopology = `version: 1
name: m
messages:
  A: {fields: {a: {type: string, id: 1, example: x}, b: bool @2}}
  B: {fields: {b: int32 @1}}
patterns:
  several: {kind: pub-sub, messages: {A: {topic: "a.{a}."}, B: {topic: b}}}
  both: {kind: dealer-router, dealer_sends: [A, B], router_sends: A, metadata: true}
  bare: {kind: req-rep, request: A, reply: B}
  calls: {kind: req-rep, methods: {Do: {errors: [B]}, Get: {reply: A}}}
nodes:
  n:
    host: n.internal
    sockets:
      several: {pub: several, bind: ["tcp://*:1", "tcp://127.0.0.1:*", "ipc:///tmp/x", "ipc://*", "inproc://x", "tcp://eth0:2", "tcp://[::1]:3"]}
      both: {router: both, bind: "tcp://*:4", advertise: "tcp://x.internal:44"}
      bare: {rep: bare, bind: "tcp://0.0.0.0:5"}
      calls: {router: calls, bind: "tcp://*:6"}
  o:
    sockets:
      several: {sub: several, connect: n.several, subscribe: [b]}
      both: {dealer: both, connect: [n.both, "tcp://elsewhere:7"]}
      bare: {req: bare, connect: n.bare}
      calls: {dealer: calls, connect: n.calls}
`

// TestAsyncAPIRefersToWhatIsThere follows every $ref, and sees that operations name messages of their channels.
func TestAsyncAPIRefersToWhatIsThere(t *testing.T) {
	refs := 0
	for name, doc := range asyncTopologies(t) {
		var root any
		if err := json.Unmarshal(doc, &root); err != nil {
			t.Fatal(err)
		}
		var walk func(any)
		walk = func(v any) {
			switch v := v.(type) {
			case map[string]any:
				if to, is := v["$ref"].(string); is {
					refs++
					if follow(root, to) == nil {
						t.Errorf("%s: %s leads nowhere", name, to)
					}
				}
				if messages, is := v["messages"].([]any); is {
					channel := v["channel"].(map[string]any)["$ref"].(string)
					for _, m := range messages {
						if to := m.(map[string]any)["$ref"].(string); !strings.HasPrefix(to, channel+"/messages/") {
							t.Errorf("%s: %s is no message of %s", name, to, channel)
						}
					}
				}
				for _, value := range v {
					walk(value)
				}
			case []any:
				for _, value := range v {
					walk(value)
				}
			}
		}
		walk(root)
	}
	if refs < 200 {
		t.Errorf("only %d references", refs)
	}
}

func follow(root any, to string) any {
	for _, part := range strings.Split(strings.TrimPrefix(to, "#/"), "/") {
		m, _ := root.(map[string]any)
		root = m[strings.NewReplacer("~1", "/", "~0", "~").Replace(part)]
	}
	return root
}

func TestAsyncAPIHasServersAndOperations(t *testing.T) {
	var doc struct {
		Servers  map[string]struct{ Host, Pathname string }
		Channels map[string]struct {
			Address *string
			Servers []any
		}
		Operations map[string]struct {
			Action   string
			Messages []struct {
				Ref string `json:"$ref"`
			}
			Reply struct {
				Messages []struct {
					Ref string `json:"$ref"`
				}
			}
		}
	}
	text, _ := ExportAsyncAPI(parseText(t, "t.yaml", endpointsTopology))
	if err := json.Unmarshal(text, &doc); err != nil {
		t.Fatal(err)
	}
	servers := map[string]string{}
	for name, s := range doc.Servers {
		servers[name] = s.Host + s.Pathname
	}
	wantServers := map[string]string{
		"n.several": "n.internal:1", "n.several.2": "127.0.0.1:{port}", "n.several.3": "localhost/tmp/x", "n.several.4": "n.internal:2",
		"n.several.5": "[::1]:3", "n.both": "x.internal:44", "n.bare": "n.internal:5", "n.calls": "n.internal:6", "o.both": "elsewhere:7",
	}
	equalMaps(t, "servers", servers, wantServers)
	operations := map[string]string{}
	for name, o := range doc.Operations {
		operations[name] = o.Action
		for _, m := range o.Messages {
			operations[name] += " " + strings.TrimPrefix(m.Ref, "#/channels/")
		}
		for _, m := range o.Reply.Messages {
			operations[name] += " > " + strings.TrimPrefix(m.Ref, "#/channels/")
		}
	}
	equalMaps(t, "operations", operations, map[string]string{
		"n.several.A": "send several.A/messages/A", "n.several.B": "send several.B/messages/B", "o.several.B": "receive several.B/messages/B",
		"n.both.send": "send both/messages/A", "n.both.receive": "receive both/messages/A both/messages/B",
		"o.both.send": "send both/messages/A both/messages/B", "o.both.receive": "receive both/messages/A",
		"n.bare": "receive bare/messages/request > bare/messages/reply", "o.bare": "send bare/messages/request > bare/messages/reply",
		"n.calls.Do":  "receive calls/messages/Do > calls/messages/Do.reply > calls/messages/Do.error.B",
		"o.calls.Do":  "send calls/messages/Do > calls/messages/Do.reply > calls/messages/Do.error.B",
		"n.calls.Get": "receive calls/messages/Get > calls/messages/Get.reply", "o.calls.Get": "send calls/messages/Get > calls/messages/Get.reply",
	})
	if a := doc.Channels["several.A"].Address; a == nil || *a != "a.{a}." || doc.Channels["bare"].Address != nil || len(doc.Channels["both"].Servers) != 2 {
		t.Errorf("channels %+v", doc.Channels)
	}
}

func equalMaps(t *testing.T, what string, got, want map[string]string) {
	t.Helper()
	var names []string
	for name := range got {
		names = append(names, name)
	}
	for name := range want {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		if got[name] != want[name] {
			t.Errorf("%s: %s is %q, want %q", what, name, got[name], want[name])
		}
	}
}

// TestAsyncAPIIsValidByItsOwnSchema asks the schema that AsyncAPI publishes, as npm's @asyncapi/specs. It is found where node
// finds it: npm install @asyncapi/specs, and NODE_PATH.
func TestAsyncAPIIsValidByItsOwnSchema(t *testing.T) {
	out, err := exec.Command("node", "-p", `require.resolve("@asyncapi/specs/schemas/3.0.0.json")`).Output()
	if err != nil {
		t.Skip("needs node and @asyncapi/specs")
	}
	text, err := os.ReadFile(strings.TrimSpace(string(out)))
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("asyncapi.json", parsed); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("asyncapi.json")
	if err != nil {
		t.Fatal(err)
	}
	for name, doc := range asyncTopologies(t) {
		value, err := jsonschema.UnmarshalJSON(bytes.NewReader(doc))
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Validate(value); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
