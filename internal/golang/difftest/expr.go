package difftest

import (
	"fmt"
	"strconv"
	"strings"
)

// expr writes an expression of type t, nested at most d deep. It has no effects
// and does not panic, so that its order of evaluation cannot be seen.
func (g *gen) expr(t *typ, d int) string {
	e, _ := g.value(t, d)
	return e
}

// hidden is expr, but never a constant.
func (g *gen) hidden(t *typ, d int) string {
	e, constant := g.value(t, d)
	if constant {
		return "id[" + t.src + "](" + e + ")"
	}
	return e
}

// value writes an expression and reports whether Go takes it for a constant.
func (g *gen) value(t *typ, d int) (string, bool) {
	if g.p(45) {
		if v := g.variable(t, false); v != nil {
			return v.name, false
		}
	}
	if d <= 0 {
		return g.literal(t)
	}
	if g.p(20) {
		if e := g.call(t, d); e != "" {
			return e, false
		}
	}
	if g.p(12) {
		return g.general(t, d), false
	}
	switch t.kind {
	case integer:
		return g.integerExpr(t, d), false
	case float:
		return g.floatExpr(t, d), false
	case complexNumber:
		return fmt.Sprintf("(%s %s %s)", g.hidden(t, d-1), g.pick("+", "-", "*"), g.expr(t, d-1)), false
	case text:
		return g.textExpr(t, d), false
	case boolean:
		return g.boolExpr(d), false
	case slice:
		return g.sliceExpr(t, d), false
	}
	return g.literalDeep(t, d)
}

// variable returns a variable in sight of type t, or nil.
func (g *gen) variable(t *typ, assign bool) *variable {
	var found []*variable
	for i := range g.scope {
		if v := &g.scope[i]; v.typ.src == t.src && !(assign && v.fixed) {
			found = append(found, v)
		}
	}
	if len(found) == 0 {
		return nil
	}
	return found[g.n(len(found))]
}

// call writes a call of a function of the program that gives t.
func (g *gen) call(t *typ, d int) string {
	for range 4 {
		if len(g.funcs) == 0 {
			return ""
		}
		f := g.funcs[g.n(len(g.funcs))]
		if f.result.src != t.src || !g.spend(f.cost) {
			continue
		}
		var args []string
		for _, p := range f.params {
			args = append(args, g.expr(p, d-1))
		}
		return f.name + "(" + strings.Join(args, ", ") + ")"
	}
	return ""
}

// general writes what there is for every type.
func (g *gen) general(t *typ, d int) string {
	switch g.n(6) {
	case 0:
		return fmt.Sprintf("func() %s {\n\tif %s {\n\t\treturn %s\n\t}\n\treturn %s\n}()", t.src, g.expr(boolType, d-1), g.expr(t, d-1), g.expr(t, d-1))
	case 1:
		if t.kind != anything {
			return fmt.Sprintf("any(%s).(%s)", g.expr(t, d-1), t.src)
		}
		return fmt.Sprintf("any(%s)", g.expr(g.boxedType(), d-1))
	case 2:
		e := fmt.Sprintf("id(Box[%s]{V: %s})", t.src, g.expr(t, d-1))
		return g.pick(e+".V", "("+e+").V")
	case 3:
		return fmt.Sprintf("each([]int{%s}, func(int) %s { return %s })[0]", g.expr(intType, d-1), t.src, g.expr(t, d-1))
	case 4:
		list := g.expr(t, d-1)
		return fmt.Sprintf("[...]%s{%s, %s}[%s&1]", t.src, list, g.expr(t, d-1), g.hidden(intType, d-1))
	default:
		return fmt.Sprintf("map[string]%s{%q: %s}[%s]", t.src, g.pick("a", "é", ""), g.expr(t, d-1), g.expr(textType, d-1))
	}
}

