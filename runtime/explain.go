//go:build cgo

package runtime

import (
	"fmt"
	"strings"
	"syscall"

	"github.com/pebbe/zmq4"
)

// This file says what to do about errors of libzmq's where its own words do not.

func explain(err error) error {
	switch zmq4.AsErrno(err) {
	case zmq4.Errno(syscall.EMFILE):
		return fmt.Errorf("%w: a socket takes two file descriptors, or one if it only sends, and three more if it tracks its peers, and the pump's limit of sockets is %d; see ulimit -n", err, maxSockets)
	case zmq4.Errno(syscall.EADDRINUSE):
		return fmt.Errorf("%w: another socket is bound there", err)
	case zmq4.Errno(syscall.ENODEV):
		return fmt.Errorf("%w: a bind takes an address or interface of this host, or *", err)
	case zmq4.Errno(syscall.ENAMETOOLONG):
		return fmt.Errorf("%w: the path of an ipc endpoint has at most %d bytes", err, sunPath)
	}
	return err
}

// explainBind is explain for a bind of endpoint, whose holder it names if that is a socket of this pump.
func (p *Pump) explainBind(endpoint string, err error) error {
	port, tcp := tcpPort(endpoint)
	switch zmq4.AsErrno(err) {
	case zmq4.Errno(syscall.EADDRINUSE):
		if holder := p.holder(endpoint); holder != "" {
			return fmt.Errorf("%w: it is bound by %s, of this pump", err, holder)
		}
		if tcp {
			return fmt.Errorf("%w: another pump or process is bound there, which ss -ltnp 'sport = :%s' tells", err, port)
		}
	case zmq4.Errno(syscall.EACCES):
		if tcp {
			return fmt.Errorf("%w: port %s is one of those that take a privilege, such as AmbientCapabilities=CAP_NET_BIND_SERVICE of a systemd unit gives", err, port)
		}
	}
	return explain(err)
}

// holder returns the open socket of the pump that has bound what endpoint needs, "" if none has.
func (p *Pump) holder(endpoint string) string {
	port, tcp := tcpPort(endpoint)
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, s := range p.sockets {
		if !s.started {
			continue
		}
		for _, e := range s.endpoints {
			if other, ok := tcpPort(e); e == endpoint || tcp && ok && other == port {
				return s.topology + "." + s.name
			}
		}
	}
	return ""
}

func tcpPort(endpoint string) (port string, ok bool) {
	if !strings.HasPrefix(endpoint, "tcp://") {
		return "", false
	}
	return endpoint[strings.LastIndexByte(endpoint, ':')+1:], true
}
