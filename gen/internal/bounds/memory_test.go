//go:build !asan

package bounds

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"

	zmqrt "github.com/zmqgen/zmqgen/runtime"
)

// These tests measure the memory of what was read: the most that the worst bodies that we know of take.
// Not with -asan, which adds to every allocation.

const (
	times = 64
	plus  = 64 << 10
)

// message is what all generated messages can do.
type message interface {
	ParseProto(b []byte) error
	UnmarshalJSON(b []byte) error
}

// field is a field that holds a block, for protobuf.
func field(number int, inner ...byte) []byte {
	b := binary.AppendUvarint(nil, uint64(number)<<3|2)
	return append(binary.AppendUvarint(b, uint64(len(inner))), inner...)
}

func join(parts ...[]byte) []byte { return bytes.Join(parts, nil) }

// protoBodies are bodies that have n parts.
func protoBodies(n int) map[string]func() (message, []byte) {
	repeat := func(m func() message, head []byte, part ...[]byte) func() (message, []byte) {
		return func() (message, []byte) { return m(), append(head, bytes.Repeat(join(part...), n)...) }
	}
	lists, maps := func() message { return new(Lists) }, func() message { return new(Maps) }
	choices, options := func() message { return new(Choices) }, func() message { return new(Options) }
	all := map[string]func() (message, []byte){}
	for i := 1; i <= 11; i++ {
		all[fmt.Sprint("lists of field ", i)] = repeat(lists, nil, field(i))
		all[fmt.Sprint("lists of one of field ", i)] = repeat(lists, nil, field(9, field(i)...))
		all[fmt.Sprint("lists of two of field ", i)] = repeat(lists, nil, field(9, join(field(i), field(i))...))
	}
	all["field 200"] = repeat(lists, nil, field(200))
	all["in 200"] = repeat(lists, nil, field(201, field(200)...))
	all["between"] = repeat(lists, nil, field(1), field(2), field(3), field(4), field(5), field(6), field(10))
	all["texts of one"] = repeat(lists, nil, field(2, 'x'))
	all["texts of 22"] = repeat(lists, nil, field(2, bytes.Repeat([]byte{'x'}, 22)...))
	all["texts of 33"] = repeat(lists, nil, field(2, bytes.Repeat([]byte{'x'}, 33)...))
	all["parts of one"] = repeat(lists, nil, field(3, 'x'))
	for _, i := range []int{1, 2, 3, 4, 5, 6, 8} {
		all[fmt.Sprint("a map of one of field ", i)] = repeat(maps, nil, field(7, field(i)...))
		all[fmt.Sprint("maps within maps of field ", i)] = func() (message, []byte) {
			var b []byte
			for k := range n {
				b = append(b, field(8, join(binary.AppendUvarint([]byte{8}, uint64(k)), field(2, field(i)...))...)...)
			}
			return new(Maps), b
		}
		all[fmt.Sprint("many entries of field ", i)] = func() (message, []byte) {
			var b []byte
			for k := range n {
				key := binary.AppendUvarint([]byte{8}, uint64(k))
				if i == 2 {
					key = field(1, fmt.Appendf(nil, "%x", k)...)
				}
				b = append(b, field(i, key...)...)
			}
			return new(Maps), b
		}
	}
	all["choices of all"] = repeat(choices, nil, field(6, field(1)...), field(6, field(2)...), field(6, 24, 0), field(6, field(4)...))
	for i, part := range [][]byte{field(1), field(2), {24, 0}, field(4), field(5)} {
		all[fmt.Sprint("choices of ", i+1)] = repeat(choices, nil, field(6, part...))
	}
	all["choices in turn"] = repeat(choices, nil, field(1), field(2), []byte{24, 0}, field(4), field(5))
	all["small choices in turn"] = repeat(choices, nil, field(2), []byte{24, 0}, field(4))
	for i, part := range [][]byte{field(1), field(2), field(3), field(4), {40, 0}, field(6), field(7), {72, 0}, field(11)} {
		all[fmt.Sprint("options of ", i+1)] = repeat(options, nil, field(8, part...))
	}
	all["all options"] = repeat(options, nil, field(8, join(field(1), field(2), field(3), field(4), []byte{40, 0}, field(6), field(7), []byte{72, 0}, field(11))...))
	all["all small options"] = repeat(options, nil, field(8, join(field(1), field(2), field(3), field(4), []byte{40, 0}, []byte{72, 0})...))
	all["the same options"] = repeat(options, nil, field(1), field(2), field(3), field(4))
	return all
}

