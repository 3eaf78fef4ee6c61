package work

import "fmt"

func fib(n int) int {
	if n < 2 {
		return n
	}
	return fib(n-1) + fib(n-2)
}

// Fib is 1.3 million calls.
func Fib() int { return fib(30) }

// Loop is 10 million additions and masks.
func Loop() int {
	x := 0
	for i := 0; i < 10000000; i++ {
		x = (x + i) & 0xffff
	}
	return x
}

// Slice is 1 million updates of a slice of floats.
func Slice() int {
	f := make([]float64, 1000)
	for i := 0; i < 1000; i++ {
		for j := range f {
			f[j] = f[j]*0.5 + 1
		}
	}
	return int(f[7] * 1000)
}

// Sprint is 300,000 texts of integers.
func Sprint() int {
	n := 0
	for i := 0; i < 300000; i++ {
		n += len(fmt.Sprint(i))
	}
	return n
}

// Map is 300,000 updates of a map with integer keys.
func Map() int {
	m := map[int]int{}
	for i := 0; i < 300000; i++ {
		m[i%5000] += i
	}
	return m[17]
}

// SprintMap is 300,000 updates of a map under printed keys.
func SprintMap() int {
	m := map[string]int{}
	for i := 0; i < 300000; i++ {
		m[fmt.Sprint(i%5000)] += i
	}
	return m["17"]
}
