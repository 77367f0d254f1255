package schema

import (
	"regexp"
	"sort"
	"strconv"
	"strings"
)

// This file turns a place of a file into the names that lead to it, such as nodes.feed.sockets.quotes, which stay the same when
// lines are moved.

// PathAt returns the names that lead to a place of t's file, with dots between them; the items of lists have none. It
// returns "" for a place before the first name.
func (t *Topology) PathAt(at Span) string { return t.root.pathAt(at) }

// pathAt returns the path of a place within n, in time that hardly grows with the file.
func (n *node) pathAt(at Span) string {
	var names []string
	for n != nil {
		var next *node
		switch n.kind {
		case mappingNode:
			// Keys stand in the order of the file: the place is in what the last one before it has.
			i := sort.Search(len(n.pairs), func(i int) bool { return at.isBefore(n.pairs[i].key.span) })
			if i > 0 {
				names = append(names, pathName(n.pairs[i-1].key.value))
				next = n.pairs[i-1].value
			}
		case sequenceNode:
			i := sort.Search(len(n.items), func(i int) bool { return at.isBefore(n.items[i].span) })
			if i > 0 {
				next = n.items[i-1]
			}
		}
		n = next
	}
	return strings.Join(names, ".")
}

// isBefore reports whether s starts before other does.
func (s Span) isBefore(other Span) bool {
	return s.Line < other.Line || s.Line == other.Line && s.Col < other.Col
}

var plainPathName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

// pathName writes a key so that a path can be taken apart again.
func pathName(key string) string {
	if plainPathName.MatchString(key) {
		return key
	}
	return strconv.Quote(clip(key))
}
