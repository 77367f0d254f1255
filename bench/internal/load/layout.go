// Package load is what the benchmarks move: messages that know their number, as structs, as the frames
// that a codec makes of them, and as ready-made frames of the same sizes.
package load

import (
	"fmt"
	"strconv"
	"strings"
)

// Layout is the sizes of the frames of a message. It is a flag.Value.
type Layout []int

// The layouts that have a meaning of their own. Any other of one frame is a wire.Block.
var (
	TickLayout  = Layout{64}
	PartsLayout = Layout{11, 9, 40}
)

func (l Layout) String() string {
	s := make([]string, len(l))
	for i, size := range l {
		s[i] = strconv.Itoa(size)
	}
	return strings.Join(s, ",")
}

// Set reads the sizes from text, with commas between them.
func (l *Layout) Set(text string) error {
	*l = nil
	for _, s := range strings.Split(text, ",") {
		size, err := strconv.Atoi(s)
		if err != nil || size < 0 {
			return fmt.Errorf("invalid frame size %q", s)
		}
		*l = append(*l, size)
	}
	if last := (*l)[len(*l)-1]; last < numberSize {
		return fmt.Errorf("last frame of %d bytes, want %d or more, for the number", last, numberSize)
	}
	return nil
}
