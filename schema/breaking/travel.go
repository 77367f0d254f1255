package breaking

import (
	"math/bits"

	"github.com/zmqgen/zmqgen/schema"
)

// This file finds in which patterns, and in which form, the messages of a topology travel: also those that are part of others.

// passages is a set of passages, by their index.
type passages []uint64

// add adds all of other and reports whether there was one more.
func (p passages) add(other passages) (grown bool) {
	for i, word := range other {
		grown = grown || word&^p[i] != 0
		p[i] |= word
	}
	return grown
}

// stop is a message in a form.
type stop struct {
	message *schema.Message
	form    form
}

// travels are the passages of a topology, and what each message takes part in.
type travels struct {
	all     []*schema.Passage
	by      map[stop]passages
	holders map[*schema.Enum][]holder // by the enum that a field of theirs is of
}

// holder is a field of a message that is of an enum.
type holder struct {
	message *schema.Message
	field   *schema.Field
}

// newTravels follows the passages of t through what messages are made of. Messages are visited in an order in which most
// are seen after those that hold them, so that one round is enough unless messages hold themselves.
func newTravels(t *schema.Topology) *travels {
	tr := &travels{all: t.Passages(), by: map[stop]passages{}, holders: map[*schema.Enum][]holder{}}
	words := (len(tr.all) + 63) / 64
	for i, p := range tr.all {
		at := stop{p.Message, formOf(p.Pattern.Encoding)}
		if tr.by[at] == nil {
			tr.by[at] = make(passages, words)
		}
		tr.by[at][i/64] |= 1 << (i % 64)
	}
	for _, in := range t.All() {
		for _, m := range in.Messages {
			m.EachField(func(f *schema.Field) {
				if e := elem(f.Type).Enum; e != nil {
					tr.holders[e] = append(tr.holders[e], holder{m, f})
				}
			})
		}
	}
	order := tr.order()
	for grown := true; grown; {
		grown = false
		for _, at := range order {
			for _, to := range at.parts() {
				if tr.by[to] == nil {
					tr.by[to] = make(passages, words)
				}
				if tr.by[to].add(tr.by[at]) {
					grown = true
				}
			}
		}
	}
	return tr
}

// formOf is the form of bodies of an encoding.
func formOf(e schema.Encoding) form {
	switch e {
	case schema.EncodingJSON:
		return asJSON
	case schema.EncodingFrames:
		return asFrames
	}
	return asProto
}

// elem is the type of what is in a list or a map, or the type itself.
func elem(t schema.Type) schema.Type {
	if t.Elem != nil {
		return *t.Elem
	}
	return t
}

// formIn is the form that a field has in a message of a form.
func formIn(f form, field *schema.Field) form {
	switch {
	case f != asFrames:
		return f
	case field.As == schema.AsJSON:
		return asJSON
	case field.As == schema.AsProto:
		return asProto
	}
	return asFrames
}

// parts are the messages that values of a message hold, without those deeper in them.
func (s stop) parts() []stop {
	var all []stop
	for _, f := range s.message.Fields {
		within := formIn(s.form, f) // a oneof's own, of its alternatives
		for _, a := range alternatives(f) {
			if m := elem(a.Type).Message; m != nil {
				all = append(all, stop{m, within})
			}
		}
	}
	return all
}

// alternatives are the fields with numbers that a field is: itself, or those of a oneof.
func alternatives(f *schema.Field) []*schema.Field {
	if f.OneOf != nil {
		return f.OneOf
	}
	return []*schema.Field{f}
}

// order returns all stops that can be reached, what holds before what is held, as far as there is such an order.
func (tr *travels) order() []stop {
	type step struct {
		at    stop
		parts []stop
	}
	var last []stop
	seen := map[stop]bool{}
	for _, p := range tr.all {
		first := stop{p.Message, formOf(p.Pattern.Encoding)}
		if seen[first] {
			continue
		}
		seen[first] = true
		for way := []step{{first, first.parts()}}; len(way) > 0; {
			top := &way[len(way)-1]
			if len(top.parts) == 0 {
				last = append(last, top.at)
				way = way[:len(way)-1]
				continue
			}
			next := top.parts[0]
			top.parts = top.parts[1:]
			if !seen[next] {
				seen[next] = true
				way = append(way, step{next, next.parts()})
			}
		}
	}
	for i, j := 0, len(last)-1; i < j; i, j = i+1, j-1 {
		last[i], last[j] = last[j], last[i]
	}
	return last
}

// each calls f for each passage of the set.
func (tr *travels) each(set passages, f func(*schema.Passage)) {
	for i, word := range set {
		for ; word != 0; word &= word - 1 {
			f(tr.all[i*64+bits.TrailingZeros64(word)])
		}
	}
}
