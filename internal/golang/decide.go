package golang

import (
	"go/ast"
	"go/token"
	"go/types"
	"sort"
	"strings"

	"golang.org/x/tools/go/types/typeutil"

	"graft/internal/golang/registry"
)

// expressions returns the outermost expression at each place of the generated
// text in want.
func (c *checked) expressions(want map[int]*piece) map[*piece]ast.Expr {
	base := int(c.file.FileStart)
	found := map[*piece]ast.Expr{}
	ast.Inspect(c.file, func(n ast.Node) bool {
		if e, ok := n.(ast.Expr); ok {
			if p := want[int(e.Pos())-base]; p != nil && found[p] == nil {
				found[p] = e
			}
		}
		return n != nil
	})
	return found
}

// decide settles what the types of right sides tell about the lowering: how
// many values a shown expression has, and which errors were left out. It reports
// whether anything changed.
func (c *checked) decide() bool {
	want := map[int]*piece{}
	for _, p := range c.unit.pieces {
		if p.kind == exprPiece || p.call && p.rhsOff > 0 {
			want[p.rhs] = p
		}
	}
	changed := c.decideParallel()
	for p, e := range c.expressions(want) {
		if p.kind == exprPiece {
			changed = c.decideExpression(p, e) || changed
		} else if !p.omitted && leavesOutError(c.info.TypeOf(e), p.lefts()) {
			p.omitted, changed = true, true
		}
	}
	return changed
}

// decideParallel finds the calls of parallel assignments whose trailing error was
// left out, as in a, b := f(), g(), and has each go through okFunc, which checks it
// at its place in the order of evaluation.
func (c *checked) decideParallel() bool {
	changed := false
	want := map[int]*piece{}
	for _, p := range c.unit.pieces {
		if len(p.values) > 0 {
			want[p.rhs] = p
		}
	}
	ast.Inspect(c.file, func(n ast.Node) bool {
		list := rightSides(n)
		if len(list) == 0 {
			return true
		}
		p := want[int(list[0].Pos()-c.file.FileStart)]
		if p == nil || len(p.values) != len(list) {
			return true
		}
		for i, e := range list {
			if leavesOutError(c.info.TypeOf(e), 1) {
				p.wrap(i)
				changed = true
			}
		}
		return true
	})
	return changed
}

func rightSides(n ast.Node) []ast.Expr {
	switch n := n.(type) {
	case *ast.ValueSpec:
		return n.Values
	case *ast.AssignStmt:
		return n.Rhs
	}
	return nil
}

// wrap puts okFunc round value i of p, with the position of the value.
func (p *piece) wrap(i int) {
	if p.keys == nil {
		p.keys = map[int]string{}
	}
	from, to := p.values[i][0], p.values[i][1]
	p.keys[from] = okFunc + lineDirective(p.src, from) + "("
	p.keys[to] = ")"
	p.wrapped = true
}

// lefts returns how many values the left side of p takes.
func (p *piece) lefts() int {
	if p.kind != assignPiece {
		return len(p.names)
	}
	list, _ := lex(p.src.text[p.off:p.lhsEnd])
	n, depth := 1, 0
	for _, l := range list {
		switch {
		case closers[l.tok] != 0:
			depth++
		case isCloser(l.tok):
			depth--
		case l.tok == token.COMMA && depth == 0:
			n++
		}
	}
	return n
}

func leavesOutError(t types.Type, lefts int) bool {
	tuple, ok := t.(*types.Tuple)
	return ok && tuple.Len() == lefts+1 && isError(tuple.At(lefts).Type())
}

var errorType = types.Universe.Lookup("error").Type()

func isError(t types.Type) bool { return types.Identical(t, errorType) }

func (c *checked) decideExpression(p *piece, e ast.Expr) bool {
	results, verbs := p.results, 0
	tv := c.info.Types[e]
	n := 1
	if tuple, ok := tv.Type.(*types.Tuple); ok {
		n = tuple.Len()
	} else if tv.IsVoid() {
		n = 0
	}
	if p.show {
		results = n
	}
	if call, ok := ast.Unparen(e).(*ast.CallExpr); ok && n > 0 {
		f, _ := typeutil.Callee(c.info, call).(*types.Func)
		p.quiet = isPrint(f)
		if isVerb(f) {
			verbs = n
		}
	}
	changed := results != p.results || verbs != p.verbs
	p.results, p.verbs = results, verbs
	return changed
}

