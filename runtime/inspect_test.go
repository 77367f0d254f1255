//go:build cgo

package runtime

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
)

// This file tests that devices and securities are seen, from the pump and in its log.

// passOne passes a message through a device of that kind, and returns how many it returns for it.
func passOne(t *testing.T, p *Pump, top *Topology, kind DeviceKind) (returned uint64) {
	switch kind {
	case Streamer:
		pull := openEnds(t, p, top, "b.pull")
		send(t, openEnds(t, p, top, "a.push").send, bytesOf(secretBody))
		next(t, pull.recv)
		return 0
	case Queue:
		rep, req := openEnds(t, p, top, "b.rep"), openEnds(t, p, top, "a.req")
		send(t, req.send, bytesOf(secretBody))
		next(t, rep.recv)
		send(t, rep.send, bytesOf(secretBody))
		next(t, req.recv)
		return 1
	}
	sub := openEnds(t, p, top, "b.sub")
	pub := openEnds(t, p, top, "a.pub", TrackPeers())
	if err := p.Socket("dev", "a.pub").WaitSubscribers(soon(t), "", 1); err != nil {
		t.Fatal(err)
	}
	send(t, pub.send, bytesOf(secretBody))
	next(t, sub.recv)
	return 1
}

func TestDevicesAreSeen(t *testing.T) {
	for kind, name := range map[DeviceKind]string{Queue: "queue_shown", Forwarder: "forwarder_shown", Streamer: "streamer_shown"} {
		t.Run(kind.String(), func(t *testing.T) {
			var log journal
			p, top := newPump(t, logTo(&log, LevelTrace)), deviceTopology("tcp://127.0.0.1:*", "tcp://127.0.0.1:*")
			d := openDevice(t, p, top, name, WithDeviceInstance("one"))
			for side, typ := range deviceSidesOf(d) { // the ends find an instance by its endpoints alone
				top.Sockets[side] = SocketSpec{Type: typ, Bind: d.Frontend().Endpoints()}
				if strings.HasSuffix(side, ".backend") {
					top.Sockets[side] = SocketSpec{Type: typ, Bind: d.Backend().Endpoints()}
				}
			}
			returned := passOne(t, p, top, kind)
			d.Pause()
			eventually(t, "all is counted", func() bool {
				s := d.Stats()
				return s.Forwarded == 1 && s.Returned == returned
			})

			info := p.Inspect()
			equal(t, len(info.Devices), 1)
			got := info.Devices[0]
			if got.Opened.IsZero() || time.Since(got.Opened) < 0 {
				t.Errorf("opened at %v", got.Opened)
			}
			got.Opened = time.Time{}
			equal(t, got, DeviceInfo{
				Topology: "dev", Name: name + "#one", Kind: kind.String(), Paused: true, Forwarded: 1, Returned: returned,
				Sides: []string{name + ".frontend#one", name + ".backend#one", name + ".capture#one"},
			})
			sides := 0
			for _, s := range info.Sockets {
				if s.Device == got.Name {
					sides++
				}
			}
			equal(t, sides, 3)
			want := DeviceTotals{Topology: "dev", Name: name, Kind: kind, Open: 1, Paused: 1, Forwarded: 1, Returned: returned}
			equal(t, p.Totals().ByDevice, map[string]DeviceTotals{"dev." + name: want})

			d.Resume()
			d.Close()
			want.Open, want.Paused = 0, 0
			equal(t, p.Totals().ByDevice, map[string]DeviceTotals{"dev." + name: want})
			equal(t, len(p.Inspect().Devices), 0)

			for _, what := range []string{"opened", "paused", "resumed", "closed"} {
				log.await(t, "level=DEBUG ", "msg="+what, "device=dev."+name+"#one")
			}
			log.await(t, "msg=passed", "device=dev."+name+"#one", "from="+name+".frontend", "to="+name+".backend", "messages=1")
			log.keepsSecret(t)
		})
	}
}

// deviceSidesOf are the names that the ends of deviceTopology connect to, of the kind of d.
func deviceSidesOf(d *Device) map[string]SocketType {
	return map[string]SocketType{d.kind.String() + ".frontend": d.frontend.declared, d.kind.String() + ".backend": d.backend.declared}
}

func TestASecurityIsSeenAndItsKeysAreNot(t *testing.T) {
	var log journal
	server, client, other := newKeys(t), newKeys(t), newKeys(t)
	top := securedTopology("tcp://127.0.0.1:*", curveSpec(server, other, secretIn(t, client.public)))
	_, bound := lockedPull(t, top, logTo(&log, LevelTrace))
	_, connected := lockedPush(t, top, bound.Endpoints()[0], logTo(&log, LevelTrace))
	refusedFor(t, bound, RefusedUnlisted)
	refusedFor(t, connected, RefusedByServer)

	p := newPump(t)
	must(OpenReceiver(context.Background(), p, testTopology("tcp://127.0.0.1:*"), "b.pull", textCodec{}, nil))(t)
	equal(t, p.Inspect().Sockets[0].Security, (*SecurityInfo)(nil))
	for s, role := range map[*Socket]string{bound: "server", connected: "client"} {
		info := s.pump.Inspect()
		equal(t, *info.Sockets[0].Security, SecurityInfo{Name: "lock", Mechanism: "CURVE", Role: role})
		text := string(must(json.Marshal(info))(t)) + fmt.Sprintf("%+v", info)
		for _, k := range []keys{server, client, other} {
			for _, key := range []string{k.public, k.secret} {
				if strings.Contains(text, key) || strings.Contains(strings.Join(log.lines(), "\n"), key) {
					t.Errorf("the key %s is seen", key)
				}
			}
		}
	}
}
