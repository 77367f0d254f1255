//go:build cgo

package runtime

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"time"
)

// This file tells whether a pump moves messages at all, by having it move one.

// checkTopology has the two sockets that do that. Nothing ever waits for who reads.
var checkTopology = &Topology{Name: "zmqgen", Sockets: map[string]SocketSpec{
	"check.out": {Type: Push, Buffer: Limit(1), Linger: Lingering(0)},
	"check.in":  {Type: Pull, Buffer: Limit(1), Overflow: DropOldest},
}}

// checkCodec writes a number, and reads one.
type checkCodec struct{}

func (checkCodec) AppendFrames(w *FrameWriter, n *uint64) error {
	w.FrameString(strconv.FormatUint(*n, 10))
	return nil
}

func (checkCodec) ParseFrames(frames [][]byte, n *uint64) (err error) {
	body, err := BodyFrame(frames, 0)
	if err == nil {
		*n, err = strconv.ParseUint(string(body), 10, 64)
	}
	return err
}

// check is the two sockets, while they are open.
type check struct {
	turn chan struct{} // holds a token while somebody checks
	last uint64        // number that was sent
	pair *checkPair
}

type checkPair struct {
	from, to *Socket
	mu       sync.Mutex // guards the sending channel, which is closed once its socket has ended
	out      chan<- uint64
	in       <-chan uint64
}

// Check sends a message from the pump to itself and waits until it is there, or until ctx ends, and then says what it waited
// for. The message goes the way of all others: through channels, through both sides of a socket, ZeroMQ's own threads and
// the kernel. That a user's goroutine does not read what it should is not seen by it but by WithWatchdog.
//
// The first Check opens two sockets, zmqgen.check.out and zmqgen.check.in, which stay open and show where sockets are
// listed. They meet over ipc in a directory for temporary files that is removed at once. Several may call Check at once; they
// take turns.
func (p *Pump) Check(ctx context.Context) error {
	select {
	case p.check.turn <- struct{}{}:
		defer func() { <-p.check.turn }()
	case <-ctx.Done():
		return &Error{Op: "check", Err: fmt.Errorf("waiting for a check that goes on: %w", context.Cause(ctx))}
	}
	if err := p.check.round(ctx, p); err != nil {
		return &Error{Op: "check", Err: err}
	}
	return nil
}

// round sends a message and waits for it. What fails is opened anew the next time.
func (c *check) round(ctx context.Context, p *Pump) (err error) {
	began := time.Now()
	var dir string
	if c.pair == nil {
		if dir, c.pair, err = openCheck(p); err != nil {
			return err
		}
		defer os.RemoveAll(dir)
	}
	pair := c.pair
	defer func() {
		if err != nil {
			c.pair = nil
			pair.from.end(nil)
			pair.to.end(nil)
		}
	}()
	c.last++
	pair.mu.Lock()
	defer pair.mu.Unlock()
	select {
	case <-pair.from.ending:
		return pair.from.Err()
	default:
	}
	select {
	case pair.out <- c.last:
	case <-pair.from.ending:
		return pair.from.Err()
	case <-ctx.Done():
		return fmt.Errorf("no message was taken for %v: %w", round(time.Since(began)), context.Cause(ctx))
	}
	for {
		select {
		case n, ok := <-pair.in:
			switch {
			case !ok:
				return pair.to.Err()
			case n == c.last:
				return nil
			}
		case <-ctx.Done():
			return fmt.Errorf("a message has not come for %v: %w", round(time.Since(began)), context.Cause(ctx))
		}
	}
}

// openCheck opens the two sockets, which meet in a directory that is to be removed.
func openCheck(p *Pump) (dir string, pair *checkPair, err error) {
	dir, err = checkDirectory()
	if err != nil {
		return "", nil, err
	}
	defer func() {
		if err != nil {
			os.RemoveAll(dir)
		}
	}()
	ctx, at := context.Background(), ipcScheme+filepath.Join(dir, "s")
	pair = new(checkPair)
	pair.in, err = OpenReceiver(ctx, p, checkTopology, "check.in", checkCodec{}, []SocketOption{Bind(at), opened(&pair.to)})
	if err != nil {
		return "", nil, err
	}
	pair.out, err = OpenSender(ctx, p, checkTopology, "check.out", checkCodec{}, []SocketOption{Connect(at), opened(&pair.from)})
	if err != nil {
		pair.to.Close()
		return "", nil, err
	}
	go func() {
		<-pair.from.done
		pair.mu.Lock() // nobody sends
		defer pair.mu.Unlock()
		close(pair.out)
	}()
	return dir, pair, nil
}

// checkDirectory makes a directory for temporary files, which a service that may write next to nothing has in its
// runtime directory.
func checkDirectory() (dir string, err error) {
	var errs []error
	for _, parent := range []string{os.TempDir(), os.Getenv("RUNTIME_DIRECTORY"), os.Getenv("XDG_RUNTIME_DIR")} {
		if !filepath.IsAbs(parent) {
			continue
		}
		dir, err = os.MkdirTemp(parent, "zmqgen")
		if err == nil {
			return dir, nil
		}
		errs = append(errs, err)
	}
	return "", errors.Join(errs...)
}
