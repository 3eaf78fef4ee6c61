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

// New makes the program of a seed.
func New(seed uint64) Program {
	g := &gen{r: rand.New(rand.NewPCG(seed, 1)), loops: 1}
	for _, text := range strings.Split(strings.TrimSpace(prelude), "\n\n") {
		g.units = append(g.units, Unit{Text: text, Decl: true, Shared: true})
	}
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
	g.units = append(g.units, Unit{Text: fmt.Sprintf(format, args...), Decl: true})
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
