package lint

import (
	"strings"

	"github.com/zmqgen/zmqgen/schema"
)

// This file finds endpoints that depend on where a program runs, or that let in whoever knows the port.

var (
	ipcAbstract = &schema.Rule{ID: "ipc-abstract", Severity: schema.Warning, Summary: "an ipc endpoint is a path, and no abstract name of Linux's"}
	ipcRelative = &schema.Rule{ID: "ipc-relative", Severity: schema.Warning, Summary: "the path of an ipc endpoint starts at the root"}
	ipcWindows  = &schema.Rule{ID: "ipc-windows", Severity: schema.Off, Summary: "nothing needs ipc, which Windows may do without"}
	bindAnyNull = &schema.Rule{ID: "bind-any-null", Severity: schema.Off, Summary: "nothing is bound for the whole network without security"}
)

// eachEndpoint calls f for each literal endpoint of the topology itself.
func (p *pass) eachEndpoint(f func(s *schema.Socket, e schema.Endpoint, bound bool)) {
	for s := range p.topology.AllSockets() {
		for i, list := range [][]schema.Endpoint{s.Bind, s.Advertise, s.Connect} {
			for _, e := range list {
				if e.Ref == nil {
					f(s, e, i == 0)
				}
			}
		}
	}
}

// checkIPC reports ipc endpoints that are not the same everywhere.
func (p *pass) checkIPC() {
	p.eachEndpoint(func(_ *schema.Socket, e schema.Endpoint, _ bool) {
		path, isIPC := strings.CutPrefix(e.Value, "ipc://")
		if !isIPC {
			return
		}
		p.report(ipcWindows, e.Span, "ipc is there on Unix, and on Windows only where both it and libzmq are recent").Helpf("tcp://127.0.0.1:PORT is there on every system")
		switch {
		case path == "*" || strings.HasPrefix(path, "/"):
		case path[0] == '@':
			p.report(ipcAbstract, e.Span, "%q is a name in Linux's abstract namespace, which no other system has", path).
				Helpf("a path such as ipc:///run/%s/NAME", p.topology.Name.Value)
		default:
			p.report(ipcRelative, e.Span, "the path is relative to the directory in which a process was started").
				Helpf("a path from the root, such as ipc:///run/%s/NAME", p.topology.Name.Value)
		}
	})
}

// checkBindAny reports tcp endpoints that all interfaces of a machine have, of sockets without security: where others of the topology
// have one, under a name of its own.
func (p *pass) checkBindAny() {
	p.eachEndpoint(func(s *schema.Socket, e schema.Endpoint, bound bool) {
		if host, _ := split(e.Value); !bound || transport(e.Value) != "tcp" || !isAny(host) || s.Security != nil {
			return
		}
		rule, help := bindAnyNull, "bind the address of an interface that is protected, such as tcp://127.0.0.1:PORT, or give it a security"
		if len(p.topology.Securities) > 0 {
			rule, help = curveMissing, "give it a security, such as security: "+p.topology.Securities[0].Name.Value+"; or bind the address of an interface that is protected"
		}
		p.report(rule, e.Span, "whoever reaches this host can speak to %q: nothing is encrypted, and nobody is asked who they are", s.FullName()).
			Helpf("%s", help)
	})
}
