package difftest

import (
	"fmt"
	"strings"
)

// statement writes a statement of any kind.
func (g *gen) statement() string {
	if !g.spend(2) || g.depth > 4 {
		return g.declare()
	}
	for {
		if s := g.someStatement(); s != "" {
			return s
		}
	}
}

// someStatement writes a statement, or nothing if what it needs is not there.
func (g *gen) someStatement() string {
	switch g.n(20) {
	case 0, 1, 2:
		return g.declare()
	case 3, 4, 5:
		return g.assign()
	case 6:
		return g.parallel()
	case 7:
		return g.ifStatement()
	case 8, 9, 10:
		return g.loop()
	case 11:
		return g.switchStatement()
	case 12:
		return g.typeSwitch()
	case 13:
		return g.element()
	case 14:
		return g.closure()
	case 15:
		return g.labelled()
	case 16:
		return g.pointer()
	default:
		if g.calm {
			return ""
		}
		t := g.anyType()
		return g.show(g.expr(t, 1+g.n(3)), t)
	}
}

// show prints an expression.
func (g *gen) show(e string, t *typ) string {
	return fmt.Sprintf("fmt.Printf(%q, %s)", g.name("")+" "+g.verb(t)+"\n", e)
}

// declare declares a variable, or several.
func (g *gen) declare() string {
	t := g.anyType()
	v := variable{name: g.name("v"), typ: t}
	if shadow := g.variable(t, false); shadow != nil && g.depth > 1 && g.p(25) && !strings.HasPrefix(shadow.name, mark) {
		return g.shadow(*shadow)
	}
	e := g.expr(t, 1+g.n(2))
	other := g.anyType()
	e2 := other.src + "(" + g.expr(other, 2) + ")"
	g.scope = append(g.scope, v)
	use := "\n_ = " + v.name
	switch g.n(4) {
	case 0:
		return fmt.Sprintf("var %s %s = %s%s", v.name, t.src, e, use)
	case 1:
		return fmt.Sprintf("var %s %s%s\n%[1]s = %[4]s", v.name, t.src, use, e)
	case 2:
		w := variable{name: g.name("v"), typ: other}
		g.scope = append(g.scope, w)
		return fmt.Sprintf("%s, %s := %s(%s), %s%s, %[2]s", v.name, w.name, t.src, e, e2, strings.Replace(use, "_ =", "_, _ =", 1))
	default:
		return fmt.Sprintf("%s := %s(%s)%s", v.name, t.src, e, use)
	}
}

// shadow changes a variable of the same name inside a block.
func (g *gen) shadow(v variable) string {
	return fmt.Sprintf("{\n%s := %[1]s\n%s}", v.name, g.block(1+g.n(2), func() string { return "_ = " + v.name }))
}

func (g *gen) assign() string {
	v := g.variable(g.anyType(), true)
	if v == nil {
		return ""
	}
	switch k := v.typ.kind; {
	case k == integer && g.p(60):
		switch g.n(4) {
		case 0:
			return v.name + g.pick("++", "--")
		case 1:
			return fmt.Sprintf("%s %s= %s & 31", v.name, g.pick("<<", ">>"), g.hidden(g.integer(), 1))
		case 2:
			return fmt.Sprintf("%s %s= %s | 1", v.name, g.pick("/", "%"), g.hidden(v.typ, 2))
		}
		return fmt.Sprintf("%s %s= %s", v.name, g.pick("+", "-", "*", "^", "&", "|", "&^"), g.expr(v.typ, 2))
	case k == text && g.p(40):
		return fmt.Sprintf("%s = %s(cut(string(%s) + %s))", v.name, v.typ.src, v.name, g.expr(textType, 1))
	case k == structure && g.p(60):
		f := v.typ.fields[g.n(len(v.typ.fields))]
		return fmt.Sprintf("%s.%s = %s", v.name, f.name, g.expr(f.typ, 2))
	case v.typ.named && g.p(40):
		return fmt.Sprintf("%s.Add(%s)", v.name, g.expr(intType, 1))
	}
	return fmt.Sprintf("%s = %s", v.name, g.expr(v.typ, 3))
}