// literal writes a short value of t.
func (g *gen) literal(t *typ) (string, bool) {
	if len(g.consts) > 0 && g.p(30) {
		if c := g.consts[g.n(len(g.consts))]; c.typ == t {
			return c.name, true
		}
	}
	switch t.kind {
	case integer:
		return t.src + "(" + g.integerText(t) + ")", true
	case float:
		e := g.pick("0", "1", "-1", "0.1", "2.5", "1e10", "-3.75", "16777217", "math.Inf(1)", "math.NaN()", "math.Copysign(0, -1)", "math.SmallestNonzeroFloat32", "math.MaxFloat32")
		return t.src + "(" + e + ")", !strings.HasSuffix(e, ")")
	case complexNumber:
		return fmt.Sprintf("complex128(complex(%s, %s))", g.pick("0", "1", "-2.5"), g.pick("0", "1", "1e3")), true
	case text:
		return t.src + "(" + g.pick(`""`, `"a"`, `"héllo"`, `"日本語"`, `"\xff\xfea"`, `"x\x00y"`, `"a,b,c"`, "`raw\\n`", `"🙂é"`) + ")", true
	case boolean:
		return g.pick("true", "false"), true
	case anything:
		if g.p(35) {
			return "any(nil)", false
		}
		return "any(" + g.expr(g.boxedType(), 0) + ")", false
	case slice, mapping:
		if g.p(20) {
			return t.src + "(nil)", false
		}
	}
	return g.literalDeep(t, 1)
}

// integerText writes a number that t can hold, often at its limits.
func (g *gen) integerText(t *typ) string {
	low, high := int64(-1)<<(t.bits-1), uint64(1)<<(t.bits-1)-1
	if t.unsigned {
		low, high = 0, high*2+1
	}
	switch g.n(8) {
	case 0:
		return strconv.FormatInt(low, 10)
	case 1:
		return strconv.FormatUint(high, 10)
	case 2:
		return strconv.FormatUint(high/3, 10)
	case 3:
		return strconv.FormatInt(max(low, -1), 10)
	default:
		return strconv.Itoa(g.n(12))
	}
}

// literalDeep writes a composite literal of t.
func (g *gen) literalDeep(t *typ, d int) (string, bool) {
	var list []string
	switch t.kind {
	case slice:
		for range g.n(4) {
			list = append(list, g.expr(t.elem, d-1))
		}
	case array:
		for range g.n(t.n + 1) {
			list = append(list, g.expr(t.elem, d-1))
		}
	case mapping:
		for i := range g.n(4) {
			key := fmt.Sprintf("%s(%d)", t.key.src, i*3)
			if t.key.kind == text {
				key = fmt.Sprintf("%s(%q)", t.key.src, strings.Repeat("k", i))
			}
			list = append(list, key+": "+g.expr(t.elem, d-1))
		}
	case structure:
		for _, f := range t.fields {
			if g.p(70) {
				list = append(list, f.name+": "+g.expr(f.typ, d-1))
			}
		}
	case getter:
		return "Getter(" + g.expr(g.named[g.n(len(g.named))], d-1) + ")", false
	default:
		return g.literal(t)
	}
	return t.src + "{" + strings.Join(list, ", ") + "}", false
}

func (g *gen) integerExpr(t *typ, d int) string {
	switch g.n(14) {
	case 0, 1, 2, 3:
		return fmt.Sprintf("(%s %s %s)", g.hidden(t, d-1), g.pick("+", "-", "*", "&", "|", "^", "&^"), g.expr(t, d-1))
	case 4:
		return fmt.Sprintf("(%s %s (%s | 1))", g.hidden(t, d-1), g.pick("/", "%"), g.hidden(t, d-1))
	case 5, 6:
		count := g.integer()
		mask := g.pick("7", "15", "63", "127")
		return fmt.Sprintf("(%s %s (%s & %s))", g.hidden(t, d-1), g.pick("<<", ">>"), g.hidden(count, d-1), mask)
	case 7:
		return g.pick("-", "^", "+") + "(" + g.hidden(t, d-1) + ")"
	case 8, 9:
		return t.src + "(" + g.hidden(g.integer(), d-1) + ")"
	case 10:
		return fmt.Sprintf("%s(small(float64(%s)))", t.src, g.hidden(g.number(), d-1))
	case 11:
		return fmt.Sprintf("%s(len(%s))", t.src, g.hidden(g.measurable(), d-1))
	case 12:
		return fmt.Sprintf("%s(%s, %s)", g.pick("min", "max", "fold"), g.hidden(t, d-1), g.expr(t, d-1))
	default:
		return fmt.Sprintf("%s(Getter(%s).Get())", t.src, g.expr(g.named[g.n(len(g.named))], d-1))
	}
}

