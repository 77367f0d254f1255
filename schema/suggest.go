package schema

import (
	"regexp"
	"slices"
	"strings"
)

// This file turns a name that nobody declared into a did-you-mean.

const (
	// maxComparisons bounds the work of all did-you-means of a file: with thousands of names and of
	// mistakes it would be their product.
	maxComparisons = 20000
	maxNameLength  = 64
)

// suggest returns the candidate nearest to name, or "" if none is near.
func (p *parser) suggest(name string, candidates []string) string {
	if len(name) > maxNameLength {
		return ""
	}
	best, bestDistance := "", min(3, 1+len(name)/4)+1
	for _, c := range candidates {
		if p.comparisons--; p.comparisons < 0 {
			return best
		}
		if strings.EqualFold(c, name) {
			return c
		}
		if gap := len(c) - len(name); gap >= bestDistance || -gap >= bestDistance || len(c) > maxNameLength {
			continue
		}
		if d := distance(strings.ToLower(name), strings.ToLower(c)); d < bestDistance {
			best, bestDistance = c, d
		}
	}
	if bestDistance >= len(name) { // nothing of it is left
		return ""
	}
	return best
}

// Closest returns the candidate that name is most likely meant to be, or "" if none is near.
func Closest(name string, candidates []string) string {
	return (&parser{comparisons: maxComparisons}).suggest(name, candidates)
}

// suggestChoice adds to d what is accepted, with a did-you-mean if one is near.
func (p *parser) suggestChoice(d *Diagnostic, given string, accepted []string) {
	all := "one of: " + strings.Join(accepted, ", ")
	if s := p.suggest(given, accepted); s != "" {
		d.help("did you mean %q? %s", s, all)
		return
	}
	d.help("%s", all)
}

// choice returns the text of a key that accepts a few words only; "" if it is not there or no such word.
func (p *parser) choice(r record, key string) string {
	if t := r.scalarText(key); t.IsSet() && p.isChoice(t, key, r.words(key)) {
		return t.Value
	}
	return ""
}

// isChoice reports whether t is one of the values that what accepts, and if it is not, to the user too.
func (p *parser) isChoice(t Text, what string, accepted []string) bool {
	if slices.Contains(accepted, t.Value) {
		return true
	}
	p.suggestChoice(p.report(badChoice, t.Span, "%q is no value of %s", clip(t.Value), what), t.Value, accepted)
	return false
}

// suggestOf adds a did-you-mean to d, or else what is accepted if that is short enough to list.
func (p *parser) suggestOf(d *Diagnostic, name, what string, candidates []string) {
	if s := p.suggest(name, candidates); s != "" {
		d.help("did you mean %q?", s)
		return
	}
	if len(candidates) == 0 {
		if p.comparisons > 0 { // else nobody looked
			d.help("no %s is declared", what)
		}
		return
	}
	const most = 12
	if len(candidates) > most {
		d.help("declared: %s and %d more", strings.Join(candidates[:most], ", "), len(candidates)-most)
		return
	}
	d.help("declared: %s", strings.Join(candidates, ", "))
}

// distance is the number of insertions, deletions, changes and swaps of neighbours between a and b.
func distance(a, b string) int {
	rows := [3][]int{}
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
	}
	before, above, row := rows[0], rows[1], rows[2]
	for j := range above {
		above[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			change := 1
			if a[i-1] == b[j-1] {
				change = 0
			}
			row[j] = min(above[j]+1, row[j-1]+1, above[j-1]+change)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, above, row = above, row, before
	}
	return above[len(b)]
}

