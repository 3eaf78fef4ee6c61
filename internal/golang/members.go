package golang

import (
	"go/ast"
	"go/token"
	"go/types"
	"sort"
)

// member is a field or method that can be selected from a value.
type member struct {
	obj   types.Object
	depth int // of embedding
}

// members returns what can be selected from a value of type t, by name: fields
// and methods, promoted ones too, without what other packages do not export.
func members(t types.Type) []member {
	m := &memberList{found: map[string]member{}, seen: map[types.Type]bool{}}
	m.add(t, 0)
	list := make([]member, 0, len(m.found))
	for _, x := range m.found {
		list = append(list, x)
	}
	sort.Slice(list, func(i, j int) bool { return list[i].obj.Name() < list[j].obj.Name() })
	return list
}

type memberList struct {
	found map[string]member
	seen  map[types.Type]bool
}

func (m *memberList) add(t types.Type, depth int) {
	if t == nil || m.seen[t] {
		return
	}
	m.seen[t] = true
	t = types.Unalias(t)
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = types.Unalias(p.Elem())
	}
	if named, ok := t.(*types.Named); ok {
		for f := range named.Methods() {
			m.put(f, depth)
		}
	}
	switch u := t.Underlying().(type) {
	case *types.Struct:
		for f := range u.Fields() {
			m.put(f, depth)
			if f.Embedded() {
				m.add(f.Type(), depth+1)
			}
		}
	case *types.Interface:
		for f := range u.Methods() {
			m.put(f, depth)
		}
	}
}

func (m *memberList) put(obj types.Object, depth int) {
	foreign := obj.Pkg() != nil && obj.Pkg().Path() != cellPath
	if foreign && !obj.Exported() {
		return
	}
	if old, ok := m.found[obj.Name()]; !ok || depth < old.depth {
		m.found[obj.Name()] = member{obj, depth}
	}
}

// membersAt returns the member names of the value whose selector stands at pos.
func (c *checked) membersAt(pos token.Pos) []string {
	var names []string
	ast.Inspect(c.file, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if ok && (sel.Sel.Pos() == pos || sel.Pos() == pos) {
			for _, m := range members(c.info.TypeOf(sel.X)) {
				names = append(names, m.obj.Name())
			}
			return false
		}
		return true
	})
	return names
}
