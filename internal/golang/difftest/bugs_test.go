//go:build full

package difftest

import (
	"go/ast"
	"go/token"
	"go/types"
)

// bugs are mistakes that interpreters of Go have made, each as a change of the
// source that has the same effect. A function returns what stands in the place of
// the site's node, or nil.
var bugs = map[string]func(site) ast.Node{
	"parallel assignment one after the other": func(s site) ast.Node {
		a, ok := s.Node().(*ast.AssignStmt)
		if !ok || a.Tok != token.ASSIGN || len(a.Lhs) < 2 || len(a.Rhs) != len(a.Lhs) || !s.inList() {
			return nil
		}
		b := &ast.BlockStmt{}
		for i := range a.Lhs {
			b.List = append(b.List, &ast.AssignStmt{Lhs: a.Lhs[i : i+1], Tok: token.ASSIGN, Rhs: a.Rhs[i : i+1]})
		}
		return b
	},
	"nil not stored in a map of interfaces": func(s site) ast.Node {
		a, ok := s.Node().(*ast.AssignStmt)
		if !ok || len(a.Lhs) != 1 || !s.inList() || !s.info.Types[a.Rhs[0]].IsNil() {
			return nil
		}
		if x, ok := a.Lhs[0].(*ast.IndexExpr); ok {
			if m, ok := s.info.TypeOf(x.X).Underlying().(*types.Map); ok && types.IsInterface(m.Elem()) {
				return nothing()
			}
		}
		return nil
	},
	"one variable for all rounds of a loop": func(s site) ast.Node {
		f, ok := s.Node().(*ast.ForStmt)
		if !ok || f.Init == nil || !s.inList() {
			return nil
		}
		loop := *f
		loop.Init = nil
		return &ast.BlockStmt{List: []ast.Stmt{f.Init, &loop}}
	},
	"defers in the order of the text": func(s site) ast.Node {
		b, ok := s.Node().(*ast.BlockStmt)
		if !ok {
			return nil
		}
		list, swapped := append([]ast.Stmt(nil), b.List...), false
		for i := 1; i < len(list); i++ {
			_, first := list[i-1].(*ast.DeferStmt)
			if _, second := list[i].(*ast.DeferStmt); first && second {
				list[i-1], list[i], swapped = list[i], list[i-1], true
			}
		}
		if !swapped {
			return nil
		}
		return &ast.BlockStmt{Lbrace: b.Lbrace, List: list, Rbrace: b.Rbrace}
	},
	"a closure copies its variables": func(s site) ast.Node {
		lit, ok := s.Node().(*ast.FuncLit)
		if !ok {
			return nil
		}
		names := s.captured(lit)
		if names == nil {
			return nil
		}
		body := &ast.BlockStmt{}
		for _, n := range names {
			v := []ast.Expr{ast.NewIdent(n)}
			body.List = append(body.List, &ast.AssignStmt{Lhs: v, Tok: token.DEFINE, Rhs: v})
		}
		body.List = append(body.List, &ast.ReturnStmt{Results: []ast.Expr{lit}})
		result := &ast.FieldList{List: []*ast.Field{{Type: lit.Type}}}
		return &ast.CallExpr{Fun: &ast.FuncLit{Type: &ast.FuncType{Params: &ast.FieldList{}, Results: result}, Body: body}}
	},
	"int32 and uint32 of 16 bits": func(s site) ast.Node {
		c, ok := s.Node().(*ast.CallExpr)
		if !ok || !s.info.Types[c.Fun].IsType() || s.constant(c.Args[0]) || s.basic(c.Args[0]) == nil {
			return nil
		}
		if to := s.basic(c); to != nil && (to.Kind() == types.Int32 || to.Kind() == types.Uint32) && s.basic(c.Args[0]).Info()&types.IsInteger != 0 {
			return &ast.CallExpr{Fun: c.Fun, Args: []ast.Expr{call("int16", c.Args...)}}
		}
		return nil
	},
	"unsigned numbers shifted as signed ones": func(s site) ast.Node {
		b, ok := s.Node().(*ast.BinaryExpr)
		if !ok || b.Op != token.SHR || s.basic(b.X) == nil || s.constant(b.X) {
			return nil
		}
		signed := map[types.BasicKind]string{types.Uint8: "int8", types.Uint16: "int16", types.Uint32: "int32", types.Uint64: "int64", types.Uint: "int"}
		t, ok := s.info.TypeOf(b.X).(*types.Basic)
		if !ok || signed[t.Kind()] == "" {
			return nil
		}
		return call(t.Name(), &ast.BinaryExpr{X: call(signed[t.Kind()], b.X), Op: token.SHR, Y: b.Y})
	},
	"uint8 read as int8": func(s site) ast.Node {
		c, ok := s.Node().(*ast.CallExpr)
		if !ok || !s.info.Types[c.Fun].IsType() || s.constant(c.Args[0]) || s.basic(c.Args[0]) == nil || s.basic(c) == nil {
			return nil
		}
		if s.basic(c.Args[0]).Kind() == types.Uint8 && s.basic(c).Info()&types.IsInteger != 0 {
			return &ast.CallExpr{Fun: c.Fun, Args: []ast.Expr{call("int8", c.Args...)}}
		}
		return nil
	},
	"strings indexed by runes": func(s site) ast.Node {
		x, ok := s.Node().(*ast.IndexExpr)
		if !ok || s.basic(x.X) == nil || s.basic(x.X).Info()&types.IsString == 0 {
			return nil
		}
		runes := &ast.CallExpr{Fun: &ast.ArrayType{Elt: ast.NewIdent("rune")}, Args: []ast.Expr{x.X}}
		return call("byte", &ast.IndexExpr{X: runes, Index: x.Index})
	},
	"delete in a loop over the map without effect": dropped("delete"),
	"clear without effect":                         dropped("clear"),
	"recover does not see the panic": func(s site) ast.Node {
		if c, ok := s.Node().(*ast.CallExpr); ok && s.builtin(c) == "recover" {
			return call("any", ast.NewIdent("nil"))
		}
		return nil
	},
	"method values bound late": func(s site) ast.Node {
		sel, ok := s.Node().(*ast.SelectorExpr)
		if !ok || sel.Sel.Name != "Get" || s.info.Selections[sel] == nil || s.info.Selections[sel].Kind() != types.MethodVal {
			return nil
		}
		if c, ok := s.Parent().(*ast.CallExpr); ok && c.Fun == sel {
			return nil
		}
		results := &ast.FieldList{List: []*ast.Field{{Type: ast.NewIdent("int")}}}
		return &ast.FuncLit{Type: &ast.FuncType{Params: &ast.FieldList{}, Results: results},
			Body: &ast.BlockStmt{List: []ast.Stmt{&ast.ReturnStmt{Results: []ast.Expr{&ast.CallExpr{Fun: sel}}}}}}
	},
	"append always copies": func(s site) ast.Node {
		c, ok := s.Node().(*ast.CallExpr)
		if !ok || s.builtin(c) != "append" {
			return nil
		}
		first := &ast.CallExpr{Fun: &ast.SelectorExpr{X: ast.NewIdent("slices"), Sel: ast.NewIdent("Clone")}, Args: c.Args[:1]}
		return &ast.CallExpr{Fun: c.Fun, Args: append([]ast.Expr{first}, c.Args[1:]...), Ellipsis: c.Ellipsis}
	},
	"the third index of a slice ignored": func(s site) ast.Node {
		if x, ok := s.Node().(*ast.SliceExpr); ok && x.Slice3 {
			return &ast.SliceExpr{X: x.X, Low: x.Low, High: x.High}
		}
		return nil
	},
	"a shadowing variable is the outer one": func(s site) ast.Node {
		a, ok := s.Node().(*ast.AssignStmt)
		if !ok || a.Tok != token.DEFINE || len(a.Lhs) != 1 || !s.inList() {
			return nil
		}
		left, _ := a.Lhs[0].(*ast.Ident)
		if right, ok := a.Rhs[0].(*ast.Ident); ok && left.Name == right.Name {
			return nothing()
		}
		return nil
	},
	"range over an array does not copy it": func(s site) ast.Node {
		r, ok := s.Node().(*ast.RangeStmt)
		if !ok || r.Value == nil {
			return nil
		}
		_, array := s.info.TypeOf(r.X).Underlying().(*types.Array)
		if _, ok := r.X.(*ast.Ident); !ok || !array {
			return nil
		}
		loop := *r
		loop.X = &ast.UnaryExpr{Op: token.AND, X: r.X}
		return &loop
	},
	"fallthrough ends the switch": func(s site) ast.Node {
		if b, ok := s.Node().(*ast.BranchStmt); ok && b.Tok == token.FALLTHROUGH {
			return nothing()
		}
		return nil
	},
	"labels of break and continue ignored": func(s site) ast.Node {
		switch n := s.Node().(type) {
		case *ast.BranchStmt:
			if n.Label != nil && n.Tok != token.GOTO {
				return &ast.BranchStmt{Tok: n.Tok}
			}
		case *ast.LabeledStmt:
			switch n.Stmt.(type) {
			case *ast.ForStmt, *ast.RangeStmt:
				return n.Stmt
			}
		}
		return nil
	},
	"arguments of defer evaluated at the end": func(s site) ast.Node {
		d, ok := s.Node().(*ast.DeferStmt)
		if !ok || len(d.Call.Args) == 0 {
			return nil
		}
		body := &ast.BlockStmt{List: []ast.Stmt{&ast.ExprStmt{X: d.Call}}}
		return &ast.DeferStmt{Call: &ast.CallExpr{Fun: &ast.FuncLit{Type: &ast.FuncType{Params: &ast.FieldList{}}, Body: body}}}
	},
}

// dropped is the bug that calls of a builtin do nothing.
func dropped(name string) func(site) ast.Node {
	return func(s site) ast.Node {
		if e, ok := s.Node().(*ast.ExprStmt); ok && s.builtin(e.X) == name {
			return nothing()
		}
		return nil
	}
}
