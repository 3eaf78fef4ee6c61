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
	head, body := commandLine(code)
	text, err := golang.Format(golang.Cell{Source: body})
	if err != nil {
		return "", fmt.Errorf("line %d, column %d: %s", err.Line+strings.Count(head, "\n"), err.Col, err.Message)
	}
	return strings.TrimRight(strings.TrimLeft(head, " \t\n")+text, "\n"), nil
}

// commandLine cuts the command off that a cell begins with. Behind a command that
// takes the rest of the cell there is Go from the next line on.
func commandLine(code string) (head, body string) {
	call, rest, ok := command.Parse(code)
	switch {
	case !ok:
		return "", code
	case rest == "" && call.Name != "!":
		at := len(code) - len(strings.TrimLeft(code, " \t\n"))
		if i := strings.IndexByte(code[at:], '\n'); i >= 0 {
			return code[:at+i+1], code[at+i+1:]
		}
		return code, ""
	}
	return code[:len(code)-len(rest)], rest
}
