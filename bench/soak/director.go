package main

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
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

// set finds endpoints for the slots of a scene.
func (p *performance) set(st *stage) (err error) {
	for end, homes := range st.homes {
		for n, home := range homes {
			s := &slot{stage: st, far: end == 1, number: n, home: home}
			st.slots[end] = append(st.slots[end], s)
			if s.far == st.farBinds && !st.kind.hasHub() {
				if s.endpoint, s.outward, err = p.endpoint(st, fmt.Sprint(n)); err != nil {
					return err
				}
			}
		}
	}
	if st.kind.hasHub() {
		s := &slot{stage: st, far: true, home: st.hub}
		st.device = s
		if s.endpoint, s.outward, err = p.endpoint(st, "front"); err == nil {
			s.back[0], s.back[1], err = p.endpoint(st, "back")
		}
	}
	return err
}

// endpoint makes an endpoint to bind, and where others find it: at a proxy, if the scene has such.
func (p *performance) endpoint(st *stage, name string) (bound, outward string, err error) {
	name = fmt.Sprintf("r%d-s%d-%s", p.number, st.index, name)
	switch st.transport {
	case "ipc":
		bound = "ipc://" + filepath.Join(p.dir, name)
	case "inproc":
		bound = "inproc://" + name
	default:
		bound = "tcp://" + p.freePort()
	}
	if !st.proxied {
		return bound, bound, nil
	}
	at := p.freePort()
	px, err := newProxy(at, strings.TrimPrefix(bound, "tcp://"))
	if err != nil {
		return "", "", err
	}
	st.proxy = append(st.proxy, px)
	return bound, "tcp://" + at, nil
}

// freePort returns an address below the ports that the system gives to those who ask for any, so that none of these takes it
// while nobody listens there.
func (d *director) freePort() string {
	for {
		d.port = 20000 + (d.port+1-20000)%10000
		at := fmt.Sprintf("127.0.0.1:%d", d.port)
		if l, err := net.Listen("tcp", at); err == nil {
			l.Close()
			return at
		}
	}
}

// open has a new life begin in a slot, after another one there has ended.
func (p *performance) open(s *slot, after uint32) error {
	id := uint32(len(p.infos) + 1)
	if id >= maxLives {
		return fmt.Errorf("a round has room for %d sockets", maxLives)
	}
	info := &liveInfo{id: id, far: s.far, home: s.home}
	p.infos[id] = info
	s.lives = append(s.lives, info)
	s.life = id
	c := command{Do: "open", Life: id, After: after, Kind: s.kind.name, Calm: s.calm, Far: s.far, Rate: s.rate, Pad: s.pad, Seed: p.run}
	c.Pump = fmt.Sprintf("%d/%v/%d", s.index, s.far, s.number)
	if s.transport == "inproc" {
		c.Pump = fmt.Sprint(s.index)
	} else if s.manner == "option" && (s.calm || s.number == 0) {
		c.Pump = sharedPump
	}
	if s.calm && s.kind.class == fan && !s.far {
		c.Subscribers = len(s.slots[1])
	}
	if s == s.device {
		c.Hub, c.Bind = true, []string{s.endpoint, s.back[0]}
		if s.transport != "inproc" {
			c.Pump = fmt.Sprintf("%d/hub", s.index)
		}
	} else if s.endpoint != "" {
		c.Bind = []string{s.endpoint}
	} else {
		c.Connect = s.others()
	}
	switch env := fmt.Sprintf("SOAK%d", s.index); {
	case s.manner == "option":
		c.ByOption = true
	case s.manner == "WithEnv":
		c.Env = env
		name := env + "_" + strings.ToUpper(strings.ReplaceAll(socketName(s.kind.name, s.calm, true), ".", "_"))
		c.Variables = []string{name + "=" + strings.Join(s.others(), ",")}
		if s.far { // the near end may be in the same process, and must not take this away again
			c.Variables = append(c.Variables, name+"_BIND="+s.endpoint)
		}
	case s.far:
		c.ByOption = true
	default:
		c.Endpoints = s.others()
	}
	return p.places[s.home].tell(c)
}

// others are the endpoints of the other end.
func (s *slot) others() (all []string) {
	if d := s.device; d != nil {
		if s.far {
			return []string{d.back[1]}
		}
		return []string{d.outward}
	}
	for _, end := range s.slots {
		for _, o := range end {
			if o.outward != "" {
				all = append(all, o.outward)
			}
		}
	}
	return all
}

// opposite is how many sockets the other end has.
func (s *slot) opposite() int {
	if s.device == s {
		return 2 * (len(s.slots[0]) + len(s.slots[1]))
	}
	return len(s.slots[1-endOf(s.far)])
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
