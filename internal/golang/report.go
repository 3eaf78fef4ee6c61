package golang

import (
	"go/ast"
	"go/token"
	"go/types"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"graft/internal/golang/vm"
	"graft/internal/near"
)

// maxErrors is how many problems of one cell are reported.
const maxErrors = 10

// compileError makes the error of a unit from its problems, in the order of the
// text.
func (in *Interp) compileError(c *checked, view *scope) *Error {
	slices.SortStableFunc(c.errs, func(a, b *problem) int { return a.off - b.off })
	var first *Error
	for i, p := range c.errs {
		if i == maxErrors {
			break
		}
		c.blameCall(p)
		e := &Error{Kind: Compile, Message: c.explain(p, view), Length: 1}
		if p.src != nil {
			e = p.src.errorAt(Compile, p.off, p.len, e.Message)
		}
		if first == nil {
			first = e
		} else {
			first.More = append(first.More, e)
		}
	}
	return first
}

// blameCall makes a complaint about the variable that stands for a call whose error
// was left out one about the call.
func (c *checked) blameCall(p *problem) {
	m := standsFor.FindStringSubmatchIndex(p.message)
	if m == nil {
		return
	}
	from := c.standIn(p, p.message[m[2]:m[3]])
	if from == nil {
		return
	}
	p.src, p.off = from.src, from.rhsOff
	p.len = p.src.firstLine(p.off, from.end)
	text := p.src.text[p.off : p.off+p.len]
	if p.off+p.len < from.end {
		text += "…"
	}
	p.message = p.message[:m[0]] + text + " (value of" + p.message[m[1]:]
}

// standIn returns the piece whose call the variable called name stands for: in a
// definition the name tells which.
func (c *checked) standIn(p *problem, name string) *piece {
	for _, def := range c.unit.pieces {
		for i := range def.names {
			if def.omitted && def.numbered(tempName, i) == name {
				return def
			}
		}
	}
	if p.piece != nil && p.piece.omitted {
		return p.piece
	}
	return nil
}

var (
	standsFor = regexp.MustCompile(`(ˑt\d+(?:_\d+)?) \(variable of`)
	cellType  = regexp.MustCompile(`ˑ\d+\.[\pL_][\pL\pN_]*`)
	noImport  = regexp.MustCompile(`^could not import (.*?) \((.*)\)$`)
	noMember  = regexp.MustCompile(`^(?:[\s\S]*)\.([\pL_][\pL\pN_]*) undefined \(type (?:[\s\S]*) has no field or method`)
	noExport  = regexp.MustCompile(`^undefined: ([\pL_][\pL\pN_]*)\.([\pL_][\pL\pN_]*)$`)
	generated = regexp.MustCompile(`ˑ[ert]\d*(_\d+)?`)
)

// explain turns a message of the checker into one for the user of cells.
func (c *checked) explain(p *problem, view *scope) string {
	msg := p.message
	if m := noImport.FindStringSubmatch(msg); m != nil {
		msg = m[2]
	}
	msg = cellType.ReplaceAllStringFunc(msg, func(s string) string { return c.cellType(s, view) })
	msg = generated.ReplaceAllString(msg, "value")
	if name, ok := strings.CutPrefix(msg, "undefined: "); ok && token.IsIdentifier(name) {
		return msg + c.whyUndefined(name, view, p.src != nil && beforeDot(p.src.text, p.off+len(name)))
	}
	if m := noExport.FindStringSubmatch(msg); m != nil {
		return msg + near.Hint(m[2], c.exported(m[1]))
	}
	if m := noMember.FindStringSubmatch(msg); m != nil && !strings.Contains(msg, "but does have") {
		return msg + near.Hint(m[1], c.membersAt(p.pos))
	}
	return msg + c.whyTwoValues(p)
}

// whyTwoValues says how to use a call that gives a value and an error where one
// value is wanted, as an argument for example.
func (c *checked) whyTwoValues(p *problem) (hint string) {
	if strings.HasPrefix(p.message, "cannot use ") {
		return "" // the value itself does not fit
	}
	ast.Inspect(c.file, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if ok && hint == "" && call.Pos() == p.pos && leavesOutError(c.info.TypeOf(call), 1) && p.piece != nil {
			hint = " (it returns an error as well: x, err := " + p.src.text[p.off:p.off+p.len] + ")"
		}
		return true
	})
	return hint
}

// cellType writes the type of another cell: by its name if that means the type
// here, else as the former one.
func (c *checked) cellType(qualified string, view *scope) string {
	id, name, _ := strings.Cut(qualified, ".")
	if obj := view.object(name); obj != nil && obj.Pkg().Name() == id && c.unit.declared()[name] == nil {
		return name
	}
	return "the former " + name
}

// whyUndefined says what became of a name, or which one is near. Before a dot it
// may be meant for a package.
func (c *checked) whyUndefined(name string, view *scope, dot bool) string {
	if b := view.names[name]; b != nil && b.gone != "" {
		return " (" + b.gone + ")"
	}
	if len(name) < 3 {
		return "" // any other short name would be near
	}
	names := view.list()
	for declared := range c.unit.declared() {
		names = append(names, declared)
	}
	if dot { // nothing predeclared has a selector
		names = slices.AppendSeq(names, maps.Keys(packageNames()))
	} else {
		names = append(names, types.Universe.Names()...)
	}
	slices.Sort(names)
	first := func(s string) rune { r, _ := utf8.DecodeRuneInString(s); return unicode.ToLower(r) }
	return near.Hint(name, slices.DeleteFunc(names, func(n string) bool { return n == name || first(n) != first(name) }))
}

