// Package codecs measures the codecs that zmqgen generates beside those of other libraries, all with the message
// wire.Order. What other generators write is in packages of its own, the table is printed by package table.
package codecs

import (
	"encoding/binary"
	"math"
	"time"
	"unicode/utf8"

	"github.com/zmqgen/zmqgen/bench/wire"
)

// This file is the floor: the least code by hand that writes and reads this one message in protobuf's wire format. It
// trusts what it reads and panics if it is wrong, knows that no tag needs two bytes and no text or leg 128 or more, and
// limits nothing. It checks UTF-8, which the format wants.

const notText = "codecs: invalid UTF-8"

func floorAppend(b []byte, m *wire.Order) []byte {
	b = floorText(append(b, 0x0a), m.Symbol)
	b = append(b, 0x10, byte(m.Side), 0x18)
	b = binary.AppendUvarint(b, uint64(m.Quantity))
	b = binary.LittleEndian.AppendUint64(append(b, 0x21), math.Float64bits(m.Price))
	b = append(b, 0x2a, 0, 0x08)
	at := len(b)
	b = binary.AppendUvarint(b, uint64(m.At.Unix()))
	b = binary.AppendUvarint(append(b, 0x10), uint64(m.At.Nanosecond()))
	b[at-2] = byte(len(b) - at + 1)
	for _, tag := range m.Tags {
		b = floorText(append(b, 0x32), tag)
	}
	for i := range m.Legs {
		leg := &m.Legs[i]
		b = append(b, 0x3a, 0)
		at := len(b)
		b = floorText(append(b, 0x0a), leg.Symbol)
		b = binary.AppendUvarint(append(b, 0x10), uint64(leg.Ratio))
		b = binary.LittleEndian.AppendUint64(append(b, 0x19), math.Float64bits(leg.Price))
		b[at-1] = byte(len(b) - at)
	}
	return b
}

func floorText(b []byte, s string) []byte {
	if !utf8.ValidString(s) {
		panic(notText)
	}
	return append(append(b, byte(len(s))), s...)
}

func floorParse(b []byte, m *wire.Order) {
	for len(b) > 0 {
		tag := b[0]
		b = b[1:]
		switch tag {
		case 0x0a:
			m.Symbol, b = floorString(b)
		case 0x10:
			m.Side, b = wire.Side(b[0]), b[1:]
		case 0x18:
			var v uint64
			v, b = floorVarint(b)
			m.Quantity = uint32(v)
		case 0x21:
			m.Price, b = math.Float64frombits(binary.LittleEndian.Uint64(b)), b[8:]
		case 0x2a:
			var s, n uint64
			s, b = floorVarint(b[2:])
			n, b = floorVarint(b[1:])
			m.At = time.Unix(int64(s), int64(n)).UTC()
		case 0x32:
			var v string
			v, b = floorString(b)
			m.Tags = append(m.Tags, v)
		case 0x3a:
			end := int(b[0]) + 1
			m.Legs = append(m.Legs, wire.Leg{})
			floorLeg(b[1:end], &m.Legs[len(m.Legs)-1])
			b = b[end:]
		}
	}
}

func floorLeg(b []byte, m *wire.Leg) {
	for len(b) > 0 {
		tag := b[0]
		b = b[1:]
		switch tag {
		case 0x0a:
			m.Symbol, b = floorString(b)
		case 0x10:
			var v uint64
			v, b = floorVarint(b)
			m.Ratio = int32(v)
		case 0x19:
			m.Price, b = math.Float64frombits(binary.LittleEndian.Uint64(b)), b[8:]
		}
	}
}

func floorString(b []byte) (string, []byte) {
	end := int(b[0]) + 1
	if !utf8.Valid(b[1:end]) {
		panic(notText)
	}
	return string(b[1:end]), b[end:]
}

func floorVarint(b []byte) (uint64, []byte) {
	v, n := binary.Uvarint(b)
	return v, b[n:]
}
