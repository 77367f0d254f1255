package vectors

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// This file reads and writes files of test vectors. What is read and written again is the same bytes, so that
// a file can be made anew and every change in it is one of substance.

// Check says what is to be done with a vector.
type Check string

// The checks.
const (
	Both   Check = "both"   // the value is written as the frames, and they are read as the value
	Read   Check = "read"   // the frames are read as the value, but nobody writes them so
	Refuse Check = "refuse" // the frames are refused
	Unsent Check = "unsent" // the value cannot be written
)

// Direction says who sends what a vector shows.
type Direction string

// The directions.
const (
	Message      Direction = "message"       // of pub-sub and push-pull
	Request      Direction = "request"       // of a client to a server
	Reply        Direction = "reply"         // of a server to a client
	DealerSends  Direction = "dealer_sends"  // of dealer-router
	RouterSends  Direction = "router_sends"  // likewise
	BindSends    Direction = "bind_sends"    // of pair, by the side that binds
	ConnectSends Direction = "connect_sends" // of pair, by the side that connects
)

// Vector is one test vector. Its members are in the order of the file.
type Vector struct {
	Name      string          `json:"name"` // of no other vector in the file
	Check     Check           `json:"check"`
	Why       string          `json:"why"`       // frames are refused, or nobody writes them so, or the value cannot be written
	At        string          `json:"at"`        // the field in which the fault is, if it is in one
	Topology  string          `json:"topology"`  // a file beside the vectors
	Pattern   string          `json:"pattern"`   //
	Kind      string          `json:"kind"`      // of the pattern
	Encoding  string          `json:"encoding"`  // of the pattern
	Direction Direction       `json:"direction"` //
	Method    string          `json:"method"`    // of a request or a reply
	Message   string          `json:"message"`   // of the value, by its name in the topology; none if there is no body
	Status    string          `json:"status"`    // of a reply with a status that is no message's
	Text      *string         `json:"text"`      // the body of such a reply
	Value     json.RawMessage `json:"value"`     // in the JSON of docs/wire.md
	Metadata  json.RawMessage `json:"metadata"`  // of a pattern that has it
	Envelope  []Frame         `json:"envelope"`  // of a request or a reply: all up to the empty frame; any call id
	Frames    []Frame         `json:"frames"`    // behind it
	Again     []Frame         `json:"again"`     // that what was only read is written as, where that needs showing
}

// Frame is a frame, in hexadecimal.
type Frame []byte

// MarshalText implements encoding.TextMarshaler.
func (f Frame) MarshalText() ([]byte, error) { return hex.AppendEncode(nil, f), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (f *Frame) UnmarshalText(text []byte) (err error) {
	*f, err = hex.AppendDecode(Frame{}, text)
	return err
}

// Parse reads a file.
func Parse(file []byte) (list []Vector, err error) {
	d := json.NewDecoder(bytes.NewReader(file))
	d.DisallowUnknownFields()
	if err := d.Decode(&list); err != nil {
		return nil, err
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, errors.New("more than one list")
	}
	names := map[string]bool{}
	for _, v := range list {
		if names[v.Name] {
			return nil, fmt.Errorf("two vectors are called %q", v.Name)
		}
		names[v.Name] = true
	}
	return list, nil
}

// Format writes a file: a member a line, without those that are not set, and each value as it is.
func Format(list []Vector) []byte {
	var b strings.Builder
	b.WriteString("[")
	for i, v := range list {
		if i > 0 {
			b.WriteString(",")
		}
		b.WriteString("\n  {")
		first := true
		member := func(name, value string) {
			if !first {
				b.WriteString(",")
			}
			first = false
			fmt.Fprintf(&b, "\n    %q: %s", name, value)
		}
		text := func(name, value string) {
			if value != "" {
				member(name, quote(value))
			}
		}
		text("name", v.Name)
		text("check", string(v.Check))
		text("why", v.Why)
		text("at", v.At)
		text("topology", v.Topology)
		text("pattern", v.Pattern)
		text("kind", v.Kind)
		text("encoding", v.Encoding)
		text("direction", string(v.Direction))
		text("method", v.Method)
		text("message", v.Message)
		text("status", v.Status)
		if v.Text != nil {
			member("text", quote(*v.Text))
		}
		if v.Value != nil {
			member("value", string(v.Value))
		}
		if v.Metadata != nil {
			member("metadata", string(v.Metadata))
		}
		if v.Envelope != nil {
			member("envelope", frameList(v.Envelope))
		}
		if v.Frames != nil {
			member("frames", frameList(v.Frames))
		}
		if v.Again != nil {
			member("again", frameList(v.Again))
		}
		b.WriteString("\n  }")
	}
	b.WriteString("\n]\n")
	return []byte(b.String())
}

// quote writes text as JSON, with the characters of HTML as they are.
func quote(text string) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.Encode(text) // which cannot fail
	return strings.TrimSuffix(b.String(), "\n")
}

// frameList writes frames on one line if there is room, or else one a line.
func frameList(frames []Frame) string {
	var quoted []string
	for _, f := range frames {
		quoted = append(quoted, `"`+hex.EncodeToString(f)+`"`)
	}
	if line := "[" + strings.Join(quoted, ", ") + "]"; len(line) <= 100 || len(frames) < 2 {
		return line
	}
	return "[\n      " + strings.Join(quoted, ",\n      ") + "\n    ]"
}
