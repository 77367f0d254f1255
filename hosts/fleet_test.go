//go:build linux

package hosts

import (
	"testing"
	"time"
)

// This file is the faults, and what is special about each.

// long skips a test in short runs.
func long(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("not in short runs")
	}
}

// outage is for how long what is cut stays so: longer than it takes to be found out everywhere.
const outage = 5 * time.Second

func TestNoFault(t *testing.T) {
	r := runFleet(t, false)
	time.Sleep(2 * time.Second)
	r.finish()
}

// TestPartition cuts two hosts off from each other: the router drops what they send, and says nothing.
func TestPartition(t *testing.T) {
	r := runFleet(t, false)
	r.fault(fault{what: "a and b are parted", hosts: []string{"a", "b"}, vanished: true},
		func() { must(t, r.net.Part(r.a, r.b)) }, outage, func() { must(t, r.net.Join(r.a, r.b)) })
	r.finish()
}
