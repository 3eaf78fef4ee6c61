package finder_test

import (
	"fmt"

	"graft/lib/train/finder"
)

func Example() {
	w := 1.0 // whose square is to be made small
	rates, err := finder.Test(func(rate float64) (loss float64, err error) {
		loss = w * w
		w -= rate * 2 * w
		return loss, nil
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(rates)
	// Output: suggested learning rate 0.0012, steep 0.12, minimum/10 0.33
}
