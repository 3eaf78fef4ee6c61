package golang

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"
)

// placeholder stands for the name at the cursor in a text that is checked for
// completion.
const placeholder = "ˑcursor"

// look is a unit of a cell that is still being written, checked as far as it
// goes.
type look struct {
	*checked
	in    *Interp
	scope *scope
}

// looks checks text as a cell and calls visit for each of its units, until that
// returns true. Nothing of it is kept; errors in the text only leave types
// unknown.
func (in *Interp) looks(text string, visit func(*look) bool) {
	src := newSource("ˑ0", Cell{Source: text})
	view := in.scope.Load()
	for _, u := range divide(tolerant(src), view.defines) {
		u.id, u.src = src.id, src
		c := in.check(u, view)
		done := visit(&look{c, in, view})
		in.fset.RemoveFile(in.fset.File(c.file.FileStart))
		if done {
			return
		}
		view = c.bind(view, allReached)
	}
}

// tolerant splits src and leaves out the pieces that do not parse.
func tolerant(src *source) []*piece {
	list, _ := lex(src.text)
	chunks, err := cut(src, list)
	if err != nil {
		return nil
	}
	var pieces []*piece
	for _, c := range chunks {
		if more, err := parsePiece(src, c); err == nil {
			pieces = append(pieces, more...)
		}
	}
	for _, p := range pieces {
		p.mentions[placeholder] = true
	}
	return pieces
}

// marked returns text with the placeholder instead of text[start:end], made to
// parse: if a bracket is left open, what follows the cursor is cut off and the
// brackets are closed.
func marked(text string, start, end int) string {
	whole := text[:start] + placeholder + text[end:]
	if list, _ := lex(whole); balanced(list) {
		return whole
	}
	open := text[:start] + placeholder
	list, _ := lex(open)
	unclosed, ok := unclosed(list)
	if !ok {
		return open
	}
	var b strings.Builder
	b.WriteString(open)
	for i := len(unclosed) - 1; i >= 0; i-- {
		b.WriteString(closers[unclosed[i].tok].String())
	}
	return b.String()
}

func balanced(list []lexeme) bool {
	open, ok := unclosed(list)
	return ok && len(open) == 0
}

// find returns the path of nodes to the identifier for which is holds, outermost
// first.
func (l *look) find(is func(*ast.Ident) bool) []ast.Node {
	var path, found []ast.Node
	ast.Inspect(l.file, func(n ast.Node) bool {
		if n == nil {
			path = path[:len(path)-1]
			return true
		}
		path = append(path, n)
		if id, ok := n.(*ast.Ident); ok && found == nil && is(id) {
			found = append(found, path...)
		}
		return true
	})
	return found
}

// objectsAt returns the objects visible at pos: local ones first, then those of
// the cell, then those of the session.
func (l *look) objectsAt(pos token.Pos) []types.Object {
	seen := map[string]bool{}
	var list []types.Object
	add := func(obj types.Object) {
		if obj != nil && !seen[obj.Name()] && !strings.HasPrefix(obj.Name(), "ˑ") && obj.Name() != "_" {
			seen[obj.Name()] = true
			list = append(list, obj)
		}
	}
	for s := l.innermost(pos); s != nil && s != types.Universe; s = s.Parent() {
		for _, name := range s.Names() {
			if obj := s.Lookup(name); !fromCell(obj) && obj.Pos() < pos || fromCell(obj) && obj.Pkg() == l.pkg {
				add(obj)
			}
		}
	}
	for _, name := range l.scope.list() {
		add(l.scope.object(name))
	}
	for _, name := range types.Universe.Names() {
		add(types.Universe.Lookup(name))
	}
	return list
}

// innermost returns the smallest scope around pos.
func (l *look) innermost(pos token.Pos) *types.Scope {
	for s := range l.pkg.Scope().Children() {
		if inner := s.Innermost(pos); inner != nil {
			return inner
		}
	}
	return l.pkg.Scope()
}

// kindOf names the kind of an object as completion shows it.
func kindOf(obj types.Object) string {
	switch obj := obj.(type) {
	case *types.Func:
		if obj.Signature().Recv() != nil {
			return "method"
		}
		return "func"
	case *types.Builtin:
		return "func"
	case *types.Var:
		if obj.IsField() {
			return "field"
		}
		return "var"
	case *types.Const:
		return "const"
	case *types.PkgName:
		return "package"
	case *types.TypeName:
		return "type"
	}
	return "var"
}

// signature writes the declaration of an object, as Go source.
func signature(obj types.Object) string {
	switch obj := obj.(type) {
	case *types.Func:
		return strings.TrimPrefix(types.ObjectString(obj, writeCells), "field ")
	case *types.Const:
		return fmt.Sprintf("const %s %s = %s", obj.Name(), typeText(obj.Type()), obj.Val())
	case *types.Builtin:
		return "func " + builtinText(obj.Name())
	case *types.PkgName:
		return fmt.Sprintf("package %s (%q)", obj.Imported().Name(), obj.Imported().Path())
	case *types.Nil:
		return "nil"
	case *types.TypeName:
		if s, ok := obj.Type().Underlying().(*types.Struct); ok && obj.Pkg() != nil && obj.Pkg().Path() != cellPath && !obj.IsAlias() {
			return "type " + typeText(obj.Type()) + " " + exported(s)
		}
	}
	return types.ObjectString(obj, writeCells)
}

// exported writes a struct of another package as go doc does: without the fields
// that are its own business.
func exported(s *types.Struct) string {
	var b strings.Builder
	hidden := false
	for f := range s.Fields() {
		if !f.Exported() {
			hidden = true
			continue
		}
		name := f.Name() + " "
		if f.Embedded() {
			name = ""
		}
		b.WriteString("\t" + name + typeText(f.Type()) + "\n")
	}
	switch {
	case b.Len() == 0 && hidden:
		return "struct{ /* unexported fields */ }"
	case b.Len() == 0:
		return "struct{}"
	case hidden:
		b.WriteString("\t// and unexported fields\n")
	}
	return "struct {\n" + b.String() + "}"
}

// shortType is what completion shows beside a name.
func shortType(obj types.Object) string {
	if obj.Type() == nil {
		return "" // the text is broken before the type is known
	}
	switch obj := obj.(type) {
	case *types.TypeName:
		switch u := obj.Type().Underlying().(type) {
		case *types.Struct:
			return "struct"
		case *types.Interface:
			if u.NumMethods() > 0 {
				return "interface"
			}
		}
		return strings.TrimPrefix(typeText(obj.Type().Underlying()), "untyped ")
	case *types.PkgName:
		return obj.Imported().Path()
	case *types.Builtin, *types.Nil:
		return ""
	}
	return typeText(obj.Type())
}
