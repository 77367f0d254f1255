// Package codecs measures the codecs that zmqgen generates beside those of other libraries, all with the message
// wire.Order. What other generators write is in packages of its own, the table is printed by package table.
package codecs

import (
	"encoding/binary"
	"math"
	"time"

	"github.com/zmqgen/zmqgen/bench/wire"
)

// This file is the floor: the least code by hand that writes and reads this one message in protobuf's wire format. It
// trusts what it reads, and panics if that is wrong. It knows that no text has 128 bytes, and checks no UTF-8. What it
// reads shares one copy of the whole message.

// floorMost is how long a message may be that has no more text than this one's fields and its legs.
const floorMost = 256

func floorAppend(b []byte, m *wire.Order) []byte {
	at := len(b)
	if cap(b)-at < floorMost {
		b = append(make([]byte, 0, at+floorMost), b...)
	}
	b = b[:at+floorMost]
	i := floorText(b, at, 0x0a, m.Symbol)
	b[i], b[i+1], b[i+2] = 0x10, byte(m.Side), 0x18
	i = floorVarint(b, i+3, uint64(m.Quantity))
	i = floorFloat(b, i, 0x21, m.Price)
	start := i
	b[i], b[i+2] = 0x2a, 0x08
	i = floorVarint(b, i+3, uint64(m.At.Unix()))
	b[i] = 0x10
	i = floorVarint(b, i+1, uint64(m.At.Nanosecond()))
	b[start+1] = byte(i - start - 2)
	for _, tag := range m.Tags {
		i = floorText(b, i, 0x32, tag)
	}
	for j := range m.Legs {
		leg := &m.Legs[j]
		start := i
		b[i] = 0x3a
		i = floorText(b, i+2, 0x0a, leg.Symbol)
		b[i] = 0x10
		i = floorVarint(b, i+1, uint64(leg.Ratio))
		i = floorFloat(b, i, 0x19, leg.Price)
		b[start+1] = byte(i - start - 2)
	}
	return b[:i]
}

func floorText(b []byte, i int, tag byte, s string) int {
	b[i], b[i+1] = tag, byte(len(s))
	return i + 2 + copy(b[i+2:], s)
}

func floorFloat(b []byte, i int, tag byte, v float64) int {
	b[i] = tag
	binary.LittleEndian.PutUint64(b[i+1:], math.Float64bits(v))
	return i + 9
}

func floorVarint(b []byte, i int, v uint64) int {
	for ; v >= 0x80; i++ {
		b[i] = byte(v) | 0x80
		v >>= 7
	}
	b[i] = byte(v)
	return i + 1
}

func floorParse(b []byte, m *wire.Order) {
	text := string(b)
	m.Tags, m.Legs = make([]string, 0, 4), make([]wire.Leg, 0, 2)
	for i := 0; i < len(text); {
		tag := text[i]
		i++
		switch tag {
		case 0x0a:
			m.Symbol, i = floorRead(text, i)
		case 0x10:
			m.Side, i = wire.Side(text[i]), i+1
		case 0x18:
			var v uint64
			v, i = floorNumber(text, i)
			m.Quantity = uint32(v)
		case 0x21:
			m.Price, i = math.Float64frombits(binary.LittleEndian.Uint64(b[i:])), i+8
		case 0x2a:
			var s, n uint64
			s, i = floorNumber(text, i+2)
			n, i = floorNumber(text, i+1)
			m.At = time.Unix(int64(s), int64(n)).UTC()
		case 0x32:
			var v string
			v, i = floorRead(text, i)
			m.Tags = append(m.Tags, v)
		case 0x3a:
			m.Legs = append(m.Legs, wire.Leg{})
			leg := &m.Legs[len(m.Legs)-1]
			leg.Symbol, i = floorRead(text, i+2)
			var v uint64
			v, i = floorNumber(text, i+1)
			leg.Ratio = int32(v)
			leg.Price, i = math.Float64frombits(binary.LittleEndian.Uint64(b[i+1:])), i+9
		}
	}
}

func floorRead(text string, i int) (string, int) {
	end := i + 1 + int(text[i])
	return text[i+1 : end], end
}

func floorNumber(text string, i int) (v uint64, next int) {
	for shift := 0; ; shift += 7 {
		c := text[i]
		i++
		if v |= uint64(c&0x7f) << shift; c < 0x80 {
			return v, i
		}
	}
}
