package runtime

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
)

// This file reads topics: by the template that made them, where fields travel in the topic alone or tell
// messages apart.

// TopicReader takes a topic apart, piece by piece. Errors are kept until End.
type TopicReader struct {
	topic, rest []byte
	wrong       bool
}

// NewTopicReader returns what reads a topic.
func NewTopicReader(topic []byte) TopicReader { return TopicReader{topic: topic, rest: topic} }

// TopicStarts reports whether a topic starts with text.
func TopicStarts(topic []byte, text string) bool {
	return len(topic) >= len(text) && string(topic[:len(text)]) == text
}

// Literal passes over text of the template.
func (r *TopicReader) Literal(text string) {
	if !TopicStarts(r.rest, text) {
		r.wrong = true
		return
	}
	r.rest = r.rest[len(text):]
}

// Value returns the value of a placeholder: what is before the byte that ends it.
func (r *TopicReader) Value(end byte) []byte {
	n := bytes.IndexByte(r.rest, end)
	if n < 0 {
		r.wrong = true
		return nil
	}
	v := r.rest[:n]
	r.rest = r.rest[n:]
	return v
}

// Rest returns the value of the placeholder that ends the template.
func (r *TopicReader) Rest() []byte {
	v := r.rest
	r.rest = nil
	return v
}

// End returns an error unless the topic was read to its end.
func (r *TopicReader) End(template string) error {
	if r.wrong || len(r.rest) > 0 {
		return &FrameError{fmt.Sprintf("topic %s is not as %s makes it", quoteFrame(r.topic), quoteFrame([]byte(template)))}
	}
	return nil
}

// CheckTopicText checks a string that is read from the topic again: it is valid UTF-8, and does not contain the
// text that ends it there, which is empty at the end.
func CheckTopicText(v, end string) error {
	if !validText(v) {
		return errUTF8
	}
	if end != "" && strings.Contains(v, end) {
		return fmt.Errorf("contains %q, which ends it in the topic", end)
	}
	return nil
}

var errTopicBool = errors.New("a bool in a topic is true or false")

// ReadTopicBool reads a bool that is true or false.
func ReadTopicBool(b []byte, v *bool) error {
	*v = string(b) == "true"
	if !*v && string(b) != "false" {
		return errTopicBool
	}
	return nil
}

// ReadTopicUUID reads the canonical text of a uuid.
func ReadTopicUUID(b []byte, v *UUID) (err error) {
	const most = 64
	*v, err = ParseUUID(string(b[:min(len(b), most)]))
	return err
}

// UnknownTopic is the error of a message whose topic is that of none of the pattern's messages.
func UnknownTopic(topic []byte) error {
	return &FrameError{"unknown topic " + quoteFrame(topic)}
}

// TaggedFrames returns frame number at of the body, which tells messages apart, and the body, which comes
// after lead other frames.
func TaggedFrames(frames [][]byte, lead, at int) (tag []byte, body [][]byte, err error) {
	if len(frames) <= lead+at {
		return nil, nil, &FrameError{fmt.Sprintf("%s, want at least %d", frameCount(frames), lead+at+1)}
	}
	return frames[lead+at], frames[lead:], nil
}

// UnknownTag is the error of a message whose constant is that of none of the pattern's messages.
func UnknownTag(tag []byte) error {
	return &FrameError{"unknown constant " + quoteFrame(tag)}
}
