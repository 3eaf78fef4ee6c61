package metric

import "math"

// z95 is the 97.5th percentile of the normal distribution.
const z95 = 1.959963984540054

// Wilson is the 95 % confidence interval of a share of which right of n were seen
// (Wilson 1927). Unlike that of the normal approximation it stays between 0 and 1 and
// has a width for few rows and for shares of 0 and 1. NaN if n is 0.
func Wilson(right, n int) (low, high float64) {
	if n == 0 {
		return math.NaN(), math.NaN()
	}
	rows, p := float64(n), float64(right)/float64(n)
	middle := p + z95*z95/(2*rows)
	half := z95 * math.Sqrt(p*(1-p)/rows+z95*z95/(4*rows*rows))
	scale := 1 + z95*z95/rows
	return max(0, (middle-half)/scale), min(1, (middle+half)/scale)
}