// exported returns the exported names of the package that the unit imports as
// name.
func (c *checked) exported(name string) []string {
	for _, pkg := range c.pkg.Imports() {
		if pkg.Name() == name || c.unit.imports[name] == pkg.Path() {
			return slices.DeleteFunc(slices.Clone(pkg.Scope().Names()), func(n string) bool { return !token.IsExported(n) })
		}
	}
	return nil
}

// runError makes the error of an evaluation from the machine's.
func (in *Interp) runError(err error) *Error {
	var e *Error
	switch err := err.(type) {
	case *vm.Panic:
		return in.PanicError(err)
	case *vm.Interrupted:
		e = in.traced(Interrupt, "interrupted", err.Trace)
		e.Cause = err
	case *vm.Exit:
		e = in.traced(Failed, err.Error()+"; the session goes on", err.Trace)
		e.Cause = err
	default:
		e = &Error{Kind: Panic, Message: err.Error(), Cause: err}
	}
	return e
}

var formerType = regexp.MustCompile(`is \*?main\.(\S+), not \*?main\.(\S+) \(types from different scopes\)$`)

// PanicError makes the error of a panic, for example of one that Env.Background
// is told of.
func (in *Interp) PanicError(p *vm.Panic) *Error {
	if f, ok := p.Value.(*failure); ok {
		e := in.tracedTo(Failed, f.err.Error(), p.Trace, (*source).call)
		e.Cause, e.Traceback = f.err, nil
		return e
	}
	msg := p.Error()
	if m := formerType.FindStringSubmatch(msg); m != nil && m[1] == m[2] {
		msg = "interface conversion: the value is of the former type " + m[1] + ", which was redefined"
	}
	if p.Goroutine {
		msg += " (in a goroutine)"
	}
	e := in.traced(Panic, msg, p.Trace)
	e.Cause = p.Unwrap()
	return e
}

// traced makes an error at the innermost frame of a trace that is in a cell.
func (in *Interp) traced(kind Kind, msg string, trace []vm.Frame) *Error {
	return in.tracedTo(kind, msg, trace, (*source).operation)
}

// tracedTo makes it about the text whose bounds around the place extent gives.
func (in *Interp) tracedTo(kind Kind, msg string, trace []vm.Frame, extent func(*source, int) (from, to int)) *Error {
	e := &Error{Kind: kind, Message: msg, Length: 1}
	for _, f := range trace {
		at := in.fset.Position(f.Pos)
		src := in.sources.find(at.Filename)
		if src == nil {
			continue
		}
		if len(e.Traceback) == 0 {
			from, to := extent(src, src.offset(at.Line, at.Column))
			*e = *src.errorAt(kind, from, to-from, msg)
		}
		name := frameName(f.Func, src)
		if n := len(e.Traceback); n > 0 && name == src.name && e.Traceback[n-1].Func == name {
			continue // the lowered cell is a function inside another
		}
		e.Traceback = append(e.Traceback, Frame{Func: name, Cell: src.name, Line: at.Line, Col: at.Column})
	}
	return e
}

// operation returns the bounds of what fails at off, where SSA gives the place of
// an operator only: for a call or index the operand before the bracket, up to the
// bracket that closes it, if that is on the same line.
func (s *source) operation(off int) (from, to int) {
	line := s.text[off:]
	if i := strings.IndexByte(line, '\n'); i >= 0 {
		line = line[:i]
	}
	name := strings.IndexFunc(line, func(r rune) bool { return !isLetter(r) && r != '.' })
	to = off + min(tokenLength(line), max(len(line), 1))
	if name < 0 || line[name] != '(' && (name > 0 || line[0] != '[') {
		return off, to
	}
	for from = off; from > 0; {
		r, n := utf8.DecodeLastRuneInString(s.text[:from])
		if !isLetter(r) && r != '.' {
			break
		}
		from -= n
	}
	if n := closed(line[name:]); n > 0 {
		to = off + name + n
	}
	return from, to
}

// call returns the bounds of a call that begins at off and that nothing but a comma
// or the end of the statement follows.
func (s *source) call(off int) (from, to int) {
	depth, end := 0, 0
	list, _ := lex(s.text[off:])
	for _, l := range list {
		switch {
		case closers[l.tok] != 0:
			depth++
		case isCloser(l.tok):
			depth--
		case l.tok == token.COMMENT:
			continue
		}
		if depth < 0 || depth == 0 && (l.tok == token.COMMA || l.tok == token.SEMICOLON) {
			break
		}
		end = l.end
	}
	return off, off + s.firstLine(off, off+end)
}

// closed returns the length of the bracketed text that line begins with, or 0 if
// the line ends before the bracket closes.
func closed(line string) int {
	depth := 0
	list, _ := lex(line)
	for _, l := range list {
		if closers[l.tok] != 0 {
			depth++
		} else if isCloser(l.tok) {
			if depth--; depth == 0 {
				return l.end
			}
		}
	}
	return 0
}

var literal = regexp.MustCompile(`\$(\d+)`)

// frameName returns the name of a function as the user wrote it; the code of a
// cell outside its functions has the name of the cell.
func frameName(name string, src *source) string {
	name = strings.TrimPrefix(name, cellPath+".")
	name = strings.ReplaceAll(name, "("+cellPath+".", "(")
	name = strings.ReplaceAll(name, "(*"+cellPath+".", "(*")
	if name == "init" || strings.HasPrefix(name, "init$") || strings.HasPrefix(name, "init.") {
		return src.name
	}
	return goName(name)
}

// goName writes the name that SSA gives a function literal as the Go runtime
// does: f$1$2 is f.func1.2.
func goName(name string) string {
	first := true
	return literal.ReplaceAllStringFunc(name, func(s string) string {
		if first {
			first = false
			return ".func" + s[1:]
		}
		return "." + s[1:]
	})
}
