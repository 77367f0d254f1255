// Package yamlconfig lets files of overrides, which runtime.WithConfigFile reads, be YAML. It is imported for that alone:
//
//	import _ "github.com/zmqgen/zmqgen/runtime/yamlconfig"
//
// It is a package of its own so that programs whose files are JSON do without a YAML library.
package yamlconfig

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/zmqgen/zmqgen/runtime/internal/config"
)

// This file turns YAML into the tree of package config, and refuses the parts of YAML that overrides do without.

func init() { config.YAML = read }

func read(text []byte, problems *config.Problems) *config.Node {
	source := &lineReader{rest: text}
	decoder := yaml.NewDecoder(source)
	var document, second yaml.Node
	if err := decode(decoder, &document); errors.Is(err, io.EOF) {
		problems.Add(config.Place{Line: 1, Column: 1}, "the file is empty: start with topology: NAME")
		return nil
	} else if err != nil {
		source.report(err, problems)
		return nil
	}
	r := reader{problems}
	root := r.read(document.Content[0], 0)
	if err := decode(decoder, &second); err == nil {
		problems.Add(place(&second), "a second YAML document starts here: a file holds one")
	} else if !errors.Is(err, io.EOF) {
		source.report(err, problems)
	}
	return root
}

// decode is decoder.Decode without its panics: yaml.v3 has had such bugs, and its input is not ours.
func decode(decoder *yaml.Decoder, into *yaml.Node) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("yaml: %v", r)
		}
	}()
	return decoder.Decode(into)
}

// lineReader gives out the text line by line, so that the line at which YAML gave up is known: the one in yaml.v3's errors is
// often that of an enclosing construct.
type lineReader struct {
	rest    []byte
	line    []byte // the line given out last
	pending []byte // of it
	given   int    // lines
}

func (r *lineReader) Read(b []byte) (int, error) {
	if len(r.pending) == 0 {
		if len(r.rest) == 0 {
			return 0, io.EOF
		}
		end := bytes.IndexByte(r.rest, '\n') + 1
		if end == 0 {
			end = len(r.rest)
		}
		r.line, r.rest = r.rest[:end], r.rest[end:]
		r.pending = r.line
		r.given++
	}
	n := copy(b, r.pending)
	r.pending = r.pending[n:]
	return n, nil
}

// report says why YAML gave up. Nothing of the text is repeated, which may hold what is secret.
func (r *lineReader) report(err error, problems *config.Problems) {
	why := strings.TrimPrefix(err.Error(), "yaml: ")
	if at, rest, found := strings.Cut(why, ": "); found && strings.HasPrefix(at, "line ") {
		why = rest
	}
	indent := r.line[:len(r.line)-len(bytes.TrimLeft(r.line, " \t"))]
	at := config.Place{Line: max(1, r.given), Column: 1 + len(indent)}
	switch tab := bytes.IndexByte(indent, '\t'); {
	case strings.HasPrefix(why, "unknown anchor"):
		problems.Add(at, "YAML aliases are not allowed: repeat the value; quote text that starts with *")
	case tab >= 0:
		problems.Add(config.Place{Line: at.Line, Column: 1 + tab}, "a tab in the indentation: indent with spaces")
	default:
		problems.Add(at, "YAML cannot be read: %s", why)
	}
}

type reader struct{ problems *config.Problems }

func place(y *yaml.Node) config.Place { return config.Place{Line: y.Line, Column: y.Column} }

// read reads y, which is depth levels deep.
func (r *reader) read(y *yaml.Node, depth int) *config.Node {
	n := &config.Node{At: place(y)}
	if why := refused(y, depth); why != "" {
		r.problems.Add(n.At, "%s", why)
		n.Kind = config.Refused
		return n
	}
	switch {
	case y.Kind == yaml.MappingNode:
		n.Kind = config.Mapping
		r.mapping(y, n, depth)
	case y.Kind == yaml.SequenceNode:
		n.Kind = config.List
		for _, item := range y.Content {
			n.Items = append(n.Items, r.read(item, depth+1))
		}
	case y.ShortTag() != "!!null":
		n.Kind, n.Text = config.Scalar, y.Value
	}
	return n
}

// refused says which part of YAML a node is that overrides do without; "" if none.
func refused(y *yaml.Node, depth int) string {
	switch {
	case y.Kind == yaml.AliasNode:
		return "YAML aliases are not allowed: repeat the value; quote text that starts with *"
	case y.Anchor != "":
		return "YAML anchors are not allowed: leave the anchor out; quote text that starts with &"
	case y.Style&yaml.TaggedStyle != 0:
		return "YAML tags are not allowed: quote text that starts with !"
	case depth > config.MaxDepth:
		return fmt.Sprintf("nested deeper than %d levels", config.MaxDepth)
	}
	return ""
}

func (r *reader) mapping(y *yaml.Node, n *config.Node, depth int) {
	for i := 0; i+1 < len(y.Content); i += 2 {
		key, value := r.read(y.Content[i], depth+1), r.read(y.Content[i+1], depth+1)
		switch {
		case key.Kind == config.Refused:
		case y.Content[i].ShortTag() == "!!merge":
			r.problems.Add(key.At, "YAML merge keys are not allowed: repeat the keys")
		case key.Kind != config.Scalar:
			r.problems.Add(key.At, "a key is %v: keys are names", key.Kind)
		default:
			n.Keys = append(n.Keys, config.Key{Name: key.Text, At: key.At, Value: value})
		}
	}
	n.Keys = config.Unique(n.Keys, r.problems)
}
