package vm_test

import (
	"testing"

	"graft/internal/golang/vm"
)

const benchSource = `package main

func fib(n int) int {
	if n < 2 {
		return n
	}
	return fib(n-1) + fib(n-2)
}

func Fib() { fib(25) }

func Loop() int {
	x := 0
	for i := 0; i < 1000000; i++ {
		x = (x + i) & 0xffff
	}
	return x
}

func Slice() {
	f := make([]float64, 1000)
	for range 100 {
		for i := range f {
			f[i] = f[i]*0.5 + 1
		}
	}
}

type shape interface{ area() float64 }
type square struct{ side float64 }
func (s *square) area() float64 { return s.side * s.side }

func Invoke() {
	var s shape = &square{2}
	sum := 0.0
	for range 100000 {
		sum += s.area()
	}
}

func Closure() {
	n := 0
	f := func() { n++ }
	for range 100000 {
		f()
	}
}

func main() {}
`

func BenchmarkRun(b *testing.B) {
	l := newLoader(b, vm.Options{})
	pkg := l.load(benchSource)
	for _, name := range []string{"Fib", "Loop", "Slice", "Invoke", "Closure"} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := l.m.Run(nil, pkg.Func(name)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func nativeFib(n int) int {
	if n < 2 {
		return n
	}
	return nativeFib(n-1) + nativeFib(n-2)
}

// BenchmarkNativeFib is what BenchmarkRun/Fib is measured against.
func BenchmarkNativeFib(b *testing.B) {
	for b.Loop() {
		nativeFib(25)
	}
}
