package schema

import (
	"regexp"
	"slices"
	"strings"
)

// This file says what comments are about, which matters for those that speak to zmqgen: # zmqgen:ignore RULE -- REASON.

// CommentTargets returns the line that each of the comments is about, which are those of one file in its order: its own or,
// of comments that stand alone on lines one below the other, the first line below them.
func CommentTargets(comments []Comment) []int {
	targets := make([]int, len(comments))
	target := 0
	for i := len(comments) - 1; i >= 0; i-- {
		comment := comments[i]
		switch next := i + 1; {
		case !comment.Own:
			target = comment.Line
		case next < len(comments) && comments[next].Own && comments[next].Line == comment.Line+1:
		default:
			target = comment.Line + 1
		}
		targets[i] = target
	}
	return targets
}

var directive = regexp.MustCompile(`^#+[ \t]*zmqgen:`)

// directives returns the comments that speak to zmqgen, each with the keys and items on the line that it is about, sorted.
// A field is the same whether it is TYPE @ID or a mapping of both.
func directives(root *node, comments []Comment) []string {
	targets := CommentTargets(comments)
	asked := map[int]bool{}
	for i, c := range comments {
		if directive.MatchString(c.Text) {
			asked[targets[i]] = true
		}
	}
	if len(asked) == 0 {
		return nil
	}
	on := map[int][]string{}
	root.eachName("", func(path string, line int) {
		if asked[line] {
			on[line] = append(on[line], path)
		}
	})
	var all []string
	for i, c := range comments {
		if directive.MatchString(c.Text) {
			names := slices.Clone(on[targets[i]])
			slices.Sort(names)
			all = append(all, c.Text+"\n"+strings.Join(names, "\n"))
		}
	}
	slices.Sort(all)
	return all
}

// eachName calls f for each key and each scalar item below n with its path and its line.
func (n *node) eachName(path string, f func(path string, line int)) {
	short := len(n.pairs) == 2 && n.pair("type") != nil && n.pair("id") != nil
	for _, p := range n.pairs {
		below := path + "." + p.key.value
		if !short {
			f(below, p.key.span.Line)
		}
		p.value.eachName(below, f)
	}
	for _, item := range n.items {
		f(path+"[]"+item.value, item.span.Line)
		item.eachName(path+"[]", f)
	}
}
