package config

import "strings"

// This file turns a name that nobody declared into the one that was likely meant.

const maxName = 64 // bytes; what is longer is compared with nothing

// Nearest returns the candidate that name is most likely meant to be, the first of several, or "" if none is near.
func Nearest(name string, candidates []string) string {
	if name = strings.ToLower(name); len(name) > maxName {
		return ""
	}
	best, bestDistance := "", min(3, 1+len(name)/4)+1
	for _, c := range candidates {
		lower := strings.ToLower(c)
		if lower == name {
			return c
		}
		if gap := len(lower) - len(name); gap >= bestDistance || -gap >= bestDistance || len(lower) > maxName {
			continue
		}
		if d := distance(name, lower); d < bestDistance {
			best, bestDistance = c, d
		}
	}
	if bestDistance >= len(name) { // nothing of it is left
		return ""
	}
	return best
}

// distance is the number of insertions, deletions, changes and swaps of neighbours between a and b.
func distance(a, b string) int {
	var rows [3][maxName + 1]int
	before, above, row := rows[0][:], rows[1][:], rows[2][:]
	for j := range above {
		above[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			change := 1
			if a[i-1] == b[j-1] {
				change = 0
			}
			row[j] = min(above[j]+1, row[j-1]+1, above[j-1]+change)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, above, row = above, row, before
	}
	return above[len(b)]
}
