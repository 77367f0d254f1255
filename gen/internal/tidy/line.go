package tidy

import "bytes"

// This file takes a line of code apart into tokens, and the expressions that they are in, on which the spaces
// between them depend.

// What a token is: one of these, or else the character of a bracket, a comma, a semicolon, a colon or a dot.
const (
	word    = 'w' // an identifier
	keyword = 'k'
	number  = '0'
	quote   = '"' // a string or a character
	spaced  = '=' // an operator that has spaces around it anywhere: assignments, comparisons, && and ||
	sum     = '+' // + and - between two operands
	product = '*' // * and << between two operands
	prefix  = '!' // an operator before its operand
	step    = 's' // ++ and --
	arrow   = '<' // <-
	dots    = 'e' // ...
	foreign = '?' // what generated code does not have
)

// token is one of a line.
type token struct {
	kind  byte
	text  []byte
	at    int // where it begins in what is written
	part  int // the expression that it is in, or that its bracket is in
	match int // of a bracket: the other one; 0 for none, and then it is open at the end of the line
	items int // of a bracket that opens: how many expressions are in it
}

// part is one expression: what stands between brackets, commas, semicolons and assignments.
type part struct {
	open  int  // the bracket around it; -1 for none
	low   bool // which operators it has: comparisons, && and ||
	sums  bool
	mults bool
	pairs bool // whether it is one of several values that are assigned at once
	slice bool // whether it is in x[a:b]
}

// line is a line of code. It is used again for each.
type line struct {
	tokens  []token
	parts   []part
	current int   // the part that is being read
	stack   []int // tokens of brackets that are open
	closes  bool  // whether it starts with a bracket that an earlier line opened
	opens   int   // how many brackets are open at its end
	isFunc  bool  // what it starts with: func,
	isCase  bool  // case or default,
	header  bool  // or anything that a block follows
	colon   int   // the first colon outside of brackets; 0 for none
	assign  int   // the first assignment; 0 for none
	note    []byte
	comment int // where the note begins in what is written; 0 for none

	// Of the statement that is being read: commas before and behind its assignment, and the part that begins there.
	left, right, assigned int
}

// scan takes a line apart.
func (t *line) scan(raw []byte) error {
	*t = line{tokens: t.tokens[:0], parts: append(t.parts[:0], part{open: -1}), stack: t.stack[:0]}
	for i := 0; i < len(raw); {
		if raw[i] == ' ' {
			i++
			continue
		}
		if bytes.HasPrefix(raw[i:], slashes) {
			t.note = raw[i:]
			break
		}
		kind, end := t.next(raw, i)
		if kind == 0 {
			return errNotKnown
		}
		if err := t.take(token{kind: kind, text: raw[i:end], part: t.current}); err != nil {
			return err
		}
		i = end
	}
	t.endStatement()
	t.opens = len(t.stack)
	if len(t.tokens) == 0 || t.opens > 1 || t.opens == 1 && t.note != nil {
		return errNotKnown
	}
	return nil
}

// next finds the end of the token that begins at i, and what it is: 0 if that is not known.
func (t *line) next(raw []byte, i int) (kind byte, end int) {
	c := raw[i]
	switch {
	case isLetter(c) || c == '_' || c >= 0x80:
		for end = i + 1; end < len(raw) && isWord(raw[end]); end++ {
		}
		switch known, reserved := keywords[string(raw[i:end])]; {
		case !reserved:
			return word, end
		case known:
			return keyword, end
		}
		return 0, end
	case '0' <= c && c <= '9':
		for end = i + 1; end < len(raw) && (isWord(raw[end]) || raw[end] == '.' ||
			(raw[end] == '-' || raw[end] == '+') && raw[end-1] == 'e' && !bytes.HasPrefix(raw[i:], []byte("0x"))); end++ {
		}
		return number, end
	case c == '"' || c == '\'' || c == '`':
		for end = i + 1; end < len(raw) && raw[end] != c; end++ {
			if raw[end] == '\\' && c != '`' {
				end++
			}
		}
		if end >= len(raw) {
			return 0, end
		}
		return quote, end + 1
	}
	rest := raw[i:]
	for _, known := range operators[c&0x7f] {
		if bytes.HasPrefix(rest, known.text) {
			if kind = known.kind; kind == foreign || kind == product && t.multiplies(rest) {
				return 0, i
			}
			if (kind == sum || kind == product) && !t.operandBefore(c) {
				kind = prefix
			}
			return kind, i + len(known.text)
		}
	}
	return 0, i
}

