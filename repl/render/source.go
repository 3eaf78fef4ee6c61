package render

import (
	"go/scanner"
	"go/token"
	"go/types"

	"graft/repl/style"
)

// Span is a stretch of source in one style, in bytes.
type Span struct {
	Start, End int
	Style      style.Style
}

// Source splits Go source, complete or not, into coloured spans in order; text
// between them has no colour.
func Source(src string, t style.Theme) []Span {
	var s scanner.Scanner
	file := token.NewFileSet().AddFile("", -1, len(src))
	s.Init(file, []byte(src), func(token.Position, string) {}, scanner.ScanComments)
	var spans []Span
	for {
		pos, tok, lit := s.Scan()
		if tok == token.EOF {
			return calls(src, spans, t)
		}
		start := file.Offset(pos)
		end := min(start+len(lit), len(src))
		if st := styleOf(tok, lit, t); st != "" && end > start && lit != "\n" {
			spans = append(spans, Span{start, end, st})
		}
	}
}

// name marks identifiers until it is known whether they are called.
const name style.Style = "name"

func styleOf(tok token.Token, lit string, t style.Theme) style.Style {
	switch {
	case tok.IsKeyword():
		return t.Keyword
	case tok == token.COMMENT:
		return t.Remark
	case tok == token.STRING || tok == token.CHAR:
		return t.Text
	case tok == token.INT || tok == token.FLOAT || tok == token.IMAG:
		return t.Number
	case tok == token.IDENT:
		return predeclared(lit, t)
	}
	return ""
}

func predeclared(lit string, t style.Theme) style.Style {
	switch types.Universe.Lookup(lit).(type) {
	case *types.TypeName:
		return t.Type
	case *types.Const, *types.Nil:
		return t.Constant
	case *types.Builtin:
		return t.Func
	}
	return name
}

// calls gives names in front of a parenthesis the style of functions and takes
// the mark off the others.
func calls(src string, spans []Span, t style.Theme) []Span {
	out := spans[:0]
	for _, s := range spans {
		if s.Style == name {
			if s.End >= len(src) || src[s.End] != '(' {
				continue
			}
			s.Style = t.Func
		}
		out = append(out, s)
	}
	return out
}

// Partner returns the offset of the bracket that belongs to the one at or before
// cursor, and that bracket's own offset; ok is false if there is none. Brackets
// in strings and comments do not count.
func Partner(src string, cursor int) (own, other int, ok bool) {
	var open []int
	pairs := map[int]int{}
	var s scanner.Scanner
	file := token.NewFileSet().AddFile("", -1, len(src))
	s.Init(file, []byte(src), func(token.Position, string) {}, 0)
	for {
		pos, tok, _ := s.Scan()
		at := 0
		if pos.IsValid() {
			at = file.Offset(pos)
		}
		switch tok {
		case token.EOF:
			return find(pairs, cursor)
		case token.LPAREN, token.LBRACK, token.LBRACE:
			open = append(open, at)
		case token.RPAREN, token.RBRACK, token.RBRACE:
			if n := len(open) - 1; n >= 0 && opens[src[open[n]]] == src[at] {
				pairs[open[n]], pairs[at] = at, open[n]
				open = open[:n]
			}
		}
	}
}

var opens = map[byte]byte{'(': ')', '[': ']', '{': '}'}

func find(pairs map[int]int, cursor int) (own, other int, ok bool) {
	for _, at := range []int{cursor, cursor - 1} {
		if p, found := pairs[at]; found {
			return at, p, true
		}
	}
	return 0, 0, false
}
