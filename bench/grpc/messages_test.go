package main

import (
	"bytes"
	"testing"

	"google.golang.org/protobuf/proto"

	"github.com/zmqgen/zmqgen/bench/internal/load"
)

// TestBodiesAreThoseOfTheTypedCalls holds gRPC to the same bytes, by either codec.
func TestBodiesAreThoseOfTheTypedCalls(t *testing.T) {
	block := load.Blocks(4096)
	for _, number := range []int{0, 1, 1<<20 - 1} {
		plain, large := load.MakeTick(number), block.Make(number)
		wantPlain, err := plain.AppendProto(nil)
		if err != nil {
			t.Fatal(err)
		}
		wantLarge, err := large.AppendProto(nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			name string
			m    proto.Message
			want []byte
		}{
			{"tick", tick(number), wantPlain},
			{"block", blocks(4096)(number), wantLarge},
		} {
			got, err := proto.MarshalOptions{Deterministic: true}.Marshal(c.m)
			if err != nil || !bytes.Equal(got, c.want) {
				t.Errorf("%s %d is %d bytes, %x, want %x, %v", c.name, number, len(got), got, c.want, err)
			}
			data, err := vtCodec{}.Marshal(c.m)
			if err != nil || !bytes.Equal(data.Materialize(), c.want) {
				t.Errorf("%s %d by vtprotobuf is %x, want %x, %v", c.name, number, data.Materialize(), c.want, err)
			}
			back := c.m.ProtoReflect().New().Interface()
			if err := (vtCodec{}).Unmarshal(data, back); err != nil || !proto.Equal(back, c.m) {
				t.Errorf("%s %d comes back by vtprotobuf as %v, %v", c.name, number, back, err)
			}
		}
	}
}
