// Command endure runs for a long time what must hold for ever, between two processes over tcp, through
// typed channels, and fails if it does not:
//
//	-work close   a sender sends -n messages, closes its channel and its pump, and exits at once; all must
//	              have come, in order, in each of -rounds rounds
//	-work order   -n messages are sent without pause; all come, none twice, in order
//	-work slow    a sender sends without pause for -time to a receiver that reads one message a second;
//	              the memory of both stays where it is once all queues are full
package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"os/exec"
	"time"

	"github.com/zmqgen/zmqgen/bench/internal/load"
	"github.com/zmqgen/zmqgen/bench/wire"
	zmqrt "github.com/zmqgen/zmqgen/runtime"
)

var (
	work     = flag.String("work", "", "close, order or slow")
	messages = flag.Int("n", 100_000, "messages")
	rounds   = flag.Int("rounds", 1000, "rounds of -work close")
	duration = flag.Duration("time", 10*time.Minute, "how long -work slow goes on")
	sendTo   = flag.String("send", "", "be the sender, to this endpoint: for the program's own use")
)

func main() {
	log.SetFlags(0)
	flag.Parse()
	run := map[string]func() error{"close": closeAtOnce, "order": keepOrder, "slow": slowConsumer}[*work]
	if *sendTo != "" {
		run = send
	}
	if run == nil {
		flag.Usage()
		os.Exit(2)
	}
	if err := run(); err != nil {
		log.Fatal(err)
	}
}

// send is the sender: it sends messages until there were enough, or until its standard input ends.
func send() error {
	pump, err := zmqrt.NewPump(context.Background())
	if err != nil {
		return err
	}
	defer pump.Close()
	ticks, err := wire.NewSourceTicks(context.Background(), pump, zmqrt.Connect(*sendTo))
	if err != nil {
		return err
	}
	defer close(ticks)
	if *work == "slow" {
		return sendAndWatch(ticks)
	}
	for i := range *messages {
		ticks <- load.MakeTick(i)
	}
	return nil
}

// sender is the sender as a process of its own, to be started.
func sender(endpoint string) *exec.Cmd {
	cmd := exec.Command(os.Args[0], append(os.Args[1:], "-send", endpoint)...)
	cmd.Stderr = os.Stderr
	return cmd
}

// receiver opens the receiving end and calls run with it.
func receiver(run func(ticks <-chan wire.Tick, endpoint string) error) (err error) {
	pump, err := zmqrt.NewPump(context.Background())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, pump.Close()) }()
	ticks, err := wire.NewSinkTicks(context.Background(), pump)
	if err != nil {
		return err
	}
	return run(ticks, wire.SinkTicksSocket(pump).Endpoints()[0])
}

// receiveAll receives messages up to number n, in order.
func receiveAll(ticks <-chan wire.Tick, progress func(done int)) error {
	const stalled = 30 * time.Second
	timer := time.NewTimer(stalled)
	defer timer.Stop()
	for i := range *messages {
		select {
		case t, ok := <-ticks:
			if got := load.TickNumber(&t); !ok || got != i {
				return fmt.Errorf("message %d came where %d was due", got, i)
			}
		case <-timer.C:
			return fmt.Errorf("nothing came for %v, after %d messages of %d", stalled, i, *messages)
		}
		if i%4096 == 0 {
			timer.Reset(stalled)
			progress(i)
		}
	}
	return nil
}

func closeAtOnce() error {
	began := time.Now()
	return receiver(func(ticks <-chan wire.Tick, endpoint string) error {
		for round := range *rounds {
			cmd := sender(endpoint)
			if err := cmd.Start(); err != nil {
				return err
			}
			if err := errors.Join(receiveAll(ticks, func(int) {}), cmd.Wait()); err != nil {
				return fmt.Errorf("round %d: %w", round+1, err)
			}
			select {
			case t := <-ticks:
				return fmt.Errorf("round %d: message %d came twice", round+1, load.TickNumber(&t))
			default:
			}
		}
		fmt.Printf("%d rounds of %d messages and a close at once: all came, in order, in %v\n", *rounds, *messages, time.Since(began).Round(time.Second))
		return nil
	})
}

func keepOrder() error {
	return receiver(func(ticks <-chan wire.Tick, endpoint string) error {
		cmd := sender(endpoint)
		if err := cmd.Start(); err != nil {
			return err
		}
		began := time.Now()
		err := receiveAll(ticks, func(done int) {
			if done > 0 && done%(2560*4096) == 0 {
				fmt.Printf("%d messages so far, in %v\n", done, time.Since(began).Round(time.Second))
			}
		})
		if err := errors.Join(err, cmd.Wait()); err != nil {
			return err
		}
		select {
		case t := <-ticks:
			return fmt.Errorf("message %d came twice", load.TickNumber(&t))
		default:
		}
		took := time.Since(began)
		fmt.Printf("%d messages: none lost, none twice, in order, in %v, %.0f a second\n", *messages, took.Round(time.Second), float64(*messages)/took.Seconds())
		return nil
	})
}

func slowConsumer() error {
	return receiver(func(ticks <-chan wire.Tick, endpoint string) error {
		cmd := sender(endpoint)
		stdin, err := cmd.StdinPipe()
		if err != nil {
			return err
		}
		stdout, err := cmd.StdoutPipe()
		if err != nil {
			return err
		}
		if err := cmd.Start(); err != nil {
			return err
		}
		watch := memory{name: "receiver"}
		end := time.After(*duration)
		second := time.NewTicker(time.Second)
		defer second.Stop()
		for i := 0; ; {
			select {
			case <-end:
				stdin.Close() // the sender ends
				lines := bufio.NewScanner(stdout)
				for lines.Scan() {
					fmt.Println(lines.Text())
				}
				fmt.Println(watch.String())
				go func() { // what is queued must not keep the sender from ending
					for range ticks {
					}
				}()
				return errors.Join(cmd.Wait(), watch.check())
			case <-second.C:
				t := <-ticks
				if got := load.TickNumber(&t); got != i {
					return fmt.Errorf("message %d came where %d was due", got, i)
				}
				i++
				if err := watch.sample(); err != nil {
					return err
				}
			}
		}
	})
}
