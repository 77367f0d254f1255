package config

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"unicode/utf8"
)

// This file reads JSON by encoding/json, token by token, which alone tells where each of them stands.

func readJSON(text []byte, problems *Problems) *Node {
	r := &jsonReader{text: text, at: cursor{text: text, place: Place{1, 1}}, problems: problems}
	if err := r.check(); err != nil {
		return nil
	}
	r.decoder = json.NewDecoder(bytes.NewReader(text))
	r.decoder.UseNumber()
	return r.value(0)
}

type jsonReader struct {
	text     []byte
	at       cursor
	decoder  *json.Decoder
	problems *Problems
}

// check reports what is no JSON. It goes over the whole text, so that nothing after it can fail.
func (r *jsonReader) check() error {
	var all json.RawMessage
	err := json.Unmarshal(r.text, &all)
	if err == nil {
		return nil
	}
	var syntax *json.SyntaxError
	if !errors.As(err, &syntax) {
		r.problems.Add(Place{}, "JSON cannot be read: %v", err)
		return err
	}
	// The offset is behind the character that is wrong, or at the end of a text that is too short.
	wrong := max(0, min(int(syntax.Offset)-1, len(r.text)-1))
	for wrong > 0 && !utf8.RuneStart(r.text[wrong]) {
		wrong--
	}
	at := r.at.seek(wrong)
	switch c := r.text[wrong]; {
	case err.Error() == "unexpected end of JSON input":
		r.problems.Add(r.at.seek(len(r.text)), "JSON cannot be read: the text ends before the value does")
	case c == '/' || c == '#':
		r.problems.Add(at, "JSON cannot be read: %v; JSON has no comments", err)
	default:
		r.problems.Add(at, "JSON cannot be read: %v", err)
	}
	return err
}

// next returns the next token and where it begins.
func (r *jsonReader) next() (json.Token, Place) {
	from := int(r.decoder.InputOffset())
	for from < len(r.text) && bytes.IndexByte([]byte(" \t\r\n,:"), r.text[from]) >= 0 {
		from++
	}
	t, err := r.decoder.Token()
	if err != nil && err != io.EOF { // the text was checked
		return nil, r.at.seek(from)
	}
	return t, r.at.seek(from)
}

func (r *jsonReader) value(depth int) *Node {
	t, at := r.next()
	n := &Node{At: at}
	switch t := t.(type) {
	case string:
		n.Kind, n.Text = Scalar, t
	case json.Number:
		n.Kind, n.Text = Scalar, t.String()
	case bool:
		n.Kind, n.Text = Scalar, strconv.FormatBool(t)
	case json.Delim:
		if depth == MaxDepth {
			r.problems.Add(at, "nested deeper than %d levels", MaxDepth)
			n.Kind = Refused
			r.skip()
			return n
		}
		n.Kind = List
		if t == '{' {
			n.Kind = Mapping
		}
		r.inside(n, depth)
	}
	return n
}

// inside reads what is in a mapping or a list, up to its end.
func (r *jsonReader) inside(n *Node, depth int) {
	for r.decoder.More() {
		if n.Kind == List {
			n.Items = append(n.Items, r.value(depth+1))
			continue
		}
		t, at := r.next()
		name, _ := t.(string)
		n.Keys = append(n.Keys, Key{name, at, r.value(depth + 1)})
	}
	r.next()
	n.Keys = Unique(n.Keys, r.problems)
}

// skip passes over what is in a mapping or a list.
func (r *jsonReader) skip() {
	for open := 1; open > 0; {
		t, err := r.decoder.Token()
		if err != nil {
			return
		}
		switch t {
		case json.Delim('{'), json.Delim('['):
			open++
		case json.Delim('}'), json.Delim(']'):
			open--
		}
	}
}

// cursor says at which place an offset is. Offsets grow, so that all of them together take time linear in the text.
type cursor struct {
	text   []byte
	offset int
	place  Place
}

func (c *cursor) seek(offset int) Place {
	for c.offset < offset {
		r, size := utf8.DecodeRune(c.text[c.offset:])
		c.offset += size
		c.place.Column++
		if r == '\n' {
			c.place = Place{c.place.Line + 1, 1}
		}
	}
	return c.place
}
