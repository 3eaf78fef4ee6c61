package golang

import (
	"bytes"
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
)

// nativeSource returns the source of a name of a native package: of the standard
// library if a Go tree is on this machine, else what is exported of a type.
func nativeSource(obj types.Object, key string) string {
	if text := fromTree(obj.Pkg().Path(), key); text != "" {
		return text
	}
	if name, ok := obj.(*types.TypeName); ok {
		return outline(name)
	}
	return ""
}

// outline writes a type with its exported fields and methods.
func outline(name *types.TypeName) string {
	var b strings.Builder
	list := members(name.Type())
	switch name.Type().Underlying().(type) {
	case *types.Struct:
		b.WriteString("type " + name.Name() + " struct {\n")
		for _, m := range list {
			if f, ok := m.obj.(*types.Var); ok && m.depth == 0 {
				b.WriteString("\t" + f.Name() + " " + typeText(f.Type()) + "\n")
			}
		}
		b.WriteString("}")
	default:
		b.WriteString(signature(name))
	}
	for _, m := range list {
		if f, ok := m.obj.(*types.Func); ok {
			b.WriteString("\n" + signature(f))
		}
	}
	return b.String()
}

// tree is the source folder of the Go installation on this machine, or "".
var tree = sync.OnceValue(func() string {
	roots := []string{build.Default.GOROOT}
	if command, err := exec.LookPath("go"); err == nil {
		if real, err := filepath.EvalSymlinks(command); err == nil {
			roots = append(roots, filepath.Dir(filepath.Dir(real)))
		}
	}
	for _, root := range roots {
		if info, err := os.Stat(filepath.Join(root, "src", "fmt")); root != "" && err == nil && info.IsDir() {
			return filepath.Join(root, "src")
		}
	}
	return ""
})

// fromTree returns the declaration of key, as [registry.Package.Docs] names it, in
// a package of the Go tree; for a field, that of its struct.
func fromTree(path, key string) string {
	if tree() == "" {
		return ""
	}
	dir := filepath.Join(tree(), filepath.FromSlash(path))
	pkg, err := build.Default.ImportDir(dir, 0)
	if err != nil {
		return "" // not of the standard library
	}
	owner, name, isMember := strings.Cut(key, ".")
	for _, file := range append(pkg.GoFiles, pkg.CgoFiles...) {
		text, err := os.ReadFile(filepath.Join(dir, file))
		if err != nil || !bytes.Contains(text, []byte(owner)) {
			continue
		}
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, file, text, parser.SkipObjectResolution)
		if err != nil {
			continue
		}
		for _, d := range f.Decls {
			if n, keyword := declares(d, owner, name, isMember); n != nil {
				return keyword + string(text[fset.Position(n.Pos()).Offset:fset.Position(n.End()).Offset])
			}
		}
	}
	return ""
}

// declares returns the node of d that declares owner, or its method or field name,
// and the keyword that the node's text lacks.
func declares(d ast.Decl, owner, name string, isMember bool) (n ast.Node, keyword string) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if !isMember && d.Recv == nil && d.Name.Name == owner || isMember && d.Name.Name == name && receiver(d) == owner {
			return d, ""
		}
	case *ast.GenDecl:
		for _, s := range d.Specs {
			switch s := s.(type) {
			case *ast.TypeSpec:
				if s.Name.Name == owner && (!isMember || hasField(s, name)) {
					return s, "type "
				}
			case *ast.ValueSpec:
				for _, id := range s.Names {
					if !isMember && id.Name == owner {
						return s, d.Tok.String() + " "
					}
				}
			}
		}
	}
	return nil, ""
}

// receiver is the name of the type that d is a method of, or "".
func receiver(d *ast.FuncDecl) string {
	if d.Recv == nil || len(d.Recv.List) == 0 {
		return ""
	}
	t := d.Recv.List[0].Type
	if star, ok := t.(*ast.StarExpr); ok {
		t = star.X
	}
	switch x := t.(type) {
	case *ast.IndexExpr:
		t = x.X
	case *ast.IndexListExpr:
		t = x.X
	}
	if id, ok := t.(*ast.Ident); ok {
		return id.Name
	}
	return ""
}

// hasField reports whether a struct or interface type has a field or method.
func hasField(s *ast.TypeSpec, name string) bool {
	var list *ast.FieldList
	switch t := s.Type.(type) {
	case *ast.StructType:
		list = t.Fields
	case *ast.InterfaceType:
		list = t.Methods
	default:
		return false
	}
	for _, f := range list.List {
		for _, id := range f.Names {
			if id.Name == name {
				return true
			}
		}
	}
	return false
}
