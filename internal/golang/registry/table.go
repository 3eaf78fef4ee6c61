package registry

import (
	"context"
	"reflect"
	"sync"
)

// Table is the generated form of a Package: slices that the linker lays out as
// data, so that a program with hundreds of packages starts without running any
// code for them. Lookup turns a Table into a Package.
type Table struct {
	Path, Name string
	Types      []Entry // value: a nil *T
	Funcs      []Entry // value: the function
	Vars       []Entry // value: a pointer to the variable
	Instances  []Entry // name: InstanceKey; value: the function
	TypeInsts  []Entry // name: InstanceKey; value: a nil *T[A]

	Archive     *Archive // the entries under Path: export, doc, src/
	FromSource  bool     // interpreted from src/ instead of described by export
	WithContext func(context.Context) any
	Option      any // a nil *Option, or nil
	Verbs       bool
}

// Entry is one named value of a Table.
type Entry struct {
	Name  string
	Value any
}

// expand builds the maps and the lazy readers of t.
func (t *Table) expand() *Package {
	p := &Package{
		Path: t.Path, Name: t.Name,
		Types: reflectTypes(t.Types), Funcs: values(t.Funcs), Vars: values(t.Vars),
		Generics:    values(t.Instances),
		WithContext: t.WithContext, Verbs: t.Verbs,
		Docs: sync.OnceValue(func() map[string]string { return t.Archive.docs(t.Path) }),
	}
	for name, typ := range reflectTypes(t.TypeInsts) {
		p.Generics[name] = typ
	}
	if t.Option != nil {
		p.Option = reflect.TypeOf(t.Option).Elem()
	}
	switch {
	case t.FromSource:
		p.Source = func() map[string]string { return t.Archive.sources(t.Path) }
	case t.Path != "unsafe":
		p.Export = func() []byte { return t.Archive.export(t.Path) }
	}
	return p
}

func reflectTypes(entries []Entry) map[string]reflect.Type {
	m := make(map[string]reflect.Type, len(entries))
	for _, e := range entries {
		m[e.Name] = reflect.TypeOf(e.Value).Elem()
	}
	return m
}

func values(entries []Entry) map[string]any {
	m := make(map[string]any, len(entries))
	for _, e := range entries {
		m[e.Name] = e.Value
	}
	return m
}
