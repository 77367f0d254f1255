package runtime

import (
	"encoding/binary"
	"unicode/utf8"
	"unsafe"
)

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
	const notASCII = 0x8080808080808080
	return all&notASCII == 0 || utf8.Valid(b)
}

// validText is validUTF8 of a string.
func validText(s string) bool { return validUTF8(unsafe.Slice(unsafe.StringData(s), len(s))) }
