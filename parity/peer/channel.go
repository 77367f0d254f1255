package peer

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"

	zmqrt "github.com/zmqgen/zmqgen/runtime"
)

// This file sends and receives by the codec of a pattern, as sockets do: frames and not bodies, and with what Validate
// says of the message where a socket asks it.

// Channel is a pattern as a program with generated code speaks it. A message is a list: its Go name and its tree.
type Channel struct {
	send    func(tree []byte, types Types, pkg string) ([][]byte, error)
	receive func(frames [][]byte, validates bool) ([]byte, error)
}

// Over is a channel of messages of type T, which is a struct, or the interface of a union.
func Over[T any](codec zmqrt.Codec[T]) Channel {
	return Channel{
		send: func(text []byte, types Types, pkg string) ([][]byte, error) {
			var tree []any
			if err := json.Unmarshal(text, &tree); err != nil {
				return nil, err
			}
			typ, known := types.Messages[pkg+"."+tree[0].(string)]
			if !known {
				return nil, fmt.Errorf("no message %s.%s", pkg, tree[0])
			}
			m := reflect.New(typ)
			Fill(m.Elem(), tree[1], types.Wrappers[pkg])
			if err := validate(m); err != nil {
				return nil, err
			}
			given, whole := m.Interface().(T)
			if !whole {
				given = m.Elem().Interface().(T)
			}
			frames, err := zmqrt.AppendMessage(new(zmqrt.FrameWriter), codec, given)
			return frames, err
		},
		receive: func(frames [][]byte, validates bool) ([]byte, error) {
			var got T
			if err := codec.ParseFrames(frames, &got); err != nil {
				return nil, err
			}
			m := reflect.ValueOf(&got)
			if m.Elem().Kind() == reflect.Interface {
				m = m.Elem().Elem()
			}
			if validates {
				if err := validate(m); err != nil {
					return nil, err
				}
			}
			return json.Marshal([]any{m.Elem().Type().Name(), Dump(m.Elem())})
		},
	}
}

// Bodies is a channel of one message, of which its body alone is a frame, as a bare request is one.
func Bodies[T any](encoding string) Channel { return Over(bodies[T](encoding)) }

// bodies is the codec of Bodies, by the name of the encoding.
type bodies[T any] string

func (c bodies[T]) AppendFrames(w *zmqrt.FrameWriter, m *T) error {
	message := any(m).(Message)
	if c == "json" {
		return w.EndBody(message.AppendJSON(w.Begin()))
	}
	return w.EndBody(message.AppendProto(w.Begin()))
}

func (c bodies[T]) ParseFrames(frames [][]byte, m *T) error {
	body, err := zmqrt.BodyFrame(frames, 0)
	if err != nil {
		return err
	}
	if c == "json" {
		return any(m).(Message).UnmarshalJSON(body)
	}
	return any(m).(Message).ParseProto(body)
}

func validate(m reflect.Value) error {
	if v, limited := m.Interface().(interface{ Validate() error }); limited {
		return v.Validate()
	}
	return nil
}

// What is asked of a channel.
const (
	AskSend    = "send"    // a message: its frames, in one block, or an error if it is not valid
	AskReceive = "receive" // frames, in one block: the message
	// AskReceiveValid is AskReceive with an error if the message is not valid.
	AskReceiveValid = "receive valid"
)

func (t Types) overChannel(question, pkg, name string, given []byte) ([][]byte, error) {
	c, known := t.Channels[pkg+"."+name]
	if !known {
		return nil, fmt.Errorf("no pattern %s.%s", pkg, name)
	}
	if question != AskSend {
		frames, err := ReadBlocks(bytes.NewReader(given))
		if err != nil {
			return nil, err
		}
		message, err := c.receive(frames, question == AskReceiveValid)
		return [][]byte{message}, err
	}
	frames, err := c.send(given, t, pkg)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = WriteBlocks(&b, frames...)
	return [][]byte{b.Bytes()}, err
}
