//go:build cgo

package runtime

import (
	"bytes"
	"encoding/binary"
	"io"
	"net"
	"strings"
	"testing"
	"time"
)

// This file speaks just enough ZMTP 3.0, with the NULL mechanism, for a peer that dies wherever a test wants it
// to: libzmq itself never leaves a message half said.

const (
	zmtpLast = 0x00
	zmtpMore = 0x01
	zmtpLong = 0x02
)

// zmtpPeer connects to a tcp endpoint as a socket of type typ, and has shaken hands when it returns.
func zmtpPeer(t testing.TB, endpoint string, typ SocketType) *net.TCPConn {
	t.Helper()
	c, err := net.Dial("tcp", strings.TrimPrefix(endpoint, "tcp://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	c.SetDeadline(time.Now().Add(10 * time.Second))
	zmtpSay(t, c, zmtpHello(typ, ""))
	if err := zmtpHears(c); err != nil {
		t.Fatal(err)
	}
	return c.(*net.TCPConn)
}

// zmtpHello is the greeting and the READY of a peer with a routing id of its own, or none.
func zmtpHello(typ SocketType, id string) []byte {
	greeting := make([]byte, 64)
	greeting[0], greeting[9], greeting[10] = 0xff, 0x7f, 3
	copy(greeting[12:], "NULL")
	ready := []byte("\x05READY")
	for _, p := range []struct{ name, value string }{{"Socket-Type", typ.String()}, {"Identity", id}} {
		ready = append(append(ready, byte(len(p.name))), p.name...)
		ready = append(binary.BigEndian.AppendUint32(ready, uint32(len(p.value))), p.value...)
	}
	return append(append(greeting, 0x04, byte(len(ready))), ready...)
}

// zmtpHears reads the greeting and the READY of the other side.
func zmtpHears(c net.Conn) error {
	heard := make([]byte, 64+2)
	if _, err := io.ReadFull(c, heard); err != nil {
		return err
	}
	_, err := io.CopyN(io.Discard, c, int64(heard[65]))
	return err
}

// zmtpFlood is a peer that sends one message after the other until the connection ends, and reads nothing of what it gets.
func zmtpFlood(c net.Conn, id string, message func(n int) [][]byte) {
	_, err := c.Write(zmtpHello(Dealer, id))
	if err == nil {
		err = zmtpHears(c)
	}
	drained := make(chan struct{})
	go func() {
		defer close(drained)
		io.Copy(io.Discard, c)
	}()
	for n := 0; err == nil; n++ {
		var wire []byte
		frames := message(n)
		for i, f := range frames {
			flags := byte(zmtpMore)
			if i == len(frames)-1 {
				flags = zmtpLast
			}
			wire = append(wire, zmtpFrame(flags, string(f))...)
		}
		_, err = c.Write(wire)
	}
	c.Close()
	<-drained
}

func zmtpSay(t testing.TB, c net.Conn, parts ...[]byte) {
	t.Helper()
	if _, err := c.Write(bytes.Join(parts, nil)); err != nil {
		t.Fatal(err)
	}
}

// zmtpFrame is a frame as it stands on the wire.
func zmtpFrame(flags byte, body string) []byte {
	if len(body) < 256 {
		return append([]byte{flags, byte(len(body))}, body...)
	}
	return append(binary.BigEndian.AppendUint64([]byte{flags | zmtpLong}, uint64(len(body))), body...)
}
