//go:build cgo && unix

package eventloop_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/zmqgen/zmqgen/examples/classic/eventloop"
	zmqrt "github.com/zmqgen/zmqgen/runtime"
)

// A station waits for ZeroMQ messages, lines of a console, a ticker, a signal and the end of its ctx, all in one select,
// in which it also sends. This example is all that happens to it.
func Example() {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	pump := must(zmqrt.NewPump(ctx))
	defer pump.Close()
	guard := must(eventloop.NewGuardAlarms(ctx, pump))
	station := must(eventloop.NewStationNode(ctx, pump))
	sensor := must(eventloop.NewSensorReadings(ctx, pump))
	defer close(sensor)
	hangup := make(chan os.Signal, 1)
	signal.Notify(hangup, syscall.SIGHUP)
	defer signal.Stop(hangup)
	here, there := connection()
	defer here.Close()
	defer there.Close()

	ended := make(chan error)
	go func() { ended <- loop(ctx, station, there, hangup, 5*time.Millisecond) }()
	console := bufio.NewScanner(here)

	sensor <- eventloop.Reading{Sensor: "attic", Celsius: 21}
	fmt.Println(await(console, "attic"))
	sensor <- eventloop.Reading{Sensor: "attic", Celsius: 31}
	fmt.Println(await(console, "attic"), "and the guard hears that", (<-guard).Text)
	fmt.Fprintln(here, "mean")
	fmt.Println(await(console, "mean"))
	syscall.Kill(syscall.Getpid(), syscall.SIGHUP)
	fmt.Println(await(console, "forgotten"))
	fmt.Println(await(console, "tick"))
	fmt.Fprintln(here, "quit")
	fmt.Println("the loop has ended:", <-ended)
	// Output:
	// attic 21
	// attic 31 and the guard hears that attic is too warm
	// mean 26
	// forgotten 2 readings
	// tick
	// the loop has ended: <nil>
}

// loop is the station. It ends when the console quits or hangs up, when a socket ends, and with ctx.
func loop(ctx context.Context, s *eventloop.StationNode, console net.Conn, hangup <-chan os.Signal, period time.Duration) error {
	defer close(s.Alarms)
	lines := read(ctx, console)
	ticker := time.NewTicker(period)
	defer ticker.Stop()
	n, sum := 0, 0.0
	var alarms []eventloop.Alarm // that have not been sent yet
	for {
		// A case whose channel is nil is never chosen: nothing is sent while there is nothing to send, and while the
		// guard takes nothing, all other cases go on.
		var out chan<- eventloop.Alarm
		var next eventloop.Alarm
		if len(alarms) > 0 {
			out, next = s.Alarms, alarms[0]
		}
		select {
		case r, ok := <-s.Readings:
			if !ok {
				return errors.New("the socket of the readings has ended")
			}
			n++
			sum += r.Celsius
			fmt.Fprintln(console, r.Sensor, r.Celsius)
			if r.Celsius > 30 {
				alarms = append(alarms, eventloop.Alarm{Text: r.Sensor + " is too warm"})
			}
		case out <- next:
			alarms = alarms[1:]
		case line, ok := <-lines:
			switch {
			case !ok || line == "quit":
				return nil
			case line == "mean":
				fmt.Fprintln(console, "mean", sum/float64(n))
			}
		case <-ticker.C:
			fmt.Fprintln(console, "tick")
		case <-hangup:
			fmt.Fprintln(console, "forgotten", n, "readings")
			n, sum = 0, 0
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// read makes a channel of the lines of a console, which ends with them: so any source that blocks comes into a select.
func read(ctx context.Context, console io.Reader) <-chan string {
	lines := make(chan string)
	go func() {
		defer close(lines)
		for scanner := bufio.NewScanner(console); scanner.Scan(); {
			select {
			case lines <- scanner.Text():
			case <-ctx.Done():
				return
			}
		}
	}()
	return lines
}

// await returns the next line of the console that starts with text; there may be ticks before.
func await(console *bufio.Scanner, text string) string {
	for console.Scan() {
		if strings.HasPrefix(console.Text(), text) {
			return console.Text()
		}
	}
	return fmt.Sprint("the console has hung up: ", console.Err())
}

// connection returns both ends of a TCP connection.
func connection() (here, there net.Conn) {
	l := must(net.Listen("tcp", "127.0.0.1:0"))
	defer l.Close()
	here = must(net.Dial("tcp", l.Addr().String()))
	return here, must(l.Accept())
}
