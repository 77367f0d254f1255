package main

import (
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"

	"github.com/pebbe/zmq4"

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
		defer watch(d)()
		var began time.Time
		select {
		case way := <-a.closing:
			began = time.Now()
			if way == "ctx" {
				a.cancel()
				<-d.Done()
			} else {
				d.Close()
			}
		case <-d.Done(): // as fast as it could
			began = time.Now()
		}
		a.life.lingered.Store(uint64(time.Since(began).Milliseconds()))
	}
	a.life.over.Store(1)
}

// watch reads what the device captures, if it does, until stop is called.
func watch(d *zmqrt.Device) (stop func()) {
	if d.Capture() == nil {
		return func() {}
	}
	over, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		var sub *zmq4.Socket
		zctx, err := zmq4.NewContext()
		if err == nil {
			defer zctx.Term()
			sub, err = zctx.NewSocket(zmq4.SUB)
		}
		if err == nil {
			defer sub.Close()
			sub.SetRcvtimeo(100 * time.Millisecond)
			err = errors.Join(sub.SetLinger(0), sub.SetSubscribe(""), sub.Connect(d.Capture().Endpoints()[0]))
		}
		for err == nil {
			var frames [][]byte
			frames, err = sub.RecvMessageBytes(0)
			if err == nil && (len(frames) < 2 || string(frames[0]) != "frontend" && string(frames[0]) != "backend") {
				err = fmt.Errorf("captured %q", frames)
			}
			if err == zmq4.Errno(syscall.EAGAIN) {
				select {
				case <-over:
					return
				default:
					err = nil
				}
			}
		}
		fmt.Fprintf(os.Stderr, "%s: %v\n", d.Name(), err)
	}()
	return func() {
		close(over)
		<-ended
	}
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
