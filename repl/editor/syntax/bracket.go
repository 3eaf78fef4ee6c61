package syntax

// Unmatched returns the offsets of the brackets in the code of src that are opened
// and not closed, outermost first, and of those that close nothing. kind holds at
// the start of src. A closing bracket that does not fit the last open one is stray.
func Unmatched(src string, kind Kind) (open, stray []int) {
	return match(src, kind, func(int, int) {})
}

// match calls pair with the offsets of brackets that belong together, inner ones
// first, and returns the others.
func match(src string, kind Kind, pair func(open, closing int)) (open, stray []int) {
	each(src, kind, func(at int) {
		n := len(open) - 1
		switch {
		case Closer(src[at]) != 0:
			open = append(open, at)
		case n < 0 || Closer(src[open[n]]) != src[at]:
			stray = append(stray, at)
		default:
			pair(open[n], at)
			open = open[:n]
		}
	})
	return open, stray
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
	isBracket := func(at int) bool { return at >= 0 && at < len(src) && bracket(src[at]) }
	if !isBracket(cursor) && !isBracket(cursor-1) {
		return 0, 0, false
	}
	match(src, kind, func(open, closing int) {
		for _, pair := range [][2]int{{open, closing}, {closing, open}} {
			if at := pair[0]; at == cursor || at == cursor-1 && !ok {
				own, other, ok = pair[0], pair[1], true
			}
		}
	})
	return own, other, ok
}

// Enclosing returns the offsets of the innermost pair of brackets of one sort
// around the character at offset at; a bracket at that place counts. ok is false
// if there is none.
func Enclosing(src string, at int, opener byte) (open, closing int, ok bool) {
	match(src, Code, func(from, to int) {
		if src[from] == opener && from <= at && at <= to && !ok {
			open, closing, ok = from, to, true
		}
	})
	return open, closing, ok
}
