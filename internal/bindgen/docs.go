package main

import (
	"encoding/json"
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"strings"

	"golang.org/x/tools/go/packages"
)

// docs returns p's doc comments as a JSON object, keyed as registry.Package.Docs
// says.
func docs(p *packages.Package) ([]byte, error) {
	files, fset, err := parse(p)
	if err != nil {
		return nil, err
	}
	all := map[string]string{}
	fields(files, all)
	d, err := doc.NewFromFiles(fset, files, p.PkgPath, doc.PreserveAST)
	if err != nil {
		return nil, err
	}
	put(all, "", d.Doc)
	values(all, d.Consts, d.Vars)
	functions(all, "", d.Funcs)
	for _, t := range d.Types {
		put(all, t.Name, t.Doc)
		values(all, t.Consts, t.Vars)
		functions(all, "", t.Funcs)
		functions(all, t.Name+".", t.Methods)
	}
	return json.Marshal(all)
}

func parse(p *packages.Package) ([]*ast.File, *token.FileSet, error) {
	fset := token.NewFileSet()
	var files []*ast.File
	for _, name := range p.GoFiles {
		f, err := parser.ParseFile(fset, name, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, nil, err
		}
		files = append(files, f)
	}
	return files, fset, nil
}

func put(all map[string]string, name, text string) {
	if text = strings.TrimSpace(text); text != "" {
		all[name] = text
	}
}

func functions(all map[string]string, prefix string, funcs []*doc.Func) {
	for _, f := range funcs {
		put(all, prefix+f.Name, f.Doc)
	}
}

// values gives each name of a group its own comment if it has one, else the
// comment of the group.
func values(all map[string]string, lists ...[]*doc.Value) {
	for _, list := range lists {
		for _, v := range list {
			for _, spec := range v.Decl.Specs {
				value := spec.(*ast.ValueSpec)
				for _, name := range value.Names {
					if name.IsExported() {
						put(all, name.Name, first(value.Doc.Text(), value.Comment.Text(), v.Doc))
					}
				}
			}
		}
	}
}

func first(texts ...string) string {
	for _, text := range texts {
		if strings.TrimSpace(text) != "" {
			return text
		}
	}
	return ""
}

// fields adds the comments of struct fields and interface methods.
func fields(files []*ast.File, all map[string]string) {
	for _, f := range files {
		ast.Inspect(f, func(n ast.Node) bool {
			spec, ok := n.(*ast.TypeSpec)
			if !ok {
				return true
			}
			switch t := spec.Type.(type) {
			case *ast.StructType:
				fieldDocs(all, spec.Name, t.Fields)
			case *ast.InterfaceType:
				fieldDocs(all, spec.Name, t.Methods)
			}
			return false
		})
	}
}

func fieldDocs(all map[string]string, owner *ast.Ident, list *ast.FieldList) {
	for _, field := range list.List {
		for _, name := range field.Names {
			if owner.IsExported() && name.IsExported() {
				put(all, owner.Name+"."+name.Name, first(field.Doc.Text(), field.Comment.Text()))
			}
		}
	}
}
