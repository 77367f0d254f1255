package peer

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"
)

// This file answers what the test asks of generated code.

// Message is what the generated code has for every message.
type Message interface {
	AppendProto(b []byte) ([]byte, error)
	ParseProto(b []byte) error
	AppendJSON(b []byte) ([]byte, error)
	UnmarshalJSON(b []byte) error
}

// What is asked. A request is the question, the name of a message, and bytes.
const (
	AskParse     = "parse"      // protobuf: its tree, its protobuf, its JSON
	AskRead      = "read"       // protobuf that is overwritten when it has been read: its tree
	AskFill      = "fill"       // a tree: its protobuf
	AskParseJSON = "parse json" // JSON: its tree
)

// Types is the generated code of a program: messages by package and name, and the structs of the
// alternatives of oneofs, by package, and patterns by package and name.
type Types struct {
	Messages map[string]reflect.Type
	Channels map[string]Channel
	Wrappers map[string]map[string]reflect.Type
}

// Serve answers requests on standard input until it ends. An answer is "ok" and what was asked for, or
// "error" and the error's text.
func Serve(types Types) {
	in, out := bufio.NewReaderSize(os.Stdin, 1<<20), bufio.NewWriterSize(os.Stdout, 1<<20)
	for {
		request, err := ReadBlocks(in)
		if errors.Is(err, io.EOF) {
			return
		}
		must(err)
		answer, err := types.answer(string(request[0]), string(request[1]), string(request[2]), request[3])
		if err != nil {
			must(WriteBlocks(out, []byte("error"), []byte(err.Error())))
		} else {
			must(WriteBlocks(out, append([][]byte{[]byte("ok")}, answer...)...))
		}
		must(out.Flush())
	}
}

func (t Types) answer(question, pkg, name string, given []byte) ([][]byte, error) {
	if question == AskSend || question == AskReceive || question == AskReceiveValid {
		return t.overChannel(question, pkg, name, given)
	}
	typ, known := t.Messages[pkg+"."+name]
	if !known {
		return nil, fmt.Errorf("no message %s.%s", pkg, name)
	}
	m := reflect.New(typ)
	message := m.Interface().(Message)
	switch question {
	case AskParse:
		if err := message.ParseProto(given); err != nil {
			return nil, fmt.Errorf("parse: %w", err)
		}
		tree, err := json.Marshal(Dump(m.Elem()))
		if err != nil {
			return nil, err
		}
		proto, err := message.AppendProto(nil)
		if err != nil {
			return nil, fmt.Errorf("append: %w", err)
		}
		text, err := message.AppendJSON(nil)
		if err != nil {
			return nil, fmt.Errorf("append JSON: %w", err)
		}
		return [][]byte{tree, proto, text}, nil
	case AskRead:
		if err := message.ParseProto(given); err != nil {
			return nil, fmt.Errorf("parse: %w", err)
		}
		clear(given)
		tree, err := json.Marshal(Dump(m.Elem()))
		return [][]byte{tree}, err
	case AskFill:
		var tree any
		if err := json.Unmarshal(given, &tree); err != nil {
			return nil, err
		}
		Fill(m.Elem(), tree, t.Wrappers[pkg])
		proto, err := message.AppendProto(nil)
		return [][]byte{proto}, err
	case AskParseJSON:
		if err := message.UnmarshalJSON(given); err != nil {
			return nil, fmt.Errorf("parse JSON: %w", err)
		}
		tree, err := json.Marshal(Dump(m.Elem()))
		return [][]byte{tree}, err
	}
	return nil, fmt.Errorf("no question %q", question)
}