// parallel assigns several variables at once, which read each other.
func (g *gen) parallel() string {
	t := g.anyType()
	a, b := g.variable(t, true), g.variable(t, true)
	if a == nil || a == b {
		return ""
	}
	switch g.n(3) {
	case 0:
		return fmt.Sprintf("%s, %s = %[2]s, %[1]s", a.name, b.name)
	case 1:
		v := variable{name: g.name("r"), typ: sliceOf(t)}
		i := g.name("i")
		return fmt.Sprintf("{\n%s, %s := []%s{%s, %s, %s}, %d\n%[2]s, %[1]s[%[2]s] = %[8]d, %[1]s[%[2]s+1]\n%[4]s, %[5]s = %[1]s[0], %[1]s[%[2]s]\n}",
			v.name, i, t.src, a.name, b.name, g.expr(t, 1), g.n(2), g.n(3))
	default:
		return fmt.Sprintf("%s, %s = %s, %[1]s", a.name, b.name, g.expr(t, 2))
	}
}

func (g *gen) ifStatement() string {
	cond := g.expr(boolType, 2)
	if g.p(30) {
		t := g.integer()
		v := variable{name: g.name("c"), typ: t}
		cond = fmt.Sprintf("%s := %s(%s); %[1]s > %[4]s", v.name, t.src, g.expr(t, 1), g.expr(t, 0))
	}
	s := "if " + cond + " {\n" + g.block(1+g.n(2), nil) + "}"
	if g.p(50) {
		s += " else {\n" + g.block(1+g.n(2), nil) + "}"
	}
	return s
}

// loop writes a loop of a few rounds.
func (g *gen) loop() string {
	times := 1 + g.n(5)
	if !g.spend(times) {
		return ""
	}
	outer := len(g.scope)
	defer func() { g.scope = g.scope[:outer] }()
	i := variable{name: g.name("i"), typ: intType, fixed: true}
	body := func() string {
		return g.looped(times, 1+g.n(2), func() string {
			if g.p(30) {
				return "if " + g.expr(boolType, 1) + " {\n" + g.pick("continue", "break") + "\n}"
			}
			return ""
		})
	}
	switch g.n(6) {
	case 0:
		t := g.integer()
		i.typ = t
		g.scope = append(g.scope, i)
		return fmt.Sprintf("for %s := range %s(%d) {\n_ = %[1]s\n%[4]s}", i.name, t.src, times, body())
	case 1:
		t := g.anyType()
		v := variable{name: g.name("x"), typ: t}
		list := fmt.Sprintf("[]%s{%s, %s}", t.src, g.expr(t, 1), g.expr(t, 1))
		g.scope = append(g.scope, i, v)
		return fmt.Sprintf("for %s, %s := range %s {\n_, _ = %[1]s, %[2]s\n%[4]s}", i.name, v.name, g.pick(list, "seq("+list+")"), body())
	case 2:
		v := variable{name: g.name("x"), typ: basicType("int32")}
		s := g.expr(textType, 1)
		g.scope = append(g.scope, i, v)
		return fmt.Sprintf("for %s, %s := range cut(%s)[:min(5, len(cut(%[3]s)))] {\n_, _ = %[1]s, %[2]s\n%[4]s}", i.name, v.name, s, body())
	default:
		g.scope = append(g.scope, i)
		return fmt.Sprintf("for %s := 0; %[1]s < %d; %[1]s++ {\n%[3]s}", i.name, times, body())
	}
}

// labelled writes nested loops that leave or continue the outer one.
func (g *gen) labelled() string {
	if !g.spend(30) {
		return ""
	}
	l, i, j := g.name("L"), g.name("i"), g.name("j")
	outer := len(g.scope)
	defer func() { g.scope = g.scope[:outer] }()
	g.scope = append(g.scope, variable{i, intType, true}, variable{j, intType, true})
	leave := fmt.Sprintf("if %s+%s > %d {\n%s %s\n}\n", i, j, g.n(5), g.pick("break", "continue"), l)
	if g.p(30) {
		leave = fmt.Sprintf("switch {\ncase %s*%s == %d:\n%s %s\ncase %s:\nbreak\n}\n", i, j, g.n(5), g.pick("break", "continue"), l, g.expr(boolType, 1))
	}
	return fmt.Sprintf("%s:\nfor %s := range 3 {\nfor %s := 0; %[3]s < 3; %[3]s++ {\n%[4]s%[5]s}\n}", l, i, j, leave, g.looped(9, 1+g.n(2), nil))
}

