package golang

import (
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"strconv"
	"strings"
)

// pieceKind sorts the pieces of a cell.
type pieceKind int

const (
	importPiece pieceKind = iota
	packagePiece
	varPiece // one specification
	constPiece
	typePiece // one specification
	funcPiece
	methodPiece
	definePiece // a, b := ...
	assignPiece // a, b = ...
	exprPiece
	stmtPiece
	sharePiece // the storage of a session variable under a new type, see redefine.go
)

// declares reports whether pieces of this kind may stand anywhere in a cell,
// because nothing runs at their place.
func (k pieceKind) declares() bool {
	return k == constPiece || k == typePiece || k == funcPiece || k == methodPiece
}

// ident is a name in the text.
type ident struct {
	name     string
	off, end int
}

// piece is one top-level declaration or statement of a cell, and what the
// checker decided about its lowering.
type piece struct {
	kind     pieceKind
	src      *source
	off, end int
	doc      string

	names    []ident         // declared, or for an assignment nil
	recv     string          // base type of a method's receiver
	path     string          // of an import
	mentions map[string]bool // names used that are not behind a dot
	lhsEnd   int             // end of the left side
	rhsOff   int             // start of the right side, or of the expression; 0 if there is none
	typeOff  int             // of the type of a variable, or 0
	typeEnd  int
	call     bool     // the right side is one call
	values   [][2]int // bounds of the right side's values, if there are several

	show    bool            // the last expression of the cell: its values are results
	results int             // how many values a shown expression has; 0: run it as a statement
	verbs   int             // a statement call whose last of so many results is an error to check
	hidden  bool            // the values are not for showing: a semicolon follows
	quiet   bool            // the values are not for showing: fmt.Print and its kind
	omitted bool            // a trailing error was left out and is checked
	wrapped bool            // keys has calls of okFunc
	keys    map[int]string  // text to insert at byte offsets
	reused  map[string]bool // names of a definition that the cell has defined already
	temp    bool            // define temporaries; the next unit defines the names
	from    *piece          // the piece whose temporaries define the names
	carry   *carry          // set if the piece is re-emitted from an earlier cell

	gen [2]int // byte range in the generated text
	rhs int    // where the right side begins in the generated text
}

const (
	declPrefix = "package p;"
	stmtPrefix = "package p;func _(){"
)

// split divides a cell into pieces.
func split(src *source) ([]*piece, *Error) {
	list, errs := lex(src.text)
	if len(errs) > 0 {
		return nil, src.errorAt(Compile, errs[0].off, 1, "syntax error: "+errs[0].message)
	}
	chunks, err := cut(src, list)
	if err != nil {
		return nil, err
	}
	var pieces []*piece
	for _, c := range chunks {
		more, err := parsePiece(src, c)
		if err != nil {
			return nil, err
		}
		pieces = append(pieces, more...)
	}
	markLast(pieces, chunks)
	return pieces, nil
}

// markLast marks the last expression of the cell; a semicolon behind it hides it.
func markLast(pieces []*piece, chunks []chunk) {
	if len(pieces) == 0 {
		return
	}
	if p := pieces[len(pieces)-1]; p.kind == exprPiece {
		p.show, p.results, p.hidden = true, 1, chunks[len(chunks)-1].semi
	}
}

// parsePiece parses a chunk. A grouped var, type or import declaration gives a
// piece for each specification.
func parsePiece(src *source, c chunk) ([]*piece, *Error) {
	p := &piece{src: src, off: c.off(), end: c.end(), doc: c.doc, mentions: mentions(c.list)}
	switch {
	case c.list[0].tok == token.PACKAGE:
		p.kind = packagePiece
		return []*piece{p}, nil
	case isDeclaration(c.list):
		return p.declaration(c)
	}
	return p.statement()
}

// mentions returns the identifiers that are not selected from something.
func mentions(list []lexeme) map[string]bool {
	names := map[string]bool{}
	for i, l := range list {
		if l.tok == token.IDENT && (i == 0 || list[i-1].tok != token.PERIOD) {
			names[l.lit] = true
		}
	}
	return names
}

