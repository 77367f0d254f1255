package breaking

import "github.com/zmqgen/zmqgen/schema"

// This file is the table of types: what a reader of one type makes of a value that was written as another. It follows
// docs/wire.md: numbers that a varint is too long for are cut off, JSON and text refuse them.

// form is how a value travels.
type form int

const (
	asProto  form = iota
	asJSON        // also in frames as json
	asFrames      // a frame of its own
	forms
)

var formNames = [forms]string{"protobuf", "JSON", "frames"}

// wireType is protobuf's, with varints in zigzag and fixed numbers of floats apart.
type wireType int

const (
	varint wireType = iota
	zigzag
	fixed32
	fixed64
	block
)

// number is what a scalar is that is a whole number.
type number struct {
	bits   int
	signed bool
	wire   wireType
}

var numbers = map[schema.Scalar]number{
	schema.Int32: {32, true, varint}, schema.Int64: {64, true, varint}, schema.Uint32: {32, false, varint}, schema.Uint64: {64, false, varint},
	schema.Sint32: {32, true, zigzag}, schema.Sint64: {64, true, zigzag},
	schema.Fixed32: {32, false, fixed32}, schema.Fixed64: {64, false, fixed64},
	schema.Sfixed32: {32, true, fixed32}, schema.Sfixed64: {64, true, fixed64},
}

// numberOf returns the whole number that a type is; an enum is an int32.
func numberOf(t schema.Type) (number, bool) {
	if t.Enum != nil {
		return number{32, true, varint}, true
	}
	n, is := numbers[t.Scalar]
	return n, is
}

// holds reports whether every value of w is one of r.
func (r number) holds(w number) bool {
	switch {
	case w.signed && !r.signed:
		return false
	case !w.signed && r.signed:
		return r.bits > w.bits
	}
	return r.bits >= w.bits
}

// wireOf returns the wire type of a type that is no list and no map.
func wireOf(t schema.Type) wireType {
	n, whole := numberOf(t)
	switch {
	case whole:
		return n.wire
	case t.Scalar == schema.Bool:
		return varint
	case t.Scalar == schema.Float32:
		return fixed32
	case t.Scalar == schema.Float64:
		return fixed64
	}
	return block
}

// plain is a type without what says how often its value is there.
func plain(t schema.Type) schema.Type {
	t.Optional = false
	return t
}

// typed is a field's type in a form of frame.
type typed struct {
	schema.Type
	as schema.As
}

// readType returns what a reader of type r makes of what was written as type w.
func (c *comparison) readType(f form, w, r typed) Reading {
	if f == asFrames {
		return c.readFrame(w, r)
	}
	reading := c.readValue(f, w.Type, r.Type)
	if plainMeets(w.Type, r.Type) && w.Optional != r.Optional && !reading.Outcome.Harms() {
		if w.Optional {
			return Reading{Default, "read zero where none was sent"}
		}
		return Reading{Default, "read none where zero was sent"}
	}
	return reading
}

// plainMeets reports whether neither type is a list or a map.
func plainMeets(w, r schema.Type) bool { return w.Elem == nil && r.Elem == nil }

// readValue is readType, apart from whether values are optional.
func (c *comparison) readValue(f form, w, r schema.Type) Reading {
	switch {
	case w.IsMap() && r.IsMap():
		key := c.readOne(f, schema.Type{Scalar: w.Key}, schema.Type{Scalar: r.Key})
		if f == asJSON && w.Key != r.Key && r.Key == schema.String {
			key = Reading{Same, "read the keys as text"}
		}
		return worse(key, c.readOne(f, *w.Elem, *r.Elem))
	case w.IsList() && r.IsList():
		reading := c.readOne(f, *w.Elem, *r.Elem)
		if f == asProto && reading.Outcome == Refuses && (packed(*w.Elem) || packed(*r.Elem)) {
			return Reading{Misreads, "may take the bytes for other items"}
		}
		return reading
	case w.Elem != nil || r.Elem != nil:
		if f == asJSON {
			return Reading{Refuses, "refuse the message"}
		}
		return c.readRepeated(w, r)
	}
	return c.readOne(f, w, r)
}

// packed reports whether a list of the type is a single block in protobuf.
func packed(t schema.Type) bool { return wireOf(t) != block }

