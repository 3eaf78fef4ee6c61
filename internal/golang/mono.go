package golang

import (
	"go/ast"
	"go/token"
	"go/types"
)

// mono finds generic functions and types that instantiate themselves with ever
// larger types: they have no end. The checker looks for that only if it has found
// nothing else, and in cells it finds unused names. Type parameters are linked to
// those that they become arguments of.
type mono struct {
	c     *checked
	canon map[*types.TypeParam]*types.TypeParam // of receivers: the parameter of the type
	links map[*types.TypeParam][]link
}

type link struct {
	to   *types.TypeParam
	more bool // the argument is a larger type, not the parameter itself
	pos  token.Pos
}

// instanceCycle finds a place where a cycle of instances grows.
func (in *Interp) instanceCycle(c *checked) []*problem {
	if pos, found := c.growingInstance(); found {
		return []*problem{in.locate(c, pos, 1, "instantiation cycle")}
	}
	return nil
}

func (c *checked) growingInstance() (pos token.Pos, found bool) {
	m := &mono{c, map[*types.TypeParam]*types.TypeParam{}, map[*types.TypeParam][]link{}}
	for _, d := range c.file.Decls {
		m.receiver(d)
	}
	for id, inst := range c.info.Instances {
		for i := range inst.TypeArgs.Len() {
			if to := m.parameter(id, i); to != nil {
				m.link(inst.TypeArgs.At(i), to, id.Pos(), false, map[types.Type]bool{})
			}
		}
	}
	for from, list := range m.links {
		for _, l := range list {
			if l.more && m.reaches(l.to, from, map[*types.TypeParam]bool{}) && (!found || l.pos < pos) {
				pos, found = l.pos, true
			}
		}
	}
	return pos, found
}

func (m *mono) receiver(d ast.Decl) {
	f, ok := d.(*ast.FuncDecl)
	if !ok || f.Recv == nil {
		return
	}
	obj, ok := m.c.info.Defs[f.Name].(*types.Func)
	if !ok {
		return
	}
	t := obj.Signature().Recv().Type()
	if p, ok := t.(*types.Pointer); ok {
		t = p.Elem()
	}
	named, ok := t.(*types.Named)
	params := obj.Signature().RecvTypeParams()
	if !ok || params.Len() != named.Origin().TypeParams().Len() {
		return
	}
	for i := range params.Len() {
		m.canon[params.At(i)] = named.Origin().TypeParams().At(i)
	}
}

// parameter returns type parameter i of what id instantiates.
func (m *mono) parameter(id *ast.Ident, i int) *types.TypeParam {
	var list *types.TypeParamList
	switch obj := m.c.info.Uses[id].(type) {
	case *types.Func:
		list = obj.Origin().Signature().TypeParams()
	case *types.TypeName:
		switch t := obj.Type().(type) {
		case *types.Named:
			list = t.Origin().TypeParams()
		case *types.Alias:
			list = t.Origin().TypeParams()
		}
	}
	if list == nil || i >= list.Len() {
		return nil
	}
	return list.At(i)
}

// link adds the links from the type parameters in t, an argument for to.
func (m *mono) link(t types.Type, to *types.TypeParam, pos token.Pos, more bool, seen map[types.Type]bool) {
	if seen[t] {
		return
	}
	seen[t] = true
	inner := func(t types.Type) { m.link(t, to, pos, true, seen) }
	tuple := func(list *types.Tuple) {
		for v := range list.Variables() {
			inner(v.Type())
		}
	}
	switch t := types.Unalias(t).(type) {
	case *types.TypeParam:
		from := t
		if c := m.canon[t]; c != nil {
			from = c
		}
		m.links[from] = append(m.links[from], link{to, more, pos})
	case *types.Named:
		for arg := range t.TypeArgs().Types() {
			inner(arg)
		}
		m.enclosing(t, inner)
	case interface{ Elem() types.Type }: // pointers, slices, arrays, channels, maps
		inner(t.Elem())
		if key, ok := t.(interface{ Key() types.Type }); ok {
			inner(key.Key())
		}
	case *types.Struct:
		for f := range t.Fields() {
			inner(f.Type())
		}
	case *types.Signature:
		tuple(t.Params())
		tuple(t.Results())
	case *types.Interface:
		for f := range t.ExplicitMethods() {
			inner(f.Type())
		}
	}
}

// enclosing calls inner for the type parameters of the function that declares t:
// each of its instances has another t.
func (m *mono) enclosing(t *types.Named, inner func(types.Type)) {
	obj := t.Obj()
	if obj.Pkg() != m.c.pkg || obj.Parent() == m.c.pkg.Scope() {
		return
	}
	for _, d := range m.c.file.Decls {
		f, ok := d.(*ast.FuncDecl)
		if !ok || obj.Pos() < f.Pos() || obj.Pos() > f.End() {
			continue
		}
		if fn, ok := m.c.info.Defs[f.Name].(*types.Func); ok {
			for p := range fn.Signature().TypeParams().TypeParams() {
				inner(p)
			}
			for p := range fn.Signature().RecvTypeParams().TypeParams() {
				inner(p)
			}
		}
	}
}

func (m *mono) reaches(from, to *types.TypeParam, seen map[*types.TypeParam]bool) bool {
	if from == to {
		return true
	}
	if seen[from] {
		return false
	}
	seen[from] = true
	for _, l := range m.links[from] {
		if m.reaches(l.to, to, seen) {
			return true
		}
	}
	return false
}
