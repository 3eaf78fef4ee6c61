package golang

import (
	"go/token"
	"strings"
)

// IsComplete tells whether src can run, and the indentation of the next line if
// it is incomplete. It reads the text only, so that a text with unknown names is
// complete: running it gives the better message. Text that more lines cannot
// repair is invalid.
func (in *Interp) IsComplete(src string) (Status, string) {
	s := newSource("", Cell{Source: src})
	list, errs := lex(s.text)
	if len(errs) > 0 {
		e := errs[0]
		if strings.HasSuffix(e.message, "not terminated") && !strings.HasPrefix(e.message, "rune") &&
			!strings.HasPrefix(e.message, "string") {
			return Incomplete, "" // raw string or comment
		}
		return Invalid, ""
	}
	open, ok := unclosed(list)
	if !ok {
		return Invalid, ""
	}
	if len(open) > 0 {
		return Incomplete, indent(s, open)
	}
	if awaits(list) {
		return Incomplete, indent(s, open) + "\t"
	}
	if _, err := split(s); err != nil && strings.HasPrefix(err.Message, "syntax error") {
		return Invalid, ""
	}
	return Complete, ""
}

// unclosed returns the brackets that are open at the end, and whether those that
// are closed match.
func unclosed(list []lexeme) (open []lexeme, ok bool) {
	for _, l := range list {
		if _, opens := closers[l.tok]; opens {
			open = append(open, l)
		}
		if isCloser(l.tok) {
			if len(open) == 0 || closers[open[len(open)-1].tok] != l.tok {
				return nil, false
			}
			open = open[:len(open)-1]
		}
	}
	return open, true
}

// awaits reports whether the last token needs another after it: Go puts no
// semicolon at the end of that line.
func awaits(list []lexeme) bool {
	for i := len(list) - 1; i >= 0; i-- {
		switch l := list[i]; {
		case l.tok == token.COMMENT:
			continue
		case l.tok == token.COLON:
			return i == 1 && list[0].tok == token.IDENT // a label
		default:
			return l.tok != token.SEMICOLON && !isCloser(l.tok)
		}
	}
	return false
}

// indent is that of the line of the last open bracket and one step more, or of
// the last line if none is open. Brackets opened on one line count once.
func indent(s *source, open []lexeme) string {
	at := len(strings.TrimRight(s.text, " \t\n"))
	if len(open) > 0 {
		at = open[len(open)-1].off
	}
	line, _ := s.position(at)
	text := s.line(line)
	space := text[:len(text)-len(strings.TrimLeft(text, " \t"))]
	if len(open) > 0 {
		return space + "\t"
	}
	return space
}
