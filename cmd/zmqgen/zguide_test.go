package main

// This file tests the topologies of examples/zguide, which are those of ZeroMQ's guide: nothing is found in them, and each of
// many mistakes that people make in them is found by the one rule that is about it, where it stands.

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/zmqgen/zmqgen/gen"
	"github.com/zmqgen/zmqgen/schema"
	"github.com/zmqgen/zmqgen/schema/report"
)

// guide returns a topology of the guide.
func guide(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "examples", "zguide", name+".yaml"))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// found returns what lint finds in a topology.
func found(name, text string) (*schema.Topology, schema.Diagnostics) {
	return lintFindings(source{name: name + ".yaml", text: []byte(text)}, nil)
}

func TestGuide(t *testing.T) {
	files, err := filepath.Glob("../../examples/zguide/*.yaml")
	if err != nil || len(files) < 10 {
		t.Fatalf("%d topologies of the guide, %v; there are ten", len(files), err)
	}
	page, err := os.ReadFile("../../docs/zguide.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".yaml")
		t.Run(name, func(t *testing.T) {
			text := guide(t, name)
			if first, _, _ := strings.Cut(text, "\n"); !strings.HasPrefix(first, "# ") || !strings.Contains(first, "chapter") {
				t.Errorf("its first line does not name the chapter: %s", first)
			}
			if link := "(../examples/zguide/" + name + ".yaml)"; !strings.Contains(string(page), link) {
				t.Errorf("docs/zguide.md has no link %s", link)
			}
			top, ds := found(name, text)
			if len(ds) > 0 {
				t.Fatalf("findings: %v", ds)
			}
			formatted, ds := schema.Format(name+".yaml", []byte(text))
			if len(ds) > 0 || string(formatted) != text {
				t.Errorf("it is not formatted: %v", ds)
			}
			if out, ds := gen.Generate(top); len(ds) > 0 || len(out) == 0 {
				t.Errorf("%d files are generated: %v", len(out), ds)
			}
		})
	}
}

