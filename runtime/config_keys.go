//go:build cgo

package runtime

import (
	"strings"

	"github.com/zmqgen/zmqgen/runtime/internal/config"
)

// This file is the table of the keys that a file of overrides may have. They are named as in a topology, of which the other keys
// are known too, so that who writes one of them is told that it stays as it is.

// configObject is a kind of mapping whose keys are fixed.
type configObject struct {
	keys    []string
	fixed   []string          // keys of the same mapping in a topology, which a file does not change
	foreign map[string]string // what others call our keys, and what to write
}

// accepted lists the keys.
func (o *configObject) accepted() string { return strings.Join(o.keys, ", ") }

var optionNames = func() (names []string) {
	for _, o := range options {
		names = append(names, o.name)
	}
	return names
}()

// beside says of keys that belong to options where they stand.
var beside = func() map[string]string {
	foreign := map[string]string{"hwm": "options: {send_hwm: …} or recv_hwm", "receive_hwm": "options: {recv_hwm: …}"}
	for _, name := range optionNames {
		foreign[name] = "options: {" + name + ": …}"
	}
	return foreign
}()

var (
	rootObject = configObject{
		keys:    []string{"topology", "defaults", "nodes", "devices", "security"},
		fixed:   []string{"version", "doc", "go", "enums", "messages", "patterns", "encoding", "import", "lint"},
		foreign: map[string]string{"name": "topology: NAME", "node": "nodes", "device": "devices", "securities": "security"},
	}
	defaultsObject = configObject{
		keys:    []string{"buffer", "options"},
		fixed:   []string{"overflow", "security"},
		foreign: beside,
	}
	nodeObject = configObject{
		keys:    []string{"host", "defaults", "sockets"},
		fixed:   []string{"doc", "go_name", "replicas"},
		foreign: map[string]string{"options": "defaults: {options: …}", "buffer": "defaults: {buffer: …}"},
	}
	socketObject = configObject{
		keys: []string{"bind", "connect", "advertise", "buffer", "options"},
		fixed: []string{"pub", "sub", "push", "pull", "req", "rep", "dealer", "router", "xpub", "xsub", "pair",
			"subscribe", "batch", "routing_id", "overflow", "doc", "go_name", "security", "external"},
		foreign: beside,
	}
	deviceObject = configObject{
		keys:    []string{"host", "frontend", "backend", "capture"},
		fixed:   []string{"doc", "go_name", "kind", "pattern"},
		foreign: map[string]string{"options": "options of frontend, backend and capture", "front": "frontend", "back": "backend"},
	}
	sideObject = configObject{
		keys:    []string{"bind", "connect", "advertise", "options"},
		fixed:   []string{"doc", "security", "external"},
		foreign: withKey(beside, "buffer", "options: {send_hwm: …} or recv_hwm: a device has no Go channels"),
	}
	optionsObject = configObject{
		keys:  optionNames,
		fixed: []string{"conflate"},
		foreign: map[string]string{
			"hwm": "send_hwm or recv_hwm", "receive_hwm": "recv_hwm", "sndhwm": "send_hwm", "rcvhwm": "recv_hwm", "router_handover": "handover",
			"maxmsgsize": "max_message_size", "heartbeat_ivl": "heartbeat", "reconnect_ivl": "reconnect", "reconnect_ivl_max": "reconnect_max",
			"handshake_ivl": "handshake_timeout", "tcp_keepalive_idle": "tcp_keepalive", "buffer": "buffer, beside options",
		},
	}
	securityObject = configObject{
		keys:    []string{"server", "client"},
		fixed:   []string{"doc", "mechanism", "domain"},
		foreign: map[string]string{"allow": "allow of server"},
	}
	serverObject = configObject{
		keys:    []string{"public_key", "secret_key", "allow"},
		foreign: map[string]string{"public": "public_key", "secret": "secret_key", "private_key": "secret_key", "users": "allow", "clients": "allow"},
	}
	clientObject = configObject{
		keys:    []string{"public_key", "secret_key", "username", "password"},
		foreign: map[string]string{"public": "public_key", "secret": "secret_key", "private_key": "secret_key", "server_key": "public_key of server", "user": "username"},
	}
	sourceObject = configObject{keys: []string{"env", "file"}}
)

func withKey(m map[string]string, key, value string) map[string]string {
	out := map[string]string{key: value}
	for k, v := range m {
		out[k] = v
	}
	return out
}

// unknown says what to do about a key that the mapping, which is called what, does not have.
func (o *configObject) unknown(key, what string) *syntaxError {
	given := strings.TrimPrefix(strings.ToLower(key), "zmq_")
	for _, fixed := range o.fixed {
		if key == fixed {
			return wrong("a file of overrides changes "+o.accepted(), "%q of %s stays as the topology has it", key, what)
		}
	}
	meant, foreign := o.foreign[given]
	if !foreign {
		meant = config.Nearest(given, o.keys)
	}
	accepted := "keys: " + o.accepted()
	if meant != "" {
		accepted = "did you mean " + meant + "? " + accepted
	}
	return wrong(accepted, "unknown key %q in %s", config.Clip(key), what)
}
