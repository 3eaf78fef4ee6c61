package archtest

import (
	"fmt"
	"go/ast"
	"go/parser"
	"slices"
	"strconv"
	"strings"
)

// faces are the packages whose exported signatures people outside the module see.
var faces = []string{"kernel", "repl"}

// CheckFaces returns one line for each exported name of the front ends that
// mentions a type of an internal package.
func CheckFaces(root string) (problems []string, err error) {
	err = each(root, func(pkg string, file *ast.File) {
		if !slices.Contains(faces, pkg) {
			return
		}
		internal := internalNames(file)
		for _, decl := range file.Decls {
			for name, face := range exported(decl) {
				ast.Inspect(face, func(n ast.Node) bool {
					if sel, ok := n.(*ast.SelectorExpr); ok && mentions(sel, internal) {
						problems = append(problems, fmt.Sprintf("%s.%s shows %s", pkg, name, internal[sel.X.(*ast.Ident).Name]))
					}
					return true
				})
			}
		}
	}, parser.SkipObjectResolution)
	slices.Sort(problems)
	return problems, err
}

func mentions(sel *ast.SelectorExpr, internal map[string]string) bool {
	x, ok := sel.X.(*ast.Ident)
	return ok && internal[x.Name] != ""
}

// internalNames maps the names by which a file calls internal packages to their paths.
func internalNames(file *ast.File) map[string]string {
	names := map[string]string{}
	for _, spec := range file.Imports {
		path, err := strconv.Unquote(spec.Path.Value)
		if err != nil || !strings.Contains(path, "/internal/") {
			continue
		}
		name := path[strings.LastIndexByte(path, '/')+1:]
		if spec.Name != nil {
			name = spec.Name.Name
		}
		names[name] = path
	}
	return names
}

// exported returns what of a declaration is seen from outside: signatures without
// bodies, and exported fields of exported types.
func exported(decl ast.Decl) map[string]ast.Node {
	out := map[string]ast.Node{}
	switch d := decl.(type) {
	case *ast.FuncDecl:
		if d.Name.IsExported() && (d.Recv == nil || receiver(d)) {
			out[d.Name.Name] = d.Type
		}
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			switch s := spec.(type) {
			case *ast.TypeSpec:
				if s.Name.IsExported() {
					fields(s.Name.Name, s.Type, out)
				}
			case *ast.ValueSpec:
				for _, name := range s.Names {
					if name.IsExported() && s.Type != nil {
						out[name.Name] = s.Type
					}
				}
			}
		}
	}
	return out
}

func receiver(d *ast.FuncDecl) bool {
	t := d.Recv.List[0].Type
	if star, ok := t.(*ast.StarExpr); ok {
		t = star.X
	}
	id, ok := t.(*ast.Ident)
	return ok && id.IsExported()
}

func fields(name string, t ast.Expr, out map[string]ast.Node) {
	st, ok := t.(*ast.StructType)
	if !ok {
		out[name] = t
		return
	}
	for _, f := range st.Fields.List {
		if len(f.Names) == 0 {
			out[name+" (embedded)"] = f.Type
		}
		for _, n := range f.Names {
			if n.IsExported() {
				out[name+"."+n.Name] = f.Type
			}
		}
	}
}
