package task

import (
	"fmt"
	"math"
)

// Pair compares two networks example by example: only where they differ in who is
// right (in classification) or closer (in regression) is there evidence.
type Pair struct {
	Tuned, Control int // examples that only the one got right, or got closer
}

// P is the two-sided p-value of the exact McNemar test (McNemar 1947; a sign test on
// the examples that differ): how often chance alone would part them as unevenly. 1
// if they never differ.
func (p Pair) P() float64 {
	n, k := p.Tuned+p.Control, min(p.Tuned, p.Control)
	if n == 0 {
		return 1
	}
	tail := 0.0
	for i := range k + 1 {
		tail += math.Exp(logChoose(n, i) - float64(n)*math.Ln2)
	}
	return min(1, 2*tail)
}

func logChoose(n, k int) float64 {
	lg := func(x int) float64 { v, _ := math.Lgamma(float64(x + 1)); return v }
	return lg(n) - lg(k) - lg(n-k)
}

// Significance is the p-value below which a difference counts as more than noise.
const Significance = 0.05

// worse and better report whether the tuned network differs from the control by more
// than noise, at level alpha.
func (p Pair) worse(alpha float64) bool  { return p.Control > p.Tuned && p.P() < alpha }
func (p Pair) better(alpha float64) bool { return p.Tuned > p.Control && p.P() < alpha }

// String is the evidence in words.
func (p Pair) String() string {
	if p.Tuned+p.Control == 0 {
		return "they never differ"
	}
	return fmt.Sprintf("%d against %d where they differ, exact McNemar p = %s", p.Tuned, p.Control, chance(p.P()))
}

func chance(p float64) string {
	if p < 0.001 {
		return fmt.Sprintf("%.1e", p)
	}
	return fmt.Sprintf("%.3f", p)
}
