package lint

import (
	"slices"

	"github.com/zmqgen/zmqgen/schema"
)

// This file is the two sides of a pattern: who speaks it how, here and in topologies that are imported.

// sides are the sockets of a pattern: those that publish, push, call, are dealers or bind, and then their counterparts.
type sides [2]group

// group is the sockets of one side.
type group struct {
	sockets  []*schema.Socket // without the sides of devices, that others have to be beside
	open     bool             // one of them has peers that are not in the file
	literal  bool             // one of them connects to a literal endpoint
	wildcard bool             // one of them binds where ZeroMQ likes
	lost     bool             // one of them connects where nobody binds
	binder   *schema.Socket   // the first that binds; nil if none does
	seeker   *schema.Socket   // the first that connects; nil if none does
}

func (g *group) add(s *schema.Socket, isLost bool) {
	if !isDevices(s) {
		g.sockets = append(g.sockets, s)
	}
	g.open, g.lost = g.open || isOpen(s), g.lost || isLost
	g.literal = g.literal || slices.ContainsFunc(s.Connect, func(e schema.Endpoint) bool { return e.Ref == nil })
	g.wildcard = g.wildcard || bindsAnywhere(s)
	if g.binder == nil && len(s.Bind) > 0 {
		g.binder = s
	}
	if g.seeker == nil && len(s.Connect) > 0 {
		g.seeker = s
	}
}

// others returns the sockets that s may meet.
func (p *pass) others(s *schema.Socket) *group { return &p.sides[s.Pattern][1-sideOf(s)] }

// own returns the sockets of the side of s.
func (p *pass) own(s *schema.Socket) *group { return &p.sides[s.Pattern][sideOf(s)] }

// isOpen reports whether sockets that are not in the file may meet s.
func isOpen(s *schema.Socket) bool { return s.External || s.Pattern.External }

// sideOf is which side of its pattern a socket is.
func sideOf(s *schema.Socket) int {
	sends, _ := s.Flows()
	switch both := s.Pattern.BothWays; {
	case s.Pattern.Kind == schema.ReqRep && (s.Type == schema.Req || s.Type == schema.Dealer):
		return 0
	case both != nil && sends == both[0]:
		return 0
	case s.Pattern.Kind != schema.ReqRep && both == nil && sends != nil:
		return 0
	}
	return 1
}

// bindsAnywhere reports whether ZeroMQ chooses an endpoint of the socket.
func bindsAnywhere(s *schema.Socket) bool {
	return slices.ContainsFunc(s.Bind, func(e schema.Endpoint) bool { return hasWildcard(e.Value) })
}
