package golang

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"go/types"
	"reflect"
	"sort"
	"strings"

	"golang.org/x/tools/go/types/typeutil"

	"graft/internal/golang/registry"
)

// checked is a unit with its types.
type checked struct {
	unit *unit
	pkg  *types.Package
	file *ast.File
	info *types.Info
	errs []*problem
	text string
}

// problem is an error of the type checker at a place of a cell.
type problem struct {
	piece    *piece // nil in generated text
	src      *source
	off, len int
	message  string
	pos      token.Pos
}

// check lowers and checks u until nothing is left to decide. The result has
// problems if the unit is not valid Go.
func (in *Interp) check(u *unit, view *scope) *checked {
	u.prepare(view)
	for round := 0; ; round++ {
		c := in.checkOnce(u, view)
		if round > 60 {
			return c
		}
		again := in.autoImport(c, view)
		again = c.decide() || again
		again = c.addKeys() || again
		again = again || c.dropCarried()
		if !again && len(c.errs) == 0 {
			again = c.grow(view)
		}
		if !again {
			c.errs = append(c.errs, in.usedTooEarly(c)...)
			return c
		}
		in.fset.RemoveFile(in.fset.File(c.file.FileStart))
	}
}

// checkOnce lowers and checks u as it is.
func (in *Interp) checkOnce(u *unit, view *scope) *checked {
	u.bindImports(view, in.opts.Imports)
	c := &checked{unit: u, info: newInfo(), text: lower(u, view)}
	file, err := parser.ParseFile(in.fset, "cell", c.text, parser.SkipObjectResolution|parser.AllErrors)
	c.file = file
	c.pkg = types.NewPackage(cellPath, u.id)
	if list, ok := err.(scanner.ErrorList); ok {
		base := in.fset.File(file.FileStart).Base()
		for _, e := range list {
			c.errs = append(c.errs, in.locate(c, token.Pos(base+e.Pos.Offset), 1, "syntax error: "+e.Msg))
		}
		return c
	}
	declared := u.declared()
	for name := range u.mentions() {
		if obj := view.object(name); obj != nil && declared[name] == nil {
			c.pkg.Scope().Insert(obj)
		}
	}
	conf := types.Config{Importer: in.imports, GoVersion: goVersion, Sizes: sizes, Error: func(err error) {
		if e, ok := err.(types.Error); ok {
			in.problem(c, e)
		}
	}}
	c.protect(func() { types.NewChecker(&conf, in.fset, c.pkg, c.info).Files([]*ast.File{file}) })
	return c
}

// protect turns a crash of the type checker into a problem.
func (c *checked) protect(check func()) {
	defer func() {
		if r := recover(); r != nil {
			c.errs = append(c.errs, &problem{message: fmt.Sprintf("the type checker failed: %v", r)})
		}
	}()
	check()
}

// mentions returns the names that u uses.
func (u *unit) mentions() map[string]bool {
	names := map[string]bool{}
	for _, p := range u.pieces {
		for name := range p.mentions {
			names[name] = true
		}
	}
	return names
}

// problem records an error of the checker, unless cells allow what it says:
// unused names, and functions that use a variable that is defined by a call of
// them.
func (in *Interp) problem(c *checked, e types.Error) {
	v := reflect.ValueOf(e)
	start, end := v.FieldByName("go116start").Int(), v.FieldByName("go116end").Int()
	if e.Soft || strings.HasPrefix(e.Msg, "initialization cycle") || strings.HasPrefix(e.Msg, "\t") {
		return
	}
	length := 1
	if start == int64(e.Pos) && end > start {
		length = int(end - start)
	}
	p := in.locate(c, e.Pos, length, e.Msg)
	for _, q := range c.errs {
		if q.src == p.src && q.off == p.off && q.message == p.message {
			return
		}
	}
	c.errs = append(c.errs, p)
}

