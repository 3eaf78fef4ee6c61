package session

import (
	"fmt"
	"strings"

	"graft/internal/golang"
	"graft/internal/session/command"
)

// Format returns code as gofmt writes it; the line of a command stays as it is. Code
// that does not parse gives an error with its line and column.
func Format(code string) (string, error) {
	head, skipped := "", 0
	if _, _, ok := command.Parse(code); ok {
		line, rest, _ := strings.Cut(strings.TrimLeft(code, " \t\n"), "\n")
		skipped = strings.Count(code[:len(code)-len(rest)], "\n")
		head, code = line+"\n", rest
	}
	text, err := golang.Format(golang.Cell{Source: code})
	if err != nil {
		return "", fmt.Errorf("line %d, column %d: %s", err.Line+skipped, err.Col, err.Message)
	}
	return strings.TrimRight(head+text, "\n"), nil
}