// operandBefore reports whether the operator c is one between operands. An asterisk behind a word is that of a
// type: what is emitted multiplies nothing but numbers.
func (t *line) operandBefore(c byte) bool {
	if len(t.tokens) == 0 {
		return false
	}
	switch t.tokens[len(t.tokens)-1].kind {
	case number:
		return true
	case word, ')', ']':
		return c != '*'
	}
	return false
}

// multiplies reports whether rest starts with an asterisk that is none of a type's, although what is before it is no
// number.
func (t *line) multiplies(rest []byte) bool {
	return rest[0] == '*' && len(t.tokens) > 0 && t.tokens[len(t.tokens)-1].kind != number &&
		len(bytes.TrimLeft(rest[1:], " ")) > 0 && bytes.IndexByte([]byte("0123456789(-+"), bytes.TrimLeft(rest[1:], " ")[0]) >= 0
}

// take adds a token.
func (t *line) take(tok token) error {
	n := len(t.tokens)
	p := &t.parts[t.current]
	switch tok.kind {
	case keyword:
		switch {
		case n == 0:
			t.start(string(tok.text))
		case string(tok.text) == "func":
			return errNotKnown
		case string(tok.text) == "else":
			t.header = true
		}
	case '(', '[', '{':
		tok.items = 1
		t.stack = append(t.stack, n)
		t.begin(n)
	case ')', ']', '}':
		if len(t.stack) == 0 {
			if n > 0 {
				return errNotKnown
			}
			t.closes = true
			break
		}
		last := len(t.stack) - 1
		tok.match = t.stack[last]
		if opposite[t.tokens[tok.match].kind] != tok.kind {
			return errNotKnown
		}
		t.tokens[tok.match].match = n
		t.stack = t.stack[:last]
		t.current = t.tokens[tok.match].part
		tok.part = t.current
	case ',':
		switch {
		case p.open >= 0:
			t.tokens[p.open].items++
		case t.assigned > 0:
			t.right++
		default:
			t.left++
		}
		t.begin(p.open)
	case ';':
		t.endStatement()
		t.begin(p.open)
	case ':':
		switch {
		case p.open < 0:
			if t.colon == 0 {
				t.colon = n
			}
			t.begin(p.open)
		case t.tokens[p.open].kind == '[':
			p.slice = true
		default:
			t.begin(p.open)
		}
	case spaced:
		if !isAssignment(tok.text) {
			p.low = true
			break
		}
		if t.assign == 0 {
			t.assign = n
		}
		t.begin(p.open)
		t.assigned = t.current
	case sum:
		p.sums = true
	case product:
		p.mults = true
	}
	t.tokens = append(t.tokens, tok)
	return nil
}

// start notes what the first word of a line says of it.
func (t *line) start(first string) {
	switch first {
	case "func":
		t.isFunc, t.header = true, true
	case "if", "for", "switch":
		t.header = true
	case "case", "default":
		t.isCase = true
	}
}

// begin begins another expression.
func (t *line) begin(open int) {
	t.parts = append(t.parts, part{open: open})
	t.current = len(t.parts) - 1
}

// endStatement is behind a statement, when it is known what it assigns.
func (t *line) endStatement() {
	if t.left > 0 && t.right > 0 {
		for i := t.assigned; i < len(t.parts); i++ {
			t.parts[i].pairs = true
		}
	}
	t.left, t.right, t.assigned = 0, 0, 0
}

