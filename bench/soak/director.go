package main

import (
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// This file plays a round: it has sockets opened, closed and disturbed as the plan says.

type director struct {
	dir    string
	places [places]*place
	kills  int
	port   int // from which the next free one is looked for
}

// slot is a place in a scene where one socket after the other lives.
type slot struct {
	*stage
	far      bool
	number   int
	home     int
	life     uint32    // the present one
	endpoint string    // that it binds
	outward  string    // where others find it
	back     [2]string // of a device: that its backend binds, and where others find that
}

// stage is a scene that is played.
type stage struct {
	scene
	slots   [bothEnds][]*slot
	device  *slot // between them, if there is one
	proxy   []*proxy
	losses  int // pairs of sockets between which something may have been lost
	cuts    int
	renewed int // connections that were followed by another between the same two sockets
	lives   []*liveInfo
}

// liveInfo is what the director knows of a life.
type liveInfo struct {
	id     uint32
	far    bool
	home   int
	killed bool
}

// performance is a round that is played.
type performance struct {
	*director
	round
	ledger *ledger
	path   string
	stages []*stage
	infos  map[uint32]*liveInfo
	kills  int
	began  time.Time
}

// perform plays a round up to its end, when all sockets have closed.
func (d *director) perform(plan round) (p *performance, err error) {
	p = &performance{director: d, round: plan, infos: make(map[uint32]*liveInfo), began: time.Now()}
	p.path = filepath.Join(d.dir, fmt.Sprintf("round-%d", plan.number))
	if p.ledger, err = createLedger(p.path); err != nil {
		return nil, err
	}
	for i := range d.places {
		if err := d.places[i].tell(command{Do: "round", Path: p.path, Run: p.run}); err != nil {
			return nil, err
		}
	}
	for _, sc := range plan.scenes {
		st := &stage{scene: sc}
		p.stages = append(p.stages, st)
		if err := p.set(st); err != nil {
			return nil, err
		}
		for _, s := range st.inOrder() {
			if err := p.open(s, 0); err != nil {
				return nil, err
			}
		}
	}
	for _, e := range plan.events {
		time.Sleep(time.Until(p.began.Add(e.at)))
		if err := p.play(e); err != nil {
			return nil, err
		}
	}
	return p, p.finish()
}

// inOrder returns the slots of a scene in the order in which they open: a device first, then what receives.
func (st *stage) inOrder() (all []*slot) {
	if st.device != nil {
		all = append(all, st.device)
	}
	return append(append(all, st.slots[1]...), st.slots[0]...)
}

// play has one event happen.
func (p *performance) play(e event) error {
	if e.do == "kill" {
		return p.kill(e.scene)
	}
	st := p.stages[e.scene]
	s := st.slots[endOf(e.far)][e.slot]
	if *verbose {
		fmt.Fprintf(os.Stderr, "%8v %s %s %s %d life %d %s\n", e.at.Round(time.Millisecond), s.setting, e.do, map[bool]string{true: "far", false: "near"}[s.far], s.number, s.life, e.way)
	}
	if st.device != nil && (e.do == "pause" || e.do == "reopen hub") {
		s = st.device
	}
	tell := p.places[s.home].tell
	switch e.do {
	case "reopen near", "reopen far", "reopen hub":
		st.losses += s.opposite()
		if err := tell(command{Do: "close", Life: s.life, Way: e.way}); err != nil {
			return err
		}
		return p.open(s, s.life)
	case "close pump":
		return p.closePump(s)
	case "stall", "flood", "pause":
		return tell(command{Do: e.do, Life: s.life, For: e.long})
	case "topic":
		return tell(command{Do: e.do, Life: s.life, Topic: e.topic})
	case "relink":
		if s.endpoint == "" {
			st.losses += s.opposite()
			st.renewed += s.opposite()
			return tell(command{Do: e.do, Life: s.life, EndpointsToLink: s.others()})
		}
	case "cut":
		for _, px := range st.proxy {
			n := px.cut(e.reset)
			st.losses += n
			st.cuts += n
			st.renewed += n
		}
	}
	return nil
}

// closePump closes the pump of a socket, where no other scene's sockets are open on it, and opens again all that were.
func (p *performance) closePump(s *slot) error {
	name := fmt.Sprintf("%d/%v/%d", s.index, s.far, s.number)
	again := []*slot{s}
	switch {
	case s.transport == "inproc":
		name = fmt.Sprint(s.index)
		again = s.inOrder()
	case s.manner == "option" && s.number == 0:
		return nil
	}
	if err := p.places[s.home].tell(command{Do: "pump", Pump: name}); err != nil {
		return err
	}
	for _, s := range again {
		s.losses += s.opposite()
		if err := p.open(s, s.life); err != nil {
			return err
		}
	}
	return nil
}

// kill kills a process, starts another one in its place, and has all sockets opened there that were open.
func (p *performance) kill(at int) error {
	p.kills++
	p.director.kills++
	p.places[at].kill()
	for _, info := range p.infos {
		if info.home == at && p.ledger.lives[info.id].over.Load() == 0 {
			info.killed = true
		}
	}
	again, err := startPlace()
	if err != nil {
		return err
	}
	p.places[at] = again
	if err := p.places[at].tell(command{Do: "round", Path: p.path, Run: p.run}); err != nil {
		return err
	}
	for _, st := range p.stages {
		for _, s := range st.inOrder() {
			if s.home == at {
				st.losses += 2 * s.opposite() // of what it had, and of what was on its way to it
				if err := p.open(s, 0); err != nil {
					return err
				}
			}
		}
	}
	return nil
}
