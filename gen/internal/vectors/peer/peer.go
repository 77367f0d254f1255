// Package peer runs test vectors in a program with generated code. The test copies it into the module of that
// program and writes a file beside the code of each topology, which tells of its codecs.
package peer

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"

	zmqrt "github.com/zmqgen/zmqgen/runtime"
)

// Topology is what was generated from one topology.
type Topology struct {
	Patterns map[string]Codec // of pub-sub and push-pull
	Calls    map[string]any   // of req-rep; each is a Calls, and there are none without cgo
}

// Codec is the codec of a pattern, from JSON to frames and back.
type Codec interface {
	Write(message string, value []byte) ([][]byte, error)
	// Read returns also what the message is written as again.
	Read(frames [][]byte) (message string, value []byte, again [][]byte, err error)
}

// jsonMessage is a message of any type.
type jsonMessage interface {
	zmqrt.Message
	AppendJSON(b []byte) ([]byte, error)
	UnmarshalJSON(b []byte) error
}

// One is the codec of a pattern with one message, T.
func One[T any](codec zmqrt.Codec[T]) Codec { return one[T]{codec} }

type one[T any] struct{ codec zmqrt.Codec[T] }

func (c one[T]) Write(message string, value []byte) ([][]byte, error) {
	var m T
	if err := read(&m, value); err != nil {
		return nil, err
	}
	return zmqrt.AppendMessage(new(zmqrt.FrameWriter), c.codec, m)
}

func (c one[T]) Read(frames [][]byte) (message string, value []byte, again [][]byte, err error) {
	var m T
	if err := c.codec.ParseFrames(frames, &m); err != nil {
		return "", nil, nil, err
	}
	if again, err = zmqrt.AppendMessage(new(zmqrt.FrameWriter), c.codec, m); err != nil {
		return "", nil, nil, err
	}
	message, value, err = write(&m)
	return message, value, again, err
}

// Union is the codec of a pattern with several messages, of which M is the interface.
func Union[M any](codec zmqrt.Codec[M], messages map[string]any) Codec {
	return union[M]{codec, messages}
}

type union[M any] struct {
	codec    zmqrt.Codec[M]
	messages map[string]any // a nil pointer to each
}

func (c union[M]) Write(message string, value []byte) ([][]byte, error) {
	m, err := fresh(c.messages, message)
	if err != nil {
		return nil, err
	}
	if err := read(m, value); err != nil {
		return nil, err
	}
	return zmqrt.AppendMessage(new(zmqrt.FrameWriter), c.codec, m.(M))
}

func (c union[M]) Read(frames [][]byte) (message string, value []byte, again [][]byte, err error) {
	var m M
	if err := c.codec.ParseFrames(frames, &m); err != nil {
		return "", nil, nil, err
	}
	if again, err = zmqrt.AppendMessage(new(zmqrt.FrameWriter), c.codec, m); err != nil {
		return "", nil, nil, err
	}
	message, value, err = write(m)
	return message, value, again, err
}

// fresh returns a new message of the name.
func fresh(messages map[string]any, name string) (any, error) {
	nothing, is := messages[name]
	if !is {
		return nil, fmt.Errorf("no message %q", name)
	}
	return reflect.New(reflect.TypeOf(nothing).Elem()).Interface(), nil
}

// errValue is that a vector's value is not as the codec of JSON has it, which is a fault of the vector.
var errValue = errors.New("the value is not what this JSON is read as")

// read sets m to a value, which must be the JSON that m is written as.
func read(m any, value []byte) error {
	if err := m.(jsonMessage).UnmarshalJSON(value); err != nil {
		return fmt.Errorf("%w: %w", errValue, err)
	}
	if again, err := m.(jsonMessage).AppendJSON(nil); err != nil || string(again) != string(value) {
		return fmt.Errorf("%w: written again it is %s, %v", errValue, again, err)
	}
	return nil
}

// write returns the name and the JSON of a message.
func write(m any) (message string, value []byte, err error) {
	value, err = m.(jsonMessage).AppendJSON(nil)
	return reflect.TypeOf(m).Elem().Name(), value, err
}

// Task is what the test asks of the program.
type Task struct {
	Topology, Pattern string
	Request, Reply    bool   // of req-rep
	Method            string // its name in Go
	Channel           string // Go name of the server's channel of it
	Bare              bool   // nothing but bodies is on the wire
	Message           string // by its name in Go; none if there is no value
	IsError           bool   // the message is a declared error
	Status            string // of a reply that is no message's
	Text              []byte // likewise
	Value             []byte // nil if nothing is to be written
	Metadata          []byte // of a pattern that has it
	Envelope, Frames  [][]byte
	Read              bool // the frames are only to be read
}

// Result is what became of it.
type Result struct {
	Frames  [][]byte // that the value is written as
	Unsent  *Failure // or why it is not
	Message string   // that the frames are read as
	Status  string
	Text    []byte
	Value   string

	Metadata []byte   // that the frames are read with
	Again    [][]byte // that this message is written as
	Refused  *Failure // or why they are not
	Broken   string   // the task cannot be done at all
}

// Failure is an error, and the field that it is in.
type Failure struct{ Err, At string }

func failure(err error) *Failure {
	var in *zmqrt.FieldError
	if errors.As(err, &in) {
		return &Failure{err.Error(), in.Path}
	}
	return &Failure{Err: err.Error()}
}

// Serve reads a list of tasks and writes a list of results.
func Serve(topologies map[string]Topology, in io.Reader, out io.Writer) error {
	var tasks []Task
	if err := json.NewDecoder(in).Decode(&tasks); err != nil {
		return err
	}
	results := make([]Result, len(tasks))
	for i := range tasks {
		if err := tasks[i].run(topologies[tasks[i].Topology], &results[i]); err != nil {
			results[i].Broken = err.Error()
		}
	}
	return json.NewEncoder(out).Encode(results)
}

// caller makes the calls of a pattern.
type caller interface {
	call(t *Task, result *Result) error
}

func (t *Task) run(topology Topology, result *Result) error {
	if t.Request || t.Reply {
		calls, is := topology.Calls[t.Pattern].(caller)
		if !is {
			return fmt.Errorf("no calls of %s", t.Pattern)
		}
		return calls.call(t, result)
	}
	codec := topology.Patterns[t.Pattern]
	if codec == nil {
		return fmt.Errorf("no pattern %s", t.Pattern)
	}
	meta, has := codec.(carrier)
	if has {
		if err := meta.carry(t.Metadata); err != nil {
			return err
		}
	}
	if t.Value != nil && !t.Read {
		frames, err := codec.Write(t.Message, t.Value)
		switch {
		case errors.Is(err, errValue):
			return err
		case err != nil:
			result.Unsent = failure(err)
		}
		result.Frames = frames
	}
	if t.Frames != nil {
		message, value, again, err := codec.Read(t.Frames)
		if err != nil {
			result.Refused = failure(err)
		}
		result.Message, result.Value, result.Again = message, string(value), again
		if has && err == nil {
			result.Metadata = meta.carried()
		}
	}
	return nil
}
