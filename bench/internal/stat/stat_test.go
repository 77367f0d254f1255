package stat

import "testing"

func TestMedian(t *testing.T) {
	for _, c := range []struct {
		values []float64
		want   float64
	}{{nil, 0}, {[]float64{3}, 3}, {[]float64{9, 1, 2}, 2}, {[]float64{4, 1, 2, 100}, 3}} {
		if got := Median(c.values); got != c.want {
			t.Errorf("Median(%v) is %v, want %v", c.values, got, c.want)
		}
	}
}

func TestPercentile(t *testing.T) {
	sorted := make([]int, 200)
	for i := range sorted {
		sorted[i] = i
	}
	for p, want := range map[int]int{0: 0, 50: 100, 99: 198, 100: 199} {
		if got := Percentile(sorted, p); got != want {
			t.Errorf("Percentile(%d) is %d, want %d", p, got, want)
		}
	}
}