// depth is how deep an expression is nested, as gofmt counts, which writes a + b at depth 1 and a+b deeper.
func (t *line) depth(i int) int {
	p := t.parts[i]
	if p.open < 0 {
		if p.pairs {
			return 2
		}
		return 1
	}
	open := t.tokens[p.open]
	if open.kind == '{' {
		return 1
	}
	outer := t.parts[open.part]
	depth := t.depth(open.part)
	if outer.low || outer.sums || outer.mults {
		depth++
	}
	switch {
	case open.kind == '[', t.isCall(p.open) && open.items > 1:
		return depth + 1
	case !t.isCall(p.open) && depth > 1:
		return depth - 1
	}
	return depth
}

// isCall reports whether the bracket is that of a call, and does not hold an expression together.
func (t *line) isCall(open int) bool {
	if open == 0 {
		return false
	}
	switch t.tokens[open-1].kind {
	case word, ')', ']', '}':
		return true
	}
	return false
}

// goesOn reports whether the line ends with an operator, whose operand is in the next one.
func (t *line) goesOn() bool {
	switch t.tokens[len(t.tokens)-1].kind {
	case spaced, sum, product, prefix, arrow, '.':
		return true
	}
	return false
}

// kindOfOpen is what stands behind the line, in the bracket that it leaves open.
func (t *line) kindOfOpen() bracketKind {
	last := len(t.tokens) - 1
	if t.stack[0] != last || t.tokens[last].kind == '(' {
		switch string(t.tokens[0].text) {
		case "const":
			return constants
		case "var":
			if last == 1 {
				return variables
			}
		}
		return items
	}
	switch {
	case t.isBlock(last):
		return statements
	case string(t.tokens[last-1].text) == "struct":
		return members
	case string(t.tokens[last-1].text) == "interface":
		return methods
	}
	return items
}

// isBlock reports whether a brace that opens is that of a block.
func (t *line) isBlock(i int) bool {
	return len(t.tokens) == 1 || t.header && t.parts[t.tokens[i].part].open < 0 && (i == len(t.tokens)-1 || t.isFunc)
}

func isWord(c byte) bool { return isLetter(c) || '0' <= c && c <= '9' || c == '_' || c >= 0x80 }

func isAssignment(operator []byte) bool {
	return operator[len(operator)-1] == '=' && (len(operator) == 1 || operator[0] == ':' || operator[0] == '+')
}

var opposite = map[byte]byte{'(': ')', '[': ']', '{': '}'}

// keywords are all, true for those that generated code has.
var keywords = map[string]bool{
	"func": true, "type": true, "struct": true, "interface": true, "map": true, "chan": true, "const": true, "var": true,
	"return": true, "if": true, "else": true, "for": true, "range": true, "switch": true, "case": true, "default": true,
	"break": false, "continue": false, "defer": false, "fallthrough": false, "go": false, "goto": false, "import": false,
	"package": false, "select": false,
}

// operators are those that generated code has, and punctuation, by the first character; longer ones first. Those that
// start with one that it has, and that it does not have, are there to be known as such.
var operators = func() (table [128][]operator) {
	for _, o := range []struct {
		kind  byte
		texts []string
	}{
		{foreign, []string{"<<=", ">>", "&^", "&=", "-=", "*="}},
		{spaced, []string{"&&", "||", "==", "!=", "<=", ">=", ":=", "+="}},
		{arrow, []string{"<-"}},
		{product, []string{"<<"}},
		{step, []string{"++", "--"}},
		{dots, []string{"..."}},
		{spaced, []string{"=", "<", ">"}},
		{sum, []string{"+", "-"}},
		{product, []string{"*"}},
		{prefix, []string{"!", "&"}},
		{0, []string{"(", ")", "[", "]", "{", "}", ",", ";", ":", "."}},
	} {
		for _, text := range o.texts {
			kind := o.kind
			if kind == 0 {
				kind = text[0]
			}
			table[text[0]] = append(table[text[0]], operator{kind, []byte(text)})
		}
	}
	return table
}()

type operator struct {
	kind byte
	text []byte
}
