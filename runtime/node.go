//go:build cgo

package runtime

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// This file opens all sockets of a node together, or none.

// Duplex is the two channels of a socket that sends and receives.
type Duplex[S, R any] struct {
	Send chan<- S
	Recv <-chan R
}

// NodeOption changes how the sockets of a node are opened.
type NodeOption func(*nodeConfig)

type nodeConfig struct {
	every []SocketOption
	some  map[string][]SocketOption // by the socket's name within the node
}

// OnSocket opens the node's socket of that name, which the topology gives it, with opts too. They come after those
// of OnEverySocket.
func OnSocket(name string, opts ...SocketOption) NodeOption {
	return func(c *nodeConfig) { c.some[name] = append(c.some[name], opts...) }
}

// OnEverySocket opens each socket of the node with opts too. They must be ones that all of its sockets can have.
func OnEverySocket(opts ...SocketOption) NodeOption {
	return func(c *nodeConfig) { c.every = append(c.every, opts...) }
}

// NodePart is one socket of a node: how it is opened, and where what its constructor returns goes. Generated code
// makes it.
type NodePart struct {
	socket string // without its node
	open   func(context.Context, *Pump, []SocketOption) (keep, drop func(), err error)
}

// SenderPart is a socket that sends only.
func SenderPart[T any](socket string, open func(context.Context, *Pump, ...SocketOption) (chan<- T, error), to *chan<- T) NodePart {
	return NodePart{socket, func(ctx context.Context, p *Pump, opts []SocketOption) (keep, drop func(), err error) {
		ch, err := open(ctx, p, opts...)
		return func() { *to = ch }, func() { close(ch) }, err
	}}
}

// Part is a socket whose constructor returns nothing that must be closed: that of a receive channel, a client or
// a server.
func Part[T any](socket string, open func(context.Context, *Pump, ...SocketOption) (T, error), to *T) NodePart {
	return NodePart{socket, func(ctx context.Context, p *Pump, opts []SocketOption) (keep, drop func(), err error) {
		v, err := open(ctx, p, opts...)
		return func() { *to = v }, func() {}, err
	}}
}

// DuplexPart is a socket with a channel for each direction.
func DuplexPart[S, R any](socket string, open func(context.Context, *Pump, ...SocketOption) (chan<- S, <-chan R, error), to *Duplex[S, R]) NodePart {
	return NodePart{socket, func(ctx context.Context, p *Pump, opts []SocketOption) (keep, drop func(), err error) {
		send, recv, err := open(ctx, p, opts...)
		return func() { *to = Duplex[S, R]{send, recv} }, func() { close(send) }, err
	}}
}

// Node is the sockets of a node, opened together. Close may be called by many goroutines at once.
type Node struct {
	sockets []*Socket
}

// Close ends all sockets of the node and waits until they have closed, which the longest linger among them bounds. What
// their channels hold is sent before. The channels that the node sends by stay the user's to close. It may be
// called again, and on a nil *Node. It must not be called by an error handler or within Do.
func (n *Node) Close() error {
	if n == nil {
		return nil
	}
	for _, s := range n.sockets {
		s.end(nil)
	}
	for _, s := range n.sockets {
		<-s.done
	}
	return nil
}

// OpenNode opens the sockets of a node that parts are: all of them, or, if one fails, none, and then the error is
// that one's, an *Error. Those that bind are opened before those that connect, so that these find them. What the
// parts are to set is set when all are open. They end with ctx, the pump, the node or each by itself.
func OpenNode(ctx context.Context, p *Pump, t *Topology, node string, opts []NodeOption, parts ...NodePart) (*Node, error) {
	c := nodeConfig{some: make(map[string][]SocketOption)}
	for _, opt := range opts {
		opt(&c)
	}
	plan, err := c.plan(p, t, node, parts)
	if err != nil {
		return nil, err
	}
	n := new(Node)
	var keeps, drops []func()
	for _, part := range plan {
		var s *Socket
		keep, drop, err := part.open(ctx, p, append(part.opts, opened(&s)))
		if err == nil {
			keeps, drops = append(keeps, keep), append(drops, drop)
			if s == nil {
				err = &Error{"open", part.name, errors.New("its constructor passes no options on")}
			} else {
				n.sockets = append(n.sockets, s)
			}
		}
		if err != nil {
			for _, drop := range drops {
				drop()
			}
			n.Close()
			return nil, err
		}
	}
	for _, keep := range keeps {
		keep()
	}
	return n, nil
}

// opened has the socket that is opened put into *s.
func opened(s **Socket) SocketOption { return func(c *socketConfig) { c.opened = s } }

// plannedPart is a part that is about to be opened.
type plannedPart struct {
	NodePart
	name string // node.socket
	opts []SocketOption
	rank int // in the order of opening
}

// plan says how and in which order parts are to be opened, or what is wrong with one, before any is.
func (c *nodeConfig) plan(p *Pump, t *Topology, node string, parts []NodePart) (plan []plannedPart, err error) {
	var names []string
	for _, part := range parts {
		names = append(names, part.socket)
	}
	for name := range c.some {
		if !slices.Contains(names, name) {
			slices.Sort(names)
			return nil, &Error{"open", node, fmt.Errorf("the node has no socket %q: did you mean one of %s?", name, strings.Join(names, ", "))}
		}
	}
	t, err = p.effective(t)
	if err != nil {
		return nil, &Error{"open", node, err}
	}
	for _, part := range parts {
		next := plannedPart{NodePart: part, name: node + "." + part.socket}
		next.opts = append(append(next.opts, c.every...), c.some[part.socket]...)
		config, err := configure(t, next.name, next.opts)
		if err != nil {
			return nil, &Error{"open", next.name, err}
		}
		next.rank = p.rank(config)
		plan = append(plan, next)
	}
	slices.SortStableFunc(plan, func(a, b plannedPart) int { return cmp.Compare(a.rank, b.rank) })
	return plan, nil
}

// rank puts sockets that bind before those that connect, and those that do both between.
func (p *Pump) rank(c *socketConfig) int {
	const binds, both, connects = 0, 1, 2
	bind, _ := p.bindEndpoints(c)
	connect, _ := p.env(c.name, "_CONNECT")
	switch {
	case len(bind) == 0:
		return connects
	case len(c.Connect) > 0 || !c.connected && connect != nil:
		return both
	}
	return binds
}
