package main

import (
	"fmt"
	"math"
)

// Two operations in a row, in every form, also where a loop variable takes the
// result.

func ints(x, y, z int) {
	fmt.Println(x+y+z, x+y-z, (x+y)*z, x-y+z, (x-y)*z, x*y+z, x*y-z, (x+y)&z, (x-y)&z, x*y&z)
	fmt.Println(x-y-z, x*y*z, z-(x+y), z*(x-y), z&(x+y), x+y+z-x*y+z, (x+y)*(x+y))
}

func floats(x, y, z float64) {
	fmt.Println(x+y+z, x+y-z, (x+y)*z, x-y+z, (x-y)*z, x*y+z, x*y-z)
	fmt.Println(x-y-z, x*y*z, z-(x+y), z*(x-y), x*y+z*x, (x+y)/z)
}

func loops(n int) (a, b, c int) {
	for i := 0; i < n; i = i*2 + 1 {
		a, b = b+i-a, a+b+i
		c = (c + i) & 7
	}
	for i := 1; i < n; {
		i, a = i+a&3+1, i*3-a
	}
	return a, b, c
}

func twice(x int) (int, int) {
	t := x + 3
	return t * 2, t
}

type small int8

func main() {
	ints(7, -3, 5)
	ints(math.MaxInt, 2, 12)
	floats(0.1, 10, -1)
	floats(math.MaxFloat64, 2, math.Inf(-1))
	a := 1 + 1.0/(1<<30)
	floats(a, a, -1) // the rounding of the product shows
	fmt.Println(loops(50))
	fmt.Println(twice(4))
	s, u := small(100), uint8(200)
	fmt.Println(s+s+1, s*s+s, u+u+u, u*u-u, u-1+u, "a"+"b"+fmt.Sprint(u))
}
