package repl

import (
	"strings"

	"github.com/charmbracelet/x/ansi"

	"graft/repl/render"
	"graft/repl/style"
)

const (
	// beside is the width from which the help on a proposal stands beside the list.
	beside = 70
	// belowRows is how many lines of it stand below the list in a narrower window.
	belowRows = 3
)

// mark is how the list shows a kind of proposal: a letter in the colour that source
// gives to such names.
type mark struct {
	sign string
	role func(style.Theme) style.Style
}

var marks = map[string]mark{
	"func":    {"f", func(t style.Theme) style.Style { return t.Func }},
	"method":  {"m", func(t style.Theme) style.Style { return t.Func }},
	"field":   {".", func(t style.Theme) style.Style { return t.Constant }},
	"var":     {"v", func(t style.Theme) style.Style { return t.Constant }},
	"const":   {"c", func(t style.Theme) style.Style { return t.Number }},
	"type":    {"t", func(t style.Theme) style.Style { return t.Type }},
	"package": {"p", func(t style.Theme) style.Style { return t.Keyword }},
	"keyword": {"k", func(t style.Theme) style.Style { return t.Keyword }},
	"text":    {`"`, func(t style.Theme) style.Style { return t.Text }},
	"file":    {"-", func(t style.Theme) style.Style { return t.Text }},
	"folder":  {"/", func(t style.Theme) style.Style { return t.Text }},
	"command": {":", func(t style.Theme) style.Style { return t.Keyword }},
}

// lines draws the list in at most so many rows, and what is known of the chosen
// proposal beside it or below.
func (mn *menu) lines(m *model, rows int) []string {
	width := m.painter.Width
	aside := width >= beside && mn.explains()
	room := max(1, min(menuRows, rows-1))
	if !aside && mn.explains() {
		room = max(1, min(room, rows-1-belowRows))
	}
	listWidth := width
	if aside {
		listWidth = width / 2
	}
	list := mn.list(m.painter, listWidth, room)
	help, known := mn.help[mn.at]
	switch {
	case !known || help.Signature == "":
		return list
	case aside:
		return join(list, mn.explain(m.painter, width-listWidth-3, min(menuRows, rows)), m.painter.Theme.Muted)
	case rows-len(list) > 0:
		return append(list, mn.explain(m.painter, width, min(belowRows, rows-len(list)))...)
	}
	return list
}

// list draws the proposals around the chosen one.
func (mn *menu) list(p render.Painter, width, rows int) []string {
	first := max(0, min(mn.at-rows/2, len(mn.items)-rows))
	shown := mn.items[first:min(len(mn.items), first+rows)]
	names := 0
	for _, it := range shown {
		names = max(names, ansi.StringWidthWc(it.Text))
	}
	names = min(names, max(1, width-4))
	p.Width = width
	var out []string
	for i, it := range shown {
		out = append(out, mn.row(p, it, names, first+i == mn.at))
	}
	if hidden := len(mn.items) - len(shown); hidden > 0 {
		out = append(out, p.Fit(p.Theme.Muted.Render(" … "+plural(len(mn.items), "proposal"))))
	}
	return out
}

// row draws one proposal: the mark of its kind, its name, its type.
func (mn *menu) row(p render.Painter, it choice, names int, chosen bool) string {
	kind := marks[it.Kind]
	if kind.sign == "" {
		kind = mark{" ", func(t style.Theme) style.Style { return t.Muted }}
	}
	name := ansi.TruncateWc(it.Text, names, "…")
	name += strings.Repeat(" ", max(0, names-ansi.StringWidthWc(name)))
	rest := ""
	if it.Type != "" {
		rest = "  " + strings.ReplaceAll(strings.ReplaceAll(it.Type, "\n", " "), "\t", " ")
	}
	t := p.Theme
	if !chosen {
		return p.Fit(" " + kind.role(t).Render(kind.sign) + " " + name + t.Muted.Render(rest) + " ")
	}
	line := p.Fit(" " + kind.sign + " " + name + rest + " ")
	line += strings.Repeat(" ", max(0, p.Width-ansi.StringWidthWc(line)))
	return t.Selected.Render(ansi.Strip(line))
}

// explain draws what is known of the chosen proposal: its declaration and the first
// paragraph of its comment.
func (mn *menu) explain(p render.Painter, width, rows int) []string {
	p.Width = width
	h := mn.help[mn.at]
	lines := strings.Split(p.Declaration(h.Signature), "\n")
	if most := max(1, rows/2); len(lines) > most {
		lines = append(lines[:most-1], p.Fit(lines[most-1]+p.Theme.Muted.Render(" …")))
	}
	if words := render.Summary(h.Doc); words != "" {
		for line := range strings.SplitSeq(p.Comment(words), "\n") {
			lines = append(lines, p.Theme.Muted.Render(line))
		}
	}
	if len(lines) > rows {
		last := ansi.TruncateWc(ansi.Strip(lines[rows-1]), max(1, width-2), "")
		lines = append(lines[:rows-1], p.Theme.Muted.Render(strings.TrimRight(last, " ")+" …"))
	}
	return lines
}

// join puts two blocks of lines side by side, with a rule between.
func join(left, right []string, rule style.Style) []string {
	width := 0
	for _, l := range left {
		width = max(width, ansi.StringWidthWc(l))
	}
	out := make([]string, max(len(left), len(right)))
	for i := range out {
		l := ""
		if i < len(left) {
			l = left[i]
		}
		out[i] = l + strings.Repeat(" ", width-ansi.StringWidthWc(l)) + rule.Render(" │ ")
		if i < len(right) {
			out[i] += right[i]
		}
	}
	return out
}
