//go:build linux

package hosts

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"
)

// This file runs the programs of examples/topology.yaml as they are, each on its own host: the feed, the desk and the gateway. Their
// topology has no heartbeats, so that a connection lasts through a cut as long as TCP does.

// demo is their programs on three hosts.
type demo struct {
	t                   *testing.T
	net                 *Network
	feed, desk, gateway *Host
	proxy               *Process
}

func newDemo(t *testing.T) *demo {
	t.Helper()
	n := network(t, "feed", "desk", "gateway")
	return &demo{t: t, net: n, feed: n.Hosts[0], desk: n.Hosts[1], gateway: n.Hosts[2]}
}

// where is the environment of a program, which says at which hosts others are. The ports are the topology's.
func (d *demo) where(on *Host) []string {
	feed, gateway := d.feed.Address, d.gateway.Address
	if d.proxy != nil {
		feed, gateway = on.Gateway, on.Gateway
	}
	return []string{
		"MARKET_FEED_QUOTES=tcp://" + feed + ":5556", "MARKET_FEED_TAPE=tcp://" + feed + ":5557",
		"MARKET_FEED_REFERENCE=tcp://" + feed + ":5558", "MARKET_GATEWAY_ORDERS=tcp://" + gateway + ":5559",
	}
}

// start starts the program that has the name of its host, and those that bind it waits for.
func (d *demo) start(on *Host) *Process {
	d.t.Helper()
	p, err := on.Start(on.Name, d.where(on), program(d.t, "..", "./examples/"+on.Name))
	must(d.t, err)
	if on != d.desk {
		_, err := p.Await("listening")
		must(d.t, err)
	}
	return p
}

// summary returns what a program says at its end, by name.
func (d *demo) summary(p *Process) map[string]int {
	d.t.Helper()
	sums := make(map[string]int)
	for _, line := range p.Output() {
		f := strings.Fields(line)
		for i := 1; len(f) > 0 && f[0] == "summary" && i+1 < len(f); i += 2 {
			sums[f[i]], _ = strconv.Atoi(f[i+1])
		}
	}
	return sums
}

// balance waits for the desk and the gateway, which end by themselves, ends the feed, and compares what they say.
func (d *demo) balance(feed, desk, gateway *Process) {
	d.t.Helper()
	must(d.t, desk.Wait())
	must(d.t, gateway.Wait())
	must(d.t, feed.Interrupt())
	must(d.t, feed.Wait())
	f, k, g := d.summary(feed), d.summary(desk), d.summary(gateway)
	for _, c := range []struct {
		what           string
		sent, received int
	}{
		{"orders, desk to gateway", k["orders"], g["orders"]},
		{"lookups found, desk by feed", k["lookups.found"], f["lookups.found"]},
		{"lookups missing, desk by feed", k["lookups.missing"], f["lookups.missing"]},
	} {
		d.t.Logf("%-30s %5d = %5d", c.what, c.sent, c.received)
		if c.sent != c.received || c.sent == 0 {
			d.t.Errorf("%s: %d and %d", c.what, c.sent, c.received)
		}
	}
}

func TestDemo(t *testing.T) {
	d := newDemo(t)
	feed, gateway := d.start(d.feed), d.start(d.gateway)
	d.balance(feed, d.start(d.desk), gateway)
}

// TestDemoDelayed has all connections go through a proxy that delays.
func TestDemoDelayed(t *testing.T) {
	long(t)
	d := newDemo(t)
	args := []string{"proxy", "0.0.0.0:5559=" + d.gateway.Address + ":5559"}
	for port := 5556; port <= 5558; port++ {
		args = append(args, fmt.Sprintf("0.0.0.0:%d=%s:%d", port, d.feed.Address, port))
	}
	var err error
	d.proxy, err = d.net.Router.Start("proxy", nil, program(t, ".", "./station"), args...)
	must(t, err)
	_, err = d.proxy.Await("listening")
	must(t, err)
	must(t, d.proxy.Tell(`{"type": "latency", "attributes": {"latency": 100, "jitter": 20}}`))
	_, err = d.proxy.Await("listening")
	must(t, err)
	began := time.Now()
	feed, gateway := d.start(d.feed), d.start(d.gateway)
	d.balance(feed, d.start(d.desk), gateway)
	t.Logf("with 100 ms of delay each way it took %v", time.Since(began).Round(10*time.Millisecond))
	must(t, d.proxy.Finish())
}

// TestDemoNarrow gives the desk less than the quotes take. The feed's PUB drops some; nothing else is lost.
func TestDemoNarrow(t *testing.T) {
	long(t)
	d := newDemo(t)
	must(t, d.net.Narrow(d.desk, "256kbit"))
	feed, gateway := d.start(d.feed), d.start(d.gateway)
	d.balance(feed, d.start(d.desk), gateway)
}

// TestDemoParted starts the desk while it is cut off, and cuts it off again for less than its linger while its orders are on their way.
func TestDemoParted(t *testing.T) {
	long(t)
	d := newDemo(t)
	must(t, d.net.Narrow(d.desk, "256kbit"))
	must(t, d.net.Unplug(d.desk))
	feed, gateway := d.start(d.feed), d.start(d.gateway)
	desk := d.start(d.desk)
	last(2 * time.Second)
	must(t, d.net.Plug(d.desk))
	_, err := gateway.Await("order")
	must(t, err)
	must(t, d.net.Part(d.desk, d.gateway))
	last(500 * time.Millisecond)
	must(t, d.net.Join(d.desk, d.gateway))
	d.balance(feed, desk, gateway)
}

// TestDemoRestarted starts the desk while it cannot reach the feed, whose process and cable then go and come back, and starts the
// gateway last: the desk connects to what is not there yet.
func TestDemoRestarted(t *testing.T) {
	long(t)
	d := newDemo(t)
	must(t, d.net.Part(d.desk, d.feed))
	feed := d.start(d.feed)
	desk := d.start(d.desk)
	feed.Kill()
	must(t, d.net.Unplug(d.feed))
	must(t, d.net.Plug(d.feed))
	feed = d.start(d.feed)
	must(t, d.net.Join(d.desk, d.feed))
	d.balance(feed, desk, d.start(d.gateway))
}