func (g *gen) switchStatement() string {
	t := g.integer()
	var b strings.Builder
	fmt.Fprintf(&b, "switch x := %s; x & 3 {\n", g.hidden(t, 2))
	for i := range 3 {
		fmt.Fprintf(&b, "case %d:\n%s", i, g.block(1, nil))
		if i < 2 && g.p(30) {
			b.WriteString("fallthrough\n")
		}
	}
	if g.p(50) {
		b.WriteString("default:\n" + g.block(1, nil))
	}
	return b.String() + "}"
}

func (g *gen) typeSwitch() string {
	var b strings.Builder
	x := g.name("x")
	fmt.Fprintf(&b, "switch %s := id(%s).(type) {\ncase nil:\n_ = %[1]s\n%[3]s", x, g.expr(anyType, 2), g.block(1, nil))
	seen := map[string]bool{"any": true}
	for range 3 {
		t := g.anyType()
		if seen[t.src] {
			continue
		}
		seen[t.src] = true
		outer := len(g.scope)
		g.scope = append(g.scope, variable{x, t, t.partial})
		fmt.Fprintf(&b, "case %s:\n_ = %s\n%s", t.src, x, g.block(1, nil))
		g.scope = g.scope[:outer]
	}
	if g.p(50) {
		fmt.Fprintf(&b, "case interface{ Get() int }:\n_ = %s.Get()\n%s", x, g.block(1, nil))
	}
	return b.String() + "}"
}

// element changes a part of a slice, an array or a map.
func (g *gen) element() string {
	for range 10 {
		v := g.variable(g.anyType(), true)
		if v == nil {
			continue
		}
		switch v.typ.kind {
		case mapping:
			e := g.expr(v.typ.elem, 2)
			if v.typ.elem == anyType && g.p(40) {
				e = "nil"
			}
			key := g.expr(v.typ.key, 1)
			return fmt.Sprintf("if %s == nil {\n%[1]s = %s{}\n}\n%[1]s[%[3]s] = %[4]s", v.name, v.typ.src, key, e) +
				g.pick("", fmt.Sprintf("\ndelete(%s, %s)", v.name, g.expr(v.typ.key, 1)))
		case slice:
			return fmt.Sprintf("if len(%s) > %d {\n%[1]s[%[2]d] = %[3]s\n}", v.name, g.n(3), g.expr(v.typ.elem, 2)) +
				g.pick("", fmt.Sprintf("\n%s = append(%[1]s[:len(%[1]s)/2], %[2]s)", v.name, g.expr(v.typ.elem, 1)))
		case array:
			return fmt.Sprintf("%s[%d] = %s", v.name, g.n(v.typ.n), g.expr(v.typ.elem, 2))
		}
	}
	return ""
}

// closure declares a function value that later expressions may call.
func (g *gen) closure() string {
	if g.depth > 2 {
		return ""
	}
	t, p := g.anyType(), g.anyType()
	f := function{name: g.name("h"), params: []*typ{p}, result: t, cost: 20, local: true}
	outer, calm := len(g.scope), g.calm
	g.scope = append(g.scope, variable{"p", p, true})
	body := g.expr(t, 2)
	g.scope, g.calm = g.scope[:outer], calm
	if g.depth == 0 || g.depth > 1 {
		g.funcs = append(g.funcs, f)
	}
	return fmt.Sprintf("%s := func(p %s) %s { return %s }\n_ = %[1]s", f.name, p.src, t.src, body)
}

// pointer changes a variable through a pointer to it, or to a part of it.
func (g *gen) pointer() string {
	v := g.variable(g.anyType(), true)
	if v == nil {
		return ""
	}
	q := g.name("q")
	if v.typ.kind == structure && g.p(50) {
		f := v.typ.fields[g.n(len(v.typ.fields))]
		return fmt.Sprintf("{\n%s := &%s\n%[1]s.%[3]s = %[4]s\n}", q, v.name, f.name, g.expr(f.typ, 1))
	}
	return fmt.Sprintf("{\n%s := &%s\n*%[1]s = %[3]s\n}", q, v.name, g.expr(v.typ, 2))
}
