package parity

import (
	"bytes"
	"flag"
	"math/rand/v2"
	"testing"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/dynamicpb"

	"github.com/zmqgen/zmqgen/parity/peer"
	"github.com/zmqgen/zmqgen/schema"
)

var (
	topologies = flag.Int("parity.topologies", 8, "so many random topologies; eight have all kinds")
	messages   = flag.Int("parity.messages", 25, "so many messages in each of them")
	values     = flag.Int("parity.values", 20, "so many values of each message")
	seed       = flag.Uint64("parity.seed", 1, "of all that is random; 0 for one that is drawn and printed")
)

// TestBytesAndJSONAreThoseOfProtobuf sends random messages through generated code and through Go's
// protobuf. A failure names the seed, the topology and the message: with the same flags it comes again.
func TestBytesAndJSONAreThoseOfProtobuf(t *testing.T) {
	if *seed == 0 {
		*seed = rand.Uint64()
	}
	t.Logf("-parity.seed=%d", *seed)
	r := rand.New(rand.NewPCG(*seed, 0))
	dir := t.TempDir()
	var subjects []subject
	for i := range *topologies {
		subjects = append(subjects, newSubject(t, r, i, *messages, dir))
	}
	p := startProgram(t, dir, subjects)
	total := 0
	for _, s := range subjects {
		for _, m := range s.topology.Messages {
			for i := range *values {
				c := comparison{t: t, r: r, p: p, s: s, m: m}
				if c.values(i%4 == 3); c.failed {
					break // the others are likely to fail alike
				}
				total++
			}
		}
	}
	t.Logf("%d values of %d messages of %d topologies", total, *topologies**messages, *topologies)
}

// comparison is one value of one message, in both worlds.
type comparison struct {
	t      *testing.T
	r      *rand.Rand
	p      *program
	s      subject
	m      *schema.Message
	failed bool
}

func (c *comparison) errorf(format string, args ...any) {
	c.t.Helper()
	c.failed = true
	c.t.Errorf("seed %d: %s.%s (%s): "+format, append([]any{*seed, c.s.topology.Name.Value, c.m.Name.Value, c.s.kind}, args...)...)
}

// values makes a random value and compares all ways that it can go.
func (c *comparison) values(loose bool) {
	k := maker{r: c.r, types: c.s.types, loose: loose}
	message := k.message(c.m, 3)
	theirs, err := proto.MarshalOptions{Deterministic: true}.Marshal(message.Interface())
	if err != nil {
		c.errorf("protobuf: %v", err)
		return
	}
	want := treeText(message, c.m)
	bytesWanted := theirs
	if !c.s.kind.oneofLast {
		bytesWanted = ordered(theirs, message.Descriptor())
	}
	if loose {
		bytesWanted = nil
	}
	c.parse("protobuf's bytes", theirs, want, bytesWanted)
	c.parse("the same in another order", disordered(c.r, theirs, message.Descriptor()), want, bytesWanted)
	c.fill(want, bytesWanted)
	if !c.s.kind.documents {
		c.parseJSON(message.Interface(), want)
	}
	if !c.s.kind.times {
		c.merge(theirs, k.message(c.m, 3).Interface())
	}
}

// parse has generated code read bytes, and compares what it makes of them: the values, the bytes that it
// writes of them, unless want is nil, and the JSON.
func (c *comparison) parse(what string, given []byte, want string, bytesWanted []byte) {
	answer, err := c.p.ask(peer.AskParse, c.s, c.m, given)
	if err != nil {
		c.errorf("%s: %v\n%x", what, err, given)
		return
	}
	if got := string(answer[0]); got != want {
		c.errorf("%s: values\n%s, want\n%s", what, got, want)
	}
	c.compareBytes(what, answer[1], want, bytesWanted)
	if c.s.kind.documents {
		return
	}
	back := dynamicpb.NewMessage(c.s.types[c.m.Name.Value])
	if err := protojson.Unmarshal(answer[2], back); err != nil {
		c.errorf("%s: our JSON: %v\n%s", what, err, answer[2])
	} else if got := treeText(back, c.m); got != want {
		c.errorf("%s: our JSON\n%s\nis to protobuf\n%s, want\n%s", what, answer[2], got, want)
	}
}

// compareBytes has protobuf read bytes of ours, and compares them with protobuf's.
func (c *comparison) compareBytes(what string, ours []byte, want string, bytesWanted []byte) {
	back := dynamicpb.NewMessage(c.s.types[c.m.Name.Value])
	if err := proto.Unmarshal(ours, back); err != nil {
		c.errorf("%s: our bytes: %v\n%x", what, err, ours)
	} else if got := treeText(back, c.m); got != want {
		c.errorf("%s: our bytes are to protobuf\n%s, want\n%s", what, got, want)
	} else if len(back.GetUnknown()) > 0 {
		c.errorf("%s: our bytes have fields that are not in the .proto: %x", what, back.GetUnknown())
	}
	if bytesWanted != nil && !bytes.Equal(ours, bytesWanted) {
		c.errorf("%s: our bytes are\n%x, protobuf's\n%x", what, ours, bytesWanted)
	}
}

// fill has generated code write values that were set in its struct.
func (c *comparison) fill(want string, bytesWanted []byte) {
	answer, err := c.p.ask(peer.AskFill, c.s, c.m, []byte(want))
	if err != nil {
		c.errorf("values: %v\n%s", err, want)
		return
	}
	c.compareBytes("values", answer[0], want, bytesWanted)
}

// parseJSON has generated code read protobuf's JSON.
func (c *comparison) parseJSON(m proto.Message, want string) {
	theirs, err := protojson.MarshalOptions{UseProtoNames: c.r.IntN(2) == 0}.Marshal(m)
	if err != nil {
		c.errorf("protobuf: %v", err)
		return
	}
	answer, err := c.p.ask(peer.AskParseJSON, c.s, c.m, theirs)
	if err != nil {
		c.errorf("protobuf's JSON: %v\n%s", err, theirs)
	} else if got := string(answer[0]); got != want {
		c.errorf("protobuf's JSON\n%s\nhas values\n%s, want\n%s", theirs, got, want)
	}
}

// merge has both read two messages in a row, which protobuf defines to be one: the last of single values,
// all of lists.
func (c *comparison) merge(first []byte, second proto.Message) {
	more, err := proto.MarshalOptions{Deterministic: true}.Marshal(second)
	if err != nil {
		c.errorf("protobuf: %v", err)
		return
	}
	both := append(bytes.Clone(first), more...)
	merged := dynamicpb.NewMessage(c.s.types[c.m.Name.Value])
	if err := proto.Unmarshal(both, merged); err != nil {
		c.errorf("protobuf: %v", err)
		return
	}
	c.parse("two messages in a row", both, treeText(merged, c.m), nil)
}
