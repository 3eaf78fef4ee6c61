package notebook

import (
	"regexp"
	"strings"
)

// mark is a line that begins a cell: //%%, with a title or [markdown] after it.
var mark = regexp.MustCompile(`^// ?%%(.*)$`)

// Split cuts the text of a cell file into cells. Text before the first mark is a
// cell too, unless it is blank. A cell marked [markdown] holds comment lines; the
// slashes are taken off. A mark inside a raw string or a block comment is none.
func Split(text string) *Notebook {
	nb := &Notebook{}
	cell := &Cell{Kind: Code, Line: 1}
	var lines []string
	first := true
	end := func() {
		cell.Source = strings.TrimRight(strings.Join(lines, "\n"), " \t\r\n")
		if cell.Kind == Markdown {
			cell.Source = uncomment(cell.Source)
		}
		if !first || cell.Source != "" {
			nb.Cells = append(nb.Cells, cell)
		}
		lines, first = nil, false
	}
	all := strings.Split(text, "\n")
	inside := within(all)
	for i, line := range all {
		line = strings.TrimRight(line, "\r")
		m := mark.FindStringSubmatch(line)
		if m == nil || inside[i] {
			lines = append(lines, line)
			continue
		}
		end()
		cell = &Cell{Kind: kindOf(m[1]), Line: i + 2}
	}
	end()
	return nb
}

func kindOf(title string) string {
	if strings.Contains(title, "["+Markdown+"]") {
		return Markdown
	}
	return Code
}

func uncomment(s string) string {
	var out []string
	for line := range strings.Lines(s) {
		line = strings.TrimRight(line, "\n")
		line, _ = strings.CutPrefix(line, "//")
		out = append(out, strings.TrimPrefix(line, " "))
	}
	return strings.Join(out, "\n")
}

// Text is the text of a cell file that [Split] cuts into these cells; those that are
// neither code nor Markdown are left out.
func (nb *Notebook) Text() string {
	var parts []string
	for _, c := range nb.Cells {
		switch c.Kind {
		case Code:
			parts = append(parts, "//%%\n"+unmarked(strings.TrimRight(c.Source, " \t\n"))+"\n")
		case Markdown:
			parts = append(parts, "//%% ["+Markdown+"]\n"+comment(c.Source)+"\n")
		}
	}
	return strings.Join(parts, "\n")
}

// unmarked is code in which no line is a mark: a comment that looks like one moves by a
// blank.
func unmarked(code string) string {
	lines := strings.Split(code, "\n")
	inside := within(lines)
	for i, line := range lines {
		if !inside[i] && mark.MatchString(line) {
			lines[i] = " " + line
		}
	}
	return strings.Join(lines, "\n")
}

// comment is text in comment lines, none of which is a mark either.
func comment(s string) string {
	lines := strings.Split(strings.TrimRight(s, "\n"), "\n")
	for i, line := range lines {
		if strings.HasPrefix(line, "%%") {
			line = " " + line
		}
		lines[i] = strings.TrimRight("// "+line, " ")
	}
	return strings.Join(lines, "\n")
}
