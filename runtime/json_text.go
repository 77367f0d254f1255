package runtime

import "unicode/utf8"

// This file reads the strings of JSON.

// str reads a string. The bytes it returns are part of b unless there are escapes.
func (r *JSONReader) str(b []byte, i int) (s []byte, next int) {
	if uint(i) >= uint(len(b)) || b[i] != '"' {
		return nil, r.failAt(b, i, "a string")
	}
	start := i + 1
	all := byte(0) // the bits of all bytes together
	for i = start; i < len(b) && plainInJSON[b[i]]; i++ {
		all |= b[i]
	}
	switch {
	case i >= len(b):
		return nil, r.fail(errTruncated)
	case b[i] == '\\':
		return r.escaped(b, start, i)
	case b[i] != '"':
		return nil, r.failAt(b, i, "no control character")
	}
	s = b[start:i]
	if all >= utf8.RuneSelf && !utf8.Valid(s) {
		return nil, r.fail(errUTF8)
	}
	return s, i + 1
}

// escaped reads the string that begins at start and has its first escape at i.
func (r *JSONReader) escaped(b []byte, start, i int) (s []byte, next int) {
	s = append(make([]byte, 0, i-start+32), b[start:i]...)
	for i < len(b) {
		switch c := b[i]; {
		case c == '"':
			if !utf8.Valid(s) {
				return nil, r.fail(errUTF8)
			}
			return s, i + 1
		case c < ' ':
			return nil, r.failAt(b, i, "no control character")
		case c != '\\':
			s = append(s, c)
			i++
			continue
		}
		if i+1 >= len(b) {
			break
		}
		c := b[i+1]
		i += 2
		switch c {
		case '"', '\\', '/':
		case 'b':
			c = '\b'
		case 'f':
			c = '\f'
		case 'n':
			c = '\n'
		case 'r':
			c = '\r'
		case 't':
			c = '\t'
		case 'u':
			v := hex4(b, i)
			i += 4
			if 0xd800 <= v && v < 0xe000 { // half of a character, whose other half has to follow
				low := rune(-1)
				if i+1 < len(b) && b[i] == '\\' && b[i+1] == 'u' {
					low = hex4(b, i+2)
				}
				i += 6
				if v >= 0xdc00 || low < 0xdc00 || low >= 0xe000 {
					v = -1
				} else {
					v = (v-0xd800)<<10 + (low - 0xdc00) + 0x10000
				}
			}
			if v < 0 {
				return nil, r.fail(errJSONEscape)
			}
			s = utf8.AppendRune(s, v)
			continue
		default:
			return nil, r.fail(errJSONEscape)
		}
		s = append(s, c)
	}
	return nil, r.fail(errTruncated)
}

// hex4 reads four hexadecimal digits; it returns -1 if there are none.
func hex4(b []byte, i int) (v rune) {
	if len(b)-i < 4 {
		return -1
	}
	for _, c := range b[i : i+4] {
		switch {
		case '0' <= c && c <= '9':
			c -= '0'
		case 'a' <= c && c <= 'f':
			c -= 'a' - 10
		case 'A' <= c && c <= 'F':
			c -= 'A' - 10
		default:
			return -1
		}
		v = v<<4 | rune(c)
	}
	return v
}
