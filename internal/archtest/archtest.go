// Package archtest holds the import rules of the module as a table (rules.txt) and
// the test that checks them. It reads import clauses only, as opposed to go vet and
// staticcheck, which read the code.
//
//	problems, err := archtest.Check("../..")
package archtest

import (
	_ "embed"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// module is the path in front of every package of ours.
const module = "graft"

//go:embed rules.txt
var table string

// rule allows the packages of one line to import what follows the arrow.
type rule struct {
	from  string // pattern
	allow []string
}

// rules are the two parts of the table.
type rules struct {
	inside []rule
	owners []rule // from is a path outside the module
}

func parse(text string) (rules, error) {
	var r rules
	for n, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		from, to, ok := strings.Cut(line, "->")
		if !ok {
			return r, fmt.Errorf("archtest: rules.txt:%d: no arrow", n+1)
		}
		one := rule{from: strings.TrimSpace(from), allow: strings.Fields(to)}
		if outside, ok := strings.CutPrefix(one.from, "!"); ok {
			one.from = outside
			r.owners = append(r.owners, one)
			continue
		}
		r.inside = append(r.inside, one)
	}
	return r, nil
}

// matches reports whether a package is what a pattern names.
func matches(pattern, pkg string) bool {
	if below, ok := strings.CutSuffix(pattern, "/..."); ok {
		return pkg == below || strings.HasPrefix(pkg, below+"/")
	}
	return pkg == pattern
}

// Check returns one line for each import below root that breaks a rule, and for
// each package that no rule names. Tests may import what they like, but not the
// front ends from the library.
func Check(root string) ([]string, error) {
	r, err := parse(table)
	if err != nil {
		return nil, err
	}
	imports, err := read(root)
	if err != nil {
		return nil, err
	}
	var problems []string
	for pkg, list := range imports {
		problems = append(problems, r.check(pkg, list)...)
	}
	slices.Sort(problems)
	return problems, nil
}

func (r rules) check(pkg string, imports []string) (problems []string) {
	i := slices.IndexFunc(r.inside, func(one rule) bool { return matches(one.from, pkg) })
	if i < 0 {
		return []string{pkg + ": no rule names it"}
	}
	for _, imp := range imports {
		if inside, ok := insideModule(imp); ok {
			if inside != pkg && !anyOf(r.inside[i].allow, inside) {
				problems = append(problems, fmt.Sprintf("%s imports %s (rule: %s)", pkg, inside, r.inside[i].from))
			}
			continue
		}
		for _, o := range r.owners {
			if matches(o.from+"/...", imp) && !anyOf(o.allow, pkg) {
				problems = append(problems, fmt.Sprintf("%s imports %s (only %s may)", pkg, imp, strings.Join(o.allow, ", ")))
			}
		}
	}
	return problems
}

// insideModule returns the folder of a package of ours: "." for the root.
func insideModule(imp string) (folder string, ok bool) {
	if imp == module {
		return ".", true
	}
	return strings.CutPrefix(imp, module+"/")
}

func anyOf(patterns []string, pkg string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool { return matches(p, pkg) })
}

// read collects the imports of every package below root, without its tests.
func read(root string) (map[string][]string, error) {
	imports := map[string][]string{}
	err := each(root, func(pkg string, file *ast.File) {
		list := imports[pkg]
		for _, spec := range file.Imports {
			if p, err := strconv.Unquote(spec.Path.Value); err == nil && !slices.Contains(list, p) {
				list = append(list, p)
			}
		}
		imports[pkg] = list
	}, parser.ImportsOnly)
	return imports, err
}

// each calls f for every Go file below root that is part of a package: no tests,
// no testdata, nothing in hidden folders, no programs that are run by hand (tag
// ignore).
func each(root string, f func(pkg string, file *ast.File), mode parser.Mode) error {
	fset := token.NewFileSet()
	return filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		base := d.Name()
		if d.IsDir() {
			if name != root && (base == "testdata" || base[0] == '.' || base[0] == '_') {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(base, ".go") || strings.HasSuffix(base, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(fset, name, nil, mode|parser.ParseComments)
		if err != nil {
			return fmt.Errorf("archtest: %w", err)
		}
		if ignored(file) {
			return nil
		}
		rel, err := filepath.Rel(root, filepath.Dir(name))
		f(path.Clean(filepath.ToSlash(rel)), file)
		return err
	})
}

func ignored(file *ast.File) bool {
	for _, group := range file.Comments {
		for _, c := range group.List {
			if c.Text == "//go:build ignore" && c.Pos() < file.Package {
				return true
			}
		}
	}
	return false
}
