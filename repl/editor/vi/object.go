package vi

import (
	"strings"
	"unicode/utf8"

	"graft/repl/editor"
	"graft/repl/editor/syntax"
)

// objects are what i and a take, by the key behind them. They return the bounds of
// the inner part and of the whole.
var objects = map[string]func(text string, at int) (inner, outer [2]int, ok bool){
	"w": word(class), "W": word(blankOrNot),
	"(": brackets('('), ")": brackets('('), "b": brackets('('),
	"[": brackets('['), "]": brackets('['),
	"{": brackets('{'), "}": brackets('{'), "B": brackets('{'),
	`"`: quotes(syntax.Quoted), "'": quotes(syntax.Char), "`": quotes(syntax.Raw),
}

// object returns the bounds of the text object called name, such as iw.
func (v *Vi) object(e *editor.Editor, name string) (start, end int, ok bool, state progress) {
	if name == "i" || name == "a" {
		return 0, 0, false, partial
	}
	find, known := objects[name[1:]]
	if !known || name[0] != 'i' && name[0] != 'a' {
		return 0, 0, false, unknown
	}
	inner, outer, ok := find(e.Text(), e.Cursor())
	if name[0] == 'a' {
		inner = outer
	}
	return inner[0], inner[1], ok, moved
}

// span gives the operator the text, or selects it.
func (v *Vi) span(e *editor.Editor, start, end int) {
	if v.op != "" {
		operators[v.op].do(v, e, start, end, false)
		return
	}
	if end > start {
		v.mode, v.anchor = Visual, start
		e.MoveTo(editor.Prev(e.Text(), end))
	}
}

// word is the characters of one class around the cursor; the whole has the blanks
// behind them, or if there are none those before.
func word(class func(rune) int) func(string, int) ([2]int, [2]int, bool) {
	return func(text string, at int) (inner, outer [2]int, ok bool) {
		start, end := editor.LineStart(text, at), editor.LineEnd(text, at)
		if start == end {
			return inner, outer, false
		}
		line, at := text[start:end], min(at-start, end-start)
		r, n := utf8.DecodeRuneInString(line[at:])
		if n == 0 {
			r, n = utf8.DecodeLastRuneInString(line)
			at -= n
		}
		from, to := passBack(line, at, class, class(r)), pass(line, at, class, class(r))
		behind := pass(line, to, class, blank)
		if class(r) == blank && to < len(line) {
			next, _ := utf8.DecodeRuneInString(line[to:])
			behind = pass(line, to, class, class(next))
		}
		inner, outer = [2]int{start + from, start + to}, [2]int{start + from, start + behind}
		if behind == to {
			outer[0] = start + passBack(line, from, class, blank)
		}
		return inner, outer, true
	}
}

// brackets is the innermost pair of its sort. Of a block the inner part is whole
// lines.
func brackets(opener byte) func(string, int) ([2]int, [2]int, bool) {
	return func(text string, at int) (inner, outer [2]int, ok bool) {
		from, to, ok := syntax.Enclosing(text, at, opener)
		if !ok {
			return inner, outer, false
		}
		inner, outer = [2]int{from + 1, to}, [2]int{from, to + 1}
		last := editor.LineStart(text, to)
		if text[from+1] == '\n' && last > from+1 && strings.Trim(text[last:to], " \t") == "" {
			inner = [2]int{from + 2, last}
		}
		return inner, outer, true
	}
}

// quotes is the string around the cursor, or the next one on its line.
func quotes(want syntax.Kind) func(string, int) ([2]int, [2]int, bool) {
	return func(text string, at int) (inner, outer [2]int, ok bool) {
		line := editor.LineEnd(text, at)
		for pos, kind := 0, syntax.Code; pos < len(text) && pos <= line+1; {
			end, next := syntax.Step(text, pos, kind)
			if kind == want && next == syntax.Code && text[end-1] == text[pos-1] && at < end && pos-1 <= line {
				return [2]int{pos, end - 1}, [2]int{pos - 1, end}, true
			}
			pos, kind = end, next
		}
		return inner, outer, false
	}
}
