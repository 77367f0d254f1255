//go:build cgo

package runtime

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/zmqgen/zmqgen/runtime/internal/config"
	_ "github.com/zmqgen/zmqgen/runtime/yamlconfig"
)

// This file tests files of overrides: what is wrong with them, what they do, and what comes before them.

// overridableTopology has one of all that files speak of.
func overridableTopology() *Topology {
	return &Topology{
		Name: "market",
		Sockets: map[string]SocketSpec{
			"feed.quotes":  {Type: Pub, Bind: []string{"tcp://*:5556"}, SendHWM: Limit(7), Linger: Lingering(time.Second)},
			"feed.orders":  {Type: Pull, Bind: []string{"tcp://*:5557"}, Overflow: DropOldest, Buffer: Limit(4)},
			"feed.public":  {Type: Push, Bind: []string{"tcp://*:5558"}, Advertise: []string{"tcp://balancer:1"}},
			"desk.quotes":  {Type: Sub, Connect: []string{"feed.quotes"}, Subscribe: []string{""}},
			"desk.orders":  {Type: Push, Connect: []string{"feed.orders"}, Security: "desks", ReconnectMax: Lingering(time.Second)},
			"desk.lookups": {Type: Dealer, Connect: []string{"tcp://lookup:1"}},
			"desk.answers": {Type: Router, Bind: []string{"tcp://*:5559"}, Immediate: true},
			"desk.newest":  {Type: Push, Connect: []string{"tcp://newest:1"}, Conflate: true},
			"hub.frontend": {Type: XSub, Bind: []string{"tcp://*:5560"}},
			"hub.backend":  {Type: XPub, Bind: []string{"tcp://*:5561"}},
			"hub.capture":  {Type: Pub, Bind: []string{"tcp://*:5562"}},
		},
		Devices: map[string]DeviceSpec{"hub": {Kind: Forwarder, Capture: true}},
		Security: map[string]SecuritySpec{
			"desks": {Mechanism: Curve, Domain: "desks", Server: Credentials{PublicKey: KeySource{Env: "FEED_PUBLIC"}, AllowAny: true}},
			"users": {Mechanism: Plain, Domain: "users"},
		},
	}
}

// overriddenBy returns the topology with a file's overrides, or what is wrong with it.
func overriddenBy(t testing.TB, top *Topology, name, text string) (*Topology, error) {
	t.Helper()
	p, err := NewPump(context.Background(), WithConfig(name, []byte(text)))
	if err != nil {
		return nil, err
	}
	defer p.Close()
	return p.effective(top)
}

