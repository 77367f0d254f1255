package schema

import (
	"slices"
	"strings"
	"testing"
)

// device returns a case with one device.
func device(keys string) string { return patterns + "devices: {d: {" + keys + "}}\n" }

// hub returns a case with a forwarder that binds both sides, and nodes.
func hub(nodes string) string {
	return patterns + "devices: {hub: {kind: forwarder, pattern: t, frontend: {bind: 'tcp://*:1'}, backend: {bind: 'tcp://*:2'}, capture: {bind: 'tcp://*:3'}}}\n" +
		"nodes: {" + nodes + "}\n"
}

const sides = ", frontend: {bind: 'tcp://*:1'}, backend: {bind: 'tcp://*:2'}"

var deviceCases = []badCase{
	{"a device of nothing", patterns + "devices: {««««d»»»»: {}}\n", []string{"missing-key", "missing-key", "missing-key", "missing-key"}},
	{"a kind with a slip", device("kind: «forward», pattern: t" + sides), []string{"bad-choice"}},
	{"a pattern with a slip", device("kind: forwarder, pattern: «tt»" + sides), []string{"unknown-pattern"}},
	{"a pattern of what is not imported", device("kind: forwarder, pattern: «common.t»" + sides), []string{"unknown-import"}},
	{"a pattern of another kind", device("kind: queue, pattern: «t»" + sides), []string{"proxy-pair"}},
	{"a forwarder of calls", device("kind: forwarder, pattern: «r»" + sides), []string{"proxy-pair"}},
	{"no backend", patterns + "devices: {«d»: {kind: queue, pattern: r, frontend: {bind: 'tcp://*:1'}}}\n", []string{"missing-key"}},
	{"a side that is text", device("kind: queue, pattern: r, frontend: «'tcp://*:1'», backend: {bind: 'tcp://*:2'}"), []string{"wrong-kind"}},
	{"a side that goes nowhere", device("kind: queue, pattern: r, «frontend»: {}, backend: {bind: 'tcp://*:2'}"), []string{"orphan-socket"}},
	{"a side with a type", device("kind: queue, pattern: r, frontend: {bind: 'tcp://*:1', «router»: r}, backend: {bind: 'tcp://*:2'}"), []string{"unknown-key"}},
	{"a side with a channel", device("kind: queue, pattern: r, frontend: {bind: 'tcp://*:1', «buffer»: 5}, backend: {bind: 'tcp://*:2'}"), []string{"unknown-key"}},
	{"a side of a bad endpoint", device("kind: queue, pattern: r, frontend: {bind: '«tpc»://*:1'}, backend: {bind: 'tcp://*:2'}"), []string{"bad-endpoint"}},
	{"sides that bind the same", device("kind: queue, pattern: r, frontend: {bind: 'tcp://*:1'}, backend: {bind: «'tcp://*:1'»}"), []string{"double-bind"}},
	{"a node that binds what a device does", strings.Replace(hub("n: {sockets: {s: {pub: t, bind: 'tcp://*:2'}}}"), "{bind: 'tcp://*:2'}, capture", "{bind: «'tcp://*:2'»}, capture", 1), []string{"double-bind"}},
	{"a node of the name of a device", "devices: {«n»: {kind: queue, pattern: r" + sides + "}}\n" + socket("pub: t, bind: 'tcp://*:5'"), []string{"duplicate-name"}},
	{"a device in capitals", patterns + "devices: {«Hub»: {kind: queue, pattern: r" + sides + "}}\n", []string{"bad-name"}},
	{"a conflating side", device("kind: forwarder, pattern: t, frontend: {bind: 'tcp://*:1', options: {«conflate»: true}}, backend: {bind: 'tcp://*:2'}"), []string{"conflate-type"}},
	{"a handover of a pull", device("kind: streamer, pattern: w, frontend: {bind: 'tcp://*:1', options: {«handover»: true}}, backend: {bind: 'tcp://*:2'}"), []string{"option-type"}},
	{"a device in an unknown section", patterns + "«device»: {}\nnodes: {n: {sockets: {s: {pub: t, connect: d.frontend}}}}\n", []string{"unknown-key"}},

	{"a side that connects to itself", device("kind: forwarder, pattern: t, frontend: {connect: «d.frontend»}, backend: {bind: 'tcp://*:2'}"), []string{"pair-types"}},
	{"the wrong side", hub("n: {sockets: {s: {pub: t, connect: «hub.backend»}}}"), []string{"pair-types"}},
	{"another pattern", hub("n: {sockets: {s: {pub: u, connect: «hub.frontend»}}}"), []string{"pair-types"}},
	{"a side that does not exist", hub("n: {sockets: {s: {pub: t, connect: «hub.front»}}}"), []string{"unknown-socket"}},
	{"a device with a slip", hub("n: {sockets: {s: {pub: t, connect: «hubb.frontend»}}}"), []string{"unknown-socket"}},
	{"a capture that is read", hub("n: {sockets: {s: {sub: t, connect: «hub.capture»}}}"), []string{"capture-untyped"}},
	{"a capture that is read in its process", patterns + "devices: {d: {kind: forwarder, pattern: t" + sides + ", capture: {bind: 'inproc://c'}}}\n" +
		"nodes: {n: {sockets: {s: {sub: t, connect: «'inproc://c'»}}}}\n", []string{"capture-untyped"}},
	{"a capture that connects to what has a pattern", device("kind: forwarder, pattern: t"+sides+", capture: {connect: «n.s»}") +
		"nodes: {n: {sockets: {s: {sub: t, bind: 'tcp://*:9'}}}}\n", []string{"capture-untyped"}},
	{"sides that meet and cannot talk", device("kind: streamer, pattern: w, frontend: {bind: 'inproc://a'}, backend: {bind: 'tcp://*:2'}") +
		"nodes: {n: {sockets: {s: {pull: w, connect: «'inproc://a'»}}}}\n", []string{"pair-types-inproc"}},
	{"a side that connects to what does not bind", device("kind: queue, pattern: r, frontend: {bind: 'tcp://*:1'}, backend: {connect: «n.s»}") +
		"nodes: {n: {sockets: {s: {rep: r, connect: 'tcp://a:1'}}}}\n", []string{"no-binder"}},
	{"a side that connects to replicas", device("kind: queue, pattern: r, frontend: {bind: 'tcp://*:1'}, backend: {connect: «n.s»}") +
		"nodes: {n: {replicas: many, sockets: {s: {rep: r, bind: 'tcp://*:*'}}}}\n", []string{"replica-unknown"}},
}

