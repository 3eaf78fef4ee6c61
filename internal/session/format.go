package session

import (
	"fmt"
	"strings"

	"graft/internal/golang"
	"graft/internal/session/command"
)

// Format returns code as gofmt writes it, also behind a command that takes code; other
// lines of commands stay as they are. Code that does not parse gives an error with its
// line and column.
func Format(code string) (string, error) {
	body := strings.TrimLeft(command.Blank(code), " \t\r\n")
	head := code[:len(code)-len(body)]
	text, err := golang.Format(golang.Cell{Source: body})
	if err != nil {
		line, col := err.Line, err.Col
		if line == 1 {
			col += len(head) - strings.LastIndexByte(head, '\n') - 1
		}
		return "", fmt.Errorf("line %d, column %d: %s", line+strings.Count(head, "\n"), col, err.Message)
	}
	commands := strings.Trim(head, " \t\r\n")
	switch between := head[len(strings.TrimRight(head, " \t\r\n")):]; {
	case commands == "" || text == "":
	case strings.Contains(between, "\n"):
		commands += "\n"
	default:
		commands += " "
	}
	return commands + text, nil
}