// isDeclaration reports whether the tokens begin a declaration. A func is one
// if it has a name; behind a receiver the name is followed by parameters, which
// the result type of a function literal cannot be.
func isDeclaration(list []lexeme) bool {
	switch list[0].tok {
	case token.IMPORT, token.VAR, token.CONST, token.TYPE:
		return true
	case token.FUNC:
	default:
		return false
	}
	if len(list) < 2 || list[1].tok != token.LPAREN {
		return len(list) > 1 && list[1].tok == token.IDENT
	}
	depth := 0
	for i, l := range list {
		if closers[l.tok] != 0 {
			depth++
		} else if isCloser(l.tok) {
			if depth--; depth == 0 {
				return i+2 < len(list) && list[i+1].tok == token.IDENT && list[i+2].tok == token.LPAREN
			}
		}
	}
	return false
}

// parse parses prefix + the text of p + suffix and returns the file and the
// difference between its positions and offsets in the cell.
func (p *piece) parse(prefix, suffix string) (*ast.File, int, *Error) {
	fset := token.NewFileSet()
	text := prefix + p.src.text[p.off:p.end] + suffix
	file, err := parser.ParseFile(fset, "", text, parser.SkipObjectResolution)
	shift := p.off - len(prefix)
	if list, ok := err.(scanner.ErrorList); ok {
		return nil, 0, p.syntaxError(list[0], shift)
	} else if err != nil {
		return nil, 0, p.src.errorAt(Compile, p.off, p.end-p.off, "syntax error: "+err.Error())
	}
	return file, shift - fset.File(file.FileStart).Base(), nil
}

func (p *piece) syntaxError(err *scanner.Error, shift int) *Error {
	off, msg := err.Pos.Offset+shift, err.Msg
	if off >= p.end {
		off = p.end
		if i := strings.Index(msg, ", found"); i >= 0 {
			msg = msg[:i] + ", found the end of the statement"
		}
		if line, _ := p.src.position(off); off > 0 && strings.TrimSpace(p.src.line(line)) != "" {
			return p.src.errorAt(Compile, off, 1, "syntax error: "+msg)
		}
	}
	return p.src.errorAt(Compile, off, tokenLength(p.src.text[off:p.end]), "syntax error: "+msg)
}

func (s *source) line(n int) string {
	text, _, _ := strings.Cut(s.text[s.offset(n, 1):], "\n")
	return text
}

// tokenLength returns the length of the token that text begins with.
func tokenLength(text string) int {
	if i := strings.IndexByte(text, '\n'); i >= 0 {
		text = text[:i]
	}
	if list, _ := lex(text); len(list) > 0 && list[0].off == 0 {
		return max(list[0].end, 1)
	}
	return 1
}

// declaration parses p as a declaration.
func (p *piece) declaration(c chunk) ([]*piece, *Error) {
	file, shift, err := p.parse(declPrefix, "")
	if err != nil {
		return nil, err
	}
	if len(file.Decls)+len(file.Imports) == 0 {
		return nil, nil
	}
	switch d := file.Decls[0].(type) {
	case *ast.FuncDecl:
		p.function(d, shift)
	case *ast.GenDecl:
		if d.Tok == token.CONST {
			p.constants(d, shift)
			return []*piece{p}, nil
		}
		return p.specs(d, shift, c), nil
	}
	return []*piece{p}, nil
}

func (p *piece) function(d *ast.FuncDecl, shift int) {
	p.kind = funcPiece
	p.names = []ident{identAt(d.Name, shift)}
	if d.Recv != nil && len(d.Recv.List) > 0 {
		p.kind = methodPiece
		p.recv = baseName(d.Recv.List[0].Type)
	}
}

// baseName returns the name of a receiver's base type.
func baseName(t ast.Expr) string {
	switch t := t.(type) {
	case *ast.StarExpr:
		return baseName(t.X)
	case *ast.ParenExpr:
		return baseName(t.X)
	case *ast.IndexExpr:
		return baseName(t.X)
	case *ast.IndexListExpr:
		return baseName(t.X)
	case *ast.Ident:
		return t.Name
	}
	return ""
}

func identAt(id *ast.Ident, shift int) ident {
	return ident{id.Name, int(id.Pos()) + shift, int(id.End()) + shift}
}

func (p *piece) constants(d *ast.GenDecl, shift int) {
	p.kind = constPiece
	for _, spec := range d.Specs {
		for _, id := range spec.(*ast.ValueSpec).Names {
			p.names = append(p.names, identAt(id, shift))
		}
	}
}

