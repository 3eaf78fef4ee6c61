package repl

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"graft/internal/near"
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
		return helped{help: help}
	}
	list, start, _ := eng.Complete(name, len(name))
	var names []string
	for _, c := range list {
		names = append(names, c.Text)
	}
	return helped{other: fmt.Sprintf("%s: nothing is known by that name%s", name, near.Hint(name[min(start, len(name)):], names))}
}

// answerText sets the answer to a question.
func (m *model) answerText(h helped) string {
	if h.other != "" {
		return m.painter.Hang(h.other)
	}
	return m.painter.Help(h.help)
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
	return strings.TrimRight(b.String(), "\n")
}