func jsonBodies(n int) map[string]func() (message, []byte) {
	all := map[string]func() (message, []byte){}
	list := func(m func() message, head, part, tail string) func() (message, []byte) {
		return func() (message, []byte) {
			return m(), []byte(head + strings.Repeat(part+",", n-1) + part + tail)
		}
	}
	lists, maps := func() message { return new(Lists) }, func() message { return new(Maps) }
	choices, options := func() message { return new(Choices) }, func() message { return new(Options) }
	for name, item := range map[string]string{"wides": "{}", "texts": `""`, "parts": `""`, "decimals": `""`, "ids": `""`, "numbers": "0", "empties": "{}", "lists": "{}",
		"blocks": "{}", "documents": "0", "times": `"1970-01-01T00:00:00Z"`} {
		all["list of "+name] = list(lists, `{"`+name+`":[`, item, "]}")
		all["lists of one of "+name] = list(lists, `{"lists":[`, `{"`+name+`":[`+item+`]}`, "]}")
		all["lists of none of "+name] = list(lists, `{"lists":[`, `{"`+name+`":[]}`, "]}")
		all["lists of five of "+name] = list(lists, `{"lists":[`, `{"`+name+`":[`+strings.Repeat(item+",", 4)+item+`]}`, "]}")
	}
	for name, item := range map[string]string{"blocks": `{}`, "texts": `""`, "wides": `{}`, "numbers": `0`, "empties": `{}`} {
		key := `"0"`
		if name == "wides" {
			key = `"true"`
		}
		all["maps of one of "+name] = list(maps, `{"maps":[`, `{"`+name+`":{`+key+":"+item+`}}`, "]}")
		if name == "wides" {
			continue
		}
		all["map of "+name] = func() (message, []byte) {
			b := []byte(`{"` + name + `":{`)
			for k := range n {
				b = fmt.Appendf(b, `"%d":%s,`, k, item)
			}
			return new(Maps), append(b[:len(b)-1], "}}"...)
		}
	}
	for name, item := range map[string]string{"wide": "{}", "text": `""`, "number": "0", "block": "{}"} {
		all["choices of "+name] = list(choices, `{"choices":[`, `{"`+name+`":`+item+`}`, "]}")
	}
	for name, item := range map[string]string{"wide": "{}", "text": `""`, "number": "0", "block": "{}", "id": `""`, "flag": "true", "document": "0", "part": `""`} {
		all["options of "+name] = list(options, `{"options":[`, `{"`+name+`":`+item+`}`, "]}")
	}
	return all
}

func heap() (live, total uint64) {
	var s runtime.MemStats
	runtime.ReadMemStats(&s)
	return s.HeapAlloc, s.TotalAlloc
}

func TestWhatIsReadTakesNoMoreMemoryThanTheLimit(t *testing.T) {
	for _, n := range []int{1, 20, 1000, 20000} {
		for name, body := range protoBodies(n) {
			m, b := body()
			takes(t, fmt.Sprintf("protobuf, %d %s", n, name), b, m, m.ParseProto)
		}
		for name, body := range jsonBodies(n) {
			m, b := body()
			takes(t, fmt.Sprintf("JSON, %d %s", n, name), b, m, m.UnmarshalJSON)
		}
	}
}

// takes measures what m takes when it has been read, and all that was allocated on the way, which may be twice as much.
func takes(t *testing.T, what string, b []byte, m message, parse func([]byte) error) {
	runtime.GC()
	before, allBefore := heap()
	err := parse(b)
	_, all := heap()
	runtime.GC()
	live, _ := heap()
	const slack = 4 << 10 // what the runtime has for itself
	limit := int64(times*len(b) + plus)
	if took := int64(live) - int64(before); took > limit+slack {
		t.Errorf("%s: %d bytes are read into %d, the limit is %d; %v", what, len(b), took, limit, err)
	}
	if took := int64(all - allBefore); took > 2*limit+slack {
		t.Errorf("%s: %d bytes are read by allocating %d, want at most twice %d; %v", what, len(b), took, limit, err)
	}
	var at *zmqrt.FieldError
	if err != nil && (!errors.As(err, &at) || at.Path == "") {
		t.Errorf("%s: %v, want an error that names a field", what, err)
	}
	runtime.KeepAlive(m)
	runtime.KeepAlive(b)
}
