package runtime

import (
	"encoding/binary"
	"unicode/utf8"
	"unsafe"
)

// notASCII are the bits that no byte of ASCII has, of eight bytes.
const notASCII = 0x8080808080808080

// validUTF8 is utf8.Valid, in less time for what is short or ASCII.
func validUTF8(b []byte) bool {
	var all uint64 // the bits of all bytes together
	switch n := len(b); {
	case n >= 8:
		for i := 0; i <= n-8; i += 8 {
			all |= binary.LittleEndian.Uint64(b[i:])
		}
		all |= binary.LittleEndian.Uint64(b[n-8:])
	case n >= 4:
		all = uint64(binary.LittleEndian.Uint32(b) | binary.LittleEndian.Uint32(b[n-4:]))
	default:
		for _, c := range b {
			all |= uint64(c)
		}
	}
	return all&notASCII == 0 || utf8.Valid(b)
}

// validText is validUTF8 of a string.
func validText(s string) bool { return validUTF8(unsafe.Slice(unsafe.StringData(s), len(s))) }

// What follows reads and writes the bytes from p+i on, as single instructions where the processor has them. The caller
// knows that they are there: slices of slices cost more than all else that is done for a short string.

func load64(p unsafe.Pointer, i int) uint64 {
	return binary.LittleEndian.Uint64((*[8]byte)(unsafe.Add(p, i))[:])
}

func load32(p unsafe.Pointer, i int) uint32 {
	return binary.LittleEndian.Uint32((*[4]byte)(unsafe.Add(p, i))[:])
}

func store64(p unsafe.Pointer, i int, v uint64) {
	binary.LittleEndian.PutUint64((*[8]byte)(unsafe.Add(p, i))[:], v)
}

func store32(p unsafe.Pointer, i int, v uint32) {
	binary.LittleEndian.PutUint32((*[4]byte)(unsafe.Add(p, i))[:], v)
}
