package breaking

import (
	"slices"
	"strings"

	"github.com/zmqgen/zmqgen/schema"
)

// This file says who sends and who receives what is changed.

// maxPeers is how many sockets of a side are named.
const maxPeers = 1000

// maxLooked is how many sockets of passages are looked at for one change; those of more are not all named.
const maxLooked = 20_000

// way is a way of messages from nodes to nodes.
type way struct {
	key                string
	senders, receivers []string // names of nodes, each once
}

// users are those who send and receive something, of both versions.
type users struct {
	forms              [forms]bool // in which it travels
	checked            bool        // a server receives it, which validates requests
	external           bool        // sockets that are not in the file may send or receive it too
	senders, receivers names
	ways               []*way
	known              map[string]bool // keys of ways
	looked             int
}

// names are names in the order in which they came, each once.
type names struct {
	list  []string
	known map[string]bool
}

func (n *names) add(name string) {
	if n.known[name] || len(n.list) >= maxPeers {
		return
	}
	if n.known == nil {
		n.known = map[string]bool{}
	}
	n.known[name] = true
	n.list = append(n.list, name)
}

// travelling reports whether anything of it travels in the file.
func (u *users) travelling() bool { return u.forms != [forms]bool{} }

// addPassage adds who a passage goes between.
func (u *users) addPassage(c *comparison, p *schema.Passage) {
	u.checked = u.checked || p.Part == schema.PartRequest
	u.external = u.external || p.Pattern.External
	if u.looked += len(p.Senders) + len(p.Receivers); u.looked > maxLooked {
		return
	}
	u.addSockets(c, p.Senders, p.Receivers)
}

// addSockets adds a way from sockets to sockets.
func (u *users) addSockets(c *comparison, senders, receivers []*schema.Socket) {
	w := &way{}
	for _, s := range senders {
		u.external = u.external || s.External
		u.senders.add(c.socketName(s))
		w.senders = append(w.senders, c.nodeName(s.Node))
	}
	for _, s := range receivers {
		u.external = u.external || s.External
		u.receivers.add(c.socketName(s))
		w.receivers = append(w.receivers, c.nodeName(s.Node))
	}
	u.addWay(w)
}

// addWay adds a way, unless it is known or nothing goes it.
func (u *users) addWay(w *way) {
	if len(w.senders) == 0 || len(w.receivers) == 0 {
		return
	}
	for _, nodes := range []*[]string{&w.senders, &w.receivers} {
		slices.Sort(*nodes)
		*nodes = slices.Compact(*nodes)
	}
	w.key = strings.Join(w.senders, " ") + ">" + strings.Join(w.receivers, " ")
	if u.known[w.key] {
		return
	}
	if u.known == nil {
		u.known = map[string]bool{}
	}
	u.known[w.key] = true
	u.ways = append(u.ways, w)
}

// of returns the users of passages: those of the new version first.
func (c *comparison) of(old, new []*schema.Passage) *users {
	u := &users{}
	for _, p := range slices.Concat(new, old) {
		u.forms[formOf(p.Pattern.Encoding)] = true
		u.addPassage(c, p)
	}
	return u
}

// messageUsers returns the users of a message, of which one version may be nil.
func (c *comparison) messageUsers(old, new *schema.Message) *users {
	key := [2]*schema.Message{old, new}
	if u := c.users[key]; u != nil {
		return u
	}
	u := &users{}
	for f := range forms {
		if new != nil {
			u.addTravels(c, c.newTravels, stop{new, f})
		}
		if old != nil {
			u.addTravels(c, c.oldTravels, stop{old, f})
		}
	}
	c.users[key] = u
	return u
}

func (u *users) addTravels(c *comparison, tr *travels, at stop) {
	set := tr.by[at]
	if set == nil {
		return
	}
	tr.each(set, func(p *schema.Passage) {
		u.forms[at.form] = true
		if u.looked <= maxLooked {
			u.addPassage(c, p)
		}
	})
}

// enumUsers returns the users of an enum, of which one version may be nil, with the forms that its values have.
func (c *comparison) enumUsers(old, new *schema.Enum) *users {
	u := &users{}
	add := func(tr *travels, e *schema.Enum) {
		for _, h := range tr.holders[e] {
			for f := range forms {
				if set := tr.by[stop{h.message, f}]; set != nil && u.looked <= maxLooked {
					tr.each(set, func(p *schema.Passage) {
						u.forms[formIn(f, h.field)] = true
						u.addPassage(c, p)
					})
				}
			}
		}
	}
	if new != nil {
		add(c.newTravels, new)
	}
	if old != nil {
		add(c.oldTravels, old)
	}
	return u
}

// socketName is node.socket, with the name of its topology before it if that is imported.
func (c *comparison) socketName(s *schema.Socket) string {
	return c.nodeName(s.Node) + "." + s.Name.Value
}

// nodeName is the name of a node, with that of its topology before it if that is imported.
func (c *comparison) nodeName(n *schema.Node) string {
	if n.Topology != c.old && n.Topology != c.new {
		return n.Topology.Name.Value + "." + n.Name.Value
	}
	return n.Name.Value
}
