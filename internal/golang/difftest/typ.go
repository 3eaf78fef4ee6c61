package difftest

import (
	"fmt"
	"slices"
	"strings"
)

// kind sorts types by how their values are made.
type kind int

const (
	integer kind = iota
	float
	complexNumber
	text
	boolean
	slice
	array
	mapping
	structure
	anything
	getter // the interface of all named types
)

// typ is a type of a generated program.
type typ struct {
	kind      kind
	src       string // as Go writes it
	bits      int    // of an integer or float
	unsigned  bool
	key, elem *typ
	n         int // length of an array
	fields    []field
	named     bool // declared by the program: it has methods
	partial   bool // not comparable
	hasNaN    bool // may hold a float, which makes a bad map key
}

type field struct {
	name     string
	typ      *typ
	embedded bool
}

// basic are the types that every program has.
var basic = makeBasic()

func makeBasic() []*typ {
	list := []*typ{{kind: text, src: "string"}, {kind: boolean, src: "bool"}, {kind: complexNumber, src: "complex128", hasNaN: true},
		{kind: float, src: "float32", bits: 32, hasNaN: true}, {kind: float, src: "float64", bits: 64, hasNaN: true},
		{kind: integer, src: "int", bits: 64}, {kind: integer, src: "uint", bits: 64, unsigned: true}, {kind: anything, src: "any", partial: true}}
	for bits := 8; bits <= 64; bits *= 2 {
		list = append(list, &typ{kind: integer, src: fmt.Sprintf("int%d", bits), bits: bits},
			&typ{kind: integer, src: fmt.Sprintf("uint%d", bits), bits: bits, unsigned: true})
	}
	return list
}

// basicType returns the basic type that Go writes as src.
func basicType(src string) *typ {
	for _, t := range basic {
		if t.src == src {
			return t
		}
	}
	panic("difftest: no basic type " + src)
}

var (
	intType  = basicType("int")
	textType = basicType("string")
	boolType = basicType("bool")
	anyType  = basicType("any")
)

func sliceOf(elem *typ) *typ {
	return &typ{kind: slice, src: "[]" + elem.src, elem: elem, partial: true, hasNaN: elem.hasNaN}
}

func arrayOf(n int, elem *typ) *typ {
	return &typ{kind: array, src: fmt.Sprintf("[%d]%s", n, elem.src), elem: elem, n: n, partial: elem.partial, hasNaN: elem.hasNaN}
}

func mapOf(key, elem *typ) *typ {
	return &typ{kind: mapping, src: "map[" + key.src + "]" + elem.src, key: key, elem: elem, partial: true, hasNaN: elem.hasNaN}
}

// holds reports whether a value of t has an interface in it.
func (t *typ) holds() bool {
	switch t.kind {
	case anything, getter:
		return true
	case slice, array, mapping:
		return t.elem.holds()
	}
	return slices.ContainsFunc(t.fields, func(f field) bool { return f.typ.holds() })
}

// tied reports whether a value of t, once in an interface, could become a part of
// itself. Printing it would not end.
func (t *typ) tied() bool {
	switch t.kind {
	case slice, mapping:
		return t.elem.holds()
	case array:
		return t.elem.tied()
	}
	return slices.ContainsFunc(t.fields, func(f field) bool { return f.typ.tied() })
}

// isKey reports whether the values of t can be the keys of a map literal.
func (t *typ) isKey() bool {
	return t.kind == integer || t.kind == text
}

// verb returns a way of printing t that shows all of it.
func (g *gen) verb(t *typ) string {
	switch {
	case t.kind == text:
		return []string{"%q", "%x", "%+q"}[g.n(3)]
	case t.kind == float:
		return []string{"%v", "%.3e", "%g"}[g.n(3)]
	case t.kind == slice && t.elem.kind == text:
		return "%q"
	default:
		return []string{"%v", "%v", "%v %[1]T", "%+v", "%#v"}[g.n(5)]
	}
}

