package checkpoint_test

import (
	"fmt"
	"os"

	"github.com/gomlx/gomlx/core/tensors"
	"graft/lib/train/checkpoint"
)

func Example() {
	dir, err := os.MkdirTemp("", "")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	if err := leave(dir, checkpoint.Tensors{"/w": tensors.FromScalar(float32(3))}); err != nil {
		fmt.Println(err)
		return
	}
	for _, fit := range checkpoint.Unfinished(dir) {
		var point struct{ Parts map[string]checkpoint.Part }
		n := checkpoint.Points(fit.Folder)[0]
		if err := checkpoint.ReadPoint(fit.Folder, n, &point); err != nil {
			fmt.Println(err)
			continue
		}
		parameters, err := checkpoint.ReadTensors(fit.Folder, point.Parts["now"])
		fmt.Println(fit.Net, parameters["/w"].Value(), err, checkpoint.Check(fit.Folder, point.Parts))
	}
	// Output: mobilenet 3 <nil> <nil>
}

// leave writes one point of a fit and ends.
func leave(dir string, parameters checkpoint.Tensors) error {
	folder, err := checkpoint.Create(dir, "mobilenet")
	if err != nil {
		return err
	}
	defer folder.Close()
	w := checkpoint.NewWriter(folder)
	return w.Write(checkpoint.Draft{Now: parameters, Point: func(parts map[string]checkpoint.Part) any {
		return map[string]any{"format": checkpoint.Format, "net": "mobilenet", "parts": parts}
	}})
}
