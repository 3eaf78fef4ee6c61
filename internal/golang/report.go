package golang

import (
	"go/token"
	"go/types"
	"maps"
	"regexp"
	"slices"
	"strings"

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

var (
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
	return msg
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
	names := view.list()
	for declared := range c.unit.declared() {
		names = append(names, declared)
	}
	if dot {
		names = slices.AppendSeq(names, maps.Keys(packageNames()))
	}
	names = append(names, types.Universe.Names()...)
	slices.Sort(names)
	return near.Hint(name, slices.DeleteFunc(names, func(n string) bool { return n == name }))
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

// PanicError makes the error of a panic, for example of one that Env.Background
// is told of.
func (in *Interp) PanicError(p *vm.Panic) *Error {
	if f, ok := p.Value.(*failure); ok {
		e := in.traced(Failed, f.err.Error(), p.Trace)
		e.Cause = f.err
		return e
	}
	msg := p.Error()
	if p.Goroutine {
		msg += " (in a goroutine)"
	}
	e := in.traced(Panic, msg, p.Trace)
	e.Cause = p.Unwrap()
	return e
}

// traced makes an error at the innermost frame of a trace that is in a cell.
func (in *Interp) traced(kind Kind, msg string, trace []vm.Frame) *Error {
	e := &Error{Kind: kind, Message: msg, Length: 1}
	for _, f := range trace {
		at := in.fset.Position(f.Pos)
		src := in.sources.find(at.Filename)
		if src == nil {
			continue
		}
		off := src.offset(at.Line, at.Column)
		if len(e.Traceback) == 0 {
			*e = *src.errorAt(kind, off, tokenLength(src.text[off:]), msg)
		}
		e.Traceback = append(e.Traceback, Frame{Func: frameName(f.Func, src), Cell: src.name, Line: at.Line, Col: at.Column})
	}
	return e
}

// frameName returns the name of a function as the user wrote it; the code of a
// cell outside its functions has the name of the cell.
func frameName(name string, src *source) string {
	name = strings.TrimPrefix(name, cellPath+".")
	name = strings.ReplaceAll(name, "("+cellPath+".", "(")
	name = strings.ReplaceAll(name, "(*"+cellPath+".", "(*")
	if name == "init" || strings.HasPrefix(name, "init$") || strings.HasPrefix(name, "init.") {
		return src.name
	}
	return name
}
