package tidy

// This file puts the spaces between the tokens of a line where gofmt puts them.

// write appends the line to out, and notes where each token begins in it.
func (t *line) write(out []byte) ([]byte, error) {
	start := len(out)
	for i := range t.tokens {
		tok := &t.tokens[i]
		if i > 0 {
			space, err := t.spaceBefore(i)
			if err != nil {
				return nil, err
			}
			if space {
				out = append(out, ' ')
			}
		}
		tok.at = len(out) - start
		out = append(out, tok.text...)
	}
	if t.note != nil {
		out = append(out, ' ')
		t.comment = len(out) - start
		out = append(out, t.note...)
	}
	return out, nil
}

// spaceBefore reports whether there is a space before a token that is not the first.
func (t *line) spaceBefore(i int) (bool, error) {
	last, tok := &t.tokens[i-1], &t.tokens[i]
	switch last.kind {
	case '(', '[', '.', prefix, dots:
		return false, nil
	case '{': // inside of a composite literal, since those of blocks end a line or are empty
		return false, nil
	case ';', spaced:
		return true, nil
	case sum, product:
		return t.airy(i - 1)
	}
	switch tok.kind {
	case ')', ']', '}', ',', ';', '.', step:
		return false, nil
	case spaced:
		return true, nil
	case sum, product:
		return t.airy(i)
	case ':':
		return false, nil
	case '(':
		return t.spaceBeforeParen(last, i), nil
	case '[':
		return t.spaceBeforeIndex(last, i), nil
	case '{':
		return t.spaceBeforeBrace(last, i)
	case dots: // behind what is spread, before the type of what is collected
		return i+1 < len(t.tokens) && t.tokens[i+1].kind != ')', nil
	case arrow:
		return string(last.text) != "chan", nil
	}
	switch last.kind {
	case arrow: // chan<- T, <-chan T
		return i > 1 && string(t.tokens[i-2].text) == "chan", nil
	case ':':
		p := t.parts[last.part]
		return p.open < 0 || t.tokens[p.open].kind != '[', nil
	case ']': // of a type
		return false, nil
	}
	return true, nil
}

// airy reports whether there are spaces around an operator of numbers.
func (t *line) airy(i int) (bool, error) {
	tok := t.tokens[i]
	p := t.parts[tok.part]
	if p.sums && p.mults || p.slice || i+1 < len(t.tokens) && t.tokens[i+1].kind == prefix {
		return false, errNotKnown
	}
	return !p.low && t.depth(tok.part) == 1, nil
}

// outside reports whether a token is in none of the brackets of its line.
func (t *line) outside(i int) bool { return t.parts[t.tokens[i].part].open < 0 }

func (t *line) spaceBeforeParen(last *token, i int) bool {
	switch last.kind {
	case word, ']', '}':
		return false
	case ')': // results, or another call
		return t.isFunc && t.outside(i)
	}
	return true
}

func (t *line) spaceBeforeIndex(last *token, i int) bool {
	switch last.kind {
	case word:
		// A type: [] that nothing is in, or [n] before the name of the items' type.
		end := t.tokens[i].match
		return end == i+1 || end > 0 && end+1 < len(t.tokens) && t.tokens[end+1].kind == word
	case keyword:
		return string(last.text) != "map"
	case ')':
		return t.isFunc && t.outside(i)
	case ']', '}':
		return false
	case arrow:
		return i > 1 && string(t.tokens[i-2].text) == "chan"
	}
	return true
}

func (t *line) spaceBeforeBrace(last *token, i int) (bool, error) {
	end := t.tokens[i].match
	if last.kind == keyword && (string(last.text) == "struct" || string(last.text) == "interface") {
		if end > i+1 {
			return false, errNotKnown // fields in one line
		}
		return end == 0, nil
	}
	if t.isBlock(i) {
		if end > i+1 {
			return false, errNotKnown // statements in one line
		}
		return true, nil
	}
	switch last.kind {
	case word, ']':
		return false, nil
	case ',', ':':
		return true, nil
	}
	return false, errNotKnown
}
