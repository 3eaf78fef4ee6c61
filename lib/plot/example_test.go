package plot_test

import (
	"fmt"

	"graft/lib/display"
	"graft/lib/plot"
)

func ExampleTable() {
	t := plot.Table{Columns: []string{"group", "params"}, Rows: [][]string{{"stem", "928"}, {"head", "2562"}}}
	fmt.Println(t.Display().Data[display.Text])
	// Output:
	// group  params
	// ─────  ──────
	// stem      928
	// head     2562
}

func ExampleBars() {
	b := plot.Bars{Labels: []string{"good", "defective"}, Values: []float64{20, 10}}
	fmt.Println(b.Display().Data[display.Text])
	// Output:
	// good       20  ################################################
	// defective  10  ########################
}
