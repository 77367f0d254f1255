package schema

// This file turns devices into the model. Their sides are sockets of a node of their own, so that whatever is true of sockets is of
// them.

// deviceDef is what a kind of device is made of.
type deviceDef struct {
	pattern           PatternKind
	frontend, backend SocketType
}

var deviceKinds = []DeviceKind{Queue, Forwarder, Streamer}

var deviceDefs = map[DeviceKind]deviceDef{
	Queue:     {ReqRep, Router, Dealer},
	Forwarder: {PubSub, XSub, XPub},
	Streamer:  {PushPull, Pull, Push},
}

// The names of the sides.
const (
	frontendSide = "frontend"
	backendSide  = "backend"
	captureSide  = "capture"
)

func (p *parser) parseDevice(at pair) {
	d := &Device{Topology: p.topology, Name: at.key.text()}
	d.Node = &Node{Topology: p.topology, Name: d.Name, Device: d}
	p.checkName(at.key, lowerSnake, "a device")
	p.checkNotImport(d.Name, "a device")
	if other := p.nodes[d.Name.Value]; other != nil && other.Name.Value == d.Name.Value {
		p.report(duplicateName, d.Name.Span, "%q is the name of a node and of a device", clip(d.Name.Value)).
			help("what is connected to is named by both: give one of them another name").related(other.Name.Span, "the node")
		p.broken[other] = true // either may be meant
	} else {
		enter(p.nodes, "", d.Name.Value, lowerSnake, d.Node)
	}
	p.topology.Devices = append(p.topology.Devices, d)
	what := called("device", d.Name)
	r, ok := p.record(at.value, &deviceKeys, what, d.Name.Span)
	if !ok {
		p.broken[d.Node] = true
		return
	}
	d.Doc, d.GoName, d.Places = r.doc(), p.goName(r), r.places()
	d.Node.Doc, d.Node.GoName = d.Doc, d.GoName
	d.Node.Host = r.scalarText("host")
	p.checkHost(d.Node.Host)
	p.broken[d.Node] = r.excused
	d.Kind = DeviceKind(p.choice(r, "kind"))
	p.parseDevicePattern(d, r)
	p.defaults = p.topologyDefaults
	def := deviceDefs[d.Kind]
	d.Frontend = p.parseSide(d, r, frontendSide, def.frontend)
	d.Backend = p.parseSide(d, r, backendSide, def.backend)
	d.Capture = p.parseSide(d, r, captureSide, Pub)
}

// parseDevicePattern reads which messages pass.
func (p *parser) parseDevicePattern(d *Device, r record) {
	name := r.get("pattern")
	if name == nil {
		return
	}
	pattern := p.findPattern(name)
	if def := deviceDefs[d.Kind]; pattern != nil && pattern.Kind != "" && d.Kind != "" && pattern.Kind != def.pattern {
		report := p.report(proxyPair, name.span, "a %s passes on patterns of kind %s, and pattern %q is of kind %s", d.Kind, def.pattern, clip(name.value), pattern.Kind)
		pattern.deviceHelp(report)
		report.relatedIn(p, pattern.Topology, pattern.Name.Span, "declared")
		return
	}
	d.Pattern = pattern
}

// deviceHelp says which device passes on a pattern.
func (t *Pattern) deviceHelp(d *Diagnostic) {
	for _, kind := range deviceKinds {
		if deviceDefs[kind].pattern == t.Kind {
			d.help("use a %s: %s in front, %s behind", kind, deviceDefs[kind].frontend, deviceDefs[kind].backend)
			return
		}
	}
	d.help("no device passes it on: whoever sends back to one peer has to know which")
}

// parseSide reads a socket of a device; nil if there is none.
func (p *parser) parseSide(d *Device, in record, side string, typ SocketType) *Socket {
	at, there := in.values[side]
	if !there {
		return nil
	}
	s := &Socket{Node: d.Node, Name: Text{side, at.key.span}, Type: typ, Pattern: d.Pattern, Buffer: -1}
	if side == captureSide {
		s.Pattern = nil
	}
	if p.nodes[d.Name.Value] == d.Node {
		enter(p.sockets, d.Name.Value+".", side, lowerSnake, s)
	}
	d.Node.Sockets = append(d.Node.Sockets, s)
	what := called("side", Text{Value: s.FullName()})
	r, ok := p.record(at.value, &sideKeys, what, s.Name.Span)
	if !ok {
		p.broken[s] = true
		return s
	}
	s.Doc, s.Places = r.doc(), r.places()
	p.parsePlaces(s, r, what)
	p.broken[s] = p.broken[s] || r.excused || s.Type == "" || s.Pattern == nil && !s.isCapture()
	s.External = p.choice(r, "external") == "true"
	p.parseOptions(s, r)
	s.Security = p.parseSecured(r)
	p.takeDefaults(s)
	return s
}

// isCapture reports whether the socket publishes what passes a device.
func (s *Socket) isCapture() bool { return s.Node.Device != nil && s.Name.Value == captureSide }
