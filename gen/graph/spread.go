package graph

// This file keeps columns from being far higher than the rest of a drawing is wide, as that of a socket's many subscribers
// would be.

const (
	lowColumn    = 900 // a height up to which columns are left as they are
	columnsWidth = 330 // of a column with what is beside it, about
)

// spread moves boxes of columns that are too high to the next, if beyond has no arcs of theirs: the edges to them go on a
// column further. The direction is 1 for the columns on the right and -1 for those on the left.
func (p *part) spread(columns []int, beyond [][]arc, direction int) {
	sum, heights := 0, map[int]int{}
	members := map[int][]int{}
	first, last := columns[0]*direction, columns[0]*direction
	for i, b := range p.boxes {
		c := columns[i] * direction
		members[c] = append(members[c], i)
		heights[c] += b.h + boxGap
		sum += b.h + boxGap
		first, last = min(first, c), max(last, c)
	}
	limit := max(lowColumn, squareRoot(sum*columnsWidth))
	for c := first; c <= last; c++ {
		all := members[c]
		for at := len(all) - 1; at >= 0 && heights[c] > limit; at-- {
			v := all[at]
			h := p.boxes[v].h + boxGap
			if len(beyond[v]) > 0 || h == heights[c] {
				continue
			}
			heights[c] -= h
			heights[c+1] += h
			members[c+1] = append(members[c+1], v)
			columns[v] = (c + 1) * direction
			last = max(last, c+1)
		}
	}
}