// What is wrong with a file in itself is an error of NewPump, all at once; the rest when the first socket opens.
func TestWhatIsWrongWithAFileIsSaidAtItsPlace(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"a.yaml", "", `a.yaml:1:1: the file is empty: start with topology: NAME`},
		{"a.yaml", "# nothing\n", `a.yaml:1:1: the file is empty: start with topology: NAME`},
		{"a.json", " \n", `a.json:1:1: the file is empty: start with topology: NAME`},
		{"a.json", "null", `a.json:1:1: the file is empty: start with topology: NAME`},
		{"a.conf", "{}", `a.conf: its name ends in ".conf": .yaml, .yml or .json is expected, which says how it is read`},
		{"a.json", "{}", `a.json:1:1: the file does not say of which topology it is: topology: NAME`},
		{"a.json", "[]", `a.json:1:1: the file is a list; a mapping is expected: keys: topology, defaults, nodes, devices, security`},
		{"a.json", `{"topology": "market", "topology": "x"}`, `a.json:1:24: key "topology" stands here twice: first in line 1`},
		{"a.json", "{\n// no\n}", `a.json:2:1: JSON cannot be read: invalid character '/' looking for beginning of object key string; JSON has no comments`},
		{"a.json", `{"topology": "market"`, `a.json:1:22: JSON cannot be read: the text ends before the value does`},
		{"a.json", `{"topology": "market",}`, `a.json:1:23: JSON cannot be read: invalid character '}' looking for beginning of object key string`},
		{"a.json", `{"topology": "market"} {}`, `a.json:1:24: JSON cannot be read: invalid character '{' after top-level value`},
		{"a.json", strings.Repeat("[", 40) + strings.Repeat("]", 40), "2 problems with overrides:\na.json:1:1: the file is a list; a mapping is expected: keys: topology, defaults, nodes, devices, security\na.json:1:33: nested deeper than 32 levels"},
		{"a.json", "{\"topology\": \"m\xff\"}", `a.json:1:16: byte 0xff is not UTF-8`},
		{"a.json", "\ufeff{}", `a.json:1:1: the file starts with a byte order mark: save it as UTF-8 without one`},
		{"a.yaml", "\xff\xfet\x00", `a.yaml:1:1: the file is UTF-16: save it as UTF-8 without a byte order mark`},
		{"a.yaml", strings.Repeat("#", config.MaxSize+1), `a.yaml: it has 1048577 bytes; at most 1048576 (1 MiB) are read`},
		{"a.yaml", "topology: market\x00\n", `a.yaml:1:17: character U+0000 is not allowed`},
		{"a.yaml", "topology: market\nnodes:\n\tfeed: {}\n", `a.yaml:3:1: a tab in the indentation: indent with spaces`},
		{"a.yaml", "topology: market\n---\ntopology: market\n", `a.yaml:2:1: a second YAML document starts here: a file holds one`},
		{"a.yaml", "topology: &a market\n", `a.yaml:1:11: YAML anchors are not allowed: leave the anchor out; quote text that starts with &`},
		{"a.yaml", "topology: *a\n", `a.yaml:1:1: YAML aliases are not allowed: repeat the value; quote text that starts with *`},
		{"a.yaml", "topology: !!str market\n", `a.yaml:1:11: YAML tags are not allowed: quote text that starts with !`},
		{"a.yaml", "topology: market\n<<: {nodes: {}}\n", `a.yaml:2:1: YAML merge keys are not allowed: repeat the keys`},
		{"a.yaml", "topology: market\nnodes: {[a]: {}}\n", `a.yaml:2:9: a key is a list: keys are names`},
		{"a.yaml", "topology: market\nnodes: [feed]\n", `a.yaml:2:8: nodes is a list; a mapping is expected, by name`},
		{"a.yaml", "topology: market\nnodes: {feed: {sockets: {quotes: {bind: ['']}}}}\n", `a.yaml:2:42: bind is empty`},
		{"a.yaml", "topology: market\nmessages: {}\n", `a.yaml:2:1: "messages" of the file stays as the topology has it: a file of overrides changes topology, defaults, nodes, devices, security`},
		{"a.yaml", "topology: market\nnodes: {feed: {host: 'tcp://a:1'}}\n", `a.yaml:2:22: host "tcp://a:1": a host has no scheme: write "a"`},
		{"a.yaml", "topology: market\nnodes: {feed: {host: '::1'}}\n", `a.yaml:2:22: the IPv6 address "::1" stands without brackets: write "[::1]"`},
		{"a.yaml", "topology: market\nnodes: {feed: {host: '*'}}\n", `a.yaml:2:22: host "*" is not well formed: a name, an IPv4 address, or an IPv6 address in brackets`},
		{"a.yaml", "topology: market\nnodes: {feed: {sockets: {quotes: {send_hwm: 5}}}}\n",
			`a.yaml:2:35: unknown key "send_hwm" in socket "quotes": did you mean options: {send_hwm: …}? keys: bind, connect, advertise, buffer, options`},
		{"a.yaml", "topology: market\nnodes: {feed: {sockets: {quotes: {pub: trades}}}}\n",
			`a.yaml:2:35: "pub" of socket "quotes" stays as the topology has it: a file of overrides changes bind, connect, advertise, buffer, options`},
		{"a.yaml", "topology: market\ndevices: {hub: {frontend: {buffer: 5}}}\n",
			`a.yaml:2:28: unknown key "buffer" in frontend of device "hub": did you mean options: {send_hwm: …} or recv_hwm: a device has no Go channels? keys: bind, connect, advertise, options`},
		{"a.yaml", "topology: market\nsecurity: {desks: {client: {public_key: {env: A, file: b}}}}\n", `a.yaml:2:29: public_key is in a variable and in a file: {env: NAME} or {file: PATH}`},
		{"a.yaml", "topology: market\nsecurity: {desks: {client: {public_key: {}}}}\n", `a.yaml:2:29: public_key is nowhere: {env: NAME} or {file: PATH}`},
		{"a.yaml", "topology: market\nsecurity: {desks: {server: {allow: all}}}\n", `a.yaml:2:36: that is no value of allow: any, or where the list is: {env: NAME} or {file: PATH}`},
		// what the topology must be known for
		{"a.yaml", "topology: market\nnodes: {fed: {}}\n", `a.yaml:2:9: topology market has no node "fed": did you mean "feed"?`},
		{"a.yaml", "topology: market\nnodes: {hub: {}}\n", `a.yaml:2:9: "hub" is a device of topology market: put it under devices`},
		{"a.yaml", "topology: market\ndevices: {desk: {}}\n", `a.yaml:2:11: "desk" is a node of topology market: put it under nodes`},
		{"a.yaml", "topology: market\nnodes: {feed: {sockets: {x: {}}}}\n", `a.yaml:2:26: node feed has no socket "x": declared: orders, public, quotes`},
		{"a.yaml", "topology: market\nsecurity: {desk: {}}\n", `a.yaml:2:12: topology market has no security "desk": did you mean "desks"?`},
		{"a.yaml", "topology: market\nsecurity: {users: {client: {secret_key: {env: A}}}}\n", `a.yaml:2:29: mechanism plain has no secret_key: with plain a client has username, password`},
		{"a.yaml", "topology: market\nsecurity: {users: {server: {allow: any}}}\n", `a.yaml:2:29: with mechanism plain, any would let in everyone: name a list: {env: NAME} or {file: PATH}`},
		{"a.yaml", "topology: market\nnodes: {desk: {sockets: {quotes: {options: {send_hwm: 5}}}}}\n", `a.yaml:2:55: a sub socket does not send and has no send_hwm`},
		{"a.yaml", "topology: market\nnodes: {desk: {sockets: {newest: {options: {send_hwm: 5}}}}}\n", `a.yaml:2:55: with conflate queues hold one message, and send_hwm says nothing: leave it out`},
		{"a.yaml", "topology: market\nnodes: {desk: {sockets: {quotes: {options: {handover: true}}}}}\n", `a.yaml:2:55: a sub socket has no handover: only router has: its peers have routing ids`},
		{"a.yaml", "topology: market\nnodes: {desk: {sockets: {quotes: {options: {heartbeat_ttl: 5s}}}}}\n", `a.yaml:2:60: heartbeat_ttl has no effect without heartbeat: nobody is probed: give heartbeat too, such as heartbeat: 5s`},
		{"a.yaml", "topology: market\nnodes: {desk: {sockets: {orders: {options: {reconnect: 5s}}}}}\n", `a.yaml:2:56: reconnect_max 1s of desk.orders is less than reconnect, 5s, and has no effect: more than reconnect, or leave it out`},
		{"a.yaml", "topology: market\nnodes: {desk: {sockets: {lookups: {options: {immediate: true}}}}}\n", `a.yaml:2:57: a dealer socket that connects has no immediate: if a peer goes while a message of it is read, ` +
			`libzmq ends the process or joins two messages: leave it out, or say false: push, pub and xpub may have it`},
		{"a.yaml", "topology: market\nnodes: {desk: {sockets: {answers: {connect: 'tcp://a:1'}}}}\n", `a.yaml:2:36: a router socket that connects has no immediate: if a peer goes while a message of it is read, ` +
			`libzmq ends the process or joins two messages: leave it out, or say false: push, pub and xpub may have it`},
		{"a.yaml", "topology: market\nnodes: {feed: {sockets: {orders: {buffer: 0}}}}\n", `a.yaml:2:43: a buffer of 0 keeps nothing to drop: 1 or more, since feed.orders drops what is oldest`},
		{"a.yaml", "topology: market\nnodes: {desk: {sockets: {quotes: {connect: []}}}}\n", `a.yaml:2:35: desk.quotes neither binds nor connects`},
		{"a.yaml", "topology: market\nnodes: {desk: {sockets: {orders: {bind: 'tcp://*:1', connect: 'tcp://a:1'}}}}\n", `a.yaml:2:35: desk.orders would bind and connect, and so be server and client of security desks: it is one of them`},
		{"a.yaml", "topology: market\nnodes: {feed: {sockets: {public: {bind: 'tcp://*:1'}}}}\n", `a.yaml:2:35: others would still connect to what the topology advertises of feed.public, tcp://balancer:1: give advertise too, or advertise: [] for what it binds`},
		{"a.yaml", "topology: market\nnodes: {desk: {sockets: {quotes: {connect: feed.quote}}}}\n", `a.yaml:2:44: topology market has no socket "feed.quote": did you mean "feed.quotes"?`},
		{"a.yaml", "topology: market\nnodes: {desk: {sockets: {quotes: {connect: hub.capture}}}}\n", `a.yaml:2:44: hub.capture is a capture, of which no socket of a node can read`},
	} {
		_, err := overriddenBy(t, overridableTopology(), c.name, c.text)
		var e *ConfigError
		if !errors.As(err, &e) || e.Error() != c.want {
			t.Errorf("%q:\ngot  %v\nwant %s", c.text[:min(len(c.text), 200)], err, c.want)
		}
	}
}

