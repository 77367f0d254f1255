package schema

import (
	"errors"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
)

// This file turns the limits of a field, and its example, into the model.

const (
	maxItems = 65536 // of a list or a map: more is refused whatever the limits say
	// maxPatternSize bounds what a pattern compiles to, since counts multiply what they repeat.
	maxPatternSize = 10000
	// maxMatching bounds the work of matching all examples of a file with their patterns.
	maxMatching = 1 << 26
)

// limitKeys are the keys of a field that say something of its values.
var limitKeys = []string{"required", "min", "max", "min_len", "max_len", "min_items", "max_items", "pattern", "example"}

// limitsOf returns those of limitKeys that have a meaning for a type.
func limitsOf(t Type) []string {
	keys := []string{"required"}
	item := t.item()
	if !t.IsMap() {
		if isOrdered(item.Scalar) {
			keys = append(keys, "min", "max")
		}
		if item.Scalar == String || item.Scalar == Bytes {
			keys = append(keys, "min_len", "max_len")
		}
		if item.Scalar == String {
			keys = append(keys, "pattern")
		}
	}
	if t.Elem != nil {
		keys = append(keys, "min_items", "max_items")
	}
	if !t.IsMap() && item.Message == nil {
		keys = append(keys, "example")
	}
	return keys
}

// item returns the type of a list's items, or of the only value of any other type.
func (t Type) item() Type {
	if t.IsList() {
		return *t.Elem
	}
	return t
}

// words names a type, with its article, in messages.
func (t Type) words() string {
	switch {
	case t.Elem != nil:
		return t.kind()
	case t.Enum != nil:
		return "an enum"
	case t.Message != nil:
		return "a message"
	case t.Scalar[0] == 'i':
		return "an " + string(t.Scalar)
	}
	return "a " + string(t.Scalar)
}

// parseLimits reads what r says of the values of f, whose type is known.
func (p *parser) parseLimits(f *Field, r record, what string, oneof *Field) {
	if f.Type == (Type{}) {
		return // reported, and nothing can be said of its values
	}
	before := len(p.findings)
	p.checkLimitKeys(f.Type, r, oneof)
	l := &f.Limits
	l.Required = p.choice(r, "required") == "true"
	l.Min, l.Max = p.limit(r, "min", f.Type.item(), what), p.limit(r, "max", f.Type.item(), what)
	if l.Min.IsSet() && l.Max.IsSet() && compareValues(l.Min.Parsed, l.Max.Parsed) > 0 {
		p.report(badLimits, l.Max.Span, "max %s of %s is less than its min %s", clip(l.Max.Value), what, clip(l.Min.Value)).
			related(l.Min.Span, "min")
	}
	l.MinLen, l.MaxLen = p.bounds(r, "min_len", "max_len", what)
	l.MinItems, l.MaxItems = p.bounds(r, "min_items", "max_items", what)
	pattern := p.parsePatternLimit(r, what)
	l.Pattern = r.scalarText("pattern")
	if n := r.get("example"); n != nil {
		f.Example = p.parseExample(n, f, what)
	}
	if len(p.findings) == before && f.Example.IsSet() {
		p.checkExample(r, f, pattern, what)
	}
}

// checkLimitKeys reports and removes the keys that have no meaning for a type.
func (p *parser) checkLimitKeys(t Type, r record, oneof *Field) {
	has := limitsOf(t)
	for _, key := range limitKeys {
		if r.get(key) == nil {
			continue
		}
		switch at := r.keySpan(key); {
		case r.get("const") != nil && oneof == nil && !isNested(t):
			p.report(misplacedKey, at, "a constant has no %q", key).
				help("what its frame holds is said by const; a limit would hold for what the field holds, which nobody has to set").
				related(r.keySpan("const"), "const")
		case key == "required" && oneof != nil:
			p.report(misplacedKey, at, "an alternative of a oneof cannot be required").
				help("required stands at the oneof, of which some alternative must be there then")
		case slices.Contains(has, key):
			continue
		case key == "example":
			p.report(misplacedKey, at, "%s has no %q", t.words(), key).
				help("examples are those of scalars, of enums and of lists of them; a message is made of those of its fields")
		default:
			p.report(misplacedKey, at, "%s has no %q", t.words(), key).help("it has %s", strings.Join(has, ", "))
		}
		delete(r.values, key)
	}
}

func (p *parser) limit(r record, key string, t Type, what string) Value {
	if n := r.get(key); n != nil {
		return p.typedValue(n, t, key, what)
	}
	return Value{}
}

// bounds reads a least and a greatest number of bytes or items.
func (p *parser) bounds(r record, low, high, what string) (least, greatest *int) {
	read := func(key string) *int {
		n, ok := p.number(r, key)
		if !ok {
			return nil
		}
		i := int(n)
		return &i
	}
	least, greatest = read(low), read(high)
	if least != nil && greatest != nil && *least > *greatest {
		p.report(badLimits, r.get(high).span, "%s %d of %s is less than its %s %d", high, *greatest, what, low, *least).
			related(r.get(low).span, low)
	}
	return least, greatest
}

// textPattern is a pattern that was read, and how much there is to it.
type textPattern struct {
	whole string // the pattern for all of a text
	size  int
}

