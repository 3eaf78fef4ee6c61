package golang

import (
	"bytes"
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
)

// nativeSource returns the source of a name of a native package as far as it is at
// hand, else what is exported of a type. The type that an alias stands for follows it.
func (in *Interp) nativeSource(obj types.Object, key string) string {
	name, isType := obj.(*types.TypeName)
	text := declaration(in.folder(obj.Pkg().Path()), key)
	switch {
	case text == "" && isType:
		return outline(name)
	case text == "" || !isType || !name.IsAlias():
		return text
	}
	if target := typeName(types.Unalias(name.Type())); target != nil && target.Pkg() != nil {
		return text + "\n\n" + in.nativeSource(target, target.Name())
	}
	return text
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

// folder is where the Go files of a native package are: those of the standard
// library in the Go tree of this machine, others where Options.Source says; nil if
// they are not at hand.
func (in *Interp) folder(path string) fs.FS {
	if dir := filepath.Join(tree(), filepath.FromSlash(path)); tree() != "" {
		if info, err := os.Stat(dir); err == nil && info.IsDir() {
			return os.DirFS(dir)
		}
	}
	if in.opts.Source == nil {
		return nil
	}
	return in.opts.Source(path)
}

// declaration returns the source of key, as [registry.Package.Docs] names it, in
// the package whose files are in dir; for a field, that of its struct.
func declaration(dir fs.FS, key string) string {
	if dir == nil {
		return ""
	}
	entries, err := fs.ReadDir(dir, ".")
	if err != nil {
		return ""
	}
	owner, name, isMember := strings.Cut(key, ".")
	for _, e := range entries {
		text := built(dir, e.Name())
		if !bytes.Contains(text, []byte(owner)) {
			continue
		}
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, e.Name(), text, parser.SkipObjectResolution)
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

// built returns the text of a file of dir if it is Go that is built here, no test.
func built(dir fs.FS, name string) []byte {
	if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
		return nil
	}
	text, err := fs.ReadFile(dir, name)
	if err != nil {
		return nil
	}
	here := build.Default
	here.OpenFile = func(string) (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(text)), nil }
	if ok, err := here.MatchFile("", name); err != nil || !ok {
		return nil
	}
	return text
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
