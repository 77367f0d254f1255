package gozeromq

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
)

// This file is what is exchanged, frame by frame and without a line of zmqgen's.

type frames = [][]byte

func text(parts ...string) frames {
	var out frames
	for _, p := range parts {
		out = append(out, []byte(p))
	}
	return out
}

// item is the body of Item, in protobuf wire format.
func item(number int, mark string, shard int) []byte {
	pad := number % 300
	if number%1000 == 500 {
		pad = 70000
	}
	text := fmt.Sprintf("item %d %s%s", number, strings.Repeat("x", pad), mark)
	var b []byte
	if shard != 0 {
		b = append(b, 0x08, byte(shard))
	}
	if number != 0 {
		b = binary.AppendUvarint(append(b, 0x10), uint64(number))
	}
	b = binary.AppendUvarint(append(b, 0x1a), uint64(len(text)))
	return append(b, text...)
}

// onlyNumber is the body of Mark and of Missing.
func onlyNumber(number int) []byte {
	if number == 0 {
		return nil
	}
	return binary.AppendUvarint([]byte{0x08}, uint64(number))
}

// numberOf is the number that stands in an Item.
func numberOf(body []byte) (int, error) {
	if len(body) >= 2 && body[0] == 0x08 {
		body = body[2:]
	}
	if len(body) == 0 || body[0] != 0x10 {
		return 0, nil
	}
	number, n := binary.Uvarint(body[1:])
	if n <= 0 {
		return 0, errors.New("a number without an end")
	}
	return int(number), nil
}

func named(number int) frames {
	if number%5 == 4 {
		return frames{[]byte("Mark"), onlyNumber(number)}
	}
	return frames{[]byte("Item"), item(number, "", number%3)}
}

// form is how a pattern puts messages into frames.
type form string

func (f form) message(number int) frames {
	if f == "topic" {
		return frames{fmt.Appendf(nil, "item.%d.", number%3), item(number, "", number%3)}
	}
	return named(number)
}

// probes are what is sent again and again until each subscription has let one pass.
func (f form) probes() []frames {
	if f != "topic" {
		return []frames{named(0)}
	}
	var all []frames
	for shard := range 3 {
		all = append(all, frames{fmt.Appendf(nil, "item.%d.", shard), item(0, "", shard)})
	}
	return all
}

var methods = [8]string{"Echo", "Echo", "Echo", "Echo", "Find", "Ping", "Break", "Find"}

// request is a request as zmqgen sends it or, if this peer asks, as this peer does.
func (f form) request(number int, asking bool) frames {
	if f == "empty" {
		return text("Echo", "")
	}
	body := item(number, "", number%3)
	if f != "methods" {
		return frames{body}
	}
	method := methods[number%8]
	if asking && number%8 == 7 {
		method = "Nothing"
	}
	if method == "Ping" {
		return text(method)
	}
	return frames{[]byte(method), body}
}

// reply is the reply to it.
func (f form) reply(number int, asked bool) frames {
	answer := item(number, "!", number%3)
	switch kind := number % 8; {
	case f == "empty":
		return text("ok", "")
	case f == "chat":
		return named(number)
	case f != "methods":
		return frames{answer}
	case kind == 4:
		return frames{[]byte("Missing"), onlyNumber(number)}
	case kind == 5:
		return text("ok")
	case kind == 6:
		return text("!internal", fmt.Sprint("cannot ", number))
	case kind == 7 && asked:
		return text("!unknown-method", `no method "Nothing"`)
	}
	return frames{[]byte("ok"), answer}
}

func same(a, b frames) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if !bytes.Equal(a[i], b[i]) {
			return false
		}
	}
	return true
}

func unexpected(what string, number int, got frames) error {
	return fmt.Errorf("%s %d is %.300q", what, number, got)
}
