package golang

import (
	"errors"
)

// Interp is a session of cells. Its methods are safe for use by several
// goroutines; evaluations wait for each other.
type Interp struct{ opts Options }

var errSoon = errors.New("golang: not there yet")

// New returns an interpreter with an empty session.
func New(opts Options) (*Interp, error) { return &Interp{opts: opts}, nil }

// Eval runs a cell and returns what its last expression gave. An error is always
// a [*Error]; the session keeps what the cell did before it failed.
func (in *Interp) Eval(env *Env, cell Cell) (Result, error) { return Result{}, errSoon }

// IsComplete tells whether src can run, and the indentation of the next line if
// it is incomplete.
func (in *Interp) IsComplete(src string) (Status, string) { return Complete, "" }

// Complete returns proposals for the text around cursor, a byte offset in src;
// each replaces src[start:end].
func (in *Interp) Complete(src string, cursor int) (list []Completion, start, end int) {
	return nil, cursor, cursor
}

// Inspect describes the name at cursor, a byte offset in src. At level 1 the
// source of names defined in cells is included.
func (in *Interp) Inspect(src string, cursor, level int) (Doc, bool) { return Doc{}, false }

// RunProgram runs a file with a package clause as a whole program: strict Go,
// with args as os.Args[1:]. exit is the status a process would end with.
func (in *Interp) RunProgram(env *Env, file string, args []string) (exit int, err error) {
	return 1, errSoon
}

// Vars lists the session's variables by name.
func (in *Interp) Vars() []Var { return nil }
