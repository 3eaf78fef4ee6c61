package vi_test

import (
	"fmt"

	"graft/repl/editor"
	"graft/repl/editor/vi"
)

func Example() {
	var e editor.Editor
	e.Insert("one two three")
	e.Home()
	v := vi.New()
	for _, key := range []string{"esc", "d", "w", "e", "x"} {
		v.Key(&e, key)
	}
	fmt.Println(v.Mode(), e.Text())
	// Output: nav tw three
}
