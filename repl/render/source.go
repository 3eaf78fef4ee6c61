package render

import (
	"go/scanner"
	"go/token"
	"go/types"

	"graft/repl/editor/syntax"
	"graft/repl/style"
)

// Span is a stretch of source in one style, in bytes.
type Span struct {
	Start, End int
	Style      style.Style
	LineEnds   bool // line ends in it are drawn, as blanks
}

// Source splits Go source, complete or not, into coloured spans in order; text
// between them has no colour. kind is what src begins in: it may be a part of a
// longer text.
func Source(src string, kind syntax.Kind, t style.Theme) []Span {
	var spans []Span
	from := 0
	if kind != syntax.Code {
		from, _ = syntax.Step(src, 0, kind)
		spans = append(spans, Span{Start: 0, End: from, Style: inside(kind, t)})
	}
	var s scanner.Scanner
	file := token.NewFileSet().AddFile("", -1, len(src)-from)
	s.Init(file, []byte(src[from:]), func(token.Position, string) {}, scanner.ScanComments)
	for {
		pos, tok, lit := s.Scan()
		if tok == token.EOF {
			return calls(src, spans, t)
		}
		start := from + file.Offset(pos)
		end := min(start+len(lit), len(src))
		if st := styleOf(tok, lit, t); st != "" && end > start && lit != "\n" {
			spans = append(spans, Span{Start: start, End: end, Style: st})
		}
	}
}

func inside(kind syntax.Kind, t style.Theme) style.Style {
	if kind.Comment() {
		return t.Remark
	}
	return t.Text
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