// mistakes are edits of topologies of the guide, each with the rule that finds it. The finding is on the line of at, or of what is new
// if at is empty.
var mistakes = []struct{ what, file, old, new, rule, at string }{
	// The wrong socket, on one side or on both.
	{"SUB of tasks", "ventilator", "{pull: tasks, connect", "{sub: tasks, connect", "pattern-socket-mismatch", ""},
	{"PUSH to PUSH", "mtserver", "worker_1_jobs: {pull", "worker_1_jobs: {push", "pair-types", ""},
	{"REQ to REQ", "lazypirate", "{rep: requests, bind", "{req: requests, bind", "pair-types", "connect: server.requests"},
	{"SUB to SUB", "binarystar", "connect: backup.state", "connect: backup.peer", "pair-types", ""},
	{"two types", "syncpub", "{rep: readiness,", "{rep: readiness, router: readiness,", "socket-type", ""},
	{"no side to listen", "ventilator", "      control: {sub: control, connect: sink.control}\n", "", "pub-without-sub", "control: {pub: control"},

	// Binding and connecting.
	{"forgotten bind", "weather", ", bind: \"tcp://*:5556\"", "", "orphan-socket", "updates: {pub: updates}"},
	{"both connect", "weather", "bind: \"tcp://*:5556\"", "connect: client.updates", "no-binder", ""},
	{"both bind", "syncpub", "{req: readiness, connect: publisher.readiness}", "{req: readiness, bind: \"tcp://*:5562\"}", "double-bind", ""},
	{"both bind, at two ports", "lazypirate", "connect: server.requests", "bind: \"tcp://*:5554\"", "bind-unconnected", ""},
	{"two binds on one port", "clone", "tcp://*:5557", "tcp://*:5556", "double-bind", "{pub: updates"},
	{"replicas that bind", "clone", "{push: changes, connect: server.collector}", "{push: changes, bind: \"tcp://*:5559\", connect: server.collector}", "replica-bind", ""},
	{"connect to a wildcard", "rrbroker", "tcp://broker.internal:5559", "tcp://*:5559", "connect-wildcard", ""},
	{"bind to a host name", "weather", "tcp://*:5556", "tcp://weather.internal:5556", "bind-hostname", ""},
	{"connect to another port", "weather", "connect: server.updates", "connect: \"tcp://127.0.0.1:5565\"", "connect-unbound", ""},
	{"connect to an address", "weather", "connect: server.updates", "connect: \"tcp://127.0.0.1:5556\"", "literal-endpoint", ""},
	{"connect twice", "binarystar", "connect: backup.requests", "connect: [backup.requests, \"tcp://127.0.0.1:5002\"]", "dup-connect", ""},
	{"missing external of a client", "rrbroker", "5559\", external: true", "5559\"", "connect-unbound", "broker.internal:5559"},
	{"missing external of a service", "rrbroker", "5560\", external: true", "5560\"", "connect-unbound", "broker.internal:5560"},

	// Endpoints.
	{"no port", "weather", "tcp://*:5556", "tcp://*", "bad-endpoint", ""},
	{"a port that is none", "weather", "tcp://*:5556", "tcp://*:555600", "bad-endpoint", ""},
	{"a transport that is none", "weather", "tcp://*:5556", "http://*:5556", "bad-endpoint", ""},
	{"a node without its socket", "weather", "connect: server.updates", "connect: server", "bad-endpoint", ""},
	{"ipc path too long", "weather", "tcp://*:5556", "ipc:///var/run/xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx.ipc", "ipc-length", ""},
	{"ipc path of wherever", "weather", "tcp://*:5556", "ipc://weather.ipc", "ipc-relative", ""},
	{"inproc between nodes", "weather", "tcp://*:5556", "inproc://weather", "inproc-cross", "connect: server.updates"},
	{"inproc name misspelt", "mtserver", "worker_2_jobs: {pull: jobs, connect: server.jobs}", "worker_2_jobs: {pull: jobs, connect: \"inproc://job\"}", "inproc-unbound", "worker_2_jobs"},
	{"inproc of another pattern", "mtserver", "worker_2_jobs: {pull: jobs, connect: server.jobs}", "worker_2_jobs: {pull: jobs, connect: \"inproc://results\"}", "pair-types-inproc", "worker_2_jobs"},
	{"PAIR over tcp", "espresso", "inproc://tap", "tcp://127.0.0.1:5559", "pair-tcp", ""},
	{"PAIR of three", "espresso", "connect: cache.tap}\n", "connect: cache.tap}\n      second: {pair: tap, connect: cache.tap}\n", "pair-many", "second"},

	// Topics and subscriptions.
	{"topic without delimiter", "clone", "/{key}/\"", "/{key}\"", "topic-delimiter", ""},
	{"topic of no field", "weather", "\"{zip_code}.\"", "\"{zipcode}.\"", "topic-field", ""},
	{"topic of one message alone", "syncpub", "{Update: {},", "{Update: {topic: update},", "topic-mixed", ""},
	{"subscription with the delimiter of the guide", "weather", "[\"10001.\"]", "[\"10001 \"]", "topic-unpublished", ""},
	{"subscription to no topic", "espresso", "[\"level.42.\"]", "[\"levels.42.\"]", "topic-unpublished", ""},
	{"subscription without its first slash", "clone", "[\"/client/\"]", "[\"client/\"]", "topic-unpublished", ""},
	{"subscription to messages without topics", "ventilator", "connect: sink.control}", "connect: sink.control, subscribe: [Kill]}", "subscribe-without-topic", ""},
	{"subscription of a publisher", "weather", "{pub: updates,", "{pub: updates, subscribe: [\"10001.\"],", "subscribe-on-nonsub", ""},
	{"subscription to more than everything", "weather", "[\"10001.\"]", "[\"10001.\", \"\"]", "subscribe-redundant", ""},

	// Options, retries.
	{"retry without idempotent", "lazypirate", "    idempotent: true\n", "", "retry-unsafe", "retry: {"},
	{"retry after the timeout", "lazypirate", "timeout: 20s", "timeout: 2500ms", "late-retry", "retry: {"},
	{"timeout without a unit", "mtserver", "timeout: 5s", "timeout: 5", "bad-duration", ""},
	{"HWM 0", "syncpub", "send_hwm: 1100000", "send_hwm: 0", "hwm-unlimited", ""},
	{"linger of ever", "syncpub", "send_hwm: 1100000", "linger: -1", "linger-infinite", ""},
	{"linger of no time", "ventilator", "{push: results, connect: sink.results}\n      control", "{push: results, connect: sink.results, options: {linger: 0s}}\n      control", "linger-zero-loss", "linger: 0s"},
	{"routing id of replicas", "clone", "{dealer: snapshots, connect", "{dealer: snapshots, routing_id: client, connect", "routing-id-dup", ""},
	{"conflate of topics", "espresso", ", overflow: latest", ", options: {conflate: true}", "conflate-multipart", ""},
	{"latest without topics", "binarystar", "connect: backup.state, options: {conflate: true}", "connect: backup.state, overflow: latest", "option-type", ""},

	// Names and numbers.
	{"option as ZeroMQ has it", "syncpub", "send_hwm: 1100000", "ZMQ_SNDHWM: 1100000", "unknown-key", ""},
	{"misspelt key", "lazypirate", "idempotent: true", "idempotant: true", "unknown-key", ""},
	{"misspelt key of a socket", "weather", "subscribe: [", "subscriptions: [", "unknown-key", ""},
	{"misspelt kind", "syncpub", "kind: req-rep", "kind: request-reply", "bad-choice", ""},
	{"misspelt node", "weather", "connect: server.updates", "connect: sever.updates", "unknown-socket", ""},
	{"misspelt pattern", "weather", "{sub: updates,", "{sub: update,", "unknown-pattern", ""},
	{"misspelt message", "clone", "message: KVPub", "message: KvPub", "unknown-message", ""},
	{"misspelt type", "espresso", "at: timestamp @3", "at: timestmap @3", "unknown-type", ""},
	{"duplicate ids", "clone", "id: 4, doc: Of the update that set it.", "id: 3, doc: Of the update that set it.", "duplicate-id", ""},
	{"missing id", "syncpub", "number: uint32 @1", "number: uint32", "missing-id", ""},
	{"message that nobody sends any more", "ventilator", "{Start: {}, Result: {}}", "{Result: {}}", "message-unused", "  Start:"},
	{"comma in a doc", "espresso", "doc: Whether it was sent once more", "doc: Whether it was sent, once more", "unquoted-comma", ""},
	{"colon in a doc", "majordomo", "doc: Offers one service.", "doc: Offers: one service.", "yaml-syntax", ""},
	{"tab", "syncpub", "    doc: Says", "\tdoc: Says", "tab-indent", ""},
	{"example beyond its limits", "weather", "example: 45", "example: 145", "bad-example", ""},

	// Frames.
	{"two messages with one command", "majordomo", "const: AQ==", "const: \"Aw==\"", "ambiguous-union", "tag: const\n"},
	{"command as a number", "majordomo", "const: BQ==", "const: 5", "bad-value", ""},
	{"frame after all that are left", "majordomo", "body: list<bytes> @6\n\n  Reply", "body: list<bytes> @6\n      trailer: bytes @7\n\n  Reply", "rest-last", "body: list<bytes> @6\n      trailer"},
}

func TestGuideMistakes(t *testing.T) {
	for _, m := range mistakes {
		t.Run(m.what, func(t *testing.T) {
			text := guide(t, m.file)
			if strings.Count(text, m.old) != 1 {
				t.Fatalf("%q stands %d times in %s.yaml", m.old, strings.Count(text, m.old), m.file)
			}
			text = strings.Replace(text, m.old, m.new, 1)
			at := m.at
			if at == "" {
				at = m.new
			}
			if strings.Count(text, at) != 1 {
				t.Fatalf("%q stands %d times in what is edited", at, strings.Count(text, at))
			}
			want := fmt.Sprintf("%d [%s]", strings.Count(text[:strings.Index(text, at)], "\n")+1, m.rule)
			_, ds := found(m.file, text)
			if len(ds) != 1 || fmt.Sprintf("%d [%s]", ds[0].Span.Line, ds[0].Rule) != want {
				var b strings.Builder
				report.Text(&b, ds, report.Options{})
				t.Errorf("found\n%swant one, at line %s", b.String(), want)
			}
		})
	}
}
