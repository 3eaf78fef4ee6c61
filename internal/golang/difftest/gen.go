package difftest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

// budget is how many steps a program may take, roughly.
const budget = 20000

// gen makes one program. Its random choices are the seed's.
type gen struct {
	r       *rand.Rand
	units   []Unit
	names   int
	types   []*typ // to choose from; common ones stand more than once
	named   []*typ
	getter  *typ
	consts  []variable
	globals []variable
	funcs   []function
	scope   []variable // what an expression may read
	loops   int        // steps of the loops around, multiplied
	cost    int        // steps so far of the function or program
	depth   int        // of nested blocks
	calm    bool       // inside a function that must not print or change what it does not own
}

// variable is a name an expression may read, or a statement assign.
type variable struct {
	name  string
	typ   *typ
	fixed bool // not to be assigned, such as a loop's counter
}

// function is one that expressions may call: it has no effects and no panics.
type function struct {
	name   string // or a closure's, or a method's with its value
	params []*typ
	result *typ
	cost   int
	local  bool // a closure, gone at the end of the block
}

// prelude holds the functions that generated code leans on.
var prelude = []string{
	"// §id hides a constant from the compiler.\nfunc §id[T any](x T) T { return x }",
	"func §cut(s string) string {\n\tif len(s) > 24 {\n\t\treturn s[:24]\n\t}\n\treturn s\n}",
	"// §small returns a float that every number type can hold.\nfunc §small(f float64) float64 {\n\tif f = math.Abs(f); f < 120 {\n\t\treturn f\n\t}\n\treturn 7\n}",
	"func §try(name string, f func()) {\n\tdefer func() {\n\t\tif r := recover(); r != nil {\n\t\t\t_, ok := r.(runtime.Error)\n" +
		"\t\t\tfmt.Println(name, \"panicked:\", r, ok)\n\t\t}\n\t}()\n\tf()\n}",
}

// New makes the program of a seed.
func New(seed uint64) Program {
	g := &gen{r: rand.New(rand.NewPCG(seed, 1)), loops: 1}
	for _, p := range prelude {
		g.decl("%s", p)
	}
	g.declareGeneric()
	g.declareTypes()
	g.declareGlobals()
	for range 1 + g.n(3) {
		g.declareFunc()
	}
	g.scope = append(g.scope, g.globals...)
	for range 5 + g.n(8) {
		switch {
		case g.p(8):
			g.declareFunc()
		case g.p(40):
			g.unit(g.scenario())
		default:
			g.unit(g.statement())
		}
	}
	for _, v := range g.globals {
		g.unit(g.show(v.name, v.typ))
	}
	if g.p(15) {
		g.unit(g.uncaught())
	}
	return Program{Seed: seed, Units: g.units}
}

func (g *gen) n(n int) int { return g.r.IntN(n) }

// p is true in percent of a hundred cases.
func (g *gen) p(percent int) bool { return g.n(100) < percent }

func (g *gen) pick(list ...string) string { return list[g.n(len(list))] }

func (g *gen) name(stem string) string {
	g.names++
	return fmt.Sprintf("%s%d", stem, g.names)
}

func (g *gen) decl(format string, args ...any) {
	g.units = append(g.units, Unit{fmt.Sprintf(format, args...), true})
}

func (g *gen) unit(text string) {
	g.units = append(g.units, Unit{Text: text})
}

// spend counts steps and reports whether the budget allows them.
func (g *gen) spend(steps int) bool {
	if g.cost+steps*g.loops > budget {
		return false
	}
	g.cost += steps * g.loops
	return true
}

// declareGlobals declares package variables. Nothing that statements change goes
// into their first values, since natively those come before all statements.
func (g *gen) declareGlobals() {
	for range 2 + g.n(3) {
		v := variable{name: g.name("§g"), typ: g.anyType()}
		g.decl("var %s %s = %s", v.name, v.typ.src, g.expr(v.typ, 2))
		g.globals = append(g.globals, v)
	}
}

