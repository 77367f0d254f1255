package gen

import (
	"github.com/zmqgen/zmqgen/schema"
)

// This file gives examples of messages to all that shows them to people: as JSON, as protobuf and as frames.

// What people read is not long.
const (
	shownSize   = 2 << 10 // bytes in protobuf wire format
	shownValues = 600     // in one example
)

// Examples makes examples of the messages of a topology: of each field the example that the topology gives, or else a value
// that is made up, within the field's limits. The same topology always has the same. It is of one goroutine.
type Examples struct {
	l    *lowering
	made map[*schema.Message]*Example
}

// NewExamples returns the maker of examples of a valid topology and all that it imports.
func NewExamples(t *schema.Topology) *Examples {
	l := &lowering{t: t, limited: map[*schema.Message]bool{}, texts: map[textKey]*string{}}
	l.findLimited()
	return &Examples{l: l, made: map[*schema.Message]*Example{}}
}

// Example is a message with values in it.
type Example struct {
	// Proto is the example in protobuf wire format.
	Proto []byte
	// JSON is the example as docs/wire.md has it, on one line; "" if it holds a document that is not sent as JSON.
	JSON string
	// Missing says why there is no example; "" if there is one. What else there is of it then is nothing.
	Missing string

	e *example
}

// Of returns the example of a message.
func (x *Examples) Of(m *schema.Message) *Example {
	known := x.made[m]
	if known == nil {
		known = x.make(m)
		x.made[m] = known
	}
	return known
}

func (x *Examples) make(m *schema.Message) *Example {
	maker := &exampleMaker{l: x.l, left: exampleValues, least: exampleValues - shownValues}
	e := maker.message(m, "")
	if maker.left < maker.least || givenSize(e, shownSize) > shownSize {
		return &Example{Missing: "it would be too long"}
	}
	if len(maker.missing) > 0 {
		return &Example{Missing: describeMissing(maker.missing)}
	}
	w := protoWriter{most: shownSize}
	if w.message(e); w.why != "" {
		return &Example{Missing: "it would be too long"}
	}
	out := &Example{Proto: w.b, e: e}
	if documentNotSent(e) == "" {
		out.JSON = jsonOf(e)
	}
	return out
}

// givenSize is how many bytes of text there are in an example, and as many as it has items: most of it, if it is more than most.
func givenSize(e *example, most int) int {
	size := 0
	for _, f := range e.fields {
		for _, v := range f.values {
			switch v := v.(type) {
			case *example:
				size += givenSize(v, most-size)
			case string:
				size += len(v)
			case []byte:
				size += len(v)
			}
			if size++; size > most {
				return size
			}
		}
	}
	return size
}

// Frames returns the example of a message as the frames in which it travels, without envelope and metadata, or why it cannot be
// sent so: as many as the function Frames has, or more where a list takes the rest. Where there is no body the passage's message
// is nil.
func (x *Examples) Frames(way *schema.Passage) (frames [][]byte, why string) {
	p := way.Pattern
	e := &Example{e: &example{}}
	if way.Message != nil {
		e = x.Of(way.Message)
	}
	if e.Missing != "" {
		return nil, e.Missing
	}
	given := e.e.given()
	add := func(text string) { frames = append(frames, []byte(text)) }
	for _, f := range Frames(way) {
		switch f.Part {
		case FrameTopic:
			topic, why := topicOf(p, way.Carried, given)
			if why != "" {
				return nil, why
			}
			add(topic)
		case FrameName, FrameMethod, FrameStatus:
			add(f.Text)
		}
	}
	switch {
	case way.Message == nil:
	case p.Encoding == schema.EncodingFrames:
		body, why := bodyFramesOf(p, way.Message, given)
		if why != "" {
			return nil, why
		}
		for _, frame := range body {
			add(frame)
		}
	case p.Encoding == schema.EncodingJSON:
		if e.JSON == "" {
			return nil, "it holds a document that is not sent as JSON"
		}
		add(e.JSON)
	default:
		frames = append(frames, e.Proto)
	}
	return frames, ""
}