// readRepeated is readValue in protobuf, where one of the types is a list or a map and the other is not the same.
func (c *comparison) readRepeated(w, r schema.Type) Reading {
	switch {
	case w.Elem == nil && r.IsList(): // one value for a list
		reading := c.readOne(asProto, plain(w), *r.Elem)
		if !w.Optional && !reading.Outcome.Harms() {
			return Reading{Default, "read a list of one item, and an empty one where zero was sent"}
		}
		return reading
	case w.IsList() && r.Elem == nil && packed(*w.Elem):
		if wireOf(r) == block {
			return Reading{Misreads, "take the packed items for something else"}
		}
		return Reading{Refuses, "refuse a list that is not empty"}
	case w.IsList() && r.Elem == nil:
		if reading := c.readOne(asProto, *w.Elem, plain(r)); reading.Outcome.Harms() {
			return reading
		}
		return Reading{Misreads, "read one of the items, and lose the others"}
	case w.IsMap() && r.IsList() && c.isEntry(*r.Elem, w):
		return Reading{Same, "read the entries as items"}
	case w.IsList() && r.IsMap() && c.isEntry(*w.Elem, r):
		return Reading{Misreads, "of items with the same key read the last alone"}
	}
	return Reading{Misreads, "may take the bytes for something else"}
}

// isEntry reports whether a type is a message as the entries of a map are.
func (c *comparison) isEntry(t, of schema.Type) bool {
	if t.Message == nil || len(t.Message.Fields) != 2 {
		return false
	}
	for _, f := range t.Message.Fields {
		want := schema.Type{Scalar: of.Key}
		if f.ID == 2 {
			want = *of.Elem
		}
		if f.OneOf != nil || f.ID != 1 && f.ID != 2 || f.Type.Elem != nil || f.Type.Scalar != want.Scalar ||
			c.typeName(f.Type.Enum, f.Type.Message) != c.typeName(want.Enum, want.Message) {
			return false
		}
	}
	return true
}

// readOne is readValue of types that are neither lists nor maps.
func (c *comparison) readOne(f form, w, r schema.Type) Reading {
	same := readsIt
	if w.Scalar != "" && w.Scalar == r.Scalar {
		return same
	}
	if w.Enum != nil && r.Enum != nil {
		return c.readEnum(f, w.Enum, r.Enum)
	}
	if w.Message != nil && r.Message != nil {
		if c.alike(w.Message, r.Message) {
			return same
		}
		return Reading{Misreads, "take it for another message"}
	}
	if f == asJSON {
		return readJSON(w, r)
	}
	wn, whole := numberOf(w)
	rn, wholeToo := numberOf(r)
	switch {
	case wireOf(w) == block && wireOf(r) == block:
		return readBlock(w, r)
	case w.Scalar == schema.Bool && wholeToo && rn.wire == varint:
		return Reading{Same, "read 0 or 1"}
	case r.Scalar == schema.Bool && whole && wn.wire == varint:
		return Reading{Misreads, "read true for every number but 0"}
	case whole && wholeToo && wn.wire == rn.wire && rn.holds(wn):
		return same
	case whole && wholeToo && wn.wire == rn.wire:
		return Reading{Misreads, "take numbers that their type does not hold for others"}
	case protobufWire(wireOf(w)) == protobufWire(wireOf(r)):
		return Reading{Misreads, "take it for another number"}
	}
	return Reading{Refuses, "refuse the message: it has another wire type"}
}

// protobufWire is the wire type without what only we tell apart.
func protobufWire(w wireType) wireType {
	if w == zigzag {
		return varint
	}
	return w
}

// readBlock is readOne in protobuf of two types that are bytes with a length.
func readBlock(w, r schema.Type) Reading {
	text := w.Scalar == schema.String || w.Scalar == schema.Decimal || w.Scalar == schema.JSON
	switch {
	case r.Scalar == schema.Bytes && w.Message != nil:
		return Reading{Same, "read the encoded message as bytes"}
	case r.Scalar == schema.Bytes:
		return Reading{Same, "read it as bytes"}
	case r.Scalar == schema.String && text:
		return Reading{Same, "read it as text"}
	case r.Scalar == schema.String || r.Scalar == schema.UUID || r.Scalar == schema.Decimal || r.Scalar == schema.JSON:
		return Reading{Refuses, "refuse what is no " + string(r.Scalar)}
	}
	return Reading{Misreads, "may take the bytes for another value"}
}