// measurable returns a type that has a length which is not constant.
func (g *gen) measurable() *typ {
	for {
		if t := g.anyType(); t.kind == text || t.kind == slice || t.kind == mapping {
			return t
		}
	}
}

func (g *gen) floatExpr(t *typ, d int) string {
	switch g.n(5) {
	case 0:
		return t.src + "(" + g.hidden(g.number(), d-1) + ")"
	case 1:
		return fmt.Sprintf("%s(%s, %s)", g.pick("min", "max"), g.hidden(t, d-1), g.expr(t, d-1))
	case 2:
		return "-(" + g.hidden(t, d-1) + ")"
	default:
		return fmt.Sprintf("(%s %s %s)", g.hidden(t, d-1), g.pick("+", "-", "*", "/"), g.hidden(t, d-1))
	}
}

func (g *gen) textExpr(t *typ, d int) string {
	s := g.hidden(textType, d-1)
	var e string
	switch g.n(8) {
	case 0, 1:
		e = fmt.Sprintf("cut(%s + %s)", s, g.expr(textType, d-1))
	case 2:
		e = fmt.Sprintf("string(rune(%s))", g.hidden(g.integer(), d-1))
	case 3:
		e = fmt.Sprintf("string([]rune(%s))", s)
	case 4:
		e = fmt.Sprintf("string(append([]byte(%s), byte(%s)))", s, g.hidden(intType, d-1))
	case 5:
		e = fmt.Sprintf("cut(fmt.Sprint(%s))", g.expr(g.anyType(), d-1))
	case 6:
		e = fmt.Sprintf("strings.%s(%s)", g.pick("ToUpper", "TrimSpace", "Clone"), s)
	default:
		e = fmt.Sprintf("%s[min(len(%[1]s), %d):]", g.repeatable(), g.n(3))
	}
	if t.named {
		return t.src + "(" + e + ")"
	}
	return e
}

// repeatable writes a text that is cheap enough to stand twice.
func (g *gen) repeatable() string {
	if v := g.variable(textType, false); v != nil {
		return v.name
	}
	return `"` + strings.Repeat("é", g.n(4)) + `"`
}

func (g *gen) boolExpr(d int) string {
	switch g.n(6) {
	case 0:
		return fmt.Sprintf("(%s %s %s)", g.expr(boolType, d-1), g.pick("&&", "||", "==", "!="), g.hidden(boolType, d-1))
	case 1:
		return "!" + g.expr(boolType, d-1)
	case 2:
		t := g.anyType()
		for t.partial || t.kind == anything {
			t = g.anyType()
		}
		return fmt.Sprintf("(%s %s %s)", g.hidden(t, d-1), g.pick("==", "!="), "("+g.hidden(t, d-1)+")")
	case 3:
		return fmt.Sprintf("(%s == any(%s))", g.expr(anyType, d-1), g.expr(g.number(), d-1))
	case 4:
		return fmt.Sprintf("(%s %s nil)", g.expr(anyType, d-1), g.pick("==", "!="))
	default:
		t := g.number()
		if g.p(20) {
			t = textType
		}
		return fmt.Sprintf("(%s %s %s)", g.hidden(t, d-1), g.pick("<", "<=", ">", ">="), g.expr(t, d-1))
	}
}

func (g *gen) sliceExpr(t *typ, d int) string {
	v := g.variable(t, false)
	if v == nil {
		e, _ := g.literalDeep(t, d)
		return e
	}
	switch g.n(3) {
	case 0: // a copy: append to the variable itself could change what others see
		return fmt.Sprintf("append(slices.Clip(%s), %s)", v.name, g.expr(t.elem, d-1))
	case 1:
		return fmt.Sprintf("%s[min(%d, len(%[1]s)):]", v.name, g.n(3))
	default:
		return fmt.Sprintf("%s[:len(%[1]s)/2]", v.name)
	}
}