// isPrint reports whether f is fmt.Print or one of its kind, whose results
// nobody wants to see.
func isPrint(f *types.Func) bool {
	if f == nil || f.Pkg() == nil || f.Pkg().Path() != "fmt" || f.Signature().Recv() != nil {
		return false
	}
	return strings.HasPrefix(f.Name(), "Print") || strings.HasPrefix(f.Name(), "Fprint")
}

// isVerb reports whether f gives an error last and is of a package whose errors
// a bare call may ignore.
func isVerb(f *types.Func) bool {
	if f == nil || f.Pkg() == nil || f.Pkg().Path() == cellPath {
		return false
	}
	results := f.Signature().Results()
	if results.Len() == 0 || !isError(results.At(results.Len()-1).Type()) {
		return false
	}
	native := registry.Lookup(f.Pkg().Path())
	return native != nil && native.Verbs
}

// addKeys gives unkeyed literals of structs from earlier cells their keys: the
// checker refuses them because the earlier cell is another package to it.
func (c *checked) addKeys() bool {
	added := false
	for _, e := range c.errs {
		if e.piece == nil || !strings.HasPrefix(e.message, "implicit assignment to unexported field ") {
			continue
		}
		ast.Inspect(c.file, func(n ast.Node) bool {
			lit, ok := n.(*ast.CompositeLit)
			if ok && lit.Pos() <= e.pos && e.pos < lit.End() {
				added = c.keyLiteral(e, lit) || added
			}
			return true
		})
	}
	return added
}

func (c *checked) keyLiteral(e *problem, lit *ast.CompositeLit) bool {
	i := sort.Search(len(lit.Elts), func(i int) bool { return lit.Elts[i].End() > e.pos })
	if i == len(lit.Elts) || lit.Elts[i].Pos() != e.pos {
		return false
	}
	if c.info.TypeOf(lit) == nil {
		return false
	}
	t, ok := deref(c.info.TypeOf(lit)).Underlying().(*types.Struct)
	if !ok || len(lit.Elts) != t.NumFields() {
		return false
	}
	p := e.piece
	if p.keys == nil {
		p.keys = map[int]string{}
	}
	added := false
	for i, elt := range lit.Elts {
		off := e.off + int(elt.Pos()-e.pos)
		if _, keyed := elt.(*ast.KeyValueExpr); !keyed && p.keys[off] == "" && off >= p.off && off < p.end {
			p.keys[off] = t.Field(i).Name() + ": "
			added = true
		}
	}
	return added
}

func deref(t types.Type) types.Type {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		return p.Elem()
	}
	return t
}

// usedTooEarly reports variables that a statement uses before the cell defines
// them. To the checker they are package-level and exist from the start. Function
// literals may mention them: they run later.
func (in *Interp) usedTooEarly(c *checked) []*problem {
	var list []*problem
	for _, d := range c.file.Decls {
		if _, ok := d.(*ast.FuncDecl); ok {
			continue
		}
		ast.Inspect(d, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncLit:
				return c.pieceAt(c.offset(in.fset, n.Pos())) == nil
			case *ast.Ident:
				if c.tooEarly(in.fset, n) {
					list = append(list, in.locate(c, n.Pos(), len(n.Name), "undefined: "+n.Name))
				}
			}
			return true
		})
	}
	return list
}

func (c *checked) tooEarly(fset *token.FileSet, id *ast.Ident) bool {
	v, ok := c.info.Uses[id].(*types.Var)
	if !ok || v.Pkg() != c.pkg || v.Parent() != c.pkg.Scope() {
		return false
	}
	use, def := c.pieceAt(c.offset(fset, id.Pos())), c.pieceAt(c.offset(fset, v.Pos()))
	return use != nil && def != nil && use.carry == nil && def.carry == nil && (use == def || id.Pos() < v.Pos())
}
