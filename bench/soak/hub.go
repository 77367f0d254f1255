package main

import (
	"fmt"
	"os"
	"time"

	zmqrt "github.com/zmqgen/zmqgen/runtime"
)

// This file is a device from its opening to its end.

// liveHub opens the device and waits until it is told to end it, or until the pump does.
func (a *actor) liveHub() {
	d, err := a.openHub()
	if err != nil {
		fmt.Fprintf(os.Stderr, "life %d: %v\n", a.Life, err)
		return
	}
	if d != nil {
		a.device.Store(d)
		a.life.opened.Store(1)
		began := time.Now()
		select {
		case way := <-a.closing:
			began = time.Now()
			if way == "ctx" {
				a.cancel()
				<-d.Done()
			} else {
				d.Close()
			}
		case <-d.Done():
		}
		a.life.lingered.Store(uint64(time.Since(began).Milliseconds()))
	}
	a.life.over.Store(1)
}

// openHub returns nil if the device is to end before it could open.
func (a *actor) openHub() (*zmqrt.Device, error) {
	variant := 0
	if a.Calm {
		variant = 1
	}
	for began := time.Now(); ; time.Sleep(20 * time.Millisecond) {
		select {
		case <-a.closing:
			return nil, nil
		default:
		}
		pump, err := a.w.pump(a.command)
		if err != nil {
			return nil, err
		}
		d, err := a.kind.hub[variant](a.ctx, pump, zmqrt.WithDeviceInstance(fmt.Sprint(a.Life)),
			zmqrt.OnFrontend(zmqrt.Bind(a.Bind[0])), zmqrt.OnBackend(zmqrt.Bind(a.Bind[1])))
		if err == nil || time.Since(began) > patience {
			return d, err
		}
	}
}