// parsePatternLimit checks a pattern. It is read alone, so that what is wrong is said of what stands in
// the file, and then as it is used: a \Q without its \E would quote what is put around it.
func (p *parser) parsePatternLimit(r record, what string) textPattern {
	t := r.scalarText("pattern")
	if !t.IsSet() {
		return textPattern{}
	}
	pattern := textPattern{whole: "^(?:" + t.Value + ")$"}
	re, err := syntax.Parse(t.Value, syntax.Perl)
	var wrong *syntax.Error
	if err == nil {
		pattern.size = patternSize(re)
		if _, err := syntax.Parse(pattern.whole, syntax.Perl); err != nil {
			p.report(badPattern, t.Span, `the pattern of %s leaves a \Q open`, what).help(`end the quotation with \E`)
			return pattern
		}
	}
	switch {
	case errors.As(err, &wrong):
		p.report(badPattern, t.Span, "the pattern of %s cannot be read: %s: %s", what, wrong.Code, clip(wrong.Expr)).
			help("an RE2 expression, as in Go's package regexp, for all of the text")
	case pattern.size > maxPatternSize:
		p.report(badPattern, t.Span, "the pattern of %s is too large", what).
			help("counts such as {100} multiply what they repeat, up to %d steps in all", maxPatternSize)
	}
	return pattern
}

// patternSize is about how many steps a pattern compiles to.
func patternSize(re *syntax.Regexp) int {
	size := 1
	if re.Op == syntax.OpLiteral { // a class is one step, whatever it holds
		size = len(re.Rune)
	}
	for _, sub := range re.Sub {
		size += patternSize(sub)
	}
	if re.Op == syntax.OpRepeat {
		size *= max(re.Min, re.Max, 1)
	}
	return size
}

// parseExample reads the example of a field: a value, or a list of them for a list.
func (p *parser) parseExample(n *node, f *Field, what string) Value {
	item := f.Type.item()
	switch list := n.kind == sequenceNode; {
	case !list && !f.Type.IsList():
		return p.typedValue(n, item, "example", what)
	case !list:
		p.report(wrongKind, n.span, "the example of %s, a list, is text", what).help("write [%s]", clip(n.value))
		return Value{}
	case !f.Type.IsList():
		p.report(wrongKind, n.span, "the example of %s, %s, is a list", what, item.words()).help("one value")
		return Value{}
	}
	if slices.ContainsFunc(n.items, func(n *node) bool { return n.kind == refusedNode }) {
		return Value{}
	}
	items := []any{}
	for _, n := range p.textsOf(n, "example") {
		items = append(items, p.typedValue(n, item, "example", what).Parsed)
	}
	return Value{Text{Span: n.span}, items}
}

// checkExample holds an example to the limits of its field.
func (p *parser) checkExample(r record, f *Field, pattern textPattern, what string) {
	l, at := f.Limits, r.get("example")
	broken := func(n *node, key, format string, args ...any) {
		p.report(badExample, n.span, "the example of "+what+" "+format, args...).related(r.get(key).span, key)
	}
	items, nodes := []any{f.Example.Parsed}, []*node{at}
	list, isList := f.Example.Parsed.([]any)
	if isList {
		items, nodes = list, at.items
		switch {
		case l.MinItems != nil && len(items) < *l.MinItems:
			broken(at, "min_items", "has %d items, less than min_items %d", len(items), *l.MinItems)
		case l.MaxItems != nil && len(items) > *l.MaxItems:
			broken(at, "max_items", "has %d items, more than max_items %d", len(items), *l.MaxItems)
		}
	}
	switch {
	case !l.Required || f.Type.Optional:
	case isList && len(items) == 0, !isList && isZero(f.Example.Parsed):
		broken(at, "required", "is zero or empty, and the field is required")
	}
	var match *regexp.Regexp
	for i, item := range items {
		n := nodes[i]
		if l.Min.IsSet() && compareValues(item, l.Min.Parsed) < 0 {
			broken(n, "min", "is less than min %s", clip(l.Min.Value))
		}
		if l.Max.IsSet() && compareValues(item, l.Max.Parsed) > 0 {
			broken(n, "max", "is greater than max %s", clip(l.Max.Value))
		}
		length := lengthOf(item)
		if l.MinLen != nil && length < *l.MinLen {
			broken(n, "min_len", "has %d bytes, less than min_len %d", length, *l.MinLen)
		}
		if l.MaxLen != nil && length > *l.MaxLen {
			broken(n, "max_len", "has %d bytes, more than max_len %d", length, *l.MaxLen)
		}
		if !l.Pattern.IsSet() {
			continue
		}
		if match == nil {
			if p.matching += 64 * pattern.size; p.matching > maxMatching {
				return
			}
			match = regexp.MustCompile(pattern.whole)
		}
		if p.matching += length * pattern.size; p.matching > maxMatching {
			return
		}
		if !match.MatchString(item.(string)) {
			broken(n, "pattern", "does not match its pattern")
		}
	}
}

// lengthOf is the length in bytes of text or bytes.
func lengthOf(v any) int {
	switch v := v.(type) {
	case string:
		return len(v)
	case []byte:
		return len(v)
	}
	return 0
}
