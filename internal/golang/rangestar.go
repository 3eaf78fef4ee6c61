package golang

import (
	"go/ast"
	"go/token"
	"go/types"
)

// rangeUnread makes statements like for i := range *p, where *p is an array, range
// over p. The spec has the array evaluated only if its values are wanted or its
// length is no constant; go/ssa (x/tools v0.52.0) loads it always, which fails for
// a nil p.
func rangeUnread(file *ast.File, info *types.Info) {
	ast.Inspect(file, func(n ast.Node) bool {
		s, ok := n.(*ast.RangeStmt)
		if !ok || s.Value != nil {
			return true
		}
		star, ok := ast.Unparen(s.X).(*ast.StarExpr)
		if !ok || calls(star) {
			return true
		}
		if _, array := info.TypeOf(star).Underlying().(*types.Array); array {
			s.X = star.X
		}
		return true
	})
}

// calls reports whether e has a call or a receive, so that the length of an array
// is no constant.
func calls(e ast.Expr) (found bool) {
	ast.Inspect(e, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			found = true
		case *ast.UnaryExpr:
			found = found || n.Op == token.ARROW
		}
		return !found
	})
	return found
}
