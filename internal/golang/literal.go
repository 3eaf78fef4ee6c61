package golang

import (
	"go/ast"
	"go/token"
	"go/types"
	"os"
	"path"
	"slices"
	"strings"

	"graft/internal/golang/registry"
)

// quoted is the string literal around a cursor.
type quoted struct {
	off, end int    // in the text, with its quotes
	before   string // what it holds before the cursor
}

// literalAt returns the string literal that the cursor is in; one without an end
// reaches to the end of its line.
func literalAt(src string, cursor int) (quoted, bool) {
	list, _ := lex(src)
	for _, l := range list {
		ended := len(l.lit) > 1 && l.lit[0] == l.lit[len(l.lit)-1]
		if l.tok == token.STRING && l.off < cursor && (cursor < l.end || cursor == l.end && !ended) {
			return quoted{l.off, l.end, src[l.off+1 : cursor]}, true
		}
	}
	return quoted{}, false
}

// texts returns proposals for what a string literal holds: the texts that the
// function around it knows, then files. An escape sequence ends that.
func (in *Interp) texts(src string, lit quoted) []Completion {
	if strings.Contains(lit.before, `\`) {
		return nil
	}
	var list []Completion
	in.looks(marked(src, lit.off, lit.end), func(l *look) bool {
		path := l.find(func(id *ast.Ident) bool { return id.Name == placeholder })
		list = append(list, l.known(path)...)
		return path != nil
	})
	found := append(starting(list, lit.before), Files(lit.before)...)
	if len(found) == 0 {
		found = loosely(list, lit.before)
	}
	return found
}

// known returns the texts that may stand at the end of path, if that is an argument
// for which some are registered.
func (l *look) known(path []ast.Node) (list []Completion) {
	if len(path) < 2 {
		return nil
	}
	call, ok := path[len(path)-2].(*ast.CallExpr)
	if !ok {
		return nil
	}
	arg := slices.Index(call.Args, path[len(path)-1].(ast.Expr))
	id, ok := ast.Unparen(call.Fun).(*ast.Ident)
	if sel, isSel := ast.Unparen(call.Fun).(*ast.SelectorExpr); isSel {
		id, ok = sel.Sel, true
	}
	if !ok {
		return nil
	}
	fn, ok := l.info.Uses[id].(*types.Func)
	if !ok || fn.Pkg() == nil || fn.Signature().Recv() != nil {
		return nil
	}
	for _, t := range registry.Texts(fn.Pkg().Path(), fn.Name(), arg) {
		list = append(list, Completion{Text: t.Text, Kind: "text", Type: t.Detail})
	}
	return list
}

// Files returns the files and folders whose path begins with prefix, folders with
// a slash behind; hidden ones only if the prefix says so.
func Files(prefix string) (list []Completion) {
	dir, base := path.Split(prefix)
	entries, err := os.ReadDir(path.Clean("./" + dir))
	if path.IsAbs(dir) {
		entries, err = os.ReadDir(dir)
	}
	if err != nil {
		return nil // no such folder: nothing to propose
	}
	for _, e := range entries {
		name := e.Name()
		if !strings.HasPrefix(name, base) || base == "" && name[0] == '.' || strings.ContainsAny(name, "\"`\\\n") {
			continue
		}
		c := Completion{Text: dir + name, Kind: "file"}
		if info, err := os.Stat(path.Join(dir, name)); err == nil && info.IsDir() {
			c = Completion{Text: dir + name + "/", Kind: "folder"}
		}
		if list = append(list, c); len(list) == maxCompletions {
			break
		}
	}
	return list
}
