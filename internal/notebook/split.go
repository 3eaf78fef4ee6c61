package notebook

import (
	"regexp"
	"strings"
)

// mark is a line that begins a cell: //%%, with a title or [markdown] after it.
var mark = regexp.MustCompile(`^// ?%%(.*)$`)

// Split cuts the text of a cell file into cells. Text before the first mark is a
// cell too, unless it is blank. A cell marked [markdown] holds comment lines; the
// slashes are taken off.
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
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimRight(line, "\r")
		m := mark.FindStringSubmatch(line)
		if m == nil {
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
			parts = append(parts, "//%%\n"+strings.TrimRight(c.Source, " \t\n")+"\n")
		case Markdown:
			parts = append(parts, "//%% ["+Markdown+"]\n"+comment(c.Source)+"\n")
		}
	}
	return strings.Join(parts, "\n")
}

func comment(s string) string {
	lines := strings.Split(strings.TrimRight(s, "\n"), "\n")
	for i, line := range lines {
		lines[i] = strings.TrimRight("// "+line, " ")
	}
	return strings.Join(lines, "\n")
}
