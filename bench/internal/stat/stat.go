// Package stat makes one number of many.
package stat

import "slices"

// Median returns the value in the middle, of an even number the mean of the two there. Of none it is 0.
func Median(values []float64) float64 {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(values))
	middle := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[middle]
	}
	return (sorted[middle-1] + sorted[middle]) / 2
}

// Percentile returns the value that p percent of those that are given, in ascending order, do not exceed. There
// must be one at least.
func Percentile[T any](sorted []T, p int) T { return sorted[min(len(sorted)*p/100, len(sorted)-1)] }