// readEnum is readOne of two enums.
func (c *comparison) readEnum(f form, w, r *schema.Enum) Reading {
	if c.enumPairs[w] == r || c.enumPairs[r] == w { // the same; what is changed in it is reported there
		return readsIt
	}
	if f == asJSON {
		return Reading{Misreads, "read zero: the names of the values are others"}
	}
	known := map[string]int32{}
	for _, v := range r.Values {
		known[v.Name.Value] = v.Number
	}
	for _, v := range w.Values {
		if n, is := known[v.Name.Value]; !is || n != v.Number {
			return Reading{Misreads, "take its numbers for other values"}
		}
	}
	return Reading{Same, "read the same numbers"}
}

// readJSON is readOne in JSON of two types of which at most one is an enum or a message.
func readJSON(w, r schema.Type) Reading {
	wn, whole := numbers[w.Scalar]
	rn, wholeToo := numberOf(r)
	float := func(t schema.Type) bool { return t.Scalar == schema.Float32 || t.Scalar == schema.Float64 }
	same := readsIt
	switch {
	case whole && wholeToo && rn.holds(wn), w.Scalar == schema.Float32 && r.Scalar == schema.Float64, whole && r.Scalar == schema.Decimal:
		return same
	case whole && wholeToo:
		return Reading{Refuses, "refuse numbers that their type does not hold"}
	case whole && wn.bits == 32 && r.Scalar == schema.Float64:
		return same
	case (whole || float(w) || w.Scalar == schema.Decimal) && float(r):
		return Reading{Misreads, "round numbers that their type does not hold"}
	case r.Scalar == schema.String && w.Enum != nil:
		return Reading{Refuses, "refuse values that have no name, which are numbers"}
	case r.Scalar == schema.String && (w.Scalar == schema.UUID || w.Scalar == schema.Decimal || w.Scalar == schema.Timestamp || w.Scalar == schema.Duration):
		return Reading{Same, "read its text"}
	case r.Scalar == schema.String && w.Scalar == schema.Bytes:
		return Reading{Misreads, "read the base64 of it"}
	case r.Scalar == schema.JSON:
		return Reading{Misreads, "take the value for a document"}
	}
	return Reading{Refuses, "refuse the message"}
}

// width is how many bytes the frames of a type have; 0 if they differ.
func width(t schema.Type) int {
	n, whole := numberOf(t)
	switch {
	case whole:
		return n.bits / 8
	case t.Scalar == schema.Bool:
		return 1
	case t.Scalar == schema.Float32:
		return 4
	case t.Scalar == schema.Float64, t.Scalar == schema.Timestamp, t.Scalar == schema.Duration:
		return 8
	case t.Scalar == schema.UUID:
		return 16
	}
	return 0
}

// readFrame is readType of a frame.
func (c *comparison) readFrame(w, r typed) Reading {
	if w.as != r.as {
		return Reading{Misreads, "take the frame for another value, or refuse it"}
	}
	switch w.as {
	case schema.AsProto:
		return c.readType(asProto, typed{w.Type, ""}, typed{r.Type, ""})
	case schema.AsJSON:
		return c.readType(asJSON, typed{w.Type, ""}, typed{r.Type, ""})
	}
	if w.Elem != nil && r.Elem != nil { // all frames that are left
		return c.readFrame(typed{*w.Elem, ""}, typed{*r.Elem, ""})
	}
	if w.Elem != nil || r.Elem != nil {
		return Reading{Refuses, "refuse another number of frames"}
	}
	if w.Scalar != "" && w.Scalar == r.Scalar || w.Enum != nil && r.Enum != nil {
		return c.readOne(asProto, w.Type, r.Type)
	}
	wn, whole := numberOf(w.Type)
	rn, wholeToo := numberOf(r.Type)
	text := w.as == schema.AsText
	switch {
	case whole && wholeToo && rn.holds(wn) && (text || rn.bits == wn.bits):
		return readsIt
	case text:
		return Reading{Refuses, "refuse text that is none of their type's"}
	case width(w.Type) != 0 && width(w.Type) == width(r.Type):
		return Reading{Misreads, "take the frame for another value"}
	case width(w.Type) != 0 && width(r.Type) != 0:
		return Reading{Refuses, "refuse a frame of another length"}
	case width(r.Type) != 0:
		return Reading{Refuses, "refuse a frame of another length"}
	case width(w.Type) != 0 && r.Scalar == schema.Bytes:
		return Reading{Same, "read the frame as bytes"}
	}
	return readBlock(w.Type, r.Type)
}

// worse returns the worse of two readings.
func worse(a, b Reading) Reading {
	if rank[b.Outcome] > rank[a.Outcome] {
		return b
	}
	return a
}
