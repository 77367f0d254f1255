package parity

import (
	"bytes"
	"math/rand/v2"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// This file damages protobuf's bytes: some of it is still a message, though one that no library would write.

// damaged is b with some of its records, or some of its bytes, changed at random.
func damaged(r *rand.Rand, b []byte, md protoreflect.MessageDescriptor) []byte {
	b = bytes.Clone(b)
	for range 1 + r.IntN(3) {
		if r.IntN(3) > 0 {
			b = otherRecords(r, b, md)
		} else {
			b = otherBytes(r, b)
		}
		if !isRecords(b) {
			break
		}
	}
	return b
}

// isRecords reports whether b can be taken apart.
func isRecords(b []byte) bool {
	for len(b) > 0 {
		_, _, n := protowire.ConsumeField(b)
		if n < 0 {
			return false
		}
		b = b[n:]
	}
	return true
}

// otherRecords is b with one of its records there twice, gone, elsewhere, or with other bytes or longer varints.
func otherRecords(r *rand.Rand, b []byte, md protoreflect.MessageDescriptor) []byte {
	all := records(b)
	if len(all) == 0 {
		return otherBytes(r, b)
	}
	at := r.IntN(len(all))
	rec := all[at]
	var out []byte
	for i, each := range all {
		if i != at {
			out = append(out, each.all...)
			continue
		}
		switch fd := md.Fields().ByNumber(rec.number); r.IntN(6) {
		case 0:
		case 1:
			for range 1 + r.IntN(9) {
				out = append(out, rec.all...)
			}
		case 2:
			out = append(append(out, all[r.IntN(len(all))].all...), rec.all...)
		default:
			if rec.wire != protowire.BytesType {
				value := rec.all[protowire.SizeTag(rec.number):]
				out = appendLong(r, out, protowire.EncodeTag(rec.number, rec.wire))
				if v, n := protowire.ConsumeVarint(value); rec.wire == protowire.VarintType && n > 0 {
					out = appendLong(r, out, v>>r.IntN(64)<<r.IntN(64))
				} else {
					out = append(out, value...)
				}
				continue
			}
			block := rec.block
			switch {
			case fd != nil && fd.Message() != nil && isRecords(block):
				block = otherRecords(r, block, fd.Message())
			case r.IntN(2) == 0:
				block = otherBytes(r, bytes.Clone(block))
			}
			out = appendLong(r, out, protowire.EncodeTag(rec.number, rec.wire))
			out = append(appendLong(r, out, uint64(len(block))), block...)
		}
	}
	return out
}

// appendLong appends v as a varint that is, at times, longer than it has to be.
func appendLong(r *rand.Rand, b []byte, v uint64) []byte {
	b = protowire.AppendVarint(b, v)
	if n := protowire.SizeVarint(v); n < 9 && r.IntN(3) == 0 {
		b[len(b)-1] |= 0x80
		for range r.IntN(9 - n) {
			b = append(b, 0x80)
		}
		b = append(b, 0)
	}
	return b
}

// otherBytes is b with some of its bytes changed, or more or fewer of them.
func otherBytes(r *rand.Rand, b []byte) []byte {
	edges := [...]byte{0, 1, 2, 3, 4, 5, 8, 10, 15, 16, 17, 32, 33, 64, 0x7f, 0x80, 0x81, 0xc3, 0xff}
	if len(b) == 0 {
		return append(b, edges[r.IntN(len(edges))])
	}
	at := r.IntN(len(b))
	end := at + r.IntN(min(len(b)-at, 20)+1)
	switch r.IntN(6) {
	case 0:
		b[at] = edges[r.IntN(len(edges))]
	case 1:
		b[at] ^= 1 << r.IntN(8)
	case 2:
		return b[:at]
	case 3:
		return append(b[:at:at], b[end:]...)
	case 4:
		return append(b[:end:end], b[at:]...)
	case 5:
		return append(append(b[:at:at], edges[r.IntN(len(edges))]), b[at:]...)
	}
	return b
}
