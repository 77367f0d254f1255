package main

import (
	"io"
	"net"
	"sync"
	"time"
)

// This file is a TCP proxy that cuts connections.

type proxy struct {
	listener net.Listener
	target   string
	mu       sync.Mutex
	open     map[*net.TCPConn]bool
}

// newProxy listens at an address and connects whoever comes to target.
func newProxy(at, target string) (*proxy, error) {
	l, err := net.Listen("tcp", at)
	if err != nil {
		return nil, err
	}
	p := &proxy{listener: l, target: target, open: make(map[*net.TCPConn]bool)}
	go p.accept()
	return p, nil
}

func (p *proxy) accept() {
	for {
		c, err := p.listener.Accept()
		if err != nil {
			return
		}
		go p.serve(c.(*net.TCPConn))
	}
}

func (p *proxy) serve(in *net.TCPConn) {
	out, err := net.DialTimeout("tcp", p.target, 5*time.Second)
	if err != nil { // as if nobody listened
		in.SetLinger(0)
		in.Close()
		return
	}
	both := [2]*net.TCPConn{in, out.(*net.TCPConn)}
	p.mu.Lock()
	p.open[both[0]], p.open[both[1]] = true, true
	p.mu.Unlock()
	var copying sync.WaitGroup
	for i := range both {
		copying.Go(func() {
			io.Copy(both[1-i], both[i])
			both[1-i].CloseWrite()
		})
	}
	copying.Wait()
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range both {
		c.Close()
		delete(p.open, c)
	}
}

// cut ends all connections, by a reset or as if the other side had closed.
func (p *proxy) cut(reset bool) (n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.open {
		if reset {
			c.SetLinger(0)
		}
		c.Close()
		n++
	}
	return (n + 1) / 2
}

func (p *proxy) close() {
	p.listener.Close()
	p.cut(true)
}