// declareTypes makes the program's own types.
func (g *gen) declareTypes() {
	g.types = append(g.types, basic...)
	g.types = append(g.types, basic[5], basic[0]) // the common ones twice
	g.getter = &typ{kind: getter, src: "Getter", partial: true}
	for range 1 + g.n(2) {
		g.declareNumber()
	}
	for range 1 + g.n(3) {
		g.declareStruct()
	}
	for range 3 + g.n(3) {
		e := g.anyType()
		switch g.n(4) {
		case 0:
			g.types = append(g.types, arrayOf(1+g.n(4), e))
		case 1:
			g.types = append(g.types, mapOf(g.keyType(), e))
		default:
			g.types = append(g.types, sliceOf(e))
		}
	}
	g.types = append(g.types, mapOf(textType, anyType), sliceOf(intType), mapOf(intType, anyType), sliceOf(anyType))
}

func (g *gen) anyType() *typ { return g.types[g.n(len(g.types))] }

// boxedType returns a type whose values may be kept in an interface.
func (g *gen) boxedType() *typ {
	for {
		if t := g.anyType(); !t.tied() {
			return t
		}
	}
}

func (g *gen) keyType() *typ {
	for {
		if t := g.anyType(); t.isKey() {
			return t
		}
	}
}

// number returns an integer or float type.
func (g *gen) number() *typ {
	for {
		if t := g.anyType(); t.kind == integer || t.kind == float {
			return t
		}
	}
}

func (g *gen) integer() *typ {
	for {
		if t := g.anyType(); t.kind == integer {
			return t
		}
	}
}

// declareNumber declares a named integer type with methods and constants.
func (g *gen) declareNumber() {
	under := g.integer()
	for under.named {
		under = g.integer()
	}
	t := *under
	t.src, t.named = g.name("§N"), true
	g.declNames(&t, under.src)
	g.decl("func (x %s) Get() int { return int(x) + %d }", t.src, g.n(9))
	g.decl("func (x *%s) Add(n int) int { *x += %[1]s(n); return int(*x) }", t.src)
	if g.p(40) {
		g.decl("func (x %s) String() string { return fmt.Sprintf(\"<%%d>\", int64(x)) }", t.src)
	}
	if g.p(60) {
		c := g.name("§C")
		g.decl("const (\n\t%sA %s = iota %s %d\n\t%[1]sB\n\t_\n\t%[1]sD\n)", c, t.src, []string{"+", "*", "<<"}[g.n(3)], 1+g.n(3))
		g.consts = append(g.consts, variable{name: c + "A", typ: &t}, variable{name: c + "B", typ: &t}, variable{name: c + "D", typ: &t})
	}
}

func (g *gen) declNames(t *typ, under string) {
	g.decl("type %s %s", t.src, under)
	g.types = append(g.types, t)
	g.named = append(g.named, t)
}

// declareStruct declares a struct with methods, sometimes with an embedded one.
func (g *gen) declareStruct() {
	t := &typ{kind: structure, src: g.name("§S"), named: true}
	var b strings.Builder
	b.WriteString("struct {\n")
	if g.p(50) {
		e := g.named[g.n(len(g.named))]
		t.fields = append(t.fields, field{e.src, e, true})
		t.partial, t.hasNaN = e.partial, e.hasNaN
		fmt.Fprintf(&b, "\t%s\n", e.src)
	}
	for i := range 1 + g.n(3) {
		f := field{name: string(rune('A' + i)), typ: g.anyType()}
		t.fields = append(t.fields, f)
		t.partial, t.hasNaN = t.partial || f.typ.partial, t.hasNaN || f.typ.hasNaN
		fmt.Fprintf(&b, "\t%s %s\n", f.name, f.typ.src)
	}
	t.fields = append(t.fields, field{name: "N", typ: intType})
	g.declNames(t, b.String()+"\tN int\n}")
	if !t.fields[0].embedded || g.p(50) {
		g.decl("func (s %s) Get() int { return s.N + %d }", t.src, g.n(9))
	}
	if !t.fields[0].embedded || g.p(50) {
		g.decl("func (s *%s) Add(n int) int { s.N += n; return s.N }", t.src)
	}
	if !t.fields[0].embedded && g.p(30) {
		g.decl("func (s %s) String() string { return fmt.Sprint(\"S\", s.N) }", t.src)
	}
	if !t.fields[0].embedded && g.p(30) {
		g.decl("func (s %s) Error() string { return fmt.Sprint(\"bad \", s.N) }", t.src)
	}
}
