package schema

import "slices"

// This file reads what sockets have unless they say otherwise, and gives it to those that are silent, as far as their types have it.

// defaults are those of a topology or of a node.
type defaults struct {
	buffer   int // -1 if the file is silent
	overflow Overflow
	security *Security // nil for none
	options  Options
	places   Places
}

// parseDefaults reads the defaults of a topology or a node; nil if it has none.
func (p *parser) parseDefaults(r record) *defaults {
	n := r.get("defaults")
	if n == nil {
		return nil
	}
	in, ok := p.record(n, &defaultsKeys, "defaults", r.keySpan("defaults"))
	if !ok {
		return nil
	}
	d := &defaults{buffer: -1, overflow: Overflow(p.choice(in, "overflow")), security: p.parseSecured(in), places: in.places()}
	if n, ok := p.number(in, "buffer"); ok {
		d.buffer = int(n)
	}
	if d.buffer == 0 && (d.overflow == DropOldest || d.overflow == Latest) {
		p.report(badNumber, in.get("buffer").span, "a buffer of 0 keeps nothing to drop").
			help("1 or more with overflow %s; drop_newest takes 0", d.overflow).related(in.get("overflow").span, "the overflow")
	}
	if n := in.get("options"); n != nil {
		if o, ok := p.record(n, &optionKeys, "options", in.keySpan("options")); ok {
			d.options.Places = o.places()
			for _, def := range optionDefs {
				if o.get(def.name) != nil {
					def.read(p, o, &d.options)
				}
			}
			p.checkDefaultTimes(&d.options)
		}
	}
	return d
}

// checkDefaultTimes checks the options of defaults, where sockets may have what is missing.
func (p *parser) checkDefaultTimes(o *Options) {
	if o.Heartbeat != nil {
		p.checkHeartbeat(o)
	}
	if o.Reconnect != nil {
		p.checkReconnect(o)
	}
}

// takeDefaults gives the socket what it and its options are silent on: its node's defaults, or else its topology's.
func (p *parser) takeDefaults(s *Socket) {
	for _, def := range optionDefs {
		for _, d := range p.defaults {
			if d.options.Places.find(def.name) >= 0 && s.Options.Places.find(def.name) < 0 && p.fits(s, def, &d.options) {
				def.take(&s.Options, &d.options)
				s.Options.Places.take(def.name, d.options.Places)
			}
		}
	}
	p.checkHeartbeat(&s.Options)
	p.checkReconnect(&s.Options)
	p.checkImmediate(s)
	for _, d := range p.defaults {
		p.takeKeys(s, d)
	}
}

// takeKeys gives the socket what is not among its options. Devices have no Go channels.
func (p *parser) takeKeys(s *Socket, d *defaults) {
	silent := func(key string) bool { return s.Places.find(key) < 0 && d.places.find(key) >= 0 }
	if silent("security") {
		s.Security = d.security
		s.Places.take("security", d.places)
	}
	if s.Node.Device != nil || s.Type == "" {
		return
	}
	if silent("overflow") && p.fitsOverflow(s, d.overflow) {
		s.Overflow = d.overflow
		s.Places.take("overflow", d.places)
	}
	if silent("buffer") && (d.buffer > 0 || d.buffer == 0 && s.Overflow != DropOldest && s.Overflow != Latest) {
		s.Buffer = d.buffer
		s.Places.take("buffer", d.places)
	}
}

// fitsOverflow reports whether a socket may have an overflow policy that the defaults say.
func (p *parser) fitsOverflow(s *Socket, overflow Overflow) bool {
	switch {
	case overflow == "" || !s.receivesMessages() || s.Options.Conflate:
		return false
	case s.Buffer == 0 && (overflow == DropOldest || overflow == Latest):
		return false
	case overflow == Latest:
		return s.Type == Sub && s.Batch == 0 && s.Pattern != nil && !p.broken[s.Pattern] && s.Pattern.HasTopic()
	}
	return true
}

// fits reports whether an option that the defaults say has a meaning for a socket.
func (p *parser) fits(s *Socket, def optionDef, from *Options) bool {
	if s.Type == "" || !s.Type.does(def.of) {
		return false
	}
	switch def.name {
	case "conflate":
		return p.fitsConflate(s)
	case "handover":
		return s.Type == Router
	case "send_hwm", "recv_hwm":
		return !s.Options.Conflate
	case "heartbeat_timeout", "heartbeat_ttl":
		return s.Options.beats()
	case "immediate":
		return len(s.Connect) > 0 && !s.Type.receives()
	case "reconnect", "connect_timeout":
		return len(s.Connect) > 0
	case "reconnect_max":
		return len(s.Connect) > 0 && from.ReconnectMax != nil && *from.ReconnectMax >= s.Options.firstWait()
	case "backlog":
		return len(s.Bind) > 0
	}
	return true
}

// fitsConflate reports whether the queues of a socket may be conflated, and nothing that the socket says is against it.
func (p *parser) fitsConflate(s *Socket) bool {
	switch {
	case s.Node.Device != nil || !slices.Contains(conflating, s.Type), s.Pattern == nil || p.broken[s.Pattern] || p.anyBroken(s.Pattern),
		s.Pattern.Kind == ReqRep, s.Places.find("overflow") >= 0, s.Places.find("batch") >= 0,
		s.Options.Places.find("send_hwm") >= 0, s.Options.Places.find("recv_hwm") >= 0:
		return false
	}
	return !slices.ContainsFunc(s.Pattern.Flows(), func(f *Flow) bool { return s.Pattern.severalFrames(f) != "" })
}