// foreignKeys are the keys that other languages have for ours, and what to use for those to come.
var foreignKeys = map[*objectDef]map[string]string{
	&methodKeys: {
		"req": "request", "args": "request", "arguments": "request", "params": "request", "input": "request",
		"rep": "reply", "response": "reply", "result": "reply", "returns": "reply", "output": "reply",
	},
	&patternKeys: {"errors": "methods, which declare errors", "req": "request", "rep": "reply", "response": "reply"},
	&retryKeys:   {"max": "attempts", "times": "attempts", "count": "attempts", "wait": "every", "delay": "every", "interval": "every", "backoff": "every"},
	&optionKeys: {
		"hwm": "send_hwm or recv_hwm", "sndhwm": "send_hwm", "rcvhwm": "recv_hwm",
		"router_handover": "handover", "maxmsgsize": "max_message_size",
		"subscribe": "subscribe, beside options", "routing_id": "routing_id, beside options", "identity": "routing_id, beside options",
		"overflow": "overflow, beside options", "buffer": "buffer, beside options", "batch": "batch, beside options",
		"heartbeat_ivl": "heartbeat", "reconnect_ivl": "reconnect", "reconnect_ivl_max": "reconnect_max", "handshake_ivl": "handshake_timeout",
		"tcp_keepalive_idle": "tcp_keepalive", "security": "security, beside options",
		"welcome": "the option Welcome of the constructor", "xpub_welcome_msg": "the option Welcome of the constructor",
	},
	&deviceKeys: {
		"type": "kind", "in": "frontend", "front": "frontend", "input": "frontend", "out": "backend", "back": "backend", "output": "backend",
		"monitor": "capture", "security": "security of frontend, backend and capture", "options": "options of frontend, backend and capture",
	},
	&sideKeys: {
		"buffer": "options: {send_hwm: …} or recv_hwm: a device has no Go channels", "overflow": "options: {send_hwm: …} or recv_hwm: a device has no Go channels",
		"subscribe": "no subscription: subscribers' own are passed on", "hwm": "options: {send_hwm: …} or recv_hwm", "linger": "options: {linger: …}",
		"host": "host of the device", "pattern": "pattern of the device", "type": "kind of the device",
	},
	&defaultsKeys: {
		"linger": "options: {linger: …}", "send_hwm": "options: {send_hwm: …}", "recv_hwm": "options: {recv_hwm: …}", "heartbeat": "options: {heartbeat: …}",
		"encoding": "encoding, beside defaults", "timeout": "timeout of the method or the pattern",
	},
	&securityKeys: {"type": "mechanism", "kind": "mechanism", "zap_domain": "domain", "allow": "allow of server"},
	&serverKeys:   {"public": "public_key", "secret": "secret_key", "private_key": "secret_key", "users": "allow", "clients": "allow", "password": "allow, a list of names and passwords"},
	&clientKeys:   {"public": "public_key", "secret": "secret_key", "private_key": "secret_key", "server_key": "public_key of server", "user": "username"},
	&socketKeys: {
		"heartbeat": "options: {heartbeat: …}", "immediate": "options: {immediate: …}", "tcp_keepalive": "options: {tcp_keepalive: …}",
		"identity": "routing_id", "subscription": "subscribe", "subscriptions": "subscribe", "topics": "subscribe",
		"send_hwm": "options: {send_hwm: …}", "recv_hwm": "options: {recv_hwm: …}", "hwm": "options: {send_hwm: …} or recv_hwm",
		"linger": "options: {linger: …}", "max_message_size": "options: {max_message_size: …}",
		"conflate": "options: {conflate: …}", "handover": "options: {handover: …}",
		"metadata": "metadata of the pattern", "correlation": "correlation of the pattern", "encoding": "encoding of the pattern",
		"topic": "topic of the pattern", "timeout": "timeout of the method or the pattern",
		"idempotent": "idempotent of the method or the pattern", "retry": "retry of the method or the pattern",
		"welcome": "the option Welcome of the constructor",
	},
}

// foreignKinds are the names that ZeroMQ's documents and others have for our kinds of pattern.
var foreignKinds = map[string]PatternKind{
	"request-reply": ReqRep, "request_reply": ReqRep, "rpc": ReqRep, "req-router": ReqRep, "dealer-rep": ReqRep,
	"publish-subscribe": PubSub, "publish_subscribe": PubSub, "xpub-xsub": PubSub, "pipeline": PushPull,
	"router-dealer": DealerRouter, "exclusive-pair": Pair, "exclusive_pair": Pair, "pair-pair": Pair, "dealer-dealer": Pair,
}

