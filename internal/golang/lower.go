package golang

import (
	"fmt"
	"slices"
	"sort"
	"strings"
)

// Names of lowered code. The letter ˑ is legal in Go and on no keyboard.
const (
	errName    = "ˑe"     // an omitted error
	tempName   = "ˑt"     // value of a redefinition before its name changes hands
	resultName = "ˑr"     // value of the last expression
	okFunc     = "ˑok"    // gives a value whose error was left out, or ends the cell
	stepVar    = "ˑsteps" // how far the cell has come
	failName   = "ˑgraft" // import name of failPath
	failPath   = "graft/internal/golang/fail"
)

// lowering writes a unit as a Go file. Text of the user stands behind line
// directives, so that the positions of every error are those of the cell.
//
// The text names nothing predeclared, which cells may define again.
//
//	x := f()      var x = f()
//	x = 3; g(x)   var _ = func() struct{} { x = 3; g(x); return struct{}{} }()
//	x + 1         var ˑr1 = x + 1
type lowering struct {
	b     strings.Builder
	u     *unit
	view  *scope
	inRun bool // inside the function of a run of statements
}

// lower returns the Go file of u, seen from the names of view.
func lower(u *unit, view *scope) string {
	l := &lowering{u: u, view: view}
	l.b.WriteString("package " + u.id + "\n")
	l.header()
	for _, p := range u.pieces {
		if p.kind != importPiece && p.kind != packagePiece {
			l.piece(p)
		}
	}
	l.endRun()
	if slices.ContainsFunc(u.pieces, func(p *piece) bool { return p.wrapped }) {
		fmt.Fprintf(&l.b, "\n//line ˑ:1\nfunc %s[T interface{}](v T, err %s.Error) T { %s.Check(err); return v }", okFunc, failName, failName)
	}
	fmt.Fprintf(&l.b, "\nvar %s = 0\n", stepVar)
	return l.b.String()
}

func (l *lowering) header() {
	fmt.Fprintf(&l.b, "import %s %q\n", failName, failPath)
	seen := map[string]bool{}
	for _, p := range l.u.pieces {
		if p.kind != importPiece || seen[p.src.text[p.off:p.end]] {
			continue
		}
		seen[p.src.text[p.off:p.end]] = true
		l.begin(p)
		l.b.WriteString("import ")
		l.user(p, p.off, p.end)
		l.end(p)
	}
	for _, name := range sortedKeys(l.u.imports) {
		fmt.Fprintf(&l.b, "import %s %q\n", name, l.u.imports[name])
	}
	for _, path := range sortedKeys(l.u.aliases) {
		fmt.Fprintf(&l.b, "import %s %q\n", l.u.aliases[path], path)
	}
	for _, path := range l.u.dots {
		fmt.Fprintf(&l.b, "import . %q\n", path)
	}
}

func sortedKeys(m map[string]string) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}

func (l *lowering) begin(p *piece) { p.gen[0] = l.b.Len() }
func (l *lowering) end(p *piece) {
	l.b.WriteByte('\n')
	p.gen[1] = l.b.Len()
}

// at writes a line directive: what follows stands at off of the cell.
func (l *lowering) at(src *source, off int) {
	l.b.WriteString(lineDirective(src, off))
}

func lineDirective(src *source, off int) string {
	line, col := src.position(off)
	return fmt.Sprintf("/*line %s:%d:%d*/", src.id, line, col)
}

// user writes the text of the cell from one offset to another.
func (l *lowering) user(p *piece, from, to int) {
	l.at(p.src, from)
	if from == p.rhsOff {
		p.rhs = l.b.Len()
	}
	for _, off := range sortedOffsets(p.keys) {
		if off >= from && off < to {
			l.b.WriteString(p.src.text[from:off] + p.keys[off])
			l.at(p.src, off)
			from = off
		}
	}
	l.b.WriteString(p.src.text[from:to])
	if to == p.end {
		l.b.WriteString(p.keys[to])
	}
}

func sortedOffsets(m map[int]string) []int {
	var list []int
	for off := range m {
		list = append(list, off)
	}
	sort.Ints(list)
	return list
}

// run begins the function of a run of statements, unless one is open.
func (l *lowering) run() {
	if !l.inRun {
		l.b.WriteString("var _ = func() struct{} {\n")
		l.inRun = true
	}
}

func (l *lowering) endRun() {
	if l.inRun {
		l.b.WriteString("return struct{}{} }()\n")
		l.inRun = false
	}
}

func (l *lowering) piece(p *piece) {
	switch p.kind {
	case typePiece, constPiece, funcPiece, methodPiece, sharePiece:
		l.endRun()
		l.begin(p)
		l.declaration(p)
		l.end(p)
	case varPiece, definePiece:
		l.endRun()
		l.begin(p)
		l.define(p)
		l.end(p)
		l.after(p)
	case exprPiece:
		l.expression(p)
	default:
		l.run()
		l.begin(p)
		l.statement(p)
		l.end(p)
	}
}

