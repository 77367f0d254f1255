package lint

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/zmqgen/zmqgen/schema"
)

// This file reads comments such as
//
//	# zmqgen:ignore late-retry -- the server answers within a second or never
//
// which accept what rules find on their line or, alone on a line, on the first one below that is no such comment.

var (
	badIgnore    = &schema.Rule{ID: "bad-ignore", Severity: schema.Warning, Summary: "a comment for zmqgen is one that it understands"}
	ignoreReason = &schema.Rule{ID: "ignore-reason", Severity: schema.Warning, Summary: "an ignore says why"}
	ignoreUnused = &schema.Rule{ID: "ignore-unused", Severity: schema.Warning, Summary: "an ignore has something to ignore"}
)

const ignoreForm = "# zmqgen:ignore RULE, RULE -- REASON"

// ignore is a comment that ignores rules.
type ignore struct {
	span      schema.Span
	rules     []*ignoredRule
	hasReason bool
}

// ignoredRule is a rule that an ignore names.
type ignoredRule struct {
	id   string
	span schema.Span
	used bool
}

// ignoreKey is what an ignore is for: findings of a rule on a line.
type ignoreKey struct {
	line int
	rule string
}

var (
	directive  = regexp.MustCompile(`^#+[ \t]*zmqgen:[ \t]*([A-Za-z_-]*)`)
	ruleInList = regexp.MustCompile(`[^, \t]+`)
	ruleList   = regexp.MustCompile(`^[ \t]*[^, \t]+([ \t]*,[ \t]*[^, \t]+)*[ \t]*$`)
)

// readIgnores reads the comments of the file.
func (c *choices) readIgnores() {
	c.byPlace = map[ignoreKey]*ignoredRule{}
	targets := schema.CommentTargets(c.topology.Comments)
	for i := len(targets) - 1; i >= 0; i-- {
		c.readIgnore(c.topology.Comments[i], targets[i])
	}
}

// readIgnore reads a comment, which may be one of any kind, as an ignore of what is found on the line target.
func (c *choices) readIgnore(comment schema.Comment, target int) {
	m := directive.FindStringSubmatchIndex(comment.Text)
	if m == nil {
		return
	}
	word, rest := comment.Text[m[2]:m[3]], comment.Text[m[3]:]
	colon := strings.Index(comment.Text, ":")
	span := schema.Span{Line: comment.Line, Col: comment.Col, EndCol: comment.Col + utf8.RuneCountInString(comment.Text)}
	switch {
	case m[2] > colon+1 && word != "ignore":
		return // prose, such as "zmqgen: see the manual"
	case word != "ignore" || m[2] > colon+1 || rest != "" && !strings.ContainsAny(rest[:1], " \t"):
		d := *c.topology.Find(badIgnore, span, "this comment is for zmqgen, which does not understand it")
		d.Help = "write " + ignoreForm
		c.malformed = append(c.malformed, d)
		return
	}
	names, reason, hasReason := strings.Cut(rest, "--")
	if !ruleList.MatchString(names) {
		d := *c.topology.Find(badIgnore, span, "this comment does not name rules with commas between them")
		d.Help = "write " + ignoreForm
		c.malformed = append(c.malformed, d)
		return
	}
	ig := &ignore{span: span, hasReason: hasReason && strings.TrimSpace(reason) != ""}
	col, counted := ig.span.Col+utf8.RuneCountInString(comment.Text[:m[3]]), 0
	for _, at := range ruleInList.FindAllStringIndex(names, -1) {
		r := &ignoredRule{id: names[at[0]:at[1]]}
		col, counted = col+utf8.RuneCountInString(names[counted:at[0]]), at[0]
		r.span = schema.Span{Line: comment.Line, Col: col, EndCol: col + utf8.RuneCountInString(r.id)}
		ig.rules = append(ig.rules, r)
		if key := (ignoreKey{target, r.id}); c.byPlace[key] == nil {
			c.byPlace[key] = r
		}
	}
	c.ignores = append(c.ignores, ig)
}

// ignored reports whether a comment accepts the finding.
func (c *choices) ignored(d *schema.Diagnostic) bool {
	r := c.byPlace[ignoreKey{d.Span.Line, d.Rule}]
	if r == nil {
		return false
	}
	r.used = true
	return true
}

// checkIgnores reports comments that ignore nothing, or do not say why.
func (c *choices) checkIgnores() schema.Diagnostics {
	ds := c.malformed
	for _, ig := range c.ignores {
		if !ig.hasReason {
			d := *c.topology.Find(ignoreReason, ig.span, "this ignore does not say why")
			d.Help = "write " + ignoreForm
			ds = append(ds, d)
		}
		for _, r := range ig.rules {
			switch {
			case !isRule(r.id):
				ds = append(ds, c.unknown(r.span, r.id))
			case isFixed(r.id):
				ds = append(ds, *c.topology.Find(fixedRule, r.span, "rule %q cannot be ignored: code cannot be generated while it has findings", r.id))
			case isAsked(r.id) && !r.used:
				d := *c.topology.Find(ignoreUnused, r.span, "there is no finding of rule %q here", r.id)
				d.Help = "leave the ignore out; it is about its own line or, alone on a line, about the one below"
				ds = append(ds, d)
			}
		}
	}
	return ds
}