// foreignTypes are the names that other languages have for our types.
var foreignTypes = map[string]Scalar{
	"boolean": Bool, "byte": Uint32, "short": Int32, "int": Int64, "integer": Int64, "long": Int64,
	"i32": Int32, "i64": Int64, "u32": Uint32, "u64": Uint64, "uint": Uint64, "int8": Int32, "int16": Int32,
	"uint8": Uint32, "uint16": Uint32, "float": Float64, "double": Float64, "f32": Float32, "f64": Float64,
	"number": Float64, "str": String, "text": String, "binary": Bytes, "blob": Bytes, "date": Timestamp,
	"time": Timestamp, "datetime": Timestamp, "guid": UUID, "money": Decimal, "any": JSON, "object": JSON,
}

var (
	foreignList     = regexp.MustCompile(`(?i)^(?:list|array|vec|vector|slice|seq|sequence|repeated) ?(?:<(.+)>|\[(.+)\])$`)
	foreignOptional = regexp.MustCompile(`(?i)^(?:optional|option|maybe|nullable) ?(?:<(.+)>|\[(.+)\])$`)
	foreignMap      = regexp.MustCompile(`(?i)^(?:map|dict|dictionary|hashmap|record) ?(?:<([^,]+),(.+)>|\[([^,\]]+),(.+)\]|\[([^,\]]+)\](.+))$`)
	foreignWord     = regexp.MustCompile(`^(repeated|optional|required|enum|message|struct)\s+(.+)$`)
	namePattern     = regexp.MustCompile(`^([a-z][a-z0-9_]*\.)?[A-Za-z][A-Za-z0-9_]*$`)
)

// respelled returns the list, map, optional or named type that other languages write as []T, T[],
// List<T>, map[K]V, optional T or enum T; "" for anything else.
func respelled(s string) string {
	if len(s) > maxTypeTextLength || strings.HasPrefix(s, "map<") {
		return ""
	}
	if m := foreignMap.FindStringSubmatch(s); m != nil {
		key, elem := ourType(m[1]+m[3]+m[5]), ourType(m[2]+m[4]+m[6])
		if namePattern.MatchString(key) && namePattern.MatchString(elem) {
			return "map<" + key + ", " + elem + ">"
		}
		return ""
	}
	list, optional, plain := "", "", ""
	if m := foreignList.FindStringSubmatch(s); m != nil {
		list = m[1] + m[2]
	} else if m := foreignOptional.FindStringSubmatch(s); m != nil {
		optional = m[1] + m[2]
	} else if m := foreignWord.FindStringSubmatch(s); m != nil {
		switch m[1] {
		case "repeated":
			list = m[2]
		case "optional":
			optional = m[2]
		default:
			plain = m[2]
		}
	} else if rest, is := strings.CutPrefix(s, "[]"); is {
		list = rest
	} else if rest, is := strings.CutSuffix(s, "[]"); is {
		list = rest
	} else if rest, is := strings.CutPrefix(s, "["); is && strings.HasSuffix(rest, "]") {
		list = strings.TrimSuffix(rest, "]")
	}
	switch {
	case list != "":
		if t := ourType(list); namePattern.MatchString(t) {
			return "list<" + t + ">"
		}
	case optional != "":
		t := ourType(optional)
		if namePattern.MatchString(t) {
			return t + "?"
		}
		return t // of a list, which has no ?
	case plain != "":
		return ourType(plain)
	}
	return ""
}

// ourType returns the type that a part of a foreign type stands for; "" if there is none.
func ourType(s string) string {
	s = strings.TrimSpace(s)
	if t, foreign := foreignTypes[strings.ToLower(s)]; foreign {
		return string(t)
	}
	if namePattern.MatchString(s) {
		return s
	}
	return respelled(s)
}

// scalars are the names of all scalar types.
var scalars = []Scalar{
	Bool, Int32, Int64, Uint32, Uint64, Sint32, Sint64, Fixed32, Fixed64, Sfixed32, Sfixed64, Float32, Float64,
	String, Bytes, Timestamp, Duration, UUID, Decimal, JSON,
}

func scalarNames() []string {
	var names []string
	for _, s := range scalars {
		names = append(names, string(s))
	}
	return names
}

func isScalar(name string) bool { return slices.Contains(scalars, Scalar(name)) }