func (l *lowering) declaration(p *piece) {
	switch p.kind {
	case sharePiece:
		fmt.Fprintf(&l.b, "var %s %s", p.names[0].name, p.carry.typ)
		return
	case typePiece:
		l.b.WriteString("type ")
	}
	l.user(p, p.off, p.end)
}

// define writes a := or a var.
func (l *lowering) define(p *piece) {
	l.b.WriteString("var ")
	for i, id := range p.names {
		if i > 0 {
			l.b.WriteString(", ")
		}
		l.at(p.src, id.off)
		l.b.WriteString(p.target(i))
	}
	if p.omitted {
		l.b.WriteString(", " + p.numbered(errName, 0))
	}
	if p.typeOff > 0 && !p.omitted {
		l.b.WriteByte(' ')
		l.user(p, p.typeOff, p.typeEnd)
	}
	switch {
	case p.from != nil:
		l.b.WriteString(" = ")
		l.list(len(p.names), func(i int) string { return p.from.numbered(tempName, i) })
	case p.rhsOff > 0:
		l.b.WriteString(" = ")
		l.user(p, p.rhsOff, p.end)
	case l.redefines(p): // the storage may be shared with the former variable
		l.b.WriteString(" = ")
		zero := "func() (ˑz " + p.src.text[p.typeOff:p.typeEnd] + ") { return }()"
		l.list(len(p.names), func(int) string { return zero })
	}
}

func (l *lowering) list(n int, item func(int) string) {
	for i := range n {
		if i > 0 {
			l.b.WriteString(", ")
		}
		l.b.WriteString(item(i))
	}
}

func (l *lowering) redefines(p *piece) bool {
	for _, id := range p.names {
		if l.view.defines(id.name) {
			return true
		}
	}
	return false
}

// target is the variable that name i of p is stored in at first: a temporary if
// the name has a variable already, or gets its value only if there is no error.
func (p *piece) target(i int) string {
	name := p.names[i].name
	if p.temp || p.omitted && name != "_" || p.reused[name] {
		return p.numbered(tempName, i)
	}
	return name
}

// numbered returns a generated name of p that is unique in its cell.
func (p *piece) numbered(name string, i int) string {
	return fmt.Sprintf("%s%d_%d", name, p.off, i)
}

// after writes what follows a definition: the check of an omitted error, the
// values of names that stood behind temporaries, and the record of progress.
func (l *lowering) after(p *piece) {
	if p.omitted {
		l.run()
		l.check(p, p.numbered(errName, 0))
	}
	for i, id := range p.names {
		if p.temp || p.target(i) == id.name {
			continue
		}
		if p.reused[id.name] {
			l.run()
		} else {
			l.endRun()
			l.b.WriteString("var ")
		}
		l.at(p.src, id.off)
		l.b.WriteString(id.name)
		if p.typeOff > 0 && p.omitted {
			l.b.WriteByte(' ')
			l.user(p, p.typeOff, p.typeEnd)
		}
		fmt.Fprintf(&l.b, " = %s\n", p.numbered(tempName, i))
	}
	l.run()
	fmt.Fprintf(&l.b, "%s = %d\n", stepVar, p.end+1)
}

// check writes the test of an error that ends the cell at p.
func (l *lowering) check(p *piece, name string) {
	l.b.WriteString(failName + ".Check")
	l.at(p.src, max(p.rhsOff, p.off))
	fmt.Fprintf(&l.b, "(%s)\n", name)
}

// expression writes an expression statement or the result of the cell.
func (l *lowering) expression(p *piece) {
	if !p.show || p.results == 0 {
		l.run()
		l.begin(p)
		l.statement(p)
		l.end(p)
		return
	}
	l.endRun()
	l.begin(p)
	l.b.WriteString("var ")
	l.list(p.results, func(i int) string { return fmt.Sprintf("%s%d", resultName, i) })
	l.b.WriteString(" = ")
	l.user(p, p.rhsOff, p.end)
	l.end(p)
	if p.verbs > 0 {
		l.run()
		l.check(p, fmt.Sprintf("%s%d", resultName, p.results-1))
	}
}

// statement writes p inside a run.
func (l *lowering) statement(p *piece) {
	switch {
	case p.kind == assignPiece && p.omitted:
		temps := func(i int) string { return fmt.Sprintf("%s%d", tempName, i) }
		l.b.WriteString("{ ")
		l.list(p.lefts(), temps)
		l.b.WriteString(", " + errName + " := ")
		l.user(p, p.rhsOff, p.end)
		l.b.WriteString("\n")
		l.check(p, errName)
		l.user(p, p.off, p.rhsOff)
		l.list(p.lefts(), temps)
		l.b.WriteString(" }")
	case p.verbs > 0 && !p.show:
		l.b.WriteString("{ ")
		l.list(p.verbs, func(i int) string {
			if i == p.verbs-1 {
				return errName
			}
			return "_"
		})
		l.b.WriteString(" := ")
		l.user(p, p.rhsOff, p.end)
		l.b.WriteString("\n")
		l.check(p, errName)
		l.b.WriteString("}")
	case p.rhsOff > p.off:
		l.user(p, p.off, p.rhsOff)
		l.user(p, p.rhsOff, p.end)
	default:
		l.user(p, p.off, p.end)
	}
}
