package gen

import (
	"fmt"

	"github.com/zmqgen/zmqgen/schema"
)

// This file turns devices into the intermediate representation: what opens each, a handle, and lines of the topology's
// table for it and its sides.

// deviceKinds are the runtime's constants for kinds of device.
var deviceKinds = map[schema.DeviceKind]string{
	schema.Queue: "Queue", schema.Forwarder: "Forwarder", schema.Streamer: "Streamer",
}

// deviceSides say who is in front of a device, and who behind it.
var deviceSides = map[schema.DeviceKind]string{
	schema.Queue:     "Requests of the clients in front go to the servers behind it, in turn, and replies the way back.",
	schema.Forwarder: "What publishers in front send goes to the subscribers behind it, whose subscriptions go the way back.",
	schema.Streamer:  "What is pushed in front goes to those who pull behind it, in turn.",
}

// deviceSockets are the sides of a device: frontend, backend and, if there is one, capture.
func deviceSockets(d *schema.Device) []*schema.Socket {
	sides := []*schema.Socket{d.Frontend, d.Backend}
	if d.Capture != nil {
		sides = append(sides, d.Capture)
	}
	return sides
}

func (l *lowering) device(d *schema.Device) {
	name := l.goName(d.GoName, exported(d.Name.Value))
	out := device{
		name: d.Name.Value, kind: deviceKinds[d.Kind], capture: d.Capture != nil, openFn: "New" + name, handleFn: name + "Device",
	}
	for _, s := range deviceSockets(d) {
		l.p.sides = append(l.p.sides, l.tableEntry(s))
	}
	by := origin{namePlace(d.GoName, d.Name), "the constructor of device " + out.name, goNameHelp}
	l.names.declare(out.openFn, by)
	by.what = "the handle of device " + out.name
	l.names.declare(out.handleFn, by)
	out.openDoc = l.deviceDoc(d, out.openFn)
	out.handleDoc = docLines(fmt.Sprintf("%s returns the handle of device %s, or nil if it is not open on pump.", out.handleFn, out.name))
	l.p.devices = append(l.p.devices, out)
}

func (l *lowering) deviceDoc(d *schema.Device, openFn string) []string {
	side := func(s *schema.Socket) string { return typeName(s.Type) + " " + whereItIs(s) }
	text := fmt.Sprintf("%s opens device %s, a %s of pattern %s: in front %s, behind %s.", openFn, d.Name.Value, d.Kind,
		fullName(l.t, d.Pattern.Topology, d.Pattern.Name.Value), side(d.Frontend), side(d.Backend))
	options := "%[1]s.OnFrontend and %[1]s.OnBackend"
	if d.Capture != nil {
		text += " All that passes is published by " + side(d.Capture) + ", behind a frame that says from which side it came."
		options = "%[1]s.OnFrontend, %[1]s.OnBackend and %[1]s.OnCapture"
	}
	text += " " + deviceSides[d.Kind] + " It goes on until it is closed, ctx ends or the pump closes. Options of its sockets go into " +
		fmt.Sprintf(options, runtimeAlias) + "."
	doc := docLines(text)
	if d.Doc != "" {
		doc = with(doc, "%s", d.Doc)
	}
	for _, s := range deviceSockets(d) {
		if s.Security != nil {
			doc = with(doc, "%s", securityDoc("the "+s.Name.Value, s))
		}
	}
	return deprecated(doc, d.Pattern.Deprecated.Value)
}
