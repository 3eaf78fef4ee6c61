package main

import (
	"bytes"
	"embed"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/packages"
)

// overlay holds Go that replaces functions of source packages which the runtime
// implements and an interpreter cannot.
//
//go:embed all:_overlay
var overlay embed.FS

// sources adds the files of a package that is interpreted from source: those of
// this platform, without the functions that an overlay replaces.
func sources(p *packages.Package, parts map[string][]byte) error {
	replaced, err := overlays(p.PkgPath, parts)
	if err != nil {
		return err
	}
	files, fset, err := parse(p)
	if err != nil {
		return err
	}
	for i, f := range files {
		f.Decls = slices.DeleteFunc(f.Decls, func(d ast.Decl) bool {
			fn, ok := d.(*ast.FuncDecl)
			return ok && (fn.Body == nil || replaced[fn.Name.Name])
		})
		f.Doc = nil
		f.Comments = nil
		dropUnusedImports(f)
		var b bytes.Buffer
		if err := format.Node(&b, fset, f); err != nil {
			return err
		}
		parts[path.Join(p.PkgPath, "src", filepath.Base(p.GoFiles[i]))] = b.Bytes()
	}
	return nil
}

// overlays adds the overlay files of pkg and returns the functions they declare.
func overlays(pkg string, parts map[string][]byte) (map[string]bool, error) {
	replaced := map[string]bool{}
	entries, err := overlay.ReadDir("_overlay/" + pkg)
	if err != nil {
		return replaced, nil // none for this package
	}
	for _, e := range entries {
		text, err := overlay.ReadFile("_overlay/" + pkg + "/" + e.Name())
		if err != nil {
			return nil, err
		}
		f, err := parser.ParseFile(token.NewFileSet(), e.Name(), text, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok {
				replaced[fn.Name.Name] = true
			}
		}
		parts[pkg+"/src/overlay_"+e.Name()] = text
	}
	return replaced, nil
}

// dropUnusedImports removes the imports that only removed functions used.
func dropUnusedImports(f *ast.File) {
	used := map[string]bool{}
	ast.Inspect(f, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := sel.X.(*ast.Ident); ok {
				used[x.Name] = true
			}
		}
		return true
	})
	unused := func(s ast.Spec) bool {
		imp, ok := s.(*ast.ImportSpec)
		if !ok {
			return false
		}
		p, err := strconv.Unquote(imp.Path.Value)
		return err == nil && !used[p[strings.LastIndexByte(p, '/')+1:]]
	}
	f.Decls = slices.DeleteFunc(f.Decls, func(d ast.Decl) bool {
		gen, ok := d.(*ast.GenDecl)
		if !ok || gen.Tok != token.IMPORT {
			return false
		}
		gen.Specs = slices.DeleteFunc(gen.Specs, unused)
		return len(gen.Specs) == 0
	})
}
