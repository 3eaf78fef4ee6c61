package syntax

// Brackets is how the brackets in the code of a text belong together.
type Brackets struct {
	Pairs map[int]int // offsets of partners, both ways
	Open  []int       // offsets of what is opened and not closed, outermost first
	Stray []int       // offsets of what closes nothing
}

// Match pairs the brackets of src, at whose start kind holds. A closing bracket
// that does not fit the last open one is stray.
func Match(src string, kind Kind) Brackets {
	b := Brackets{Pairs: map[int]int{}}
	each(src, kind, func(at int) {
		if Closer(src[at]) != 0 {
			b.Open = append(b.Open, at)
			return
		}
		n := len(b.Open) - 1
		if n < 0 || Closer(src[b.Open[n]]) != src[at] {
			b.Stray = append(b.Stray, at)
			return
		}
		b.Pairs[b.Open[n]], b.Pairs[at] = at, b.Open[n]
		b.Open = b.Open[:n]
	})
	return b
}

// each calls f with the offsets of the brackets in the code of src.
func each(src string, kind Kind, f func(at int)) {
	for at := 0; at < len(src); {
		end, next := Step(src, at, kind)
		for i := at; kind == Code && i < end; i++ {
			if bracket(src[i]) {
				f(i)
			}
		}
		at, kind = end, next
	}
}

// Closer returns the bracket that closes an opening one, 0 for anything else.
func Closer(c byte) byte {
	switch c {
	case '(':
		return ')'
	case '[':
		return ']'
	case '{':
		return '}'
	}
	return 0
}

func bracket(c byte) bool {
	return Closer(c) != 0 || c == ')' || c == ']' || c == '}'
}

// Partner returns the offset of the bracket at or before cursor, and that of the
// bracket it belongs to; ok is false if there is none. kind holds at the start of
// src.
func Partner(src string, kind Kind, cursor int) (own, other int, ok bool) {
	var pairs map[int]int
	for _, at := range []int{cursor, cursor - 1} {
		if at < 0 || at >= len(src) || !bracket(src[at]) {
			continue
		}
		if pairs == nil {
			pairs = Match(src, kind).Pairs
		}
		if p, found := pairs[at]; found {
			return at, p, true
		}
	}
	return 0, 0, false
}

// Enclosing returns the offsets of the innermost pair of brackets of one sort
// around the character at offset at; a bracket at that place counts. ok is false
// if there is none.
func Enclosing(src string, at int, opener byte) (open, closing int, ok bool) {
	for from, to := range Match(src, Code).Pairs {
		if src[from] == opener && from <= at && at <= to && (!ok || from > open) {
			open, closing, ok = from, to, true
		}
	}
	return open, closing, ok
}
