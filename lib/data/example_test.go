package data_test

import (
	"fmt"
	"image"
	"image/color"

	"graft/lib/data"
)

func Example() {
	var pictures []image.Image
	var labels []string
	for i := range 12 {
		img := image.NewGray(image.Rect(0, 0, 32, 32))
		img.SetGray(0, 0, color.Gray{Y: uint8(i)})
		pictures = append(pictures, img)
		labels = append(labels, []string{"good", "good", "defective"}[i%3])
	}
	photos, err := data.Images(pictures, labels)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(photos)
	train, valid, test, err := photos.Split(6, 3, data.Rest)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(train.Counts(), valid.Counts(), test.Counts())
	// Output:
	// 12 photographs of 2 classes: 0 defective (4), 1 good (8); 32x32 pixels
	// [2 4] [1 2] [1 2]
}
