// Package finder suggests a learning rate from the losses of a short run in which the
// rate grows step by step: the range test of Smith 2017, with the constants and the
// suggestions of fastai's lr_find, held against its code. It asks for losses and reads
// their curve, as opposed to package train, which makes the steps and puts everything
// back after them.
//
//	rates, err := finder.Test(func(rate float64) (loss float64, err error) {
//		return step(rate)
//	})
//	if err != nil {
//		return err
//	}
//	fmt.Println(rates.Suggested)
package finder

import (
	"math"
	"slices"
)

// Steps is how many steps a test has, unless it ends early.
const Steps = 100

// The other constants of fastai's lr_find, of its version 2.8.
const (
	from, to  = 1e-7, 10.0
	smoothing = 0.98 // share of the past in the smoothed loss
	broken    = 4.0  // the test ends when the loss is this many times the lowest
	skipFirst = Steps / 10
	skipLast  = 5
)

// Test asks for the loss at one rate after the other; it ends early when
// the loss breaks, and at the first error.
func Test(step func(lr float64) (float64, error)) (*Rates, error) {
	var lrs, losses []float64
	average, lowest := 0.0, math.Inf(1)
	for n := range Steps {
		lr := from * math.Pow(to/from, float64(n)/Steps)
		loss, err := step(lr)
		if err != nil {
			return nil, err
		}
		average = smoothing*average + (1-smoothing)*loss
		smooth := average / (1 - math.Pow(smoothing, float64(n+1)))
		lrs, losses = append(lrs, lr), append(losses, smooth)
		lowest = min(lowest, smooth)
		if math.IsNaN(smooth) || smooth > broken*lowest {
			break
		}
	}
	return suggest(lrs, losses), nil
}

// suggest cuts both ends off as fastai does, drops everything from the first NaN on
// and reads the curve.
func suggest(lrs, losses []float64) *Rates {
	end := len(losses) - skipLast
	if i := slices.IndexFunc(losses, math.IsNaN); i >= 0 { // fastai goes on to the last step
		end = min(i, Steps-skipLast)
		lrs, losses = lrs[:i], losses[:i]
	}
	if end > skipFirst {
		lrs, losses = lrs[skipFirst:end], losses[skipFirst:end]
	}
	nothing := math.NaN()
	r := &Rates{LR: lrs, Loss: losses, Valley: nothing, Steep: nothing, Minimum: nothing}
	if falls(losses) {
		r.Valley, r.Steep, r.Minimum = valley(lrs, losses), steep(lrs, losses), tenthOfMinimum(lrs, losses)
	}
	r.Suggested = r.Valley
	return r
}

// falls reports whether losses fall by more than rounding somewhere.
func falls(losses []float64) bool {
	highest := math.Inf(-1)
	for _, v := range losses {
		if highest = max(highest, v); v < highest-1e-6*math.Abs(highest) {
			return true
		}
	}
	return false
}

// valley is fastai's suggestion: in the longest stretch of falling losses, a third to
// a half of the way down. NaN if losses never fall.
func valley(lrs, losses []float64) float64 {
	n := len(losses)
	long := make([]int, n) // of the longest falling sequence that ends here
	end := 0
	for i := range long {
		long[i] = 1
		for j := range i {
			if losses[i] < losses[j] && long[i] < long[j]+1 {
				long[i] = long[j] + 1
			}
			if long[end] < long[i] {
				end = i
			}
		}
	}
	if n == 0 || long[end] < 2 {
		return math.NaN()
	}
	start := end - long[end]
	sections := float64(end-start) / 3
	return lrs[max(0, start+int(sections)+int(sections/2))]
}

// steep is where the loss falls fastest per factor of the rate; NaN if it never
// falls.
func steep(lrs, losses []float64) float64 {
	best, at := 0.0, math.NaN()
	for i := 1; i < len(losses); i++ {
		if slope := (losses[i] - losses[i-1]) / math.Log(lrs[i]/lrs[i-1]); slope < best {
			best, at = slope, lrs[i-1]
		}
	}
	return at
}

// tenthOfMinimum is a tenth of the rate with the lowest loss; NaN if that is the
// first.
func tenthOfMinimum(lrs, losses []float64) float64 {
	low := 0
	for i := range losses {
		if losses[i] < losses[low] {
			low = i
		}
	}
	if low == 0 {
		return math.NaN()
	}
	return lrs[low] / 10
}
