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

// strangeVariables returns an error for each variable that is none of t's and its imports', although it was likely meant to be.
func (p *Pump) strangeVariables(t *Topology) []error {
	strange := strangeVariables(p.envPrefix, t)
	for _, in := range t.Imports {
		if upper := strings.ToUpper(in.Name); p.envPrefix != "" && upper != p.envPrefix {
			strange = append(strange, strangeVariables(upper, in)...)
		}
	}
	return strange
}

// strangeVariables returns the variables with the prefix that are of no socket of t, although they were likely meant to be: they
// have nearly the name of one, or hold an endpoint. Others may share the prefix.
func strangeVariables(prefix string, t *Topology) (strange []error) {
	if prefix == "" {
		return nil
	}
	var known []string
	for _, name := range sortedKeys(t.Sockets) {
		v := variable(prefix, name)
		known = append(known, v, v+"_BIND", v+"_CONNECT")
	}
	for _, pair := range os.Environ() {
		name, value, _ := strings.Cut(pair, "=")
		if !strings.HasPrefix(name, prefix+"_") || strings.TrimSpace(value) == "" || slices.Contains(known, name) {
			continue
		}
		switch near := config.Nearest(name, known); {
		case near != "":
			strange = append(strange, fmt.Errorf("environment variable %s names no socket of topology %s: did you mean %s?", config.Clip(name), t.Name, near))
		case hasEndpoint(value):
			strange = append(strange, fmt.Errorf("environment variable %s holds an endpoint and names no socket of topology %s: %s_NODE_SOCKET does, and the same with _BIND or _CONNECT", config.Clip(name), t.Name, prefix))
		}
	}
	return strange
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
