package graph

import (
	"fmt"
	"strings"

	"github.com/zmqgen/zmqgen/schema"
)

// This file makes nodes that stand for peers which are in no file: one for each host that is connected to, and one for
// all that connect to the same nodes.

// outsider is a socket that has a peer which is in no file.
type outsider struct {
	socket   *schema.Socket
	endpoint string // that the socket connects to; "" if the peer connects to it, or nobody says where they meet
}

// outsideRow is what makes two peers that are in no file the same socket of their node.
type outsideRow struct {
	node     *Node
	pattern  *Pattern
	endpoint string
	receives bool
}

// addExternals adds the nodes and their edges.
func (b *builder) addExternals() {
	nodes := map[string]*Node{}
	sockets := map[outsideRow]*Socket{}
	callers := b.callers()
	for _, o := range b.outside {
		s := b.sockets[o.socket]
		key, name := callers[callerKey{s.Pattern, isFrom(o.socket)}], "external"
		if o.endpoint != "" {
			name = hostIn(o.endpoint)
			key = "at " + name
		}
		node := nodes[key]
		if node == nil {
			node = &Node{ID: unique(b.taken, "external "+name), Name: name, External: true}
			nodes[key] = node
			b.graph.Nodes = append(b.graph.Nodes, node)
		}
		row := outsideRow{node, s.Pattern, o.endpoint, isFrom(o.socket)}
		peer := sockets[row]
		if peer == nil {
			peer = &Socket{ID: unique(b.taken, node.ID+"."+s.Pattern.Name), Node: node, Name: s.Pattern.Name, Pattern: s.Pattern}
			if o.endpoint != "" {
				peer.Bind = []string{o.endpoint}
			}
			sockets[row] = peer
			node.Sockets = append(node.Sockets, peer)
		}
		if o.endpoint == "" {
			b.join(peer, s, s.Pattern, !isFrom(o.socket))
		} else {
			b.join(s, peer, s.Pattern, isFrom(o.socket))
		}
	}
}

// callerKey is one side of a pattern.
type callerKey struct {
	pattern *Pattern
	from    bool
}

// callers returns for each side of a pattern what stands for the nodes whose sockets have peers on the other side that
// connect to them: the same for the same nodes. Such patterns share one external node.
func (b *builder) callers() map[callerKey]string {
	nodes := map[callerKey][]string{}
	for _, o := range b.outside {
		if o.endpoint == "" {
			s := b.sockets[o.socket]
			key := callerKey{s.Pattern, isFrom(o.socket)}
			if all := nodes[key]; len(all) == 0 || all[len(all)-1] != s.Node.ID {
				nodes[key] = append(all, s.Node.ID)
			}
		}
	}
	numbers := map[string]string{} // short, since it is looked up for every socket
	out := map[callerKey]string{}
	for key, all := range nodes {
		called := fmt.Sprint(key.from, " ", strings.Join(all, " "))
		if numbers[called] == "" {
			numbers[called] = fmt.Sprint("calls ", len(numbers))
		}
		out[key] = numbers[called]
	}
	return out
}

// hostIn returns what an external node is called by an endpoint of it: its host, or its transport if it is on the same
// one.
func hostIn(endpoint string) string {
	transport, address, _ := strings.Cut(endpoint, "://")
	if colon := strings.LastIndexByte(address, ':'); transport == "tcp" && colon > 0 {
		return address[:colon]
	}
	return transport
}
