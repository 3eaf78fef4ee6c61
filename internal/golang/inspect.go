package golang

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"graft/internal/golang/registry"
)

// Inspect describes the name at cursor, a byte offset in src; where there is no
// name, the function whose arguments surround the cursor. At level 1 the source
// is included: of names that cells define, of the standard library where a Go tree
// is on the machine, of other packages where Options.Source has them, else the
// exported part of a type. It does not wait for a running cell.
func (in *Interp) Inspect(src string, cursor, level int) (Doc, bool) {
	cursor = min(max(cursor, 0), len(src))
	for _, at := range candidates(src, cursor) {
		if doc, ok := in.describe(src, at, level); ok {
			return doc, true
		}
	}
	return Doc{}, false
}

// candidates returns the places of names that cursor may mean, best first: the
// word around it, then the word before each bracket that is open there.
func candidates(src string, cursor int) []int {
	var list []int
	if start, end := wordAt(src, cursor); start < end {
		list = append(list, start)
	}
	tokens, _ := lex(src[:cursor])
	open, _ := unclosed(tokens)
	for i := len(open) - 1; i >= 0; i-- {
		if start, end := wordAt(src, open[i].off); open[i].tok == token.LPAREN && start < end {
			list = append(list, start)
		}
	}
	return list
}

// describe describes the name that begins at off.
func (in *Interp) describe(src string, off, level int) (Doc, bool) {
	start, end := wordAt(src, off)
	text := src
	if list, _ := lex(src); !balanced(list) {
		text = strings.Replace(marked(src, start, end), placeholder, src[start:end], 1)
	}
	var doc Doc
	found := false
	in.looks(text, func(l *look) bool {
		line, col := l.unit.src.position(start)
		path := l.find(func(id *ast.Ident) bool {
			at := in.fset.Position(id.Pos())
			return id.Name == src[start:end] && at.Line == line && at.Column == col
		})
		if path == nil {
			return false
		}
		if obj := l.objectOf(path[len(path)-1].(*ast.Ident)); obj != nil {
			doc, found = in.doc(obj, l, path, level), true
		}
		return found
	})
	if found {
		return doc, true
	}
	return in.describePackage(src[start:end])
}

func (l *look) objectOf(id *ast.Ident) types.Object {
	if obj := l.info.Uses[id]; obj != nil {
		return obj
	}
	return l.info.Defs[id]
}

// describePackage describes a package that is named without an import.
func (in *Interp) describePackage(name string) (Doc, bool) {
	path := in.opts.Imports[name]
	if path == "" {
		path = packageNamed(name)
	}
	if path == "" {
		return Doc{}, false
	}
	return Doc{Name: name, Signature: "package " + name + ` ("` + path + `")`, Doc: docOf(path, "")}, true
}

// doc makes the description of obj.
func (in *Interp) doc(obj types.Object, l *look, path []ast.Node, level int) Doc {
	d := Doc{Name: obj.Name(), Signature: signature(obj)}
	if name, ok := obj.(*types.PkgName); ok {
		d.Doc = docOf(name.Imported().Path(), "")
		return d
	}
	if obj.Pkg() == nil {
		if _, ok := obj.(*types.Builtin); ok {
			d.Doc = builtins[obj.Name()].doc
		}
		return d
	}
	if obj.Pkg().Path() != cellPath {
		key := docKey(obj, l, path)
		d.Doc = docOf(obj.Pkg().Path(), key)
		if level > 0 {
			d.Source = in.nativeSource(obj, key)
		}
		return d
	}
	if p := l.declaration(obj); p != nil {
		d.Doc = p.doc
		if level > 0 {
			d.Source = p.declText()
		}
	}
	return d
}

func docOf(path, key string) string {
	if native := registry.Lookup(path); native != nil && native.Docs != nil {
		return native.Docs()[key]
	}
	return ""
}

// docKey returns the key of obj in the docs of its package.
func docKey(obj types.Object, l *look, path []ast.Node) string {
	if f, ok := obj.(*types.Func); ok && f.Signature().Recv() != nil {
		if t := typeName(types.Unalias(deref(f.Signature().Recv().Type()))); t != nil {
			return t.Name() + "." + f.Name()
		}
	}
	if v, ok := obj.(*types.Var); ok && v.IsField() {
		if t := l.owner(path); t != nil {
			if name := typeName(types.Unalias(deref(t))); name != nil {
				return name.Name() + "." + v.Name()
			}
		}
	}
	return obj.Name()
}

// owner returns the type of the value whose field stands at the end of path, in a
// selector or a literal; nil if it is not known.
func (l *look) owner(path []ast.Node) types.Type {
	if len(path) > 1 {
		if sel, ok := path[len(path)-2].(*ast.SelectorExpr); ok {
			return l.info.TypeOf(sel.X)
		}
	}
	if len(path) > 2 {
		if lit, ok := path[len(path)-3].(*ast.CompositeLit); ok {
			return l.info.TypeOf(lit)
		}
	}
	return nil
}

// declaration returns the piece that declares obj, in this cell or an earlier
// one, or nil.
func (l *look) declaration(obj types.Object) *piece {
	recv := ""
	if f, ok := obj.(*types.Func); ok && f.Signature().Recv() != nil {
		if t := typeName(types.Unalias(deref(f.Signature().Recv().Type()))); t != nil {
			recv = t.Name()
		}
	}
	for _, p := range l.unit.pieces {
		if p.recv == recv && len(p.names) > 0 && p.names[0].name == obj.Name() && p.kind.declares() {
			return p
		}
	}
	b := l.scope.names[obj.Name()]
	if recv != "" {
		if b = l.scope.names[recv]; b == nil {
			return nil
		}
		return b.methods[obj.Name()]
	}
	if b == nil {
		return nil
	}
	return b.decl
}

// declText is the source of a declaration, with its keyword.
func (p *piece) declText() string {
	if p.kind == typePiece {
		return "type " + p.text()
	}
	return p.text()
}
