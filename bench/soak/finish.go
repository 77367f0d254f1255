package main

import (
	"fmt"
	"os"
	"time"
)

// This file ends a round, so that nothing that is still on its way is taken for lost.

// finish has everything come to rest: first what is sent, then what is on its way, then the sockets, those that send before
// those that receive.
func (p *performance) finish() error {
	for _, at := range p.places {
		if err := at.tell(command{Do: "quiet"}); err != nil {
			return err
		}
	}
	p.settle()
	for _, end := range []int{0, 1} {
		for _, st := range p.stages {
			for n, s := range st.slots[end] {
				st.losses += s.opposite()
				way := []string{"socket", "channel", "ctx"}[n%3]
				if err := p.places[s.home].tell(command{Do: "close", Life: s.life, Way: way}); err != nil {
					return err
				}
			}
		}
		p.await(2*time.Minute, func() bool {
			for _, st := range p.stages {
				for _, s := range st.slots[end] {
					if p.ledger.lives[s.life].over.Load() == 0 {
						return false
					}
				}
			}
			return true
		})
		p.settle()
	}
	for _, st := range p.stages {
		if st.device != nil {
			if err := p.places[st.device.home].tell(command{Do: "close", Life: st.device.life, Way: "socket"}); err != nil {
				return err
			}
		}
	}
	p.await(time.Minute, func() bool {
		for _, st := range p.stages {
			if st.device != nil && p.ledger.lives[st.device.life].over.Load() == 0 {
				return false
			}
		}
		return true
	})
	for _, st := range p.stages {
		for _, px := range st.proxy {
			px.close()
		}
	}
	return nil
}

// await waits until something holds, and says whether it came to that.
func (p *performance) await(patience time.Duration, holds func() bool) bool {
	for began := time.Now(); !holds(); time.Sleep(20 * time.Millisecond) {
		if time.Since(began) > patience {
			return false
		}
	}
	return true
}

// settle waits until nothing has moved for a while and nothing calm is on its way.
func (p *performance) settle() {
	const quiet = 1500 * time.Millisecond
	var last uint64
	since := time.Now()
	came := p.await(time.Minute, func() bool {
		if now := p.moved(); now != last {
			last, since = now, time.Now()
		}
		if time.Since(since) < quiet {
			return false
		}
		for _, st := range p.stages {
			if t := p.sum(st); st.calm && t.onItsWay(st) {
				return false
			}
		}
		return true
	})
	for _, st := range p.stages {
		if t := p.sum(st); !came && st.calm && t.onItsWay(st) {
			fmt.Fprintf(os.Stderr, "round %d, scene %d, %s: not all has come: %+v\n", p.number, st.index, st.setting, t)
		}
	}
}

// moved is a number that changes with whatever happens.
func (p *performance) moved() (n uint64) {
	for id := range p.infos {
		e := &p.ledger.lives[id]
		n += e.given.Load() + e.arrived.Load() + e.received.Load() + e.ended.Load() + e.served.Load() + e.in.Load() + e.out.Load() + e.over.Load()
	}
	return n
}
