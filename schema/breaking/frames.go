package breaking

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/zmqgen/zmqgen/schema"
)

// This file compares the frames of messages where the encoding is frames: they are told apart by their place alone.

// frameOf is one frame of a message, or all that are left.
type frameOf struct {
	field *schema.Field
	order int32 // by which frames are put in order: the field's number, the least of a oneof's
}

// framesOf are the frames of a message in a pattern, without what stands in the topic alone.
func framesOf(p *schema.Pattern, m *schema.Message) []frameOf {
	topicOnly := map[string]bool{}
	for _, f := range p.TopicOnly {
		topicOnly[f.Name.Value] = true
	}
	var all []frameOf
	for _, f := range m.Fields {
		if topicOnly[f.Name.Value] {
			continue
		}
		order := f.ID
		for i, a := range f.OneOf {
			if i == 0 || a.ID < order {
				order = a.ID
			}
		}
		all = append(all, frameOf{f, order})
	}
	slices.SortStableFunc(all, func(a, b frameOf) int { return cmp.Compare(a.order, b.order) })
	return all
}

// takesRest reports whether the last field takes all frames that are left, so that their number says nothing.
func takesRest(frames []frameOf) bool {
	if len(frames) == 0 {
		return false
	}
	last := frames[len(frames)-1].field
	return last.Type.Elem != nil && last.As == ""
}

// compareFrames reports the first difference of the frames of a message that two versions of a pattern carry.
func (c *comparison) compareFrames(op, np *schema.Pattern, o, n *schema.Message, u *users) {
	if whole := len(op.TopicOnly)+len(np.TopicOnly) == 0; whole {
		if c.framesDone[o] {
			return // it has the same frames in all patterns
		}
		c.framesDone[o] = true
	}
	old, new := framesOf(op, o), framesOf(np, n)
	at := func(list []frameOf, m *schema.Message, i int) thing {
		if i < len(list) {
			return fieldThing(m, list[i].field)
		}
		return messageThing(m)
	}
	if len(old) != len(new) {
		refuse := Reading{Refuses, "refuse it: it has another number of frames"}
		if takesRest(old) || takesRest(new) {
			refuse = Reading{Misreads, "take a frame for that of another field, or refuse it"}
		}
		i := 0
		for i < min(len(old), len(new)) && old[i].field.Name.Value == new[i].field.Name.Value {
			i++
		}
		c.add(framesChanged, []Level{Wire}, "message %q had %d frames in pattern %q and has %d", n.Name.Value, len(old), np.Name.Value, len(new)).
			at(at(old, o, i), at(new, n, i), thing{}).between(u).reads(refuse, refuse).order(Together)
		return
	}
	for i := range old {
		of, nf := old[i].field, new[i].field
		what := fmt.Sprintf("frame %d of message %q, %q,", i+1, n.Name.Value, nf.Name.Value)
		if !c.compareFrame(of, nf, what, at(old, o, i), at(new, n, i), u) {
			return
		}
	}
}

// compareFrame compares the frames at one place. It reports whether the next ones are worth it.
func (c *comparison) compareFrame(of, nf *schema.Field, what string, o, n thing, u *users) bool {
	switch {
	case of.As != nf.As:
		form := func(f *schema.Field) string { return cmp.Or(string(f.As), "that of its type") }
		other := Reading{Misreads, "take the frame for another value, or refuse it"}
		c.add(formChanged, []Level{Wire}, "the form of %s was %s and is %s", what, form(of), form(nf)).
			at(o, n, thing{}).between(u).reads(other, other).order(Together)
		return false
	case of.Const.IsSet() != nf.Const.IsSet() || of.Const.Value != nf.Const.Value:
		refuse := Reading{Refuses, "refuse it: the frame is another constant"}
		r := both{refuse, refuse}
		if !nf.Const.IsSet() {
			r.new = readsIt
		}
		if !of.Const.IsSet() {
			r.old = readsIt
		}
		c.add(constChanged, []Level{Wire}, "the constant of %s was %s and is %s", what, constText(of), constText(nf)).
			at(o, n, thing{}).between(u).reads(r.old, r.new)
		return true
	case (of.OneOf == nil) != (nf.OneOf == nil):
		other := Reading{Misreads, "take the frame for another value, or refuse it"}
		c.add(framesChanged, []Level{Wire}, "%s is another field, %q before", what, of.Name.Value).at(o, n, thing{}).between(u).reads(other, other).order(Together)
		return false
	case of.OneOf != nil:
		return true
	}
	w, v := typed{of.Type, of.As}, typed{nf.Type, nf.As}
	r := both{c.readFrame(v, w), c.readFrame(w, v)}
	if c.sameType(of.Type, nf.Type) || r.old.Outcome == Same && r.new.Outcome == Same {
		return true
	}
	c.add(framesChanged, []Level{Wire}, "%s is %s and was %q, %s", what, typeText(nf.Type), of.Name.Value, typeText(of.Type)).
		at(o, n, thing{}).between(u).reads(r.old, r.new)
	return r.old.Outcome == Same || r.new.Outcome == Same // those who read this frame come to the next one
}

func constText(f *schema.Field) string {
	if !f.Const.IsSet() {
		return "none"
	}
	return fmt.Sprintf("%q", f.Const.Value)
}
