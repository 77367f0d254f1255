//go:build cgo

package runtime

import (
	"fmt"
	"sync"
	"testing"

	"github.com/pebbe/zmq4"
)

// This file touches the sides of devices while these hold their mutexes, which they do also while they wait.

// readEvents uses up what a side's ZMQ_FD tells of.
func readEvents(z *zmq4.Socket) error {
	_, err := z.GetEvents()
	return err
}

func TestADeviceThatIsBusyLetsOthersIn(t *testing.T) {
	overDeviceTransports(t, func(t *testing.T, top *Topology) {
		p := newPump(t)
		d := openDevice(t, p, top, "streamer")
		push, pull := openEnds(t, p, top, "a.push"), openEnds(t, p, top, "b.pull")
		sent, due := 0, 0
		stop := sync.OnceFunc(untilStopped(sendNumbers(push.send, &sent)))
		defer stop()
		over := make(chan struct{})
		var wg sync.WaitGroup
		for _, s := range []*Socket{d.Frontend(), d.Backend()} {
			for range 2 {
				wg.Add(1)
				go func() {
					defer wg.Done()
					for range 100 {
						if err := s.Do(readEvents); err != nil {
							t.Error(err)
						}
					}
				}()
			}
		}
		wg.Add(1)
		go func() {
			defer wg.Done()
			for range 100 {
				d.Pause()
				d.Resume()
			}
		}()
		go func() {
			wg.Wait()
			close(over)
		}()
		take := func() {
			equal(t, stringsOf(next(t, pull.recv)), []string{"frame", fmt.Sprint(due)})
			due++
		}
		for waits := true; waits; {
			select {
			case <-over:
				waits = false
			default:
				take()
			}
		}
		stop()
		for due < sent {
			take()
		}
		equal(t, d.Stats().Forwarded, uint64(sent))
	})
}

// Each message comes to a device that rests, while somebody uses up what would wake it.
func TestADeviceThatRestsLetsOthersIn(t *testing.T) {
	overDeviceTransports(t, func(t *testing.T, top *Topology) {
		p := newPump(t)
		d := openDevice(t, p, top, "queue")
		req, rep := openEnds(t, p, top, "a.req"), openEnds(t, p, top, "b.rep")
		defer untilStopped(func(quit <-chan struct{}) {
			for {
				select {
				case <-quit:
					return
				default:
				}
				for _, s := range []*Socket{d.Frontend(), d.Backend()} {
					if err := s.Do(readEvents); err != nil {
						t.Error(err)
					}
				}
			}
		})()
		for i := range 200 {
			send(t, req.send, bytesOf("question", fmt.Sprint(i)))
			equal(t, stringsOf(next(t, rep.recv)), []string{"question", fmt.Sprint(i)})
			send(t, rep.send, bytesOf("answer", fmt.Sprint(i)))
			equal(t, stringsOf(next(t, req.recv)), []string{"answer", fmt.Sprint(i)})
		}
	})
}

// A subscription comes while the device waits for messages, and its end, over and over.
func TestAForwarderThatRestsPassesSubscriptions(t *testing.T) {
	overDeviceTransports(t, func(t *testing.T, top *Topology) {
		p := newPump(t)
		openDevice(t, p, top, "forwarder")
		pub, sub := openEnds(t, p, top, "a.xpub"), openEnds(t, p, top, "b.xsub")
		for i := range 300 {
			topic := fmt.Sprint("t", i%7)
			send(t, sub.send, bytesOf("\x01"+topic))
			equal(t, stringsOf(next(t, pub.recv)), []string{"\x01" + topic})
			send(t, pub.send, bytesOf(topic, fmt.Sprint(i)))
			equal(t, stringsOf(next(t, sub.recv)), []string{topic, fmt.Sprint(i)})
			send(t, sub.send, bytesOf("\x00"+topic))
			equal(t, stringsOf(next(t, pub.recv)), []string{"\x00" + topic})
		}
	})
}

// A device whose backend is connected to its own frontend has always something to move, and yet sees that it is to pause or to end.
func TestADeviceThatNeverRestsPausesAndEnds(t *testing.T) {
	for range 20 {
		p, top := newPump(t), deviceTopology("inproc://front", "inproc://back")
		d := openDevice(t, p, top, "streamer", OnBackend(Bind(), Connect("inproc://front")))
		push := openEnds(t, p, top, "a.push")
		for i := range 10 {
			send(t, push.send, bytesOf("round and round", fmt.Sprint(i)))
		}
		for range 2 {
			before := d.Stats().Forwarded
			eventually(t, "messages pass", func() bool { return d.Stats().Forwarded > before+1000 })
			d.Pause()
			d.Resume()
		}
		ended := make(chan error)
		go func() { ended <- d.Close() }()
		equal(t, next(t, ended), error(nil))
	}
}

// Who opens a device knows its floor before the device is open; who has it when it has ended is told so.
func TestTheSidesOfADeviceThatHasEndedAreClosed(t *testing.T) {
	p, top := newPump(t), deviceTopology("inproc://front", "inproc://back")
	d := openDevice(t, p, top, "streamer")
	var wg sync.WaitGroup
	for range 4 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for d.Backend().Do(readEvents) == nil {
			}
		}()
	}
	equal(t, d.Close(), error(nil))
	wg.Wait()
	d.Pause()
	equal(t, d.Paused(), true)
}
