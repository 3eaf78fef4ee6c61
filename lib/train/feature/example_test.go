package feature_test

import (
	"context"
	"fmt"
	"os"

	"graft/lib/train/feature"
)

func Example() {
	cache, err := os.MkdirTemp("", "")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(cache)
	os.Setenv("GRAFT_CACHE", cache)
	ctx := context.Background()
	for range 2 { // two processes, one after the other
		store, err := feature.New()
		if err != nil {
			fmt.Println(err)
			return
		}
		table, err := store.Table(ctx, "mobilenet up to stage 3", true)
		if err != nil {
			fmt.Println(err)
			return
		}
		cat, row := feature.Key{Content: "cat.jpg"}, make([]float32, 2)
		fmt.Println(table.Get(cat, row), table.Shape(), row)
		table.SetShape([]int{2})
		table.Put(cat, []float32{1, 2})
		table.Flush()
	}
	// Output:
	// false [] [0 0]
	// true [2] [1 2]
}
