// Package gozeromq is one end of an exchange, over github.com/go-zeromq/zmq4 and by hand-made frames. Its flags, its
// lines and what it sends are those of ../peer.py and ../peer.mjs; ../README.md says what they are.
package gozeromq

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/go-zeromq/zmq4"
)

const window = 64

// peer is one run.
type peer struct {
	zmq4.Socket
	socket, work  string
	form          form
	bind, connect string
	n             int
	but           string        // what could not be done
	told          atomic.Bool   // the test has said a line
	ended         chan struct{} // closed when it says no more
}

// Run does what the arguments say.
func Run(args []string) error {
	p := &peer{ended: make(chan struct{})}
	set := flag.NewFlagSet("peer", flag.ContinueOnError)
	set.StringVar(&p.socket, "socket", "", "")
	set.StringVar(&p.work, "work", "", "")
	set.StringVar((*string)(&p.form), "form", "", "")
	set.StringVar(&p.bind, "bind", "", "")
	set.StringVar(&p.connect, "connect", "", "")
	set.IntVar(&p.n, "n", 0, "")
	if err := set.Parse(args); err != nil {
		return err
	}
	go p.listen()
	if err := p.open(); err != nil {
		return err
	}
	defer p.Close()
	works := map[string]func() error{"send": p.sendAll, "receive": p.receiveAll, "ask": p.ask, "answer": p.answer}
	work := works[p.work]
	if p.socket == "XPUB" {
		work = func() error { return p.publish(p.sendAll) }
	}
	if err := work(); err != nil {
		return err
	}
	fmt.Println(strings.TrimSpace(fmt.Sprintf("done %d %s", p.n, p.but)))
	<-p.ended
	return nil
}

// listen reads what the test says.
func (p *peer) listen() {
	in := bufio.NewReader(os.Stdin)
	if _, err := in.ReadString('\n'); err == nil {
		p.told.Store(true)
		_, _ = io.Copy(io.Discard, in)
	}
	close(p.ended)
}

func (p *peer) open() error {
	makers := map[string]func(context.Context, ...zmq4.Option) zmq4.Socket{
		"PUB": zmq4.NewPub, "SUB": zmq4.NewSub, "XPUB": zmq4.NewXPub, "XSUB": zmq4.NewXSub, "PUSH": zmq4.NewPush, "PULL": zmq4.NewPull,
		"REQ": zmq4.NewReq, "REP": zmq4.NewRep, "DEALER": zmq4.NewDealer, "ROUTER": zmq4.NewRouter, "PAIR": zmq4.NewPair,
	}
	p.Socket = makers[p.socket](context.Background())
	if p.bind == "" {
		return p.Dial(p.connect)
	}
	if err := p.Listen(p.bind); err != nil {
		return err
	}
	transport, _, _ := strings.Cut(p.bind, "://")
	fmt.Println("endpoint", transport+"://"+p.Addr().String())
	return nil
}

func (p *peer) send(parts ...frames) error {
	var all frames
	for _, part := range parts {
		all = append(all, part...)
	}
	return p.SendMulti(zmq4.NewMsgFrom(all...))
}

func (p *peer) receive() (frames, error) {
	m, err := p.Recv()
	return m.Frames, err
}

// Envelopes that a DEALER and a ROUTER write and read by hand.

func (p *peer) enveloped(number int) frames {
	switch {
	case p.socket != "DEALER" || p.form == "chat":
		return nil
	case p.form == "uncorrelated":
		return frames{{}}
	}
	return frames{[]byte(strconv.Itoa(number)), {}}
}

// opened is the number of a reply and its frames, at the one who asked.
func (p *peer) opened(got frames, due int) (int, frames, error) {
	before := len(p.enveloped(due))
	if len(got) < before || before > 0 && len(got[before-1]) > 0 {
		return 0, nil, unexpected("without a delimiter, reply", due, got)
	}
	if before < 2 {
		return due, got[before:], nil
	}
	number, err := strconv.Atoi(string(got[0]))
	return number, got[before:], err
}

// split is the envelope of a request and its frames, at the one who answers.
func (p *peer) split(got frames) (envelope, request frames, err error) {
	switch {
	case p.socket != "ROUTER":
		return nil, got, nil
	case p.form == "chat":
		return got[:1], got[1:], nil
	}
	for i, frame := range got {
		if len(frame) > 0 {
			continue
		}
		if i > 1 && p.form == "uncorrelated" {
			return nil, nil, fmt.Errorf("a correlated request: %.300q", got)
		}
		return got[: i+1 : i+1], got[i+1:], nil
	}
	return nil, nil, fmt.Errorf("a request without a delimiter: %.300q", got)
}

