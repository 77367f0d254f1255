package lint

import "github.com/zmqgen/zmqgen/schema"

// This file is edits that leave something out of a list.

// without returns the edit that takes item i out of a list, given where its items stand; false if that is not sure to leave a
// list, since no other item is on the same line.
func without(items []schema.Span, i int) (schema.Edit, bool) {
	at := items[i]
	start, end := schema.Position{Line: at.Line, Col: at.Col}, schema.Position{Line: at.Line, Col: at.EndCol}
	switch {
	case i > 0 && items[i-1].Line == at.Line:
		start.Col = items[i-1].EndCol
	case i+1 < len(items) && items[i+1].Line == at.Line:
		end.Col = items[i+1].Col
	default:
		return schema.Edit{}, false
	}
	return schema.Edit{Start: start, End: end}, true
}
