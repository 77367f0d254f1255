//go:build cgo

package runtime

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/zmqgen/zmqgen/runtime/internal/config"
)

// This file reads endpoints from the environment, and finds the variables that were meant for it and are none of it.

// env returns the endpoints that the environment has for a socket of the program's own topology, nil if it has
// none, and where they are from.
func (p *Pump) env(socket, suffix string) (endpoints []string, from string) {
	return envEndpoints(p.envPrefix, socket, suffix)
}

// envEndpoints returns the endpoints of a variable; nil if there is none, or no prefix.
func envEndpoints(prefix, socket, suffix string) (endpoints []string, from string) {
	if prefix == "" {
		return nil, ""
	}
	name := variable(prefix, socket) + suffix
	for _, e := range strings.Split(os.Getenv(name), ",") {
		if e = strings.TrimSpace(e); e != "" {
			endpoints = append(endpoints, e)
		}
	}
	return endpoints, "environment variable " + name
}

// variable returns the name of the variable that says where a socket is.
func variable(prefix, socket string) string {
	return prefix + "_" + strings.ToUpper(strings.ReplaceAll(socket, ".", "_"))
}

// environment is what a pump knows of the variables with its prefixes: those of every topology of which something has opened.
type environment struct {
	known      map[string]bool     // the variables of all sockets
	topologies map[string][]string // names, by prefix
	told       map[string]bool     // variables that were reported
}

// learn adds the variables of t's sockets, and returns them.
func (e *environment) learn(prefix string, t *Topology) (names []string) {
	if e.known == nil {
		e.known, e.topologies, e.told = make(map[string]bool), make(map[string][]string), make(map[string]bool)
	}
	for _, socket := range sortedKeys(t.Sockets) {
		name := variable(prefix, socket)
		names = append(names, name, name+"_BIND", name+"_CONNECT")
	}
	for _, name := range names {
		e.known[name] = true
	}
	if !slices.Contains(e.topologies[prefix], t.Name) {
		e.topologies[prefix] = append(e.topologies[prefix], t.Name)
	}
	return names
}

// nearlyOf returns an error for each variable that was likely meant for a socket of t or its imports, which open, and is exactly
// none of any topology that has opened.
func (e *environment) nearlyOf(prefix string, t *Topology) (strange []error) {
	if prefix == "" || t == checkTopology {
		return nil
	}
	type opening struct {
		prefix, topology string
		names            []string
	}
	all := []opening{{prefix, t.Name, e.learn(prefix, t)}}
	for _, in := range t.Imports {
		upper := strings.ToUpper(in.Name)
		all = append(all, opening{upper, in.Name, e.learn(upper, in)})
	}
	for _, o := range all {
		for _, name := range e.strangers(o.prefix) {
			near := misspelt(name, o.names)
			if near == "" && hasEndpoint(os.Getenv(name)) {
				near = sameWords(name, o.names)
			}
			if near != "" {
				e.told[name] = true
				strange = append(strange, fmt.Errorf("environment variable %s names no socket of topology %s: did you mean %s?", config.Clip(name), o.topology, near))
			}
		}
	}
	return strange
}

// unexplained returns an error for each variable that holds an endpoint and is of no topology that has opened. Which others would
// open was not known before the pump closed.
func (e *environment) unexplained() (strange []error) {
	for _, prefix := range slices.Backward(sortedKeys(e.topologies)) { // MARKET_DATA before MARKET
		for _, name := range e.strangers(prefix) {
			if !hasEndpoint(os.Getenv(name)) {
				continue
			}
			e.told[name] = true
			strange = append(strange, fmt.Errorf("environment variable %s holds an endpoint and names no socket of any topology that opened (%s): %s_NODE_SOCKET does, and the same with _BIND or _CONNECT",
				config.Clip(name), strings.Join(e.topologies[prefix], ", "), prefix))
		}
	}
	return strange
}

// strangers returns the variables with the prefix that say something, are of no topology that has opened, and were not reported.
// Others may share the prefix.
func (e *environment) strangers(prefix string) (names []string) {
	for _, pair := range os.Environ() {
		name, value, _ := strings.Cut(pair, "=")
		if strings.HasPrefix(name, prefix+"_") && strings.TrimSpace(value) != "" && !e.known[name] && !e.told[name] {
			names = append(names, name)
		}
	}
	return names
}

// misspelt returns the variable of known that name nearly is. Word for word: MARKET_BOOK_ORDERS is not MARKET_DESK_ORDERS, though
// no more than three letters differ.
func misspelt(name string, known []string) string {
	words := strings.Split(name, "_")
	return config.Nearest(name, slices.DeleteFunc(slices.Clone(known), func(candidate string) bool {
		others := strings.Split(candidate, "_")
		return len(words) == len(others) && !slices.EqualFunc(words, others, func(word, other string) bool {
			return word == other || config.Nearest(word, []string{other}) != ""
		})
	}))
}

// sameWords returns what of known has some words less than name or some more, in the same order: who writes MARKET_QUOTES, MARKET_FEED
// or MARKET_FEED_QUOTES_URL means MARKET_FEED_QUOTES. It is what has the fewest less or more, of which there may be several.
func sameWords(name string, known []string) string {
	var nearest []string
	words, fewest := strings.Split(name, "_"), 0
	for _, candidate := range known {
		others := strings.Split(candidate, "_")
		between := max(len(words)-len(others), len(others)-len(words))
		if nearest != nil && between > fewest || !inOrder(words, others) && !inOrder(others, words) {
			continue
		}
		if between != fewest {
			nearest, fewest = nil, between
		}
		nearest = append(nearest, candidate)
	}
	return strings.Join(nearest[:min(len(nearest), 3)], " or ")
}

// inOrder reports whether all of some stand in words, in the same order.
func inOrder(some, words []string) bool {
	for _, word := range words {
		if len(some) > 0 && some[0] == word {
			some = some[1:]
		}
	}
	return len(some) == 0
}

// hasEndpoint reports whether text begins as the endpoints that sockets have do.
func hasEndpoint(text string) bool {
	for _, transport := range []string{"tcp://", "ipc://", "inproc://"} {
		if strings.HasPrefix(strings.TrimSpace(text), transport) {
			return true
		}
	}
	return false
}
