package main

import (
	"encoding/json"
	"fmt"
	"net"
	"path/filepath"
	"strings"
)

// This file sets the stage of a scene: where its sockets bind and find each other, and what a socket is told when it opens.

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
	c := command{Do: "open", Life: id, After: after, Kind: s.kind.name, Calm: s.calm, Far: s.far, Rate: s.rate, Pad: s.pad, Bare: s.bare, Seed: p.run}
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
	case s.manner == "WithConfig":
		c.Config = s.config()
	case s.far:
		c.ByOption = true
	default:
		c.Endpoints = s.others()
	}
	return p.places[s.home].tell(c)
}

// config is a file of overrides for the pump of this socket. It says where the far end is and, of rough sockets, has the pump
// hold less than the topology does.
func (s *slot) config() string {
	type object = map[string]any
	file := object{"topology": "soak"}
	node, socket, _ := strings.Cut(socketName(s.kind.name, s.calm, true), ".")
	far := object{"advertise": s.others()}
	if s.far {
		far["bind"] = []string{s.endpoint}
	}
	file["nodes"] = object{node: object{"sockets": object{socket: far}}}
	if !s.calm {
		file["defaults"] = object{"buffer": 64, "options": object{"send_hwm": 100, "recv_hwm": 100}}
	}
	text, err := json.Marshal(file)
	if err != nil {
		panic(err) // of strings and numbers
	}
	return string(text)
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
