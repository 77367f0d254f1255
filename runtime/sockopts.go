//go:build cgo

package runtime

import (
	"errors"
	"strings"

	"github.com/pebbe/zmq4"
)

// This file sets ZeroMQ's options of a socket.

const (
	// minReplies is the least high-water mark of a client's REQ. libzmq ends the connection for good if it has no room
	// for a reply, and those to calls that have ended come when they like.
	minReplies = 1000
	// minFrame is the least ZMQ_MAXMSGSIZE, which holds for the frames of ZMTP's handshake too.
	minFrame = 1024
)

// setOptions sets what must be set before the socket binds or connects.
func (c *socketConfig) setOptions(zsock *zmq4.Socket, endpoints []string) error {
	errs := []error{
		zsock.SetLinger(c.linger),
		zsock.SetMaxmsgsize(max(c.maxMessageSize, minFrame)),
	}
	if c.SendHWM != nil {
		hwm := *c.SendHWM
		if c.Type == Rep && hwm == 1 {
			hwm = 2 // with 1, libzmq drops a reply if it does not yet know that the last one has gone
		}
		errs = append(errs, zsock.SetSndhwm(hwm))
	}
	if c.RecvHWM != nil {
		hwm := *c.RecvHWM
		if c.Type == Req && c.client && hwm > 0 {
			hwm = max(hwm, minReplies)
		}
		errs = append(errs, zsock.SetRcvhwm(hwm))
	}
	if id := c.SocketSpec.RoutingID; id != "" {
		errs = append(errs, zsock.SetIdentity(id))
	}
	if c.Type == Req && c.client && !c.Uncorrelated {
		errs = append(errs, zsock.SetReqCorrelate(1), zsock.SetReqRelaxed(1))
	}
	if strings.Contains(strings.Join(endpoints, " "), "[") {
		errs = append(errs, zsock.SetIpv6(true))
	}
	errs = append(errs, c.setTypeOptions(zsock))
	return errors.Join(errs...)
}

// setTypeOptions is setOptions for what some types have. An XPUB tells of each subscriber and of each that
// leaves, not only of the first and the last of a topic.
func (c *socketConfig) setTypeOptions(zsock *zmq4.Socket) error {
	var errs []error
	switch c.typ {
	case Router:
		errs = append(errs, zsock.SetRouterMandatory(1), zsock.SetRouterHandover(c.Handover))
	case XPub:
		errs = append(errs, c.setVerbose(zsock))
		if len(c.welcome) > 0 {
			errs = append(errs, zsock.SetXpubWelcomeMsg(string(c.welcome)))
		}
	case Sub, XSub:
		if c.SendHWM == nil { // or libzmq would drop subscriptions, for ever, that are too many at once
			errs = append(errs, zsock.SetSndhwm(0))
		}
		for _, prefix := range c.SocketSpec.Subscribe {
			errs = append(errs, c.typ.subscribe(zsock, prefix))
		}
	case Pub, Push:
		errs = append(errs, zsock.SetConflate(c.Conflate))
	case Dealer:
		if c.Conflate {
			errs = append(errs, zsock.SetSndhwm(1))
		}
	}
	return errors.Join(errs...)
}
