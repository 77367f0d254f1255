package schema

import (
	"regexp"
	"strings"
)

// This file writes fields in their short form, TYPE @ID.

// shorten writes a field that has a type and a number, and no comment within, as TYPE @ID.
func (e *entry) shorten() {
	c := e.body
	if c == nil || c.role.object != &fieldKeys || len(c.entries) != 2 || len(c.foot) > 0 {
		return
	}
	typ, id := c.entries[0], c.entries[1] // in this order, by sort
	for _, e := range c.entries {
		if e.note != "" || len(e.lead) > 0 {
			return
		}
	}
	if typ.key.value != "type" || id.key.value != "id" || !shortType.MatchString(typ.value.value) || !shortID.MatchString(id.value.value) ||
		typ.value.style == blockText || id.value.style == blockText {
		return
	}
	text := typ.value.value + " @" + id.value.value
	short := &node{kind: scalarNode, value: text, style: typ.value.style, plain: typ.value.plain}
	e.value, e.body = short, nil
}

// respace writes a field that is TYPE@ID with one space.
func (e *entry) respace(r role) {
	if r.object != &fieldKeys || e.value.style == blockText {
		return
	}
	if text := spacedField(e.value.value); text != e.value.value {
		e.value = &node{kind: scalarNode, value: text, style: e.value.style, plain: e.value.plain}
	}
}

// spacedField returns the text of a field with one space before the @.
func spacedField(text string) string {
	i := strings.LastIndexByte(text, '@')
	if i < 0 || !shortID.MatchString(text[i+1:]) || !shortType.MatchString(strings.TrimRight(text[:i], " ")) {
		return text
	}
	return strings.TrimRight(text[:i], " ") + " " + text[i:]
}

var (
	shortType = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_.<>, ]*\??$`)
	shortID   = regexp.MustCompile(`^[1-9][0-9]*$`)
)
