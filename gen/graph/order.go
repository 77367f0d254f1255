package graph

import "slices"

// This file puts the items of each column in an order in which few edges cross.

// orderRounds is how often all columns are put in order, from the left to the right and back.
const orderRounds = 12

// order puts all columns in order: each item at the mean of those that it is linked with in the column before, from the left
// to the right and back again, and keeps the best of what comes of it.
func (p *part) order() {
	p.startOrder()
	best, crossings := p.snapshot(), p.crossings()
	for round := range orderRounds {
		if crossings == 0 {
			break
		}
		if round%2 == 0 {
			for _, c := range p.columns[1:] {
				sortByMeans(c, func(i *item) []link { return i.left })
			}
		} else {
			for _, c := range slices.Backward(p.columns[:len(p.columns)-1]) {
				sortByMeans(c, func(i *item) []link { return i.right })
			}
		}
		if n := p.crossings(); n < crossings {
			best, crossings = p.snapshot(), n
		}
	}
	p.columns = best
	p.number()
}

// startOrder orders the items as a walk along the edges finds them, so that what belongs together starts together.
func (p *part) startOrder() {
	seen := map[*item]bool{}
	columns := make([][]*item, len(p.columns))
	for _, c := range p.columns {
		for _, start := range c {
			if seen[start] {
				continue
			}
			seen[start] = true
			for walk := []*item{start}; len(walk) > 0; {
				i := walk[len(walk)-1]
				walk = walk[:len(walk)-1]
				columns[i.column] = append(columns[i.column], i)
				for _, links := range [][]link{i.left, i.right} {
					for _, l := range slices.Backward(links) {
						if !seen[l.to] {
							seen[l.to] = true
							walk = append(walk, l.to)
						}
					}
				}
			}
		}
	}
	p.columns = columns
	p.number()
}

// number tells each item its place.
func (p *part) number() {
	for _, c := range p.columns {
		for i, it := range c {
			it.order = i
		}
	}
}

func (p *part) snapshot() [][]*item {
	out := make([][]*item, len(p.columns))
	for i, c := range p.columns {
		out[i] = slices.Clone(c)
	}
	return out
}

// fine is into how many steps the height of an item is divided, so that ports of one node have an order too.
const fine = 1 << 10

// at is where a link ends on the other side, by order.
func (l link) at() int { return l.to.order*fine + l.there*fine/(l.to.h+1) }

// from is where a link of i starts, by order.
func (l link) from(i *item) int { return i.order*fine + l.here*fine/(i.h+1) }

// sortByMeans orders a column by the means of where the links of each item end. Items without any keep their places among
// the others.
func sortByMeans(column []*item, links func(*item) []link) {
	type placed struct {
		item *item
		mean int
	}
	var moving []placed
	for _, i := range column {
		if all := links(i); len(all) > 0 {
			sum := 0
			for _, l := range all {
				sum += l.at()
			}
			moving = append(moving, placed{i, sum / len(all)})
		}
	}
	slices.SortStableFunc(moving, func(a, b placed) int { return a.mean - b.mean })
	for at, i := range column {
		if len(links(i)) > 0 {
			column[at] = moving[0].item
			moving = moving[1:]
		}
	}
	for order, i := range column {
		i.order = order
	}
}

// crossings counts how many pairs of edges cross between the columns.
func (p *part) crossings() int {
	count := 0
	for _, column := range p.columns {
		var edges []point // by where they start and end
		for _, i := range column {
			for _, l := range i.right {
				edges = append(edges, point{l.from(i), l.at()})
			}
		}
		slices.SortFunc(edges, func(a, b point) int {
			if a.x != b.x {
				return a.x - b.x
			}
			return a.y - b.y
		})
		count += inversions(edges)
	}
	return count
}

// inversions counts the pairs of points that are in another order by y than they are in, by merging sorted halves.
func inversions(edges []point) int {
	ends := make([]int, len(edges))
	for i, e := range edges {
		ends[i] = e.y
	}
	other := make([]int, len(ends))
	count := 0
	for size := 1; size < len(ends); size *= 2 {
		for start := 0; start < len(ends); start += 2 * size {
			middle, end := min(start+size, len(ends)), min(start+2*size, len(ends))
			a, b := start, middle
			for at := start; at < end; at++ {
				if a < middle && (b == end || ends[a] <= ends[b]) {
					other[at] = ends[a]
					a++
				} else {
					other[at] = ends[b]
					b++
					count += middle - a
				}
			}
		}
		ends, other = other, ends
	}
	return count
}