func TestAllProblemsAreSaidAtOnceInTheOrderOfTheFile(t *testing.T) {
	_, err := overriddenBy(t, overridableTopology(), "etc/market.yaml", `topology: market
defaults: {options: {linger: -1, heartbet: 5s}}
nodes:
  feed:
    replicas: 3
    sockets:
      quotes: {bind: "tcp://localhost:1", buffer: lots, options: {max_message_size: 16mib}}
`)
	want := `new pump: 6 problems with overrides:
etc/market.yaml:2:30: linger -1 would keep a closed socket for ever: a duration, such as 2s
etc/market.yaml:2:34: unknown key "heartbet" in options: did you mean heartbeat? keys: ` + optionsObject.accepted() + `
etc/market.yaml:5:5: "replicas" of node "feed" stays as the topology has it: a file of overrides changes host, defaults, sockets
etc/market.yaml:7:22: bind to the host name "localhost": ZeroMQ binds interfaces and addresses: *, an IPv4 address, an IPv6 address in brackets, or a network interface such as eth0
etc/market.yaml:7:51: buffer "lots" is not a number: a decimal integer from 0 to 1048576, without leading zeros
etc/market.yaml:7:85: max_message_size "16mib" is not a size: a number of bytes, or one with kB, MB, KiB, MiB or GiB, such as 16MiB`
	if err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
}

