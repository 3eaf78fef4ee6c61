// Package golang runs Go cells: it splits and lowers a cell, checks it with
// go/types, builds SSA and hands that to package vm, and it keeps the names of a
// session from one cell to the next. It knows nothing of kernels, terminals or
// displays, as opposed to internal/session, which turns its results into events.
//
//	in, err := golang.New(golang.Options{})
//	in.Eval(env, golang.Cell{Name: "cell[1]", Source: "x := 3"})
//	res, err := in.Eval(env, golang.Cell{Name: "cell[2]", Source: "x + 4"})
//	res.Values[0].Int() // 7
package golang

import (
	"go/types"
	"io/fs"
	"reflect"

	"graft/internal/golang/vm"
)

// Env is the surroundings of one evaluation; see [vm.Env].
type Env = vm.Env

// Options are the settings of an interpreter. The zero value is useful.
type Options struct {
	// Imports maps package names to import paths that every cell may use
	// without importing them, for example "graft": "graft/lib".
	Imports map[string]string
	// MaxDepth is the number of nested calls at which a goroutine panics with
	// a stack overflow; 0 means [vm.DefaultDepth].
	MaxDepth int
	// Source returns the folder with the Go files of a package outside the
	// standard library, for [Interp.Inspect]; nil if they are not at hand.
	Source func(path string) fs.FS
	// MaxAlloc is the size in bytes of the largest single allocation of a cell;
	// 0 means a quarter of the memory, at most [vm.DefaultMaxAlloc].
	MaxAlloc int64
	// MaxHeap is how many bytes all values may take before a large allocation
	// panics; 0 means three quarters of the memory.
	MaxHeap int64
}

// Cell is one piece of source. Name appears in positions, as "cell[3]".
type Cell struct {
	Name   string
	Source string
}

// Result is what a cell's last expression gave.
type Result struct {
	// Values are the results of the last expression; empty if the cell ends in
	// a statement or declaration. A trailing nil error is left out.
	Values []reflect.Value
	// Types are the static types of Values.
	Types []types.Type
	// Show reports whether a front end should show Values: false after a
	// trailing semicolon, and for the results of fmt.Print and its kind.
	Show bool
	// Notes are remarks for the user, such as variables that were dropped
	// because their type was redefined.
	Notes []string
}

// Status tells whether a text can run as a cell.
type Status string

// The statuses of [Interp.IsComplete].
const (
	Complete   Status = "complete"
	Incomplete Status = "incomplete"
	Invalid    Status = "invalid"
)

// Completion is one proposal for the text at the cursor.
type Completion struct {
	Text string // what replaces the text between start and end
	Kind string // "func", "method", "field", "var", "const", "type", "package", "keyword", "text", "file", "folder"
	Type string // signature or type, shown beside the text
}

// Doc describes the name at the cursor.
type Doc struct {
	Name      string
	Signature string // as Go source
	Doc       string // doc comment as text; may be empty
	Source    string // at level 1, as far as it is known
}

// Var is a variable of the session.
type Var struct {
	Name  string
	Type  string
	Value reflect.Value // addressable
}
