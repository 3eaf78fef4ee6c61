package golang

import (
	"go/ast"
	"go/token"
	"slices"
	"strings"
)

// Call is the call whose arguments surround a cursor.
type Call struct {
	// Text is the function as declared, with its name as written:
	// "strings.Repeat(s string, count int) string".
	Text string
	// Start and End are the bytes of Text that declare the parameter at the
	// cursor; equal if the function has none there.
	Start, End int
}

// Signature describes the innermost call whose parentheses surround cursor, a byte
// offset in src. Type parameters that the arguments before the cursor decide are
// replaced. In the body of a function literal only the calls of that body count. It
// does not wait for a running cell.
func (in *Interp) Signature(src string, cursor int) (Call, bool) {
	src = newSource("", Cell{Source: src[:min(max(cursor, 0), len(src))]}).text
	if lit, ok := literalAt(src, len(src)); ok {
		src = src[:lit.off]
	} else if inText(src, len(src)) {
		return Call{}, false
	}
	tokens, _ := lex(src)
	open, ok := unclosed(tokens)
	if !ok {
		return Call{}, false
	}
	for i := len(open) - 1; i >= 0; i-- {
		b := open[i]
		if b.tok == token.LBRACE && isBlock(tokens, b.off) {
			return Call{}, false
		}
		if b.tok != token.LPAREN || !callable(tokens, b.off) {
			continue
		}
		if call := in.callAt(src, tokens, open[:i+1], b.off); call.Text != "" {
			return call, true
		}
	}
	return Call{}, false
}

// callable reports whether the parenthesis at off can follow a function.
func callable(list []lexeme, off int) bool {
	before := token.ILLEGAL
	for _, l := range list {
		if l.off >= off {
			break
		}
		if l.tok != token.COMMENT {
			before = l.tok
		}
	}
	return before == token.IDENT || isCloser(before)
}

// endings are what a statement that is cut after a call may lack: the body of if,
// for and switch, the rest of a for clause, the colon of a case.
var endings = []string{"", " {}", "; {}", ":"}

// callAt describes the call whose parenthesis, at off, is the last of those open in
// a text that ends at the cursor. Where its last argument is not yet Go, it is read
// as if it had not begun.
func (in *Interp) callAt(src string, tokens, open []lexeme, off int) Call {
	arg, start := 0, off+1
	for _, l := range argumentTokens(tokens, off) {
		if l.tok == token.COMMA {
			arg++
			start = l.end
		}
	}
	all, _ := unclosed(tokens)
	until := slices.IndexFunc(tokens, func(l lexeme) bool { return l.off >= start })
	if until < 0 {
		until = len(tokens)
	}
	for _, text := range []struct {
		src          string
		tokens, open []lexeme
	}{{src, tokens, all}, {src[:start], tokens[:until], open}} {
		for _, ending := range endings {
			if call, ok := in.callIn(mended(text.src, text.tokens, text.open, ending), off, arg); ok {
				return call
			}
		}
	}
	return Call{}
}

// callIn describes the call whose parenthesis is at off in a text that may parse.
func (in *Interp) callIn(text string, off, arg int) (call Call, ok bool) {
	in.looks(text, func(l *look) bool {
		e := l.callAt(off)
		if ok = e != nil; ok {
			call = l.describeCall(e, arg)
		}
		return ok
	})
	return call, ok
}

// argumentTokens returns the tokens behind the parenthesis at off that are in no
// other bracket.
func argumentTokens(tokens []lexeme, off int) (list []lexeme) {
	depth := 0
	for _, l := range tokens {
		if l.off <= off {
			continue
		}
		if isCloser(l.tok) {
			depth--
		}
		if depth == 0 {
			list = append(list, l)
		}
		if _, opens := closers[l.tok]; opens {
			depth++
		}
	}
	return list
}

// mended is src made to parse: with a name where one is missing at its end, with
// its brackets closed, and with ending in front of the first block that is closed.
func mended(src string, tokens, open []lexeme, ending string) string {
	var b strings.Builder
	b.WriteString(src)
	if lacksOperand(tokens) {
		b.WriteString(" " + placeholder)
	}
	for i := len(open) - 1; i >= 0; i-- {
		closer := closers[open[i].tok]
		if closer == token.RBRACE && isBlock(tokens, open[i].off) {
			b.WriteString(ending)
			ending = ""
		}
		b.WriteString(closer.String())
	}
	return b.String() + ending
}

// lacksOperand reports whether the last token wants an operand behind it.
func lacksOperand(list []lexeme) bool {
	for i := len(list) - 1; i >= 0; i-- {
		switch l := list[i]; {
		case l.tok == token.COMMENT || l.tok == token.SEMICOLON && l.lit != ";":
			continue
		case l.tok == token.IDENT || l.tok.IsLiteral() || isCloser(l.tok) || l.tok == token.ELLIPSIS:
			return false
		default:
			return true
		}
	}
	return true
}

// isBlock tells the brace of a block at off from that of a composite literal: what
// stands before it begins a statement or a function that has a block.
func isBlock(list []lexeme, off int) bool {
	i := slices.IndexFunc(list, func(l lexeme) bool { return l.off == off })
	clause := false // a semicolon of a header was passed
	for depth := 0; i > 0; {
		i--
		l := list[i]
		switch {
		case isCloser(l.tok):
			depth++
		case closers[l.tok] != 0:
			depth--
		case l.tok == token.TYPE && depth == 1:
			return true // x.(type)
		case depth > 0:
		case slices.Contains(blockWords, l.tok):
			return true
		case l.tok == token.SEMICOLON:
			clause = true
		case !clause && slices.Contains(valueSigns, l.tok):
			return false
		}
		if depth < 0 || depth == 0 && l.tok == token.SEMICOLON && l.lit == "\n" {
			return false
		}
	}
	return false
}

var (
	blockWords = []token.Token{token.FUNC, token.IF, token.ELSE, token.FOR, token.RANGE, token.SWITCH, token.SELECT}
	valueSigns = []token.Token{token.COMMA, token.ASSIGN, token.DEFINE, token.RETURN}
)

// callAt returns the call whose parenthesis is at off in the text of l, or nil.
func (l *look) callAt(off int) (call *ast.CallExpr) {
	line, col := l.unit.src.position(off)
	ast.Inspect(l.file, func(n ast.Node) bool {
		if e, ok := n.(*ast.CallExpr); ok {
			if at := l.in.fset.Position(e.Lparen); at.Line == line && at.Column == col {
				call = e
			}
		}
		return call == nil
	})
	return call
}
