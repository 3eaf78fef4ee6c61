package golang

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/types"
	"io"
	"os"
	"path/filepath"
	"sync"

	"graft/internal/golang/vm"
)

// argsMu lets one program at a time have os.Args.
var argsMu sync.Mutex

// RunProgram runs a file with a package clause as a whole program: strict Go,
// with args as os.Args[1:]. exit is the status a process would end with: 2 after
// a panic, whose text and trace go to env.Stderr as the Go runtime writes them.
// err is a [*Error] if the program does not compile or was interrupted. Programs
// share nothing with the cells of the session.
func (in *Interp) RunProgram(env *Env, file string, args []string) (exit int, err error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return 1, &Error{Kind: Failed, Message: "golang: " + err.Error(), Cause: err}
	}
	p := &program{in: in, src: in.sources.add(Cell{Name: file, Source: string(text)})}
	if err := p.check(); err != nil {
		return 1, err
	}
	argsMu.Lock()
	defer argsMu.Unlock()
	defer func(saved []string) { os.Args = saved }(os.Args)
	os.Args = append([]string{file}, args...)
	return p.run(env)
}

type program struct {
	in   *Interp
	src  *source
	file *ast.File
	pkg  *types.Package
	info *types.Info
	errs []*Error
}

func (p *program) check() error {
	file, err := parser.ParseFile(p.in.fset, p.src.id, p.src.text, parser.SkipObjectResolution|parser.AllErrors)
	var list scanner.ErrorList
	if errors.As(err, &list) {
		for _, e := range list {
			p.add(e.Pos.Offset, 1, "syntax error: "+e.Msg)
		}
		return p.failed()
	}
	p.file, p.info = file, newInfo()
	conf := types.Config{Importer: p.in.imports, GoVersion: goVersion, Sizes: sizes, Error: func(err error) {
		if e, ok := err.(types.Error); ok {
			at := p.in.fset.Position(e.Pos)
			off := p.src.offset(at.Line, at.Column)
			p.add(off, tokenLength(p.src.text[off:]), e.Msg)
		}
	}}
	p.pkg, _ = conf.Check(cellPath, p.in.fset, []*ast.File{file}, p.info)
	if len(p.errs) == 0 {
		p.entry()
		for _, e := range oversized(p.info) {
			p.add(int(e.Pos()-p.file.FileStart), int(e.End()-e.Pos()), oversizeText(p.info.TypeOf(e)))
		}
	}
	return p.failed()
}

// entry checks that there is a main function to run.
func (p *program) entry() {
	if p.file.Name.Name != "main" {
		p.add(int(p.file.Name.Pos()-p.file.FileStart), len(p.file.Name.Name),
			fmt.Sprintf("package %s is not a program (package main is)", p.file.Name.Name))
	} else if _, ok := p.pkg.Scope().Lookup("main").(*types.Func); !ok {
		p.add(int(p.file.Name.Pos()-p.file.FileStart), 4, "function main is undeclared in the main package")
	}
}

func (p *program) add(off, length int, msg string) {
	if m := noImport.FindStringSubmatch(msg); m != nil {
		msg = m[2]
	}
	p.errs = append(p.errs, p.src.errorAt(Compile, off, length, msg))
}

func (p *program) failed() error {
	if len(p.errs) == 0 {
		return nil
	}
	first := p.errs[0]
	first.More = p.errs[1:min(len(p.errs), maxErrors)]
	return first
}

// run builds the program in an ssa.Program of its own and runs it.
func (p *program) run(env *Env) (exit int, err error) {
	if env == nil {
		env = &Env{}
	}
	prog := newProgram(p.in.fset)
	settings := p.in.opts.machine()
	settings.Strict = true
	m := vm.New(prog, settings)
	for _, dep := range p.pkg.Imports() {
		if err := ensure(prog, m, p.in.imports, dep); err != nil {
			return 1, &Error{Kind: Compile, Message: err.Error(), Cause: err}
		}
	}
	rangeUnread(p.file, p.info)
	pkg := prog.CreatePackage(p.pkg, []*ast.File{p.file}, p.info, false)
	pkg.Build()
	if err := m.AddPackage(pkg); err != nil {
		return 1, &Error{Kind: Compile, Message: err.Error(), Cause: err}
	}
	_, err = m.Run(env, pkg.Func("init"))
	if err == nil {
		_, err = m.Run(env, pkg.Func("main"))
	}
	return p.ended(env, err)
}

// ended turns the end of the program into a status.
func (p *program) ended(env *Env, err error) (int, error) {
	var exit *vm.Exit
	var panicked *vm.Panic
	switch {
	case err == nil:
		return 0, nil
	case errors.As(err, &exit):
		return exit.Code, nil
	case errors.As(err, &panicked):
		p.writePanic(env.Stderr, panicked)
		return 2, nil
	}
	return 1, p.in.runError(err)
}

// writePanic writes what the Go runtime writes.
func (p *program) writePanic(w io.Writer, e *vm.Panic) {
	if w == nil {
		return
	}
	if e.Goexit {
		fmt.Fprint(w, "fatal error: no goroutines (main called runtime.Goexit) - deadlock!\n")
		return
	}
	fmt.Fprintf(w, "panic: %s\n\ngoroutine 1 [running]:\n", e.Error())
	path, err := filepath.Abs(p.src.name)
	if err != nil {
		path = p.src.name
	}
	for _, f := range e.Trace {
		if at := p.in.fset.Position(f.Pos); at.Filename == p.src.id {
			fmt.Fprintf(w, "%s(...)\n\t%s:%d\n", goName(f.Func), path, at.Line)
		}
	}
}
