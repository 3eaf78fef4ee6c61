package repl

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/charmbracelet/x/ansi"
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
func helpOn(eng engine, name string, level int) string {
	if name == "" {
		return keyHelp()
	}
	if text, ok := eng.Inspect(name, len(name), level); ok {
		return strings.TrimRight(text, "\n")
	}
	return fmt.Sprintf("%s: nothing is known by that name", name)
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
