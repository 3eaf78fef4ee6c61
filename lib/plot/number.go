package plot

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// farthest is the largest number that has a place on an axis: the span of an axis, and
// the round ticks around it, must be float64s as well.
const farthest = 1e300

// drawable reports whether v has a place on an axis.
func drawable(v float64) bool { return math.Abs(v) <= farthest }

// figure writes v with the given decimals, blank when it was not measured, and as a
// power of ten when it is too long for a column.
func figure(v float64, decimals int) string {
	switch {
	case math.IsNaN(v):
		return ""
	case math.IsInf(v, 0):
		return "inf"
	case math.Abs(v) >= 1e6:
		return strconv.FormatFloat(v, 'e', decimals, 64)
	}
	return strconv.FormatFloat(v, 'f', decimals, 64)
}

// rate writes a learning rate: 0.001, 3e-05.
func rate(v float64) string {
	if v == 0 || !finite(v) {
		return ""
	}
	if v >= 1e-4 && v < 1000 {
		return strconv.FormatFloat(round(v, 3), 'f', -1, 64)
	}
	return strconv.FormatFloat(round(v, 3), 'e', -1, 64)
}

// round keeps n significant digits of v.
func round(v float64, n int) float64 {
	r, _ := strconv.ParseFloat(strconv.FormatFloat(v, 'e', n-1, 64), 64)
	return r
}

// span writes a duration as people say it: 0.4s, 12.1s, 3:05, 1:02:03.
func span(d time.Duration) string {
	switch {
	case d <= 0:
		return ""
	case d < 100*time.Second:
		return fmt.Sprintf("%.1fs", d.Seconds())
	}
	return clock(d)
}

// clock writes a duration as minutes and seconds: 0:05, 3:05, 1:02:03.
func clock(d time.Duration) string {
	s := int(d.Round(time.Second) / time.Second)
	if s >= 3600 {
		return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
	}
	return fmt.Sprintf("%d:%02d", s/60, s%60)
}

// count writes n with blanks between thousands: 12 345.
func count(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "\u202f" + s[i:]
	}
	return s
}

// ticks returns at most n round values that cover lo to hi: multiples of 1, 2 or
// 5 times a power of ten, and the labels that tell them apart.
func ticks(lo, hi float64, n int) (at []float64, labels []string) {
	if hi <= lo {
		lo, hi = lo-0.5, hi+0.5
	}
	step := niceStep((hi - lo) / float64(max(1, n-1)))
	for v := math.Floor(lo/step+1e-9) * step; v < hi+step*(1-1e-9); v += step {
		at = append(at, math.Round(v/step)*step)
	}
	decimals := max(0, -int(math.Floor(math.Log10(step)+1e-9)))
	for _, v := range at {
		labels = append(labels, tickLabel(v, decimals))
	}
	return at, labels
}

func niceStep(raw float64) float64 {
	power := math.Pow(10, math.Floor(math.Log10(raw)))
	for _, m := range []float64{1, 2, 5} {
		if raw <= m*power*(1+1e-9) {
			return m * power
		}
	}
	return 10 * power
}

func tickLabel(v float64, decimals int) string {
	if math.Abs(v) >= 1e5 || decimals > 4 {
		s := strconv.FormatFloat(v, 'e', -1, 64)
		return strings.Replace(strings.Replace(s, "e-0", "e-", 1), "e+0", "e", 1)
	}
	return strconv.FormatFloat(v, 'f', decimals, 64)
}

// logTicks returns the powers of ten that cover 10^lo to 10^hi, in log10.
func logTicks(lo, hi float64) (at []float64, labels []string) {
	first, last := math.Floor(lo+1e-9), math.Ceil(hi-1e-9)
	if last <= first {
		last = first + 1
	}
	step := math.Max(1, math.Ceil((last-first)/6))
	for v := first; v < last+step*(1-1e-9); v += step {
		at = append(at, v)
		labels = append(labels, fmt.Sprintf("1e%d", int(v)))
	}
	return at, labels
}
