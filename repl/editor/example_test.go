package editor_test

import (
	"fmt"

	"graft/repl/editor"
)

func Example() {
	var e editor.Editor
	e.Insert("x := 写真")
	e.Left()
	e.Backspace()
	fmt.Println(e.Text())
	e.Select((*editor.Editor).End)
	e.Type("(")
	e.Undo()
	fmt.Println(e.Text())
	// Output:
	// x := 真
	// x := 真
}
