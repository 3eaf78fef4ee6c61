package golang

import (
	"fmt"
	"strings"
	"testing"
)

// A goroutine that a cell left running looks methods up while later cells are
// built. Without the machine's guard Go ends the process: the program's maps are
// read and written at once.
func TestGoroutineMeetsNewCells(t *testing.T) {
	const types = 300
	in := newInterp(t)
	var decls, values strings.Builder
	for i := range types {
		fmt.Fprintf(&decls, "type T%d struct{}\nfunc (T%d) M() int { return %d }\n", i, i, i)
		fmt.Fprintf(&values, "T%d{}, ", i)
	}
	in.mustEval(t, decls.String()+`
type M interface{ M() int }
sum, done, next := 0, make(chan bool), make(chan bool, 60)
list := []M{`+values.String()+`}
go func() {
	for i, m := range list {
		if i%5 == 0 {
			<-next
		}
		sum += m.M()
	}
	close(done)
}()`)
	for i := range 60 {
		in.mustEval(t, fmt.Sprintf("next <- true\ntype U%d struct{ a int }\nfunc (u U%d) M() int { return u.a }\nx%d := M(U%d{%d}).M()", i, i, i, i, i))
	}
	in.mustEval(t, "<-done")
	if got, want := in.mustEval(t, "sum").Values[0].Int(), int64(types*(types-1)/2); got != want {
		t.Errorf("the goroutine's sum is %d, want %d", got, want)
	}
}
