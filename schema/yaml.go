package schema

import (
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"gopkg.in/yaml.v3"
)

// This file turns the text into nodes by way of gopkg.in/yaml.v3, which nothing else imports, and
// refuses the parts of YAML that a topology does without.

// lineReader gives out the source line by line, so that the line at which YAML gave up is known:
// the one in yaml.v3's errors is often that of an enclosing construct.
type lineReader struct {
	lines []string
	given int    // how many lines were given out
	rest  string // of the line given out last
}

func (r *lineReader) Read(b []byte) (int, error) {
	if r.rest == "" {
		if r.given == len(r.lines) {
			return 0, io.EOF
		}
		r.rest = withoutQuestions(r.lines[r.given]) + "\n"
		r.given++
	}
	n := copy(b, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}

// yaml.v3 ends plain text inside {} and [] at a ?, as in {type: float64?, id: 5}; YAML 1.2 does so
// only where the ? starts it. Therefore a ? within text passes through yaml.v3 as a character that
// is none (Unicode keeps it for such use) and that readable refuses in a file.
const questionMark = "\U0010ffff"

var innerQuestions = regexp.MustCompile(`[A-Za-z0-9_>]\?+`)

func withoutQuestions(line string) string {
	if !strings.Contains(line, "?") {
		return line
	}
	return innerQuestions.ReplaceAllStringFunc(line, func(s string) string {
		return strings.ReplaceAll(s, "?", questionMark)
	})
}

func withQuestions(s string) string { return strings.ReplaceAll(s, questionMark, "?") }

// readTree returns the root of the file's only document, or nil after reporting why there is none.
func (p *parser) readTree() *node {
	source := &lineReader{lines: p.lines}
	decoder := yaml.NewDecoder(source)
	var document yaml.Node
	if err := decode(decoder, &document); errors.Is(err, io.EOF) {
		p.report(missingKey, Span{1, 1, 1}, "the file is empty").help("start with version: 1 and name: NAME")
		return nil
	} else if err != nil {
		p.reportSyntax(err, source.given)
		return nil
	}
	reader := treeReader{parser: p, cursor: cursor{lines: p.lines}, comments: commentReader{lines: p.lines, at: spot{1, 0}}}
	root := reader.read(document.Content[0], 0, -1)

	var second yaml.Node
	if err := decode(decoder, &second); err == nil {
		at := reader.cursor.seek(second.Line, second.Column)
		span := Span{reader.cursor.line, reader.cursor.col, reader.cursor.col + len(firstWord(at))}
		p.report(multipleDocuments, span, "a second YAML document starts here; a file holds one topology")
	} else if !errors.Is(err, io.EOF) {
		p.reportSyntax(err, source.given)
	} else {
		p.topology.Comments = reader.comments.finish()
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

// tryYAML reads lines as YAML and returns how many it took and the first error, if any.
func tryYAML(lines []string) (given int, err error) {
	source := &lineReader{lines: lines}
	decoder := yaml.NewDecoder(source)
	for {
		var document yaml.Node
		if err = decode(decoder, &document); errors.Is(err, io.EOF) {
			return source.given, nil
		} else if err != nil {
			return source.given, err
		}
	}
}

// treeReader turns yaml.v3's nodes into ours, in the order of the file.
type treeReader struct {
	*parser
	cursor   cursor
	comments commentReader
}

// read reads y, which is depth levels deep, in a block collection that is indented by indent; -1 for none.
func (r *treeReader) read(y *yaml.Node, depth, indent int) *node {
	rest := r.cursor.seek(y.Line, y.Column)
	n := &node{span: Span{r.cursor.line, r.cursor.col, r.cursor.col}}
	if rest != "" {
		n.span.EndCol++
	}
	if r.refused(y, n, rest, depth) {
		n.kind = refusedNode
		r.comments.lost = true
		return n
	}
	if y.Kind != yaml.ScalarNode && y.Style&yaml.FlowStyle == 0 {
		indent = y.Column - 1
	}
	n.flow = y.Kind != yaml.ScalarNode && y.Style&yaml.FlowStyle != 0
	switch y.Kind {
	case yaml.MappingNode:
		n.kind = mappingNode
		r.readMapping(y, n, depth, indent)
	case yaml.SequenceNode:
		n.kind = sequenceNode
		end := n.span
		for _, item := range y.Content {
			n.items = append(n.items, r.read(item, depth+1, indent))
			end = n.items[len(n.items)-1].span
		}
		if y.Style&yaml.FlowStyle != 0 {
			n.span = r.cursor.flowSpan(n.span, end)
		}
	default:
		n.value = withQuestions(y.Value)
		n.style = styleOf(y.Style)
		n.plain = n.style == plainText
		if n.value == "" && n.plain {
			n.span.EndCol = n.span.Col
			break
		}
		r.comments.passScalar(n, spot{r.cursor.line, r.cursor.offset}, indent)
		n.span, n.textCol = r.cursor.scalarSpan(rest, n.value)
	}
	return n
}

func styleOf(style yaml.Style) scalarStyle {
	switch {
	case style&yaml.DoubleQuotedStyle != 0:
		return doubleQuoted
	case style&yaml.SingleQuotedStyle != 0:
		return singleQuoted
	case style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		return blockText
	}
	return plainText
}

// refused reports a node that uses what a topology does without.
func (r *treeReader) refused(y *yaml.Node, n *node, rest string, depth int) bool {
	word := n.span
	word.EndCol += max(0, len(firstWord(rest))-1)
	switch {
	case y.Kind == yaml.AliasNode:
		r.report(noAlias, word, "YAML aliases are not allowed").
			help("repeat the value; quote text that starts with *")
	case y.Anchor != "":
		r.report(noAlias, word, "YAML anchors are not allowed").
			help("leave the anchor out; quote text that starts with &")
	case y.Style&yaml.TaggedStyle != 0, strings.HasPrefix(rest, "!"):
		r.report(noTag, word, "YAML tags are not allowed").
			help("quote text that starts with !")
	case depth > maxDepth:
		r.report(tooDeep, n.span, "nested deeper than %d levels", maxDepth)
	default:
		return false
	}
	return true
}

// readMapping reads the pairs of y, leaving out those whose keys cannot be used.
func (r *treeReader) readMapping(y *yaml.Node, n *node, depth, indent int) {
	first := make(map[string]*node, len(y.Content)/2)
	end := n.span
	split := false // the pair before was the head of a type that a comma cut in two
	for i := 0; i+1 < len(y.Content); i += 2 {
		key := r.read(y.Content[i], depth+1, indent)
		value := r.read(y.Content[i+1], depth+1, indent)
		end = value.span
		tail := split
		split = false
		switch other := first[key.value]; {
		case key.kind == refusedNode:
			n.partial = true
		case key.kind != scalarNode:
			n.partial = true
			r.report(wrongKind, key.span, "a key is %s; keys are names", key.describe())
		case key.plain && key.value == "<<":
			n.partial = true
			r.report(noMergeKey, key.span, "YAML merge keys are not allowed").help("repeat the keys")
		case tail && value.isEmpty() && (strings.Contains(key.value, ">") || isText(key.value)):
			// Reported with the first part of the text.
			split = true
		case other != nil:
			r.report(duplicateKey, key.span, "key %q stands here twice", key.value).
				related(other.span, "first")
		default:
			first[key.value] = key
			if y.Style&yaml.FlowStyle != 0 && i+3 < len(y.Content) && r.cutByComma(value, y.Content[i+2], y.Content[i+3]) {
				value.kind = refusedNode
				split = true
			}
			n.pairs = append(n.pairs, pair{key, value})
		}
	}
	if y.Style&yaml.FlowStyle != 0 {
		n.span = r.cursor.flowSpan(n.span, end)
	}
}

// isText reports whether what stands as a key is no name of anything, but several words.
func isText(key string) bool { return strings.Contains(key, " ") }

// cutByComma reports a value that a comma of {} cut in two: a type such as map<string, string> @7, or text whose next words look like
// a key without a value.
func (r *treeReader) cutByComma(value *node, next, after *yaml.Node) bool {
	if !value.plain || value.kind != scalarNode || value.value == "" || next.Kind != yaml.ScalarNode || next.Style != 0 {
		return false
	}
	if isText(next.Value) && after.Kind == yaml.ScalarNode && after.Style == 0 && after.Value == "" && !strings.Contains(next.Value, ">") {
		r.report(unquotedComma, value.span, "inside {} the comma ends the text %q", clip(value.value)).
			help("quote the whole text, up to the next key")
		return true
	}
	if strings.Count(value.value, "<") <= strings.Count(value.value, ">") || !strings.Contains(next.Value, ">") {
		return false
	}
	d := r.report(unquotedComma, value.span, "inside {} the comma ends the value %q", value.value).
		help("quote the whole type: %q", value.value+", "+withQuestions(next.Value))
	r.fixComma(d, value, Text{Value: withQuestions(next.Value), Span: Span{Line: next.Line, Col: next.Column}})
	return true
}

func firstWord(s string) string {
	if i := strings.IndexAny(s, " \t,]}"); i >= 0 {
		return s[:i]
	}
	return s
}
