package weights_test

import (
	"fmt"
	"os"
	"path/filepath"

	"graft/lib/weights"
)

func Example() {
	dir, err := os.MkdirTemp("", "weights")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "tiny.safetensors")
	tensor, err := weights.FromFloat32("fc.weight", []int{2, 3}, []float32{1, 2, 3, 4, 5, 6})
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := weights.Save(path, []weights.Tensor{tensor}, nil); err != nil {
		fmt.Println(err)
		return
	}
	f, err := weights.Open(path)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer f.Close()
	info, _ := f.Info("fc.weight")
	fmt.Println(f.Format, f.Names(), weights.ShapeString(info.Shape))
	// Output:
	// safetensors [fc.weight] 2x3
}
