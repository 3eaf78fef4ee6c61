package golang

import (
	"go/ast"
	"go/types"
	"strings"
)

// describeCall describes e with its parameter for the argument arg, from 0; the
// zero Call for conversions and for what is no function.
func (l *look) describeCall(e *ast.CallExpr, arg int) Call {
	fun := ast.Unparen(e.Fun)
	tv := l.info.Types[fun]
	if tv.IsBuiltin() {
		id, _ := fun.(*ast.Ident)
		if id == nil {
			return Call{}
		}
		return builtinCall(id.Name, arg)
	}
	if tv.IsType() || tv.Type == nil {
		return Call{}
	}
	sig, ok := tv.Type.Underlying().(*types.Signature)
	if !ok {
		return Call{}
	}
	return writeCall(callee(fun), l.inferred(sig, e.Args[:min(arg, len(e.Args))]), arg)
}

// callee is the name of a function as its caller writes it; of what has no name,
// "func".
func callee(fun ast.Expr) string {
	switch fun := fun.(type) {
	case *ast.Ident:
		return fun.Name
	case *ast.SelectorExpr:
		if x, ok := ast.Unparen(fun.X).(*ast.Ident); ok {
			return x.Name + "." + fun.Sel.Name
		}
		return fun.Sel.Name
	case *ast.IndexExpr:
		return callee(fun.X)
	case *ast.IndexListExpr:
		return callee(fun.X)
	}
	return "func"
}

// writeCall writes a signature and marks the parameter of the argument arg; the
// last one of a variadic function takes all that follow.
func writeCall(name string, sig *types.Signature, arg int) Call {
	var c Call
	var b strings.Builder
	b.WriteString(name)
	writeTypeParams(&b, sig.TypeParams())
	b.WriteByte('(')
	n := sig.Params().Len()
	if sig.Variadic() {
		arg = min(arg, n-1)
	}
	for i := range n {
		if i > 0 {
			b.WriteString(", ")
		}
		start := b.Len()
		writeParam(&b, sig.Params().At(i), sig.Variadic() && i == n-1)
		if i == arg {
			c.Start, c.End = start, b.Len()
		}
	}
	b.WriteByte(')')
	writeResults(&b, sig.Results())
	c.Text = b.String()
	return c
}

func writeTypeParams(b *strings.Builder, list *types.TypeParamList) {
	for i := range list.Len() {
		b.WriteString(map[bool]string{true: "[", false: ", "}[i == 0])
		p := list.At(i)
		b.WriteString(p.Obj().Name() + " " + typeText(p.Constraint()))
	}
	if list.Len() > 0 {
		b.WriteByte(']')
	}
}

func writeParam(b *strings.Builder, v *types.Var, variadic bool) {
	if v.Name() != "" && v.Name() != "_" {
		b.WriteString(v.Name() + " ")
	}
	if s, ok := v.Type().(*types.Slice); ok && variadic {
		b.WriteString("..." + typeText(s.Elem()))
		return
	}
	b.WriteString(typeText(v.Type())) // append([]byte, string...) is variadic without a slice
}

func writeResults(b *strings.Builder, list *types.Tuple) {
	switch {
	case list.Len() == 0:
	case list.Len() == 1 && list.At(0).Name() == "":
		b.WriteString(" " + typeText(list.At(0).Type()))
	default:
		b.WriteString(" " + typeText(list))
	}
}
