package preprocess_test

import (
	"fmt"
	"image"

	"graft/lib/preprocess"
	"graft/lib/preset"
)

func Example() {
	row, err := preset.Lookup("mobilenet_v2.tv_in1k")
	if err != nil {
		fmt.Println(err)
		return
	}
	p, err := preprocess.New(row.Input)
	if err != nil {
		fmt.Println(err)
		return
	}
	pixels := make([]float32, p.Len())
	if err := p.Apply(image.NewGray(image.Rect(0, 0, 640, 480)), pixels); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%d values, black is %.3f %.3f %.3f\n", len(pixels), pixels[0], pixels[1], pixels[2])
	// Output:
	// 150528 values, black is -2.118 -2.036 -1.804
}
