package render

import (
	"strings"

	"github.com/charmbracelet/x/ansi"

	"graft/repl/editor"
	"graft/repl/editor/syntax"
)

// frame colours the source lines of an error. Those that are wider than the window
// are cut, with the carets below them, to the part around these: folded, they would
// no longer stand below what they mean.
func (p Painter) frame(lines []string) []string {
	for i := 1; i+1 < len(lines); i++ {
		if !carets(lines[i+1]) {
			continue
		}
		if ansi.StringWidthWc(lines[i]) > p.width() {
			lines[i], lines[i+1] = p.around(lines[i], lines[i+1])
		}
		lines[i] = paint(editor.Layout(lines[i], 1<<20, editor.ByRune)[0], Source(lines[i], syntax.Code, p.Theme))
	}
	return lines
}

// carets reports whether a line holds nothing but carets.
func carets(line string) bool {
	trimmed := strings.TrimSpace(line)
	return trimmed != "" && strings.Trim(trimmed, "^~") == ""
}

// around cuts a source line and its carets to the window.
func (p Painter) around(source, marks string) (string, string) {
	room := max(2, p.width()-1)
	from := len(marks) - len(strings.TrimLeft(marks, " "))
	left := 0
	if len(marks) > room-1 {
		left = max(0, min(from-room/3, len(marks)-room+1))
		left = min(left, max(0, from-1))
	}
	if left > 0 {
		source = cutLeft(source, left)
		marks = marks[left:]
	}
	return ansi.TruncateWc(source, room, "…"), ansi.TruncateWc(marks, room, "")
}

// cutLeft takes n cells off a line and puts an ellipsis in place of one more; half of
// a wide character becomes a blank.
func cutLeft(line string, n int) string {
	want := ansi.StringWidthWc(line) - n - 1
	rest := ansi.TruncateLeftWc(line, n+1, "")
	if ansi.StringWidthWc(rest) > want {
		rest = ansi.TruncateLeftWc(line, n+2, "")
	}
	return "…" + strings.Repeat(" ", max(0, want-ansi.StringWidthWc(rest))) + rest
}
