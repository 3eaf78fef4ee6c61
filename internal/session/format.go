package session

import (
	"fmt"
	"strings"

	"graft/internal/golang"
	"graft/internal/session/command"
)

// Format returns code as gofmt writes it; the lines of commands stay as they are. Code
// that does not parse gives an error with its line and column.
func Format(code string) (string, error) {
	head, body := commandLines(code)
	text, err := golang.Format(golang.Cell{Source: body})
	if err != nil {
		return "", fmt.Errorf("line %d, column %d: %s", err.Line+strings.Count(head, "\n"), err.Col, err.Message)
	}
	return strings.TrimRight(strings.TrimLeft(head, " \t\n")+text, "\n"), nil
}

// commandLines cuts the commands off that a cell begins with. Behind one that takes
// the rest of the cell there is Go from the next line on.
func commandLines(code string) (head, body string) {
	body = code
	for {
		call, rest, ok := command.Parse(body)
		if !ok {
			break
		}
		if rest == "" && call.Name != "!" {
			first := strings.TrimLeft(body, " \t\r\n")
			if i := strings.IndexByte(first, '\n'); i >= 0 {
				rest = first[i+1:]
			}
		}
		body = rest
	}
	return code[:len(code)-len(body)], body
}
