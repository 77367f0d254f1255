package graph

import "slices"

// This file gives each item its height on the drawing, in the order of its column, so that edges are as straight as can be.

// heightRounds is how often all columns are placed by their neighbours.
const heightRounds = 16

// placeHeights places all items of a part, the bands below each other.
func (p *part) placeHeights() {
	for _, c := range p.columns {
		y := 0
		for i, it := range c {
			if i > 0 {
				y += gapBetween(c[i-1], it)
			}
			it.y = y
			y += it.h
		}
	}
	both := func(i *item) []link { return slices.Concat(i.left, i.right) }
	for round := range heightRounds {
		switch {
		case round >= heightRounds-2:
			for _, c := range p.columns {
				placeColumn(c, both)
			}
		case round%2 == 0:
			for _, c := range p.columns {
				placeColumn(c, func(i *item) []link { return i.left })
			}
		default:
			for _, c := range slices.Backward(p.columns) {
				placeColumn(c, func(i *item) []link { return i.right })
			}
		}
	}
	p.separateBands()
}

// gapBetween is how much room is left between two items of a column.
func gapBetween(a, b *item) int {
	if a.box == nil && b.box == nil {
		return edgeGap
	}
	return boxGap
}

// run is items of a column that touch: they stand at the mean of where they would like to.
type run struct {
	sum, weight int // of where the first would like to stand, by each of them
	items       int
}

func (r run) y() int { return r.sum / r.weight }

// placeColumn puts the items of a column where their links are straightest, in their order and without overlap: each where
// it would like to be, and those that would overlap together at the mean of that. Whoever has no links stays.
func placeColumn(column []*item, links func(*item) []link) {
	var runs []run
	offsets := make([]int, len(column)) // below the first of the column, if all touch
	for i, it := range column {
		if i > 0 {
			offsets[i] = offsets[i-1] + column[i-1].h + gapBetween(column[i-1], it)
		}
		sum, weight := it.y, 1
		if all := links(it); len(all) > 0 {
			sum, weight = 0, 0
			for _, l := range all {
				sum += (l.to.y + l.there - l.here) * l.weight
				weight += l.weight
			}
		}
		// Items that touch all like the first of the column to stand somewhere.
		r := run{sum - offsets[i]*weight, weight, 1}
		for len(runs) > 0 && runs[len(runs)-1].y() >= r.y() {
			before := runs[len(runs)-1]
			r = run{before.sum + r.sum, before.weight + r.weight, before.items + r.items}
			runs = runs[:len(runs)-1]
		}
		runs = append(runs, r)
	}
	at := 0
	for _, r := range runs {
		for range r.items {
			column[at].y = r.y() + offsets[at]
			at++
		}
	}
}
