package gen

import (
	"bytes"
	"strings"
	"testing"

	"github.com/zmqgen/zmqgen/gen/internal/vectors"
	"github.com/zmqgen/zmqgen/schema"
)

// What people are told of frames is what is on the wire: each vector that is written has the frames that Frames says.
func TestFramesAreThoseOfTheVectors(t *testing.T) {
	ways := map[*schema.Topology][]*schema.Passage{}
	compared := map[FramePart]int{}
	eachVector(t, func(p *schema.Pattern, v vectors.Vector) {
		if v.Check != vectors.Both || v.Status != "" { // a status that is no message's is every method's
			return
		}
		if ways[p.Topology] == nil {
			ways[p.Topology] = p.Topology.Passages()
		}
		way := wayOf(ways[p.Topology], p, v)
		if way == nil {
			t.Errorf("%s: %s: nothing travels so in pattern %s", v.Topology, v.Name, v.Pattern)
			return
		}
		if why := compareFrames(Frames(way), v, compared); why != "" {
			t.Errorf("%s: %s: %s", v.Topology, v.Name, why)
		}
		if told, lead := leadOf(p, way.Flow), leading(Frames(way)); told != lead {
			t.Errorf("%s: %s: the topology's table says that %d frames come before a body, and %d do", v.Topology, v.Name, told, lead)
		}
	})
	for _, part := range []FramePart{FrameCallID, FrameDelimiter, FrameTopic, FrameName, FrameMethod, FrameStatus, FrameBody, FrameField, FrameRest, FrameMetadata} {
		if compared[part] == 0 {
			t.Errorf("no vector has a frame that is a %s", part)
		}
	}
}

// leading counts the frames between an envelope and a body.
func leading(frames []Frame) (n int) {
	for _, f := range frames {
		switch f.Part {
		case FrameTopic, FrameName, FrameMethod, FrameStatus:
			n++
		}
	}
	return n
}

// wayOf is the way that the message of a vector travels; nil if there is none.
func wayOf(ways []*schema.Passage, p *schema.Pattern, v vectors.Vector) *schema.Passage {
	for _, way := range ways {
		if way.Pattern != p || way.Message.Name.Value != v.Message {
			continue
		}
		switch {
		case way.Method == nil && (way.Flow.Sender == "" || way.Flow.Key() == string(v.Direction)):
			return way
		case way.Method != nil && (p.Bare || way.Method.Name.Value == v.Method) && (way.Part == schema.PartRequest) == (v.Direction == "request"):
			return way
		}
	}
	for _, m := range p.Methods {
		if m.Name.Value == v.Method && v.Message == "" {
			return &schema.Passage{Pattern: p, Method: m, Part: schema.Part(v.Direction)}
		}
	}
	return nil
}

// compareFrames counts the frames of a vector that are as they are told, and says which is not.
func compareFrames(told []Frame, v vectors.Vector, compared map[FramePart]int) (why string) {
	left := append(v.Envelope[:len(v.Envelope):len(v.Envelope)], v.Frames...)
	for _, f := range told {
		switch {
		case f.Part == FrameRoutingID: // it is not on the wire
			continue
		case f.Part == FrameRest:
			compared[f.Part]++
			return ""
		case f.Part == FrameMetadata && len(v.Metadata) == 0 && len(left) == 0:
			continue
		case len(left) == 0:
			return "there is no frame for the " + string(f.Part)
		}
		frame := []byte(left[0])
		left = left[1:]
		fixed := f.Text
		if f.Part == FrameTopic {
			fixed, _, _ = strings.Cut(fixed, "{")
		}
		switch {
		case f.Part == FrameDelimiter && len(frame) > 0, f.Part == FrameTopic && !bytes.HasPrefix(frame, []byte(fixed)),
			f.Part != FrameTopic && fixed != "" && string(frame) != fixed, f.Part == FrameMetadata && (len(frame) < 2 || frame[0] != 0):
			return "the " + string(f.Part) + " is another frame"
		}
		compared[f.Part]++
	}
	if len(left) > 0 {
		return "there are more frames than it is told of"
	}
	return ""
}
