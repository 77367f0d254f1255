// Command million moves a million messages of 64 bytes between two processes over tcp, in three ways
// that take turns, and prints the median time of each: typed channels that zmqgen generated; raw
// pebbe/zmq4 with the same struct and codec in its loops; raw pebbe/zmq4 with bytes that nobody encodes
// or decodes. Every way checks that no message is lost and that all are in order.
package main

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"

	"github.com/pebbe/zmq4"
	"github.com/zmqgen/zmqgen/bench/wire"
	zmqrt "github.com/zmqgen/zmqgen/runtime"
)

var (
	count  = flag.Int("n", 1_000_000, "messages")
	rounds = flag.Int("rounds", 7, "rounds")
	role   = flag.String("role", "", "what this process does, for the program's own use")
	peer   = flag.String("peer", "", "endpoint of the receiver, likewise")
)

// way is one way to move messages: both functions run in processes of their own. receive prints its
// endpoint, then the time from the first message to the last.
type way struct {
	name    string
	send    func(endpoint string) error
	receive func() error
}

var ways = []way{
	{"typed channels", sendTyped, receiveTyped},
	{"raw pebbe/zmq4, same codec", sendCoded, receiveCoded},
	{"raw pebbe/zmq4, ready-made bytes", sendBytes, receiveBytes},
}

func main() {
	log.SetFlags(0)
	flag.Parse()
	var err error
	if *role == "" {
		err = compare()
	} else {
		err = play(*role)
	}
	if err != nil {
		log.Fatal(err)
	}
}

// play runs one side of one way.
func play(role string) error {
	for i, w := range ways {
		switch role {
		case fmt.Sprint("send", i):
			return w.send(*peer)
		case fmt.Sprint("receive", i):
			return w.receive()
		}
	}
	return fmt.Errorf("unknown role %q", role)
}

// compare lets the ways take turns and prints the medians.
func compare() error {
	times := make([][]time.Duration, len(ways))
	for range *rounds {
		for i := range ways {
			d, err := measure(i)
			if err != nil {
				return fmt.Errorf("%s: %w", ways[i].name, err)
			}
			times[i] = append(times[i], d)
		}
	}
	median := make([]time.Duration, len(ways))
	for i := range times {
		slices.Sort(times[i])
		median[i] = times[i][len(times[i])/2]
	}
	fmt.Printf("%d messages, tcp, two processes, median of %d rounds\n", *count, *rounds)
	for i, w := range ways {
		fmt.Printf("%-34s %8.1f ms %7.0f k msg/s  %.2f x typed channels' time\n", w.name,
			float64(median[i].Microseconds())/1000, float64(*count)/median[i].Seconds()/1000, float64(median[i])/float64(median[0]))
	}
	return nil
}

func measure(i int) (time.Duration, error) {
	args := []string{"-n", fmt.Sprint(*count)}
	receiver := exec.Command(os.Args[0], append(args, "-role", fmt.Sprint("receive", i))...)
	receiver.Stderr = os.Stderr
	out, err := receiver.StdoutPipe()
	if err != nil {
		return 0, err
	}
	if err := receiver.Start(); err != nil {
		return 0, err
	}
	defer receiver.Wait()
	lines := bufio.NewScanner(out)
	if !lines.Scan() {
		return 0, errors.New("the receiver does not start")
	}
	sender := exec.Command(os.Args[0], append(args, "-role", fmt.Sprint("send", i), "-peer", lines.Text())...)
	sender.Stderr = os.Stderr
	if err := sender.Run(); err != nil {
		return 0, fmt.Errorf("sender: %w", err)
	}
	if !lines.Scan() {
		return 0, errors.New("the receiver does not finish")
	}
	return time.ParseDuration(lines.Text())
}

var now = time.Now()

// tick is the message of number i, about 64 bytes in protobuf.
func tick(i int) wire.Tick {
	return wire.Tick{Seq: uint64(i), Symbol: "EURUSD", Bid: 1.08, Ask: 1.09, At: now, Size: 1000000, Venue: "XLON"}
}

// clock checks the order of messages and times them.
type clock struct {
	seen  int
	began time.Time
}

func (c *clock) message(seq uint64) error {
	if c.seen == 0 {
		c.began = time.Now()
	}
	if seq != uint64(c.seen) {
		return fmt.Errorf("message %d came where %d was due", seq, c.seen)
	}
	c.seen++
	return nil
}

func (c *clock) report() error {
	if c.seen != *count {
		return fmt.Errorf("%d messages came, of %d", c.seen, *count)
	}
	fmt.Println(time.Since(c.began))
	return nil
}

func sendTyped(endpoint string) error {
	pump, err := zmqrt.NewPump(context.Background())
	if err != nil {
		return err
	}
	defer pump.Close()
	ticks, err := wire.NewSourceTicks(context.Background(), pump, zmqrt.Connect(endpoint))
	if err != nil {
		return err
	}
	for i := range *count {
		ticks <- tick(i)
	}
	close(ticks)
	return nil
}

func receiveTyped() error {
	pump, err := zmqrt.NewPump(context.Background())
	if err != nil {
		return err
	}
	defer pump.Close()
	ticks, err := wire.NewSinkTicks(context.Background(), pump)
	if err != nil {
		return err
	}
	fmt.Println(wire.SinkTicksSocket(pump).Endpoints()[0])
	var c clock
	for c.seen < *count {
		if err := c.message((<-ticks).Seq); err != nil {
			return err
		}
	}
	return c.report()
}

// sendRaw sends what next makes in a plain loop.
func sendRaw(endpoint string, next func(i int) ([]byte, error)) error {
	s, err := zmq4.NewSocket(zmq4.PUSH)
	if err != nil {
		return err
	}
	defer zmq4.Term()
	defer s.Close()
	if err := s.Connect(endpoint); err != nil {
		return err
	}
	for i := range *count {
		b, err := next(i)
		if err != nil {
			return err
		}
		if _, err := s.SendBytes(b, 0); err != nil {
			return err
		}
	}
	return nil
}

// receiveRaw receives in a plain loop and has seq find each message's number.
func receiveRaw(seq func([]byte) (uint64, error)) error {
	s, err := zmq4.NewSocket(zmq4.PULL)
	if err != nil {
		return err
	}
	defer s.Close()
	if err := s.Bind("tcp://127.0.0.1:*"); err != nil {
		return err
	}
	endpoint, err := s.GetLastEndpoint()
	if err != nil {
		return err
	}
	fmt.Println(strings.TrimSpace(endpoint))
	var c clock
	for c.seen < *count {
		b, err := s.RecvBytes(0)
		if err != nil {
			return err
		}
		n, err := seq(b)
		if err != nil {
			return err
		}
		if err := c.message(n); err != nil {
			return err
		}
	}
	return c.report()
}

func sendCoded(endpoint string) error {
	var buf []byte
	return sendRaw(endpoint, func(i int) (_ []byte, err error) {
		buf, err = tick(i).AppendProto(buf[:0])
		return buf, err
	})
}

func receiveCoded() error {
	return receiveRaw(func(b []byte) (uint64, error) {
		var t wire.Tick
		err := t.ParseProto(b)
		return t.Seq, err
	})
}

func sendBytes(endpoint string) error {
	buf, err := tick(1 << 20).AppendProto(nil)
	if err != nil {
		return err
	}
	return sendRaw(endpoint, func(i int) ([]byte, error) {
		binary.LittleEndian.PutUint64(buf, uint64(i))
		return buf, nil
	})
}

func receiveBytes() error {
	return receiveRaw(func(b []byte) (uint64, error) { return binary.LittleEndian.Uint64(b), nil })
}