// declareFunc declares a function without effects: it sees its parameters only.
func (g *gen) declareFunc() {
	outer, cost, loops, depth, calm, funcs := g.scope, g.cost, g.loops, g.depth, g.calm, g.funcs
	g.funcs = slices.DeleteFunc(slices.Clone(funcs), func(f function) bool { return f.local })
	f := function{name: g.name("§f"), result: g.anyType()}
	g.scope, g.cost, g.loops, g.depth, g.calm = nil, 0, 20, 1, true
	var params []string
	for range 1 + g.n(3) {
		v := variable{name: g.name("p"), typ: g.anyType()}
		params = append(params, v.name+" "+v.typ.src)
		f.params = append(f.params, v.typ)
		g.scope = append(g.scope, variable{v.name, v.typ, v.typ.partial}) // slices and maps are the caller's
	}
	body := g.block(1+g.n(3), func() string { return "return " + g.expr(f.result, 2) })
	g.decl("func %s(%s) %s {\n%s}", f.name, strings.Join(params, ", "), f.result.src, body)
	f.cost = g.cost/20 + 5
	g.scope, g.cost, g.loops, g.depth, g.calm = outer, cost, loops, depth, calm
	g.funcs = append(funcs, f)
}

// block writes n statements and a last line that may use their variables.
func (g *gen) block(n int, last func() string) string {
	outer, funcs := len(g.scope), len(g.funcs)
	g.depth++
	var b strings.Builder
	for range n {
		b.WriteString(g.statement() + "\n")
	}
	if last != nil {
		b.WriteString(last() + "\n")
	}
	g.depth--
	g.scope = g.scope[:outer]
	g.funcs = g.funcs[:funcs]
	return b.String()
}

// looped is a block that runs times times.
func (g *gen) looped(times, n int, last func() string) string {
	loops := g.loops
	g.loops *= times
	defer func() { g.loops = loops }()
	return g.block(n, last)
}

// declareGeneric declares generic types and functions, with random operations.
func (g *gen) declareGeneric() {
	g.decl("type §Num interface {\n\t~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~float32 | ~float64\n}")
	g.decl("func §fold[T §Num](list ...T) T {\n\tvar acc T\n\tfor i, x := range list {\n\t\tacc = acc*%d %s x %s T(i)\n\t}\n\treturn acc\n}", 1+g.n(9), g.pick("+", "-"), g.pick("+", "-"))
	g.decl("func §each[T, U any](list []T, f func(T) U) []U {\n\tvar out []U\n\tfor _, x := range list {\n\t\tout = append(out, f(x))\n\t}\n\treturn out\n}")
	g.decl("type §Box[T any] struct {\n\tV T\n\tN int\n}")
	g.decl("func (b *§Box[T]) Put(v T) *§Box[T] {\n\tb.V = v\n\tb.N += %d\n\treturn b\n}", 1+g.n(3))
	g.decl("func (b §Box[T]) Get() int { return b.N }")
	g.decl("func §seq[T any](list []T) func(yield func(int, T) bool) {\n\treturn func(yield func(int, T) bool) {\n\t\tfor i, x := range list {\n\t\t\tif !yield(i, x) {\n\t\t\t\treturn\n\t\t\t}\n\t\t}\n\t}\n}")
	g.decl("func §count(n int) func(yield func(int) bool) {\n\treturn func(yield func(int) bool) {\n\t\tdefer fmt.Println(\"count ends\")\n\t\tfor i := 0; i < n && yield(i); i++ {\n\t\t}\n\t}\n}")
	g.decl("func §keys[K interface{ ~int | ~string }, V any](m map[K]V) []K {\n\tvar out []K\n\tfor k := range m {\n\t\tout = append(out, k)\n\t}\n\tslices.Sort(out)\n\treturn out\n}")
}
