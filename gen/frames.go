package gen

import (
	"github.com/zmqgen/zmqgen/schema"
)

// This file says in which frames a message travels, for all that tells people of it: the comment of a .proto, and
// documentation.

// FramePart is what a frame is in its message.
type FramePart string

// The parts, as docs/wire.md calls them, in the order in which they stand.
const (
	FrameRoutingID FramePart = "routing id" // which a ROUTER sees alone
	FrameCallID    FramePart = "call id"
	FrameDelimiter FramePart = "delimiter" // the empty frame that ends an envelope
	FrameTopic     FramePart = "topic"
	FrameName      FramePart = "name"
	FrameMethod    FramePart = "method"
	FrameStatus    FramePart = "status"
	FrameBody      FramePart = "body"
	FrameField     FramePart = "field" // encoding frames: a body is one for each field
	FrameRest      FramePart = "rest"  // encoding frames: a list that takes all frames that are left
	FrameMetadata  FramePart = "metadata"
)

// InEnvelope reports whether the frame is one of the envelope, which ZeroMQ or a server puts in front and takes off again.
func (p FramePart) InEnvelope() bool {
	return p == FrameRoutingID || p == FrameCallID || p == FrameDelimiter
}

// Frame is one frame of what travels.
type Frame struct {
	Part FramePart
	// Text is the template of a topic, what a name, a method, a status or a constant field always is, and "" of all else.
	Text    string
	Message *schema.Message // of a body or a field
	Field   *schema.Field   // of a field or a rest
}

// Frames returns the frames in which a message travels, envelope and metadata included.
func Frames(way *schema.Passage) []Frame {
	p := way.Pattern
	var frames []Frame
	switch {
	case way.Method != nil && p.Correlation != schema.Uncorrelated:
		frames = append(frames, Frame{Part: FrameCallID}, Frame{Part: FrameDelimiter})
	case way.Method != nil:
		frames = append(frames, Frame{Part: FrameDelimiter})
	case p.Kind == schema.DealerRouter:
		frames = append(frames, Frame{Part: FrameRoutingID})
	}
	if way.Method != nil {
		frames = append(frames, callFrames(p, way.Method, way.Part, way.Message)...)
	} else {
		frames = append(frames, flowFrames(p, way.Flow, way.Carried)...)
	}
	if p.Metadata {
		frames = append(frames, Frame{Part: FrameMetadata})
	}
	return frames
}

// flowFrames are the frames of a message that a side of a pattern sends, without envelope and metadata.
func flowFrames(p *schema.Pattern, f *schema.Flow, m *schema.PatternMessage) []Frame {
	var frames []Frame
	if m.Topic != nil {
		frames = append(frames, Frame{Part: FrameTopic, Text: m.Topic.Value})
	}
	if f.Union && p.Tag != schema.TagConst && p.Tag != schema.TagTopic {
		frames = append(frames, Frame{Part: FrameName, Text: m.Message.WireName.Value})
	}
	return append(frames, bodyFrames(p, m.Message)...)
}

// callFrames are the frames of a request, a reply or an error, likewise. The message is nil where there is no body.
func callFrames(p *schema.Pattern, m *schema.Method, part schema.Part, message *schema.Message) []Frame {
	var frames []Frame
	switch {
	case p.Bare:
	case part == schema.PartRequest:
		frames = append(frames, Frame{Part: FrameMethod, Text: m.WireName.Value})
	case part == schema.PartReply:
		frames = append(frames, Frame{Part: FrameStatus, Text: "ok"})
	default:
		frames = append(frames, Frame{Part: FrameStatus, Text: message.WireName.Value})
	}
	if message == nil {
		return frames
	}
	return append(frames, bodyFrames(p, message)...)
}

func bodyFrames(p *schema.Pattern, m *schema.Message) []Frame {
	if p.Encoding != schema.EncodingFrames {
		return []Frame{{Part: FrameBody, Message: m}}
	}
	var frames []Frame
	for _, f := range p.BodyFields(m) {
		frame := Frame{Part: FrameField, Message: m, Field: f}
		switch {
		case f.Const.IsSet():
			frame.Text = constFrame(f)
		case f.IsRest():
			frame.Part = FrameRest
		}
		frames = append(frames, frame)
	}
	return frames
}
