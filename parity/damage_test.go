package parity

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/dynamicpb"

	"github.com/zmqgen/zmqgen/parity/peer"
)

var (
	damages   = flag.Int("parity.damages", 4, "so many damaged messages of each value")
	damageFor = flag.Duration("parity.damage-for", 0, "go on for so long")
)

// stricter are the errors of generated code for what protobuf takes.
var stricter = regexp.MustCompile(`wrong wire type|groups are not accepted|time out of range|a uuid has 16 bytes|decimal|` +
	`invalid JSON|nested deeper than|items|decodes to over`)

// TestDamagedMessagesAreReadAsProtobufReadsThem has both read bytes that were damaged: generated code refuses what
// protobuf refuses, and what it takes has protobuf's values, also when the bytes are gone.
func TestDamagedMessagesAreReadAsProtobufReadsThem(t *testing.T) {
	if *seed == 0 {
		*seed = rand.Uint64()
	}
	t.Logf("-parity.seed=%d", *seed)
	r := rand.New(rand.NewPCG(*seed, 1))
	dir := t.TempDir()
	var subjects []subject
	for i := range *topologies {
		if !kindOf(i).times {
			subjects = append(subjects, newSubject(t, r, i, *messages, dir))
		}
	}
	p := startProgram(t, dir, subjects)
	taken, refused := 0, 0
	for start := time.Now(); ; {
		for _, s := range subjects {
			for _, m := range s.topology.Messages {
				c := comparison{t: t, r: r, p: p, s: s, m: m}
				k := maker{r: r, types: s.types}
				whole, err := proto.Marshal(k.message(m, 3).Interface())
				if err != nil {
					t.Fatal(err)
				}
				for range *damages {
					if c.damage(damaged(r, whole, s.types[m.Name.Value])) {
						taken++
					} else {
						refused++
					}
				}
			}
		}
		if t.Failed() || time.Since(start) >= *damageFor {
			break
		}
	}
	t.Logf("%d damaged messages were taken, %d refused", taken, refused)
	if taken == 0 || refused == 0 {
		t.Error("want some of both")
	}
}

// damage compares what the two make of b, and reports whether generated code took it.
func (c *comparison) damage(b []byte) (taken bool) {
	theirs := dynamicpb.NewMessage(c.s.types[c.m.Name.Value])
	theirErr := unmarshal(b, theirs)
	answer, err := c.p.ask(peer.AskRead, c.s, c.m, b)
	switch {
	case err == nil && theirErr != nil:
		c.errorf("%x is taken, and not by protobuf: %v", b, theirErr)
	case err != nil && theirErr == nil && !stricter.MatchString(err.Error()):
		c.errorf("%x is refused, and not by protobuf: %v", b, err)
	case err == nil:
		if got, want := noneIsEmpty(string(answer[0])), noneIsEmpty(treeText(theirs, c.m)); got != want {
			c.errorf("%x is read as\n%s, by protobuf as\n%s", b, got, want)
		}
	}
	return err == nil
}

// unmarshal is proto.Unmarshal, which panics on entries of maps whose key has another wire type.
func unmarshal(b []byte, m proto.Message) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%v", p)
		}
	}()
	return proto.Unmarshal(b, m)
}

// noneIsEmpty is a tree in which bytes that are absent are the same as no bytes: to protobuf they are, where a field is
// not optional, and in an entry of a map that came without its value.
func noneIsEmpty(tree string) string { return strings.ReplaceAll(tree, `null`, `""`) }
