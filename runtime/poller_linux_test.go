//go:build cgo

package runtime

import (
	"syscall"
	"testing"

	"github.com/pebbe/zmq4"
)

// This file holds Linux to what the model of the wake-up protocol takes for granted there: epoll, as
// Go's netpoller asks it, reports every change of ZMQ_FD as writability too. That is what wakes a
// select side while no poll side waits.

func TestEpollReportsWritabilityWithEveryChangeOfZMQFD(t *testing.T) {
	zctx := must(zmq4.NewContext())(t)
	defer zctx.Term()
	pull := must(zctx.NewSocket(zmq4.PULL))(t)
	defer pull.Close()
	push := must(zctx.NewSocket(zmq4.PUSH))(t)
	defer push.Close()
	if err := pull.Bind("inproc://" + t.Name()); err != nil {
		t.Fatal(err)
	}
	if err := push.Connect("inproc://" + t.Name()); err != nil {
		t.Fatal(err)
	}
	fd := must(pull.GetFd())(t)
	epoll := must(syscall.EpollCreate1(syscall.EPOLL_CLOEXEC))(t)
	defer syscall.Close(epoll)
	const edge = 1 << 31 // EPOLLET
	event := syscall.EpollEvent{Events: syscall.EPOLLIN | syscall.EPOLLOUT | syscall.EPOLLRDHUP | edge}
	if err := syscall.EpollCtl(epoll, syscall.EPOLL_CTL_ADD, fd, &event); err != nil {
		t.Fatal(err)
	}
	reported := func(milliseconds int) uint32 {
		var events [1]syscall.EpollEvent
		for {
			n, err := syscall.EpollWait(epoll, events[:], milliseconds)
			switch {
			case err == syscall.EINTR:
			case err != nil:
				t.Fatal(err)
			case n == 0:
				return 0
			default:
				return events[0].Events
			}
		}
	}
	// quiet takes the messages, the edge and all reports.
	quiet := func() {
		for {
			if _, err := pull.RecvBytes(zmq4.DONTWAIT); err != nil {
				break
			}
		}
		must(pull.GetEvents())(t)
		for reported(0) != 0 {
		}
	}
	const wait = 5000

	quiet()
	must(push.SendBytes([]byte("x"), zmq4.DONTWAIT))(t)
	if got := reported(wait); got&syscall.EPOLLIN == 0 || got&syscall.EPOLLOUT == 0 {
		t.Errorf("a change is reported as %#x, without IN or without OUT", got)
	}

	quiet()
	must(push.SendBytes([]byte("x"), zmq4.DONTWAIT))(t)
	must(pull.GetEvents())(t) // uses it up
	if got := reported(wait); got&syscall.EPOLLIN != 0 || got&syscall.EPOLLOUT == 0 {
		t.Errorf("a change that was used up is reported as %#x, with IN or without OUT", got)
	}
}
