package load

import (
	"reflect"
	"testing"

	"github.com/zmqgen/zmqgen/bench/wire"
)

// TestStreamsHaveTheSizesOfTheirLayout is what makes the programs comparable: whatever makes a message,
// its frames are as long.
func TestStreamsHaveTheSizesOfTheirLayout(t *testing.T) {
	for _, l := range []Layout{TickLayout, PartsLayout, {1024}, {65536}} {
		for name, s := range map[string]Stream{"ready": Ready(l), "coded": Coded(l)} {
			for _, number := range []int{-1, 0, 1, 1<<20 - 1} {
				frames, err := s.Next(number)
				if err != nil {
					t.Fatal(err)
				}
				sizes := make(Layout, len(frames))
				for i, f := range frames {
					sizes[i] = len(f)
				}
				if sizes.String() != l.String() {
					t.Errorf("%s message %d has frames of %v bytes, want %v", name, number, sizes, l)
				}
				if got, err := s.Number(frames); got != number || err != nil {
					t.Errorf("%s message %d of %v says number %d, %v", name, number, l, got, err)
				}
			}
		}
	}
}

func TestPartStructsHaveTheFramesOfParts(t *testing.T) {
	frames, err := wire.PartsFrames(PartStructs.Make(7))
	if err != nil {
		t.Fatal(err)
	}
	want := make([][]byte, Parts.Frames)
	tick := Parts.Make(7)
	if err := Parts.Encode(&tick, want); err != nil || !reflect.DeepEqual(frames, want) {
		t.Errorf("got %q, want %q, %v", frames, want, err)
	}
}

func TestLayoutIsAFlag(t *testing.T) {
	var l Layout
	if err := l.Set("11,9,40"); err != nil || l.String() != PartsLayout.String() {
		t.Errorf("got %v, %v", l, err)
	}
	for _, bad := range []string{"", "x", "-1", "64,7"} {
		if err := l.Set(bad); err == nil {
			t.Errorf("%q is accepted", bad)
		}
	}
}