// What a peer does.

func (p *peer) prefixes() []string {
	if p.form == "topic" {
		return []string{"item.0.", "item.1.", "item.2."}
	}
	return []string{""}
}

func (p *peer) subscribe(yes bool) error {
	event, option := "\x00", zmq4.OptionUnsubscribe
	if yes {
		event, option = "\x01", zmq4.OptionSubscribe
	}
	for _, prefix := range p.prefixes() {
		var err error
		switch p.socket {
		case "XSUB":
			err = p.send(text(event + prefix))
		case "SUB":
			err = p.SetOption(option, prefix)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// awaitSubscriptions waits until this XPUB has all subscriptions, or none any more. It lists them, where those of other
// libraries receive messages: whether it does so too is found out.
func (p *peer) awaitSubscriptions(due []string) error {
	for !slices.Equal(p.Socket.(zmq4.Topics).Topics(), due) {
		select {
		case <-p.ended:
			return fmt.Errorf("the subscriptions are %q", p.Socket.(zmq4.Topics).Topics())
		case <-time.After(time.Millisecond):
		}
	}
	return nil
}

func (p *peer) publish(work func() error) error {
	p.but = "but no subscription was received"
	received := make(chan error, 1)
	go func() {
		_, err := p.Recv()
		received <- err
	}()
	err := errors.Join(p.awaitSubscriptions(p.prefixes()), work(), p.awaitSubscriptions(nil))
	select {
	case received := <-received:
		p.but, err = "", errors.Join(err, received)
	default:
	}
	return err
}

func (p *peer) sendAll() error {
	for p.socket == "PUB" && !p.told.Load() {
		for _, probe := range p.form.probes() {
			if err := p.send(probe); err != nil {
				return err
			}
		}
		time.Sleep(time.Millisecond)
	}
	for i := 1; i <= p.n; i++ {
		if p.form == "topic" && i%10 == 0 { // nobody has subscribed to it
			if err := p.send(frames{[]byte("item.9."), item(i, "", 9)}); err != nil {
				return err
			}
		}
		if err := p.send(p.form.message(i)); err != nil {
			return err
		}
	}
	return nil
}

func (p *peer) receiveAll() error {
	if err := p.subscribe(true); err != nil {
		return err
	}
	due := p.form.probes()
	for i := 1; i <= p.n; {
		got, err := p.receive()
		if err != nil {
			return err
		}
		is := func(probe frames) bool { return same(got, probe) }
		if i == 1 && slices.ContainsFunc(p.form.probes(), is) {
			if len(due) > 0 {
				if due = slices.DeleteFunc(due, is); len(due) == 0 {
					fmt.Println("ready")
				}
			}
			continue
		}
		if !same(got, p.form.message(i)) {
			return unexpected("message", i, got)
		}
		i++
	}
	return p.subscribe(false)
}

func (p *peer) ask() error {
	most := window
	if p.socket == "REQ" || p.form == "uncorrelated" {
		most = 1
	}
	answered := map[int]bool{}
	for sent := 0; len(answered) < p.n; {
		if sent < p.n && sent-len(answered) < most {
			sent++
			if err := p.send(p.enveloped(sent), p.form.request(sent, true)); err != nil {
				return err
			}
			continue
		}
		got, err := p.receive()
		if err != nil {
			return err
		}
		number, got, err := p.opened(got, len(answered)+1)
		if err != nil {
			return err
		}
		if answered[number] || !same(got, p.form.reply(number, true)) {
			return unexpected("reply", number, got)
		}
		answered[number] = true
	}
	return nil
}

func (p *peer) answer() error {
	seen := map[int]bool{}
	for range p.n {
		got, err := p.receive()
		if err != nil {
			return err
		}
		envelope, got, err := p.split(got)
		if err != nil {
			return err
		}
		number := 5
		if !same(got, text("Ping")) {
			if len(got) == 0 {
				return errors.New("a request without a frame")
			}
			if number, err = numberOf(got[len(got)-1]); err != nil {
				return err
			}
			if seen[number] && p.form != "empty" || !same(got, p.form.request(number, false)) {
				return unexpected("request", number, got)
			}
			seen[number] = true
		}
		if err := p.send(envelope, p.form.reply(number, false)); err != nil {
			return err
		}
	}
	return nil
}
