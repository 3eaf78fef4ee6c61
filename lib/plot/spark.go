package plot

import (
	"fmt"
	"math"
	"slices"
)

// The heights of a sparkline, for a typewriter and in blocks.
const typedHeights, blockHeights = "_.-:=+*#", "▁▂▃▄▅▆▇█"

// spark draws values as at most n blocks of eight heights; several values share a
// block with their mean. Fewer than two finite values are nothing to draw.
func (k ink) spark(values []float64, n int) string {
	n = min(n, len(values))
	low, high, found := math.Inf(1), math.Inf(-1), 0
	means := make([]float64, n)
	for i := range means {
		means[i] = mean(values[i*len(values)/n : (i+1)*len(values)/n])
		if drawable(means[i]) {
			low, high, found = min(low, means[i]), max(high, means[i]), found+1
		}
	}
	if found < 2 {
		return ""
	}
	blocks := []rune(blockHeights)
	if k == plainInk {
		blocks = []rune(typedHeights)
	}
	out := make([]rune, n)
	for i, v := range means {
		switch {
		case !drawable(v):
			out[i] = ' '
		case high == low:
			out[i] = blocks[3]
		default:
			out[i] = blocks[int(math.Round((v-low)/(high-low)*float64(len(blocks)-1)))]
		}
	}
	return string(out)
}

// mean is that of the values that have a place on an axis, NaN without any.
func mean(values []float64) float64 {
	sum, n := 0.0, 0
	for _, v := range values {
		if drawable(v) {
			sum, n = sum+v, n+1
		}
	}
	if n == 0 {
		return math.NaN()
	}
	return sum / float64(n)
}

// last is the last value that was measured, with decimals; "" for none.
func last(values []float64, decimals int) string {
	for _, v := range slices.Backward(values) {
		if !math.IsNaN(v) {
			return figure(v, decimals)
		}
	}
	return ""
}

// varied is values, or nothing if all are the same.
func varied(values []float64) []float64 {
	for _, v := range values {
		if v != values[0] {
			return values
		}
	}
	return nil
}

// bytesOf writes a size as people say it: 812 MB, 1.2 GB.
func bytesOf(n uint64) string {
	switch {
	case n >= 1e10:
		return fmt.Sprintf("%.0f GB", float64(n)/1e9)
	case n >= 1e9:
		return fmt.Sprintf("%.1f GB", float64(n)/1e9)
	}
	return fmt.Sprintf("%.0f MB", float64(n)/1e6)
}

// cellsOf is the width of s, which may hold colours, in terminal cells.
func cellsOf(s string) int { return cells(unpainted.ReplaceAllString(s, "")) }
