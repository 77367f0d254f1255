package graph

import (
	"math/big"
	"slices"
)

// This file puts the parts of a drawing beside and below each other.

// pack places the parts in rows, the highest first, so that the whole is about half as wide again as it is high.
func (d *drawing) pack(parts []*part) {
	slices.SortStableFunc(parts, func(a, b *part) int {
		if a.h != b.h {
			return b.h - a.h
		}
		return b.w - a.w
	})
	wide, area := 0, 0
	for _, p := range parts {
		wide = max(wide, p.w)
		area += (p.w + partGap) * (p.h + partGap)
	}
	wide = max(wide, squareRoot(area*3/2))
	at, rowHeight := point{margin, margin}, 0
	for _, p := range parts {
		if at.x > margin && at.x+p.w > margin+wide {
			at = point{margin, at.y + rowHeight + partGap}
			rowHeight = 0
		}
		p.move(at)
		d.labels = append(d.labels, p.labels...)
		d.width = max(d.width, at.x+p.w+margin)
		rowHeight = max(rowHeight, p.h)
		d.height = max(d.height, at.y+p.h+margin)
		at.x += p.w + partGap
	}
}

// squareRoot returns the integer square root.
func squareRoot(n int) int { return int(new(big.Int).Sqrt(big.NewInt(int64(n))).Int64()) }
