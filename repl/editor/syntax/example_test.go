package syntax_test

import (
	"fmt"

	"graft/repl/editor/syntax"
)

func Example() {
	src := `f("(", x`
	fmt.Println(syntax.At(src, 3) == syntax.Quoted)
	open, _ := syntax.Unmatched(src, syntax.Code)
	fmt.Println(open)
	// Output:
	// true
	// [1]
}