// A file has at most 1 MiB, and may be wrong all over.
func TestProblemsAreNotWithoutNumber(t *testing.T) {
	var b strings.Builder
	b.WriteString("topology: market\nnodes:\n")
	for i := range 20000 {
		fmt.Fprintf(&b, "  fee%d: {oops: 1, sockets: {quote: {bnd: 1}}}\n", i)
	}
	_, err := overriddenBy(t, overridableTopology(), "a.yaml", b.String())
	var e *ConfigError
	if !errors.As(err, &e) || len(e.Problems) != 100 || e.More != 39900 || !strings.HasSuffix(e.Error(), "\nand 39900 more") {
		t.Errorf("got %d problems", len(e.Problems))
	}
}

// Whatever stands where a secret might is not repeated: not in what is refused, and not in what cannot be read.
func TestNoSecretIsRepeated(t *testing.T) {
	const secret = "hunter2"
	for _, text := range []string{
		"security: {desks: {server: {secret_key: hunter2}}}",
		"security: {users: {client: {password: [hunter2]}}}",
		"security: {users: {client: {password: {hunter2: x}}}}",
		"security: {users: {client: {password: {env: '$hunter2'}}}}",
		"security: {users: {client: {password: {env: 'hunter2!'}}}}",
		"security: {users: {client: {password: {file: \"hunter2\\n\"}}}}",
		"security: {users: {client: {password: {env: {a: hunter2}}}}}",
		"security: {desks: {server: {allow: hunter2}}}",
		"security: {users: {client: {password: *hunter2}}}",
		"security: {users: {client: {password: &hunter2 x}}}",
		"security: {users: {client: {password: !hunter2 x}}}",
		"security: {users: {client: {password: @hunter2}}}",
		"security: {users: {client: {password: \"hunter2}}}",
		"security: {users: {client: {password: 'hunter2\\q' x}}}",
		"security: {users: {client: {password: a: hunter2}}}",
		"%hunter2 x",
	} {
		_, err := overriddenBy(t, overridableTopology(), "a.yaml", "topology: market\n"+text+"\n")
		if err == nil || strings.Contains(err.Error(), secret) {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestAFileOverridesWhatItSays(t *testing.T) {
	top := overridableTopology()
	before := fmt.Sprintf("%#v", top)
	yaml := `topology: market
defaults: {buffer: 0, options: {linger: 5s, recv_hwm: 9, heartbeat_ttl: 3s, reconnect: 2s}}
nodes:
  feed:
    host: feed.internal
    defaults: {options: {linger: 3s, heartbeat: 1s}}
    sockets:
      quotes: {options: {send_hwm: 50000, linger: 0}}
      public: {bind: "tcp://10.0.0.1:7", advertise: []}
  desk:
    sockets:
      quotes: {connect: [feed.quotes, "tcp://10.0.0.7:1"], buffer: 12, options: {tcp_keepalive: 60s, max_message_size: 1MiB, ipv6: true}}
devices:
  hub: {backend: {bind: ["tcp://*:7", "ipc:///tmp/hub"], options: {send_hwm: 0}}}
security:
  desks: {server: {public_key: {file: feed.pub}, allow: {env: DESKS}}}
  users: {client: {username: {env: ME}}}
`
	json := `{"topology": "market", "defaults": {"buffer": 0, "options": {"linger": "5s", "recv_hwm": 9, "heartbeat_ttl": "3s", "reconnect": "2s"}},
"nodes": {"feed": {"host": "feed.internal", "defaults": {"options": {"linger": "3s", "heartbeat": "1s"}},
  "sockets": {"quotes": {"options": {"send_hwm": 50000, "linger": 0}}, "public": {"bind": "tcp://10.0.0.1:7", "advertise": []}}},
 "desk": {"sockets": {"quotes": {"connect": ["feed.quotes", "tcp://10.0.0.7:1"], "buffer": 12, "options": {"tcp_keepalive": "60s", "max_message_size": "1MiB", "ipv6": true}}}}},
"devices": {"hub": {"backend": {"bind": ["tcp://*:7", "ipc:///tmp/hub"], "options": {"send_hwm": 0}}}},
"security": {"desks": {"server": {"public_key": {"file": "feed.pub"}, "allow": {"env": "DESKS"}}}, "users": {"client": {"username": {"env": "ME"}}}}}`
	var shown [2]string
	for i, c := range [][2]string{{"a.yml", yaml}, {"a.json", json}} {
		out := must(overriddenBy(t, top, c[0], c[1]))(t)
		for _, name := range sortedKeys(out.Sockets) {
			s := out.Sockets[name]
			shown[i] += fmt.Sprint(name, " ", s.Host, s.Bind, s.Connect, s.Advertise, " buffer", show(s.Buffer), " send", show(s.SendHWM), " recv", show(s.RecvHWM), " linger ", show(s.Linger),
				" beat ", show(s.Heartbeat), show(s.HeartbeatTTL), " again ", show(s.Reconnect), " alive ", show(s.TCPKeepalive), " size", show(s.MaxMessageSize), s.IPv6, "\n")
		}
		shown[i] += fmt.Sprint(out.Security["desks"].Server, out.Security["users"].Client)
	}
	equal(t, shown[1], shown[0])
	equal(t, shown[0], `desk.answers [tcp://*:5559] [] [] buffer0 send- recv9 linger 5s beat -- again 2s alive - size-false
desk.lookups [] [tcp://lookup:1] [] buffer0 send- recv9 linger 5s beat -- again 2s alive - size-false
desk.newest [] [tcp://newest:1] [] buffer0 send- recv- linger 5s beat -- again 2s alive - size-false
desk.orders [] [feed.orders] [] buffer0 send- recv- linger 5s beat -- again - alive - size-false
desk.quotes [] [feed.quotes tcp://10.0.0.7:1] [] buffer12 send- recv9 linger 5s beat -- again 2s alive 1m0s size1048576true
feed.orders feed.internal[tcp://*:5557] [] [] buffer4 send- recv9 linger 3s beat 1s3s again 2s alive - size-false
feed.public feed.internal[tcp://10.0.0.1:7] [] [] buffer0 send- recv- linger 3s beat 1s3s again 2s alive - size-false
feed.quotes feed.internal[tcp://*:5556] [] [] buffer0 send50000 recv- linger 0s beat 1s3s again 2s alive - size-false
hub.backend [tcp://*:7 ipc:///tmp/hub] [] [] buffer- send0 recv- linger 5s beat -- again 2s alive - size-false
hub.capture [tcp://*:5562] [] [] buffer- send- recv- linger 5s beat -- again 2s alive - size-false
hub.frontend [tcp://*:5560] [] [] buffer- send- recv9 linger 5s beat -- again 2s alive - size-false
{file feed.pub nothing nothing nothing environment variable DESKS false} {nothing nothing environment variable ME nothing nothing false}`)
	equal(t, fmt.Sprintf("%#v", top), before)
	equal(t, *top.Sockets["feed.quotes"].SendHWM, 7)
}

func show[T any](p *T) string {
	if p == nil {
		return "-"
	}
	return fmt.Sprint(*p)
}

// The option of a constructor comes before WithEndpoint, that before the environment, it before the file, and the file before the
// topology.
func TestPrecedenceOfOverrides(t *testing.T) {
	top := overridableTopology()
	file := WithConfig("a.json", []byte(`{"topology": "market", "nodes": {
		"feed": {"sockets": {"quotes": {"advertise": "tcp://file:1", "bind": "tcp://127.0.0.1:2", "buffer": 3, "options": {"send_hwm": 4}}}},
		"desk": {"sockets": {"quotes": {"connect": ["tcp://file:1", "feed.quotes"], "buffer": 3}}}}}`))
	endpoints := func(p *Pump, name string, opts ...SocketOption) string {
		t.Helper()
		config := must(configure(must(p.effective(top))(t), name, opts))(t)
		bind, from := p.bindEndpoints(config)
		return fmt.Sprint(bind, must(p.connectEndpoints(config))(t), config.buffer, " ", from)
	}
	p := newPump(t)
	equal(t, endpoints(p, "desk.quotes"), "[] [tcp://127.0.0.1:5556] 256 topology market")
	p = newPump(t, file, WithEnv("MARKET"))
	equal(t, endpoints(p, "desk.quotes"), "[] [tcp://file:1 tcp://file:1] 3 topology market")
	equal(t, endpoints(p, "feed.quotes"), "[tcp://127.0.0.1:2] [] 3 topology market")
	t.Setenv("MARKET_FEED_QUOTES", "tcp://env:1")
	equal(t, endpoints(p, "desk.quotes"), "[] [tcp://file:1 tcp://env:1] 3 topology market")
	p = newPump(t, file, WithEnv("MARKET_"), WithEndpoint("feed.quotes", "tcp://endpoint:1"))
	equal(t, endpoints(p, "desk.quotes"), "[] [tcp://file:1 tcp://endpoint:1] 3 topology market")
	t.Setenv("MARKET_FEED_QUOTES_BIND", "tcp://127.0.0.1:5")
	t.Setenv("MARKET_DESK_QUOTES_CONNECT", "tcp://env:2,feed.orders")
	equal(t, endpoints(p, "desk.quotes"), "[] [tcp://env:2 tcp://127.0.0.1:5557] 3 topology market")
	equal(t, endpoints(p, "feed.quotes"), "[tcp://127.0.0.1:5] [] 3 environment variable MARKET_FEED_QUOTES_BIND")
	equal(t, endpoints(p, "feed.quotes", Bind("tcp://127.0.0.1:6"), Buffer(9)), "[tcp://127.0.0.1:6] [] 9 option Bind")
	equal(t, endpoints(p, "desk.quotes", Connect("tcp://option:1"), Instance("2")), "[] [tcp://option:1] 3 topology market")
	equal(t, endpoints(p, "desk.quotes", Instance("2")), "[] [tcp://env:2 tcp://127.0.0.1:5557] 3 topology market")
}

// Sides of devices, further openings and nodes are opened by what a file says, and by the environment.
func TestOverridesOpenSocketsNodesAndDevices(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "dev.yaml")
	top := overridableTopology()
	text := fmt.Sprintf(`topology: market
nodes:
  feed: {sockets: {quotes: {bind: "ipc://%[1]s/quotes"}, orders: {bind: "ipc://*"}}}
  desk: {sockets: {quotes: {connect: [hub.backend]}}}
devices:
  hub: {frontend: {bind: "ipc://%[1]s/front"}, capture: {bind: "tcp://127.0.0.1:*"}}
`, dir)
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	t.Setenv("MARKET_HUB_BACKEND_BIND", "ipc://"+dir+"/back")
	t.Setenv("MARKET_FEED_QUOTES_CONNECT", "hub.frontend")
	ctx, p := context.Background(), newPump(t, WithConfigFile(path), WithEnv("MARKET"))
	if err := os.Remove(path); err != nil { // it is read once
		t.Fatal(err)
	}
	hub := must(OpenDevice(ctx, p, top, "hub", nil))(t)
	equal(t, hub.Frontend().Endpoints(), []string{"ipc://" + dir + "/front"})
	equal(t, hub.Backend().Endpoints(), []string{"ipc://" + dir + "/back"})
	if got := hub.Capture().Endpoints()[0]; !strings.HasPrefix(got, "tcp://127.0.0.1:") {
		t.Errorf("capture at %s", got)
	}
	var feed chan<- tick
	var orders <-chan string
	node := must(OpenNode(ctx, p, top, "feed", nil,
		SenderPart("quotes", func(ctx context.Context, p *Pump, opts ...SocketOption) (chan<- tick, error) {
			return OpenSender(ctx, p, top, "feed.quotes", tickCodec{}, opts)
		}, &feed),
		Part("orders", func(ctx context.Context, p *Pump, opts ...SocketOption) (<-chan string, error) {
			return OpenReceiver(ctx, p, top, "feed.orders", textCodec{}, opts)
		}, &orders)))(t)
	defer node.Close()
	defer close(feed)
	equal(t, p.Socket("market", "feed.quotes").Endpoints(), []string{"ipc://" + dir + "/quotes"})
	for _, instance := range []string{"1", "2"} {
		quotes := must(OpenReceiver(ctx, p, top, "desk.quotes", tickCodec{}, []SocketOption{Instance(instance)}))(t)
		eventually(t, "a quote through the hub", func() bool {
			select {
			case feed <- tick{"a", instance}:
			case <-time.After(time.Second):
			}
			select {
			case got := <-quotes:
				return got.topic == "a"
			case <-time.After(time.Millisecond):
				return false
			}
		})
	}
}

func TestAFileOfAnImportSaysWhereItsSocketsAre(t *testing.T) {
	common := overridableTopology()
	common.Name = "common"
	top := &Topology{Name: "test", Imports: []*Topology{common}, Sockets: map[string]SocketSpec{"a.sub": {Type: Sub, Connect: []string{"common.feed.quotes"}}}}
	of := func(text string) (string, error) {
		p := newPump(t, WithConfig("common.yaml", []byte("topology: common\n"+text)), WithConfig("test.json", []byte(`{"topology": "test", "nodes": {"a": {"defaults": {"buffer": 2}}}}`)))
		made, err := p.effective(top)
		if err != nil {
			return "", err
		}
		c := must(configure(made, "a.sub", nil))(t)
		equal(t, c.buffer, 2)
		return fmt.Sprint(must(p.connectEndpoints(c))(t)), nil
	}
	equal(t, must(of("nodes: {feed: {host: feed.internal}}"))(t), "[tcp://feed.internal:5556]")
	if _, err := of("nodes: {fed: {host: x}}"); err == nil || !strings.Contains(err.Error(), `common.yaml:2:9: topology common has no node "fed"`) {
		t.Error(err)
	}
}

// Security follows the file: a server finds its keys where that says, and a client is let in by them.
func TestAFileSaysWhereKeysAre(t *testing.T) {
	server, client := newKeys(t), newKeys(t)
	top := securedTopology("ipc://"+filepath.Join(t.TempDir(), "s"), SecuritySpec{
		Mechanism: Curve, Domain: "d",
		Server: Credentials{PublicKey: KeySource{Env: "NOT_SET_1"}, SecretKey: KeySource{Env: "NOT_SET_2"}, AllowAny: true},
		Client: Credentials{SecretKey: KeySource{Env: "NOT_SET_3"}},
	})
	t.Setenv("CLIENT_SECRET_OF_TEST", client.secret)
	path := filepath.Join(t.TempDir(), "keys.yaml")
	text := fmt.Sprintf("topology: test\nsecurity: {lock: {server: {public_key: {file: %s}, secret_key: {file: %s}, allow: {file: %s}}, client: {secret_key: {env: CLIENT_SECRET_OF_TEST}}}}\n",
		server.publicFile.File, server.secretFile.File, client.publicFile.File)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, p := context.Background(), newPump(t, WithConfigFile(path))
	pull := must(OpenReceiver(ctx, p, top, "b.pull", textCodec{}, nil))(t)
	push := must(OpenSender(ctx, p, top, "a.push", textCodec{}, nil))(t)
	defer close(push)
	send(t, push, "by the keys of the file")
	equal(t, next(t, pull), "by the keys of the file")

	if err := os.Chmod(path, 0o622); err != nil {
		t.Fatal(err)
	}
	if _, err := NewPump(ctx, WithConfigFile(path)); err == nil || !strings.Contains(err.Error(), "keys.yaml: it says where keys are found, but its mode is 0622, so others than its owner can write it: chmod go-w") {
		t.Errorf("a file that others can write: %v", err)
	}
}

func TestFilesThatCannotBeReadAreErrorsOfThePump(t *testing.T) {
	dir := t.TempDir()
	big := filepath.Join(dir, "big.json")
	if err := os.WriteFile(big, make([]byte, config.MaxSize+1), 0o600); err != nil {
		t.Fatal(err)
	}
	market := func(name string) PumpOption { return WithConfig(name, []byte(`{"topology": "market"}`)) }
	yaml := config.YAML
	defer func() { config.YAML = yaml }()
	config.YAML = nil
	for want, opts := range map[string][]PumpOption{
		"none.json: no such file or directory":                                                         {WithConfigFile(filepath.Join(dir, "none.json"))},
		dir + ": it is no regular file":                                                                {WithConfigFile(dir)},
		"big.json: it has 1048577 bytes; at most 1048576 (1 MiB) are read":                             {WithConfigFile(big)},
		`b.json:1:14: topology "market" has overrides already, in a.json: one file for each topology`:  {market("a.json"), market("b.json")},
		`a.yaml: it is YAML, which this program does not read: import _ "github.com/zmqgen/zmqgen/run`: {market("a.yaml")},
		`WithEndpoint("feed.quotes", …): host * is no place to connect to`:                             {WithEndpoint("feed.quotes", "tcp://*:1")},
		`WithEndpoint("feed.quotes", …): "a.b" is no endpoint: tcp://HOST:PORT, ipc://PATH or inproc:`: {WithEndpoint("feed.quotes", "a.b")},
		`WithEndpoint("feed.quotes", …): "" is no endpoint`:                                            {WithEndpoint("feed.quotes", "")},
		`WithEndpoint("quotes", …) names no socket: NODE.SOCKET is expected, or TOPOLOGY.NODE.SOCKET`:  {WithEndpoint("quotes", "tcp://a:1")},
	} {
		p, err := NewPump(context.Background(), opts...)
		if err == nil {
			p.Close()
		}
		var e *Error
		if !errors.As(err, &e) || e.Op != "new pump" || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

func TestEndpointsAtRunTimeSayWhereTheyAreFrom(t *testing.T) {
	top := overridableTopology()
	for variable, c := range map[string][2]string{
		"MARKET_FEED_QUOTES":         {"desk.quotes", `environment variable MARKET_FEED_QUOTES: host * is no place to connect to: a name or an address`},
		"MARKET_DESK_QUOTES_CONNECT": {"desk.quotes", `environment variable MARKET_DESK_QUOTES_CONNECT: host * is no place to connect to: a name or an address`},
	} {
		t.Run(variable, func(t *testing.T) {
			t.Setenv(variable, "tcp://a:1, tcp://*:1")
			_, err := OpenReceiver(context.Background(), newPump(t, WithEnv("MARKET")), top, c[0], tickCodec{}, nil)
			if err == nil || !strings.Contains(err.Error(), c[1]) {
				t.Errorf("got %v, want %s", err, c[1])
			}
		})
	}
	t.Setenv("MARKET_FEED_ORDERS_BIND", "tcp://localhost:1")
	p := newPump(t, WithEnv("MARKET"))
	if _, err := OpenReceiver(context.Background(), p, top, "feed.orders", textCodec{}, nil); err == nil || !strings.Contains(err.Error(), `environment variable MARKET_FEED_ORDERS_BIND: bind to the host name "localhost"`) {
		t.Error(err)
	}
	must(OpenReceiver(context.Background(), p, top, "feed.orders", textCodec{}, []SocketOption{Bind("tcp://127.0.0.1:*")}))(t)
	if err := p.Socket("market", "feed.orders").Connect("tcp://a:*"); err == nil || !strings.Contains(err.Error(), "port * is no place to connect to") {
		t.Error(err)
	}
}

// What is likely a slip is told once, and stops nothing.
func TestOverridesThatReachNothingAreReportedOnce(t *testing.T) {
	t.Setenv("MARKET_FEDD_QUOTES", "anything")
	t.Setenv("MARKET_STRANGER", "tcp://a:1")
	t.Setenv("MARKET_DB_URL", "postgres://a:1")
	t.Setenv("MARKET_LOG_LEVEL", "debug")
	t.Setenv("MARKET_FEED_QUOTES", "")
	var f faults
	p, err := NewPump(context.Background(), WithErrorHandler(f.handle), WithEnv("MARKET"), WithEndpoint("feed.quoted", "tcp://a:1"), WithEndpoint("other.socket_of_all", "tcp://a:1"),
		WithConfig("a.json", []byte(`{"topology": "markt"}`)), WithConfig("b.json", []byte(`{"topology": "else"}`)))
	if err != nil {
		t.Fatal(err)
	}
	for _, instance := range []string{"1", "2"} {
		must(OpenReceiver(context.Background(), p, overridableTopology(), "feed.orders", textCodec{}, []SocketOption{Instance(instance), Bind("inproc://" + instance)}))(t)
	}
	p.Close()
	var got []string
	for _, err := range f.all() {
		got = append(got, err.Error())
	}
	equal(t, strings.Join(got, "\n"), `overrides: environment variable MARKET_FEDD_QUOTES names no socket of topology market: did you mean MARKET_FEED_QUOTES?
overrides: WithEndpoint("feed.quoted", …) names no socket of topology market: did you mean "feed.quotes"?
overrides: a.json:1:14: the file is for topology "markt", and "market" opens: did you mean that?
overrides: environment variable MARKET_STRANGER holds an endpoint and names no socket of any topology that opened (market): MARKET_NODE_SOCKET does, and the same with _BIND or _CONNECT
overrides: b.json:1:14: the file is for topology "else", of which nothing opened: it had no effect
overrides: a.json:1:14: the file is for topology "markt", of which nothing opened: it had no effect`)
}

func FuzzConfigYAML(f *testing.F) { fuzzConfig(f, "a.yaml") }
func FuzzConfigJSON(f *testing.F) { fuzzConfig(f, "a.json") }

// fuzzConfig reads whatever there is: problems have places in the text, and a file without problems opens or says why not.
func fuzzConfig(f *testing.F, name string) {
	for _, seed := range []string{
		"topology: market\nnodes: {feed: {host: a, sockets: {quotes: {bind: 'tcp://*:1', options: {linger: 2s}}}}}\n",
		"topology: market\nsecurity: {desks: {server: {allow: {env: A}}}}\ndefaults: {buffer: 1}\n",
		`{"topology": "market", "devices": {"hub": {"backend": {"bind": ["tcp://*:7"], "options": {"send_hwm": 0}}}}}`,
		"{\"a\": [1, null, true, \"\\ud800\"]}", "a: &b [*b]\n", "- |\n  x\n---\n", "? {a: b}\n: c\n", "\t", "%YAML 1.1\n---\n", "{]", "\"\\", "nodes:\n\tx", "[[[[[[",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		file := parseConfig(name, []byte(text))
		lines := strings.Count(text, "\n") + 2
		for _, p := range file.problems.List {
			if p.At.Line < 0 || p.At.Line > lines || p.Text == "" || len(p.Text) > 2000 {
				t.Fatalf("%+v", p)
			}
		}
		if !file.problems.Any() {
			var problems config.Problems
			top := *overridableTopology()
			file.apply(&top, &problems)
			for _, name := range sortedKeys(top.Sockets) {
				if _, err := configure(&top, name, nil); err != nil && !problems.Any() {
					t.Fatalf("%s: %v", name, err)
				}
			}
		}
	})
}