func TestDevices(t *testing.T) { checkBadCases(t, deviceCases) }

func TestSidesOfDevicesAreSockets(t *testing.T) {
	top := mustParse(t, patterns+`nodes:
  client: {sockets: {calls: {req: r, connect: broker.frontend}}}
  worker: {replicas: many, sockets: {calls: {rep: r, connect: broker.backend}}}
devices:
  outer: {kind: queue, pattern: r, host: example.com, doc: "Far away. ", go_name: Far, frontend: {bind: "tcp://*:1"}, backend: {connect: broker.frontend}}
  broker: {kind: queue, pattern: r, frontend: {bind: "tcp://*:2", external: true}, backend: {bind: "tcp://*:3"}, capture: {connect: "tcp://log:4"}}
`)
	var names []string
	for s := range top.AllSockets() {
		names = append(names, s.FullName()+" "+string(s.Type))
	}
	want := []string{
		"client.calls req", "worker.calls rep", "outer.frontend router", "outer.backend dealer",
		"broker.frontend router", "broker.backend dealer", "broker.capture pub",
	}
	if !slices.Equal(names, want) {
		t.Errorf("sockets %q", names)
	}
	if len(top.Nodes) != 2 || len(top.Devices) != 2 {
		t.Fatalf("%d nodes, %d devices", len(top.Nodes), len(top.Devices))
	}
	outer, broker := top.Devices[0], top.Devices[1]
	if outer.Kind != Queue || outer.Pattern != top.Patterns[3] || outer.Doc != "Far away." || outer.Node.Host.Value != "example.com" || outer.GoName.Value != "Far" || outer.Capture != nil {
		t.Errorf("%+v", outer)
	}
	if outer.Backend.Connect[0].Ref != broker.Frontend || top.Nodes[0].Sockets[0].Connect[0].Ref != broker.Frontend || top.Nodes[1].Sockets[0].Connect[0].Ref != broker.Backend {
		t.Error("references to sides do not lead there")
	}
	if !broker.Frontend.External || broker.Capture.Pattern != nil || broker.Capture.Type != Pub || broker.Backend.Node.Device != broker {
		t.Errorf("%+v", broker)
	}
}

func TestAForwarderSubscribesToNothingByItself(t *testing.T) {
	top := mustParse(t, hub("n: {sockets: {s: {pub: t, connect: hub.frontend}}}, o: {sockets: {s: {sub: t, connect: hub.backend}}}"))
	if s := top.Devices[0].Frontend; len(s.Subscribe) != 0 {
		t.Errorf("subscribe %v", s.Subscribe)
	}
	for _, way := range top.Passages() {
		if len(way.Senders) > 1 || len(way.Receivers) > 1 {
			t.Errorf("the device is among %d senders and %d receivers", len(way.Senders), len(way.Receivers))
		}
	}
}

func TestDevicesOfImports(t *testing.T) {
	files := map[string]string{
		"lib.yaml": "version: 1\nname: lib\n" + patterns +
			"security: {s: {mechanism: null}}\n" +
			"devices: {hub: {kind: forwarder, pattern: t, frontend: {bind: 'tcp://*:1'}, backend: {bind: 'tcp://*:2', security: s}}}\n",
		"main.yaml": "version: 1\nname: top\nimport: {lib: lib.yaml}\n" +
			"devices: {near: {kind: forwarder, pattern: lib.t, frontend: {connect: lib.hub.backend, security: lib.s}, backend: {bind: 'tcp://*:1'}}}\n" +
			"nodes: {n: {sockets: {s: {pub: lib.t, connect: lib.hub.frontend}}}}\n",
	}
	top, ds := ParseFiles(File{Name: "main.yaml", Text: []byte(files["main.yaml"])}, func(_, path string) (File, error) {
		return File{Name: path, Text: []byte(files[path])}, nil
	})
	if top == nil {
		t.Fatal(textOf(ds))
	}
	lib := top.Imports[0].Topology
	near := top.Devices[0]
	if near.Pattern != lib.Patterns[0] || near.Frontend.Connect[0].Ref != lib.Devices[0].Backend || near.Frontend.Security != lib.Securities[0] ||
		top.Nodes[0].Sockets[0].Connect[0].Ref != lib.Devices[0].Frontend {
		t.Errorf("%+v", near)
	}
}
