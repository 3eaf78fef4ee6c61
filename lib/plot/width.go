package plot

import (
	"strings"
	"unicode"
)

// wide are the runs of code points that take two cells in a terminal: the W and
// F classes of Unicode Standard Annex 11, joined where gaps are unassigned.
var wide = &unicode.RangeTable{
	R16: []unicode.Range16{
		{0x1100, 0x115f, 1}, {0x231a, 0x231b, 1}, {0x23e9, 0x23ec, 1}, {0x2614, 0x2615, 1}, {0x2648, 0x2653, 1},
		{0x26a1, 0x26a1, 1}, {0x26ce, 0x26ce, 1}, {0x2705, 0x2705, 1}, {0x2728, 0x2728, 1}, {0x274c, 0x274c, 1},
		{0x2753, 0x2755, 1}, {0x2795, 0x2797, 1}, {0x2e80, 0x303e, 1}, {0x3041, 0x33ff, 1}, {0x3400, 0x4dbf, 1},
		{0x4e00, 0xa4cf, 1}, {0xa960, 0xa97f, 1}, {0xac00, 0xd7a3, 1}, {0xf900, 0xfaff, 1}, {0xfe30, 0xfe6f, 1},
		{0xff01, 0xff60, 1}, {0xffe0, 0xffe6, 1},
	},
	R32: []unicode.Range32{
		{0x16fe0, 0x18aff, 1}, {0x1b000, 0x1b2ff, 1}, {0x1f18e, 0x1f18e, 1}, {0x1f191, 0x1f19a, 1},
		{0x1f200, 0x1f320, 1}, {0x1f32d, 0x1f64f, 1}, {0x1f680, 0x1f6ff, 1}, {0x1f7e0, 0x1f7eb, 1},
		{0x1f900, 0x1f9ff, 1}, {0x1fa70, 0x1faff, 1}, {0x20000, 0x3fffd, 1},
	},
}

func runeWidth(r rune) int {
	switch {
	case r < 0x20 || r == 0x7f || unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		return 0
	case r >= 0x1100 && unicode.Is(wide, r):
		return 2
	}
	return 1
}

// cells is the width of s in terminal cells; s holds no escape sequences.
func cells(s string) int {
	n := 0
	for _, r := range s {
		n += runeWidth(r)
	}
	return n
}

// clip shortens s to at most n cells, ending in an ellipsis if anything was cut.
func clip(s string, n int) string {
	if cells(s) <= n {
		return s
	}
	var b strings.Builder
	used := 0
	for _, r := range s {
		w := runeWidth(r)
		if used+w > n-1 {
			break
		}
		b.WriteRune(r)
		used += w
	}
	if n > 0 {
		b.WriteString("…")
	}
	return b.String()
}

// wrap breaks s at blanks into at most n lines of width cells; what is too long
// even so is clipped. There is at least one line.
func wrap(s string, width, n int) []string {
	out := []string{""}
	for _, word := range strings.Fields(s) {
		last := &out[len(out)-1]
		switch {
		case *last == "":
			*last = word
		case cells(*last)+1+cells(word) <= width || len(out) == n:
			*last += " " + word
		default:
			out = append(out, word)
		}
	}
	for i := range out {
		out[i] = clip(out[i], width)
	}
	return out
}

// pad fills s with blanks to n cells, in front of it if right is set.
func pad(s string, n int, right bool) string {
	fill := strings.Repeat(" ", max(0, n-cells(s)))
	if right {
		return fill + s
	}
	return s + fill
}

// oneLine makes s fit for a cell of a table: control characters become blanks.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, s)
}
