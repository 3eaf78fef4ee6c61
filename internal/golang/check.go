package golang

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"go/types"
	"reflect"
	"regexp"
	"strings"
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
		again = again || c.grow(view)
		if !again {
			c.errs = append(c.errs, in.usedTooEarly(c)...)
			in.addOversized(c)
			in.refuseEndless(c)
			in.addMissing(c)
			return c
		}
		in.fset.RemoveFile(in.fset.File(c.file.FileStart))
	}
}

// checkOnce lowers and checks u as it is.
func (in *Interp) checkOnce(u *unit, view *scope) *checked {
	u.bindImports(view, in.opts.Imports)
	in.bindDots(u, view)
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
	u.addImported(declared)
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

// refuseEndless finds what is Go for the checker and has no end or no room.
func (in *Interp) refuseEndless(c *checked) {
	if len(c.errs) > 0 {
		return
	}
	if pos, found := c.instanceCycle(); found {
		c.errs = append(c.errs, in.locate(c, pos, 1, "instantiation cycle"))
		return
	}
	c.errs = in.tooLarge(c)
}

// tooLarge finds the variables of c that are above the limit of one allocation.
func (in *Interp) tooLarge(c *checked) (errs []*problem) {
	limit := in.machine.MaxAlloc()
	known := sums{}
	for _, name := range c.pkg.Scope().Names() {
		v, ok := c.pkg.Scope().Lookup(name).(*types.Var)
		if !ok || v.Pkg() != c.pkg {
			continue
		}
		if known.size(v.Type()) > float64(limit) {
			p := in.locate(c, v.Pos(), len(name), fmt.Sprintf("%s is too large: the limit of one allocation is %d bytes", name, limit))
			if p.piece != nil && generated.MatchString(name) {
				p.src, p.off, p.len = p.piece.src, p.piece.off, 1
			}
			errs = append(errs, p)
		}
	}
	return errs
}

// sums are the sizes of types without padding, as far as they matter. Those of
// go/types take twice as long for every level of structs.
type sums map[types.Type]float64

func (s sums) size(t types.Type) float64 {
	if n, ok := s[t]; ok {
		return n
	}
	n := 8.0
	switch u := t.Underlying().(type) {
	case *types.Array:
		n = float64(u.Len()) * s.size(u.Elem())
	case *types.Struct:
		n = 0
		for f := range u.Fields() {
			n += s.size(f.Type())
		}
	case *types.Basic:
		n = float64(sizes.Sizeof(u))
	}
	s[t] = n
	return n
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

// unused is what the checker says of names that nothing uses.
var unused = regexp.MustCompile(`(declared|imported|imported as [^ ]+) and not used`)

// problem records an error of the checker, unless cells allow what it says:
// unused names, and functions that use a variable that is defined by a call of
// them.
func (in *Interp) problem(c *checked, e types.Error) {
	v := reflect.ValueOf(e)
	start, end := v.FieldByName("go116start").Int(), v.FieldByName("go116end").Int()
	if unused.MatchString(e.Msg) || strings.HasPrefix(e.Msg, "initialization cycle") || strings.HasPrefix(e.Msg, "\t") {
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

// addOversized adds the types that no memory can hold to the problems of a cell
// that has no other.
func (in *Interp) addOversized(c *checked) {
	if len(c.errs) > 0 {
		return
	}
	for _, e := range oversized(c.info) {
		c.errs = append(c.errs, in.locate(c, e.Pos(), int(e.End()-e.Pos()), oversizeText(c.info.TypeOf(e))))
	}
}

// locate makes a problem of an error at pos in the generated text.
func (in *Interp) locate(c *checked, pos token.Pos, length int, msg string) *problem {
	p := &problem{message: in.nameCells(c.unit, msg), len: length, pos: pos}
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

var cellPlace = regexp.MustCompile(`ˑ\d+:`)

// nameCells gives the cells in the places that msg mentions their names.
func (in *Interp) nameCells(u *unit, msg string) string {
	return cellPlace.ReplaceAllStringFunc(msg, func(place string) string {
		if src := in.sourceOf(u, strings.TrimSuffix(place, ":")); src != nil {
			return src.name + ":"
		}
		return place
	})
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
