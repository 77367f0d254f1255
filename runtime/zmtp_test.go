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
	greeting := make([]byte, 64)
	greeting[0], greeting[9], greeting[10] = 0xff, 0x7f, 3
	copy(greeting[12:], "NULL")
	ready := append([]byte("\x05READY\x0bSocket-Type"), binary.BigEndian.AppendUint32(nil, uint32(len(typ.String())))...)
	ready = append(ready, typ.String()...)
	zmtpSay(t, c, greeting, append([]byte{0x04, byte(len(ready))}, ready...))
	if _, err := io.ReadFull(c, greeting); err != nil {
		t.Fatal(err)
	}
	header := make([]byte, 2)
	if _, err := io.ReadFull(c, header); err != nil {
		t.Fatal(err)
	}
	if _, err := io.CopyN(io.Discard, c, int64(header[1])); err != nil {
		t.Fatal(err)
	}
	return c.(*net.TCPConn)
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
