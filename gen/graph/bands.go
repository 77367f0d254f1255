package graph

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// This file folds a part that would be much wider than high, as a text is folded into lines: its columns become bands below
// each other, and edges that go on in another band leave at the right, go back between the bands and enter at the left.

const (
	widthGuess = 160  // of what is between two columns, before it is known
	unfolded   = 2000 // the width up to which a part is not folded
	trackGap   = 8    // between edges that go from band to band
	corner     = 6    // the radius of their corners
	maxTracks  = 64   // at one side of a band; more edges share these
)

// detour is how an edge goes from one band to another.
type detour struct {
	hub    *Socket // all edges of one share their tracks
	band   int     // that it leaves
	column int     // the first of the band that it enters
	points []point // in that band, as those of a route

	right, between, left int // where it goes down, back, and down again
}

func (d *detour) move(by point) {
	for i := range d.points {
		d.points[i].x += by.x
		d.points[i].y += by.y
	}
	d.right, d.between, d.left = d.right+by.x, d.between+by.y, d.left+by.x
}

// corners are where the detour turns.
func (d *detour) corners(from point) []point {
	to := d.points[0]
	return []point{{d.right, from.y}, {d.right, d.between}, {d.left, d.between}, {d.left, to.y}}
}

// path writes the detour in SVG's terms, from where the band is left to where the other is entered.
func (d *detour) path(b *strings.Builder, from point) {
	to := d.points[0]
	all := append(d.corners(from), to)
	before := from
	for i, c := range all[:len(all)-1] {
		in, out := toward(c, before), toward(c, all[i+1])
		fmt.Fprintf(b, "L%d %dQ%d %d %d %d", in.x, in.y, c.x, c.y, out.x, out.y)
		before = c
	}
	fmt.Fprintf(b, "H%d", to.x)
}

// toward returns the point that is the radius of a corner away from it, on the way to another, or half that way.
func toward(c, other point) point {
	step := func(from, to int) int {
		return from + max(-corner, min(corner, (to-from)/2))
	}
	return point{step(c.x, other.x), step(c.y, other.y)}
}

// fold decides how many columns are in a band: so many that the part is about twice as wide as it is high.
func (p *part) fold() {
	last := 0
	for _, b := range p.boxes {
		last = max(last, b.item.column)
	}
	widths, heights := make([]int, last+1), make([]int, last+1)
	for _, b := range p.boxes {
		c := b.item.column
		widths[c] = max(widths[c], b.w)
		heights[c] += b.h + boxGap
	}
	width := 0
	for _, w := range widths {
		width += w + widthGuess
	}
	bands := 1
	if high := slices.Max(heights) + partGap; width > unfolded {
		bands = max(1, squareRoot((width+high)/(2*high)))
	}
	p.perBand = (last + bands) / bands
	p.columns = make([][]*item, last+1)
	for _, b := range p.boxes {
		p.columns[b.item.column] = append(p.columns[b.item.column], b.item)
	}
}

func (p *part) band(i *item) int { return i.column / p.perBand }

// passedColumns returns the columns that an edge passes between its ends: those of the band that it leaves, and those of
// the band that it enters.
func (p *part) passedColumns(from, to int) []int {
	var passed []int
	end, start := (from/p.perBand+1)*p.perBand, to/p.perBand*p.perBand
	for c := from + 1; c < min(end, to); c++ {
		passed = append(passed, c)
	}
	for c := max(start, from+1); start >= end && c < to; c++ {
		passed = append(passed, c)
	}
	return passed
}

// track is where edges of one hub go between two bands.
type track struct {
	hub  *Socket
	band int
	y    int // of the lowest edge on it, where it leaves the band
	at   int // its number in its band, from 1
	left int // and at the left, of all
}

// planDetours gives each edge that goes from one band to another its tracks. The lowest that leave a band turn first, so
// that they cross no others.
func (p *part) planDetours(of map[*Node]*box) {
	p.tracks = map[trackKey]*track{}
	var all []*track
	for _, r := range p.routes {
		a, b := of[r.edge.From.Node], of[r.edge.To.Node]
		from := r.edge.From
		if r.toLeft {
			a, b, from = b, a, r.edge.To
		}
		band, to := p.band(a.item), p.band(b.item)
		if band == to {
			continue
		}
		r.detour = &detour{hub: r.edge.Binder, band: band, column: to * p.perBand}
		y := a.item.y + a.port[from]
		for _, it := range r.passes {
			if p.band(it) == band {
				y = it.y
			}
		}
		t := p.tracks[trackKey{r.edge.Binder, band}]
		if t == nil {
			t = &track{hub: r.edge.Binder, band: band}
			p.tracks[trackKey{r.edge.Binder, band}] = t
			all = append(all, t)
		}
		t.y = max(t.y, y)
	}
	slices.SortStableFunc(all, func(a, b *track) int { return cmp.Or(a.band-b.band, b.y-a.y) })
	p.between = make([]int, len(p.columns)/p.perBand+1)
	for i, t := range all {
		t.at = min(p.between[t.band], maxTracks) + 1
		if p.between[t.band] < maxTracks {
			p.between[t.band]++
		}
		t.left = i % maxTracks
	}
	p.leftTracks = min(len(all), maxTracks)
}

// trackKey is what has a track of its own.
type trackKey struct {
	hub  *Socket
	band int
}

// separateBands puts the bands below each other, with room between them for the edges that go from one to another.
func (p *part) separateBands() {
	top := 0
	for first := 0; first < len(p.columns); first += p.perBand {
		columns := p.columns[first:min(first+p.perBand, len(p.columns))]
		highest, lowest := columns[0][0].y, 0
		for _, c := range columns {
			highest = min(highest, c[0].y)
		}
		for _, c := range columns {
			for _, it := range c {
				it.y += top - highest
				lowest = max(lowest, it.y+it.h)
			}
		}
		p.bottoms = append(p.bottoms, lowest)
		p.h = lowest
		top = lowest + 2*boxGap
	}
}

// spreadBands makes the room between the bands as wide as the edges between them need.
func (p *part) spreadBands() {
	down := 0
	for first := 0; first < len(p.columns); first += p.perBand {
		for _, c := range p.columns[first:min(first+p.perBand, len(p.columns))] {
			for _, it := range c {
				it.y += down
			}
		}
		band := first / p.perBand
		p.bottoms[band] += down
		p.h = p.bottoms[band]
		down += p.between[band] * trackGap
	}
}

// placeDetours places the tracks.
func (p *part) placeDetours() {
	right := p.w
	for _, r := range p.routes {
		d := r.detour
		if d == nil {
			continue
		}
		t := p.tracks[trackKey{d.hub, d.band}]
		d.right = right + t.at*trackGap
		d.between = p.bottoms[d.band] + boxGap/2 + t.at*trackGap
		d.left = t.left * trackGap
		p.w = max(p.w, d.right)
	}
}
