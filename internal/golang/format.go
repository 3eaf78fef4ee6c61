package golang

import (
	"go/format"
	"go/token"
	"strings"
)

// Format returns a cell in gofmt's form, with the white space around it taken
// away. gofmt takes a list of declarations or one of statements: a cell in which
// functions or imports and statements mix is formatted part by part. A cell that
// does not parse gives its first syntax error, with the place.
func Format(cell Cell) (string, *Error) {
	text, err := format.Source([]byte(strings.TrimSpace(cell.Source)))
	if err == nil {
		return strings.TrimSpace(string(text)), nil
	}
	src := newSource("", cell)
	if _, err := split(src); err != nil && strings.HasPrefix(err.Message, "syntax error") {
		return "", err
	}
	list, _ := lex(src.text)
	chunks, bad := cut(src, list)
	if bad != nil {
		return "", bad
	}
	whole := withoutEmpty(src.text, list, chunks)
	var b strings.Builder
	for start, rest := 0, alike(chunks); len(rest) > 0; rest = rest[1:] {
		end := len(whole)
		if len(rest) > 1 {
			end = behind(whole, list, rest[0][len(rest[0])-1].end(), rest[1][0].off())
		}
		part := whole[start:end]
		text, err := format.Source([]byte(strings.TrimSpace(part)))
		if err != nil {
			return "", src.errorAt(Compile, rest[0][0].off(), 1, "syntax error: "+err.Error())
		}
		if b.Len() > 0 {
			b.WriteString(gap(part))
		}
		b.WriteString(strings.TrimSpace(string(text)))
		start = end
	}
	return b.String(), nil
}

// withoutEmpty blanks the semicolons that end no piece: gofmt takes an empty statement
// among statements, and none among declarations.
func withoutEmpty(text string, list []lexeme, chunks []chunk) string {
	out, ended := []byte(text), true
	for _, l := range list {
		for len(chunks) > 0 && l.off >= chunks[0].end() {
			chunks, ended = chunks[1:], false
		}
		if l.tok != token.SEMICOLON || len(chunks) > 0 && l.off >= chunks[0].off() {
			continue
		}
		if ended && l.lit == ";" {
			out[l.off] = ' '
		}
		ended = true
	}
	return string(out)
}

// alike divides chunks into lists that gofmt takes: of declarations, imports first,
// or of statements. Variables, constants and types are both.
func alike(chunks []chunk) [][]chunk {
	var lists [][]chunk
	last := either
	for i, c := range chunks {
		form := formOf(c)
		late := c.list[0].tok == token.IMPORT && i > 0 && chunks[i-1].list[0].tok != token.IMPORT && chunks[i-1].list[0].tok != token.PACKAGE
		if len(lists) == 0 || late || last != either && form != either && last != form {
			lists, last = append(lists, nil), either
		}
		if form != either {
			last = form
		}
		lists[len(lists)-1] = append(lists[len(lists)-1], c)
	}
	return lists
}

// form is where Go allows a piece.
type form int

const (
	either form = iota
	declared
	stated
)

func formOf(c chunk) form {
	switch c.list[0].tok {
	case token.VAR, token.CONST, token.TYPE:
		return either
	case token.IMPORT, token.PACKAGE:
		return declared
	case token.FUNC:
		if isDeclaration(c.list) {
			return declared
		}
	}
	return stated
}

// behind returns the end of a list whose last piece ends at end, when the next one
// starts at next: a semicolon and comments that begin on the line of the one belong
// to it with the end of that line, and comments above the other to that.
func behind(text string, tokens []lexeme, end, next int) int {
	for _, l := range tokens {
		if l.off >= end && l.end <= next && !strings.Contains(text[end:l.off], "\n") {
			end = l.end
		}
	}
	if i := strings.IndexByte(text[end:next], '\n'); i >= 0 {
		return end + i + 1
	}
	return end
}

// gap is what stands before a list: an empty line if there was one, which gofmt
// keeps within a list only.
func gap(part string) string {
	if head := part[:len(part)-len(strings.TrimLeft(part, " \t\n"))]; strings.Contains(head, "\n") {
		return "\n\n"
	}
	return "\n"
}
