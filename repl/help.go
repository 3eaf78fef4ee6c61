package repl

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"graft/internal/near"
	"graft/repl/render"
)

var questions = regexp.MustCompile(`^\s*([\p{L}_][\p{L}\p{N}_.]*|)\s*(\?\??)\s*$`)

// question takes "name?" and "name??" apart; "?" alone asks for the keys.
func question(text string) (name string, level int, ok bool) {
	m := questions.FindStringSubmatch(text)
	if m == nil {
		return "", 0, false
	}
	return m[1], len(m[2]) - 1, true
}

// helpOn is the answer to a question.
func helpOn(eng engine, name string, level int) helped {
	if name == "" {
		return helped{other: keyHelp()}
	}
	if help, ok := eng.Inspect(name, len(name), level); ok {
		return helped{name: name, help: help}
	}
	list, start, _ := eng.Complete(name, len(name))
	var names []string
	for _, c := range list {
		names = append(names, c.Text)
	}
	return helped{other: fmt.Sprintf("%s: nothing is known by that name%s", name, near.Hint(name[min(start, len(name)):], names))}
}

// document is the answer to a question, as a text to read.
func (h helped) document() document {
	if h.other != "" {
		text := func(p render.Painter) string { return p.Hang(h.other) }
		return document{title: "help", draw: text, short: func(p render.Painter) string { return firstLines(text(p), 3) }}
	}
	return document{
		title: h.name,
		draw:  func(p render.Painter) string { return p.Help(h.help) },
		short: func(p render.Painter) string {
			signature := firstLines(h.help.Signature, 3)
			if signature != h.help.Signature {
				signature += "\n\t…"
			}
			return p.Help(render.Help{Signature: signature, Doc: render.Summary(h.help.Doc)})
		},
	}
}

// keyHelp lists the keys.
func keyHelp() string {
	var b strings.Builder
	width := 0
	for _, s := range sections() {
		for _, k := range s.rows {
			width = max(width, ansi.StringWidthWc(k.Help().Key))
		}
	}
	for _, s := range sections() {
		b.WriteString(s.title + "\n")
		for _, k := range s.rows {
			name := k.Help().Key
			fmt.Fprintf(&b, "  %s%s  %s\n", name, strings.Repeat(" ", width-ansi.StringWidthWc(name)), k.Help().Desc)
		}
	}
	return b.String() + "\n:help lists the commands, name? explains a name, name?? shows its source"
}