// locate makes a problem of an error at pos in the generated text.
func (in *Interp) locate(c *checked, pos token.Pos, length int, msg string) *problem {
	p := &problem{message: msg, len: length, pos: pos}
	at := in.fset.Position(pos)
	if p.src = in.sourceOf(c.unit, at.Filename); p.src != nil {
		p.off = p.src.offset(at.Line, at.Column)
		if i := strings.IndexByte(p.src.text[p.off:], '\n'); i >= 0 {
			p.len = min(p.len, max(i, 1))
		}
	}
	p.piece = c.pieceAt(c.offset(in.fset, pos))
	return p
}

func (in *Interp) sourceOf(u *unit, id string) *source {
	if u.src != nil && u.src.id == id {
		return u.src
	}
	return in.sources.find(id)
}

func (c *checked) offset(fset *token.FileSet, pos token.Pos) int {
	if f := fset.File(pos); f != nil {
		return int(pos) - f.Base()
	}
	return -1
}

// pieceAt returns the piece that a place in the generated text belongs to.
func (c *checked) pieceAt(off int) *piece {
	for _, p := range c.unit.pieces {
		if p.gen[0] <= off && off < p.gen[1] {
			return p
		}
	}
	return nil
}

// bindImports sets the imports that the unit takes from the session: those it
// mentions and does not declare.
func (u *unit) bindImports(view *scope, always map[string]string) {
	if u.imports == nil {
		u.imports = map[string]string{}
	}
	declared := u.declared()
	for _, p := range u.pieces {
		if p.kind == importPiece {
			for _, name := range p.importNames() {
				declared[name] = p
			}
		}
	}
	for name := range u.mentions() {
		b := view.names[name]
		switch {
		case declared[name] != nil:
			delete(u.imports, name)
		case b != nil && b.path != "":
			u.imports[name] = b.path
		case b == nil && always[name] != "":
			u.imports[name] = always[name]
		}
	}
}

// importNames returns the name that an import gives the file.
func (p *piece) importNames() []string {
	if len(p.names) > 0 {
		return []string{p.names[0].name}
	}
	if native := registry.Lookup(p.path); native != nil {
		return []string{native.Name}
	}
	return nil
}

// autoImport imports standard packages for names that are unknown and stand
// before a dot.
func (in *Interp) autoImport(c *checked, view *scope) bool {
	found := false
	for _, e := range c.errs {
		name, ok := strings.CutPrefix(e.message, "undefined: ")
		if !ok || e.src == nil || c.unit.imports[name] != "" || !beforeDot(e.src.text, e.off+len(name)) {
			continue
		}
		if path := packageNamed(name); path != "" {
			c.unit.imports[name] = path
			if c.unit.auto == nil {
				c.unit.auto = map[string]bool{}
			}
			c.unit.auto[name] = true
			found = true
		}
	}
	return found
}

func beforeDot(text string, off int) bool {
	return strings.HasPrefix(strings.TrimLeft(text[min(off, len(text)):], " \t\n"), ".")
}

// packageNamed returns the path of the package that a name means when it was
// never imported, or "". Standard packages go first; of two, the one that most
// programs use.
func packageNamed(name string) string {
	if path, ok := map[string]string{"template": "text/template", "scanner": "text/scanner"}[name]; ok {
		return path
	}
	for _, path := range registry.ByName(name) {
		if path != failPath {
			return path
		}
	}
	return ""
}

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
	changed := false
	for p, e := range c.expressions(want) {
		if p.kind == exprPiece {
			changed = c.decideExpression(p, e) || changed
		} else if !p.omitted && p.typeOff == 0 && leavesOutError(c.info.TypeOf(e), c.lefts(p)) {
			p.omitted, changed = true, true
		}
	}
	return changed
}

// lefts returns how many values the left side of p takes.
func (c *checked) lefts(p *piece) int {
	if p.kind == assignPiece {
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
	return len(p.names)
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
	return use != nil && def != nil && use.carry == nil && (use == def || id.Pos() < v.Pos())
}
