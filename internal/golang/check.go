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

// finder finds what is Go for the checker and cannot run. It is asked about cells
// without other problems.
type finder func(*checked) []*problem

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
			for _, find := range []finder{in.oversizedTypes, in.instanceCycle, in.aboveLimit, in.missingInstances} {
				if len(c.errs) == 0 {
					c.errs = find(c)
				}
			}
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
