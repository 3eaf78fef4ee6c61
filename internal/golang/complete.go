package golang

import (
	"go/ast"
	"go/token"
	"go/types"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"graft/internal/golang/registry"
)

// maxCompletions bounds the list that a front end gets.
const maxCompletions = 300

// Complete returns proposals for the text around cursor, a byte offset in src;
// each replaces src[start:end]. It proposes members behind a dot, fields inside
// struct literals, import paths inside import strings, known texts and files
// inside other strings, and else the names in scope, packages and keywords. It does
// not wait for a running cell.
func (in *Interp) Complete(src string, cursor int) (list []Completion, start, end int) {
	cursor = min(max(cursor, 0), len(src))
	start, end = wordAt(src, cursor)
	prefix := src[start:cursor]
	if path, at, ok := importPath(src, cursor); ok {
		return matching(importPaths(), path), at, cursor
	}
	if lit, ok := literalAt(src, cursor); ok {
		return in.texts(src, lit), lit.off + 1, cursor
	}
	if inText(src, cursor) {
		return nil, cursor, cursor
	}
	found := false
	in.looks(marked(src, start, end), func(l *look) bool {
		path := l.find(func(id *ast.Ident) bool { return id.Name == placeholder })
		if found = path != nil; found {
			list = matching(l.proposals(path), prefix)
		}
		return found
	})
	if found {
		return list, start, end
	}
	if start > 0 && src[start-1] == '.' {
		return nil, start, end
	}
	return matching(in.proposals(), prefix), start, end
}

// wordAt returns the bounds of the identifier around cursor.
func wordAt(src string, cursor int) (start, end int) {
	start, end = cursor, cursor
	for start > 0 {
		r, n := utf8.DecodeLastRuneInString(src[:start])
		if !isLetter(r) {
			break
		}
		start -= n
	}
	for end < len(src) {
		r, n := utf8.DecodeRuneInString(src[end:])
		if !isLetter(r) {
			break
		}
		end += n
	}
	return start, end
}

func isLetter(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) }

// inText reports whether cursor is inside a character or comment.
func inText(src string, cursor int) bool {
	list, _ := lex(src)
	for _, l := range list {
		switch l.tok {
		case token.CHAR:
			if l.off < cursor && cursor < l.end {
				return true
			}
		case token.COMMENT:
			if l.off < cursor && cursor <= l.end {
				return true
			}
		}
	}
	return false
}

// importPath returns the part of an import path before cursor, and where it
// begins.
func importPath(src string, cursor int) (path string, at int, ok bool) {
	line := src[strings.LastIndexByte(src[:cursor], '\n')+1 : cursor]
	i := strings.LastIndexByte(line, '"')
	if i < 0 || strings.Count(line, `"`)%2 == 0 {
		return "", 0, false
	}
	before := strings.Fields(line[:i])
	inGroup := strings.LastIndex(src[:cursor], "import (") > strings.LastIndexByte(src[:cursor], ')')
	if !inGroup && (len(before) == 0 || before[0] != "import") {
		return "", 0, false
	}
	return line[i+1:], cursor - len(line) + i + 1, true
}

func importPaths() []Completion {
	var list []Completion
	for _, path := range registry.Paths() {
		if path != failPath {
			list = append(list, Completion{Text: path, Kind: "package"})
		}
	}
	return list
}

// proposals returns what may stand at the end of path.
func (l *look) proposals(path []ast.Node) []Completion {
	id := path[len(path)-1].(*ast.Ident)
	if len(path) > 1 {
		if sel, ok := path[len(path)-2].(*ast.SelectorExpr); ok && sel.Sel == id {
			return l.selections(sel.X, l.wanted(path))
		}
	}
	var list []Completion
	list = append(list, l.fields(path)...)
	for _, obj := range first(l.objectsAt(id.Pos()), l.wanted(path)) {
		list = append(list, completion(obj))
	}
	return append(list, l.in.packagesAndKeywords(list)...)
}

// proposals returns the names that may stand where nothing is known of the text
// around.
func (in *Interp) proposals() []Completion {
	view := in.scope.Load()
	var list []Completion
	for _, name := range view.list() {
		if obj := view.object(name); obj != nil {
			list = append(list, completion(obj))
		}
	}
	for _, name := range types.Universe.Names() {
		list = append(list, completion(types.Universe.Lookup(name)))
	}
	return append(list, in.packagesAndKeywords(list)...)
}

func completion(obj types.Object) Completion {
	return Completion{Text: obj.Name(), Kind: kindOf(obj), Type: shortType(obj)}
}

// selections returns what can be selected from x, a package or a value, those that
// give a value of type want first; want may be nil.
func (l *look) selections(x ast.Expr, want types.Type) (list []Completion) {
	for _, obj := range first(l.selectable(x), want) {
		list = append(list, completion(obj))
	}
	return list
}

func (l *look) selectable(x ast.Expr) (list []types.Object) {
	if id, ok := x.(*ast.Ident); ok {
		if name, ok := l.info.Uses[id].(*types.PkgName); ok {
			scope := name.Imported().Scope()
			for _, n := range scope.Names() {
				if token.IsExported(n) {
					list = append(list, scope.Lookup(n))
				}
			}
			return list
		}
	}
	for _, m := range members(l.info.TypeOf(x)) {
		list = append(list, m.obj)
	}
	return list
}

// fields returns the field names of a struct literal in which a new element
// begins at the end of path.
func (l *look) fields(path []ast.Node) []Completion {
	if len(path) < 2 {
		return nil
	}
	lit, ok := path[len(path)-2].(*ast.CompositeLit)
	if !ok {
		return nil
	}
	t := l.info.TypeOf(lit)
	if t == nil {
		return nil
	}
	s, ok := deref(t).Underlying().(*types.Struct)
	if !ok {
		return nil
	}
	given := map[string]bool{}
	for _, e := range lit.Elts {
		if pair, ok := e.(*ast.KeyValueExpr); ok {
			if key, ok := pair.Key.(*ast.Ident); ok {
				given[key.Name] = true
			}
		}
	}
	var list []Completion
	for f := range s.Fields() {
		if !given[f.Name()] && (f.Exported() || f.Pkg().Path() == cellPath) {
			list = append(list, completion(f))
		}
	}
	return list
}

// packagesAndKeywords returns the package names that can be used without an
// import, and the keywords, apart from names that are taken.
func (in *Interp) packagesAndKeywords(taken []Completion) []Completion {
	seen := map[string]bool{}
	for _, c := range taken {
		seen[c.Text] = true
	}
	var list []Completion
	add := func(name, kind, typ string) {
		if !seen[name] {
			seen[name] = true
			list = append(list, Completion{Text: name, Kind: kind, Type: typ})
		}
	}
	for name, b := range in.scope.Load().names {
		if b.path != "" {
			add(name, "package", b.path)
		}
	}
	for name, path := range in.opts.Imports {
		add(name, "package", path)
	}
	for name, path := range packageNames() {
		add(name, "package", path)
	}
	sort.Slice(list, func(i, j int) bool { return list[i].Text < list[j].Text })
	for tok := token.BREAK; tok <= token.VAR; tok++ {
		add(tok.String(), "keyword", "")
	}
	return list
}
