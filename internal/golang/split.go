package golang

import (
	"fmt"
	"go/parser"
	"go/scanner"
	"go/token"
	"strings"
)

// lexeme is one token with its byte range in the cell.
type lexeme struct {
	tok      token.Token
	lit      string
	off, end int
}

// lexError is what the scanner found wrong.
type lexError struct {
	off     int
	message string
}

// lex returns the tokens of text, comments and inserted semicolons included.
func lex(text string) ([]lexeme, []lexError) {
	fset := token.NewFileSet()
	file := fset.AddFile("", -1, len(text))
	var errs []lexError
	var s scanner.Scanner
	s.Init(file, []byte(text), func(pos token.Position, msg string) {
		errs = append(errs, lexError{pos.Offset, msg})
	}, scanner.ScanComments)
	var list []lexeme
	for {
		pos, tok, lit := s.Scan()
		if tok == token.EOF {
			return list, errs
		}
		off := int(pos) - file.Base()
		list = append(list, lexeme{tok, lit, off, min(off+lexemeLen(tok, lit), len(text))})
	}
}

func lexemeLen(tok token.Token, lit string) int {
	switch {
	case tok == token.SEMICOLON && lit == "\n", tok == token.SEMICOLON && lit == "EOF":
		return 0
	case tok == token.ILLEGAL:
		return 1
	case lit != "":
		return len(lit)
	}
	return len(tok.String())
}

var closers = map[token.Token]token.Token{
	token.LPAREN: token.RPAREN, token.LBRACK: token.RBRACK, token.LBRACE: token.RBRACE,
}

func isCloser(tok token.Token) bool {
	return tok == token.RPAREN || tok == token.RBRACK || tok == token.RBRACE
}

// chunk is the tokens of one top-level piece, without the semicolon behind it.
type chunk struct {
	list []lexeme
	doc  string // comment text directly above
	semi bool   // an explicit semicolon follows
}

func (c chunk) off() int { return c.list[0].off }
func (c chunk) end() int { return c.list[len(c.list)-1].end }

// cut divides the tokens of src at the semicolons outside all brackets.
func cut(src *source, list []lexeme) ([]chunk, *Error) {
	var chunks []chunk
	var open []lexeme // brackets not closed yet
	var current chunk
	var doc comments
	for _, l := range list {
		if l.tok == token.COMMENT {
			doc.add(src, l)
			continue
		}
		if len(open) == 0 && l.tok == token.SEMICOLON && !current.needsMore(src) {
			if len(current.list) > 0 {
				current.semi = l.lit == ";"
				chunks = append(chunks, current)
				current = chunk{}
			} else if len(chunks) > 0 && l.lit == ";" {
				chunks[len(chunks)-1].semi = true
			}
			continue
		}
		if len(current.list) == 0 {
			current.doc = doc.above(src, l.off)
		}
		current.list = append(current.list, l)
		if _, ok := closers[l.tok]; ok {
			open = append(open, l)
		}
		if isCloser(l.tok) {
			if len(open) == 0 || closers[open[len(open)-1].tok] != l.tok {
				return nil, mismatch(src, l, open)
			}
			open = open[:len(open)-1]
		}
	}
	if len(current.list) > 0 {
		chunks = append(chunks, headers(src, current)...)
	}
	return chunks, nil
}

// mismatch is the error of a closing bracket that closes nothing, or closes an
// outer bracket before an inner one. The inner one is then to blame.
func mismatch(src *source, l lexeme, open []lexeme) *Error {
	if len(open) == 0 {
		return src.errorAt(Compile, l.off, 1, "syntax error: unexpected "+l.tok.String())
	}
	last := open[len(open)-1]
	line, col := src.position(l.off)
	return src.errorAt(Compile, last.off, 1,
		fmt.Sprintf("syntax error: %s is not closed before the %s at %d:%d", last.tok, l.tok, line, col))
}

// needsMore reports whether a semicolon here belongs to the header of a for, if
// or switch statement rather than ending the piece.
func (c chunk) needsMore(src *source) bool {
	if !isHeader(c.list) {
		return false
	}
	if c.list[len(c.list)-1].tok != token.RBRACE {
		return true
	}
	_, err := parser.ParseFile(token.NewFileSet(), "", stmtPrefix+src.text[c.off():c.end()]+"\n}", parser.SkipObjectResolution)
	return err != nil
}

func isHeader(list []lexeme) bool {
	for len(list) > 2 && list[0].tok == token.IDENT && list[1].tok == token.COLON {
		list = list[2:]
		for len(list) > 0 && list[0].tok == token.SEMICOLON { // a label on a line of its own
			list = list[1:]
		}
	}
	if len(list) == 0 {
		return false
	}
	switch list[0].tok {
	case token.FOR, token.IF, token.SWITCH:
		return true
	}
	return false
}

// headers deals with a last piece that never parsed as a complete statement:
// what follows its first line is divided again, so that the error names that
// line and not the rest of the cell.
func headers(src *source, c chunk) []chunk {
	if !isHeader(c.list) || !c.needsMore(src) {
		return []chunk{c}
	}
	depth := 0
	for i, l := range c.list {
		switch {
		case closers[l.tok] != 0:
			depth++
		case isCloser(l.tok):
			depth--
		case depth == 0 && l.tok == token.SEMICOLON && l.lit == "\n":
			rest, err := cut(src, c.list[i+1:])
			if err != nil || i == 0 {
				return []chunk{c}
			}
			return append([]chunk{{list: c.list[:i], doc: c.doc}}, rest...)
		}
	}
	return []chunk{c}
}

// comments collects the comment lines above a declaration.
type comments struct {
	text []string
	end  int
}

func (c *comments) add(src *source, l lexeme) {
	if len(c.text) > 0 && strings.Count(src.text[c.end:l.off], "\n") > 1 {
		c.text = nil
	}
	c.text = append(c.text, commentText(l.lit))
	c.end = l.off + len(l.lit)
}

// above returns the comment that ends on the line before off.
func (c *comments) above(src *source, off int) string {
	text := c.text
	c.text = nil
	if len(text) == 0 || c.end > off || strings.Count(src.text[c.end:off], "\n") != 1 {
		return ""
	}
	return strings.Join(text, "\n")
}

func commentText(lit string) string {
	if body, ok := strings.CutPrefix(lit, "//"); ok {
		return strings.TrimPrefix(body, " ")
	}
	return strings.TrimSpace(strings.TrimSuffix(strings.TrimPrefix(lit, "/*"), "*/"))
}