// specs returns a piece for each specification of d.
func (p *piece) specs(d *ast.GenDecl, shift int, c chunk) []*piece {
	var list []*piece
	for _, spec := range d.Specs {
		q := &piece{src: p.src, off: int(spec.Pos()) + shift, end: int(spec.End()) + shift, doc: p.doc}
		q.mentions = mentions(between(c.list, q.off, q.end))
		switch spec := spec.(type) {
		case *ast.ImportSpec:
			q.importSpec(spec, shift)
		case *ast.TypeSpec:
			q.kind = typePiece
			q.names = []ident{identAt(spec.Name, shift)}
		case *ast.ValueSpec:
			q.variable(spec, shift)
		}
		list = append(list, q)
	}
	return list
}

func between(list []lexeme, from, to int) []lexeme {
	for len(list) > 0 && list[0].off < from {
		list = list[1:]
	}
	for len(list) > 0 && list[len(list)-1].end > to {
		list = list[:len(list)-1]
	}
	return list
}

func (p *piece) importSpec(spec *ast.ImportSpec, shift int) {
	p.kind = importPiece
	p.path, _ = strconv.Unquote(spec.Path.Value)
	if spec.Name != nil {
		p.names = []ident{identAt(spec.Name, shift)}
	}
}

func (p *piece) variable(spec *ast.ValueSpec, shift int) {
	p.kind = varPiece
	for _, id := range spec.Names {
		p.names = append(p.names, identAt(id, shift))
	}
	p.lhsEnd = p.names[len(p.names)-1].end
	if spec.Type != nil {
		p.typeOff, p.typeEnd = int(spec.Type.Pos())+shift, int(spec.Type.End())+shift
	}
	p.rightSide(spec.Values, shift)
}

func (p *piece) rightSide(values []ast.Expr, shift int) {
	if len(values) == 0 {
		return
	}
	p.rhsOff = int(values[0].Pos()) + shift
	if len(values) == 1 {
		_, p.call = ast.Unparen(values[0]).(*ast.CallExpr)
		return
	}
	for _, v := range values {
		p.values = append(p.values, [2]int{int(v.Pos()) + shift, int(v.End()) + shift})
	}
}

// statement parses p as a statement.
func (p *piece) statement() ([]*piece, *Error) {
	file, shift, err := p.parse(stmtPrefix, "\n}")
	if err != nil {
		return nil, err
	}
	body := statements(file)
	if len(body) == 0 {
		return nil, nil
	}
	p.kind = stmtPiece
	switch s := body[0].(type) {
	case *ast.AssignStmt:
		err = p.assignment(s, shift)
	case *ast.ExprStmt:
		p.kind = exprPiece
		p.rightSide([]ast.Expr{s.X}, shift)
		p.rhsOff = p.off
	}
	if err == nil {
		err = p.misplaced(body, shift)
	}
	return []*piece{p}, err
}

// statements returns the body of the function that stmtPrefix begins.
func statements(file *ast.File) []ast.Stmt {
	if len(file.Decls) != 1 {
		return nil // the scanner already refused the text
	}
	if f, ok := file.Decls[0].(*ast.FuncDecl); ok && f.Body != nil {
		return f.Body.List
	}
	return nil
}

func (p *piece) assignment(s *ast.AssignStmt, shift int) *Error {
	if s.Tok != token.ASSIGN && s.Tok != token.DEFINE {
		return nil
	}
	p.kind = assignPiece
	p.lhsEnd = int(s.Lhs[len(s.Lhs)-1].End()) + shift
	p.rightSide(s.Rhs, shift)
	if s.Tok == token.ASSIGN {
		return nil
	}
	p.kind = definePiece
	for _, e := range s.Lhs {
		id, ok := e.(*ast.Ident)
		if !ok {
			off := int(e.Pos()) + shift
			return p.src.errorAt(Compile, off, int(e.End()-e.Pos()),
				"cannot define "+p.src.text[off:int(e.End())+shift]+" with := (assign with =)")
		}
		p.names = append(p.names, identAt(id, shift))
	}
	return nil
}

// misplaced reports statements that need a function around them: the cell is
// none.
func (p *piece) misplaced(body []ast.Stmt, shift int) (err *Error) {
	report := func(n ast.Node, msg string) {
		if err == nil {
			off := int(n.Pos()) + shift
			err = p.src.errorAt(Compile, off, tokenLength(p.src.text[off:]), msg)
		}
	}
	for _, s := range body {
		ast.Inspect(s, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncLit:
				return false
			case *ast.ReturnStmt:
				report(n, "return outside a function")
			case *ast.DeferStmt:
				report(n, "defer outside a function (a cell has no end to wait for: call it where it is due, or write func() { ... }())")
			}
			return true
		})
	}
	return err
}
