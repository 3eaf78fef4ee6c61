// Package work is the programs of bench/cells, compiled and as the text of a cell,
// in Go that yaegi knows too; package measure times them.
//
//	native := work.Fib()
//	cell := work.Cell() // then Fib() in the next cell
package work

import (
	_ "embed"
	"strings"
)

//go:embed work.go
var text string

// Cell is the programs' source without its package clause.
func Cell() string {
	_, body, _ := strings.Cut(text, "package work\n")
	return body
}

// Native are the compiled programs by name.
var Native = map[string]func() int{
	"Fib": Fib, "Loop": Loop, "Slice": Slice, "Sprint": Sprint, "Map": Map, "SprintMap": SprintMap,
}
