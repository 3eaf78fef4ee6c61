package main

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
)

type I interface{ M() }
type T struct{}

func (T) M() {}

type V struct {
	big [5000]byte
	x   int
}

func try(name string, f func()) {
	defer func() {
		r := recover()
		_, isRuntime := r.(runtime.Error)
		fmt.Println(name, "->", r, isRuntime)
	}()
	f()
}

func named() (n int, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("recovered %v", r)
			n *= 2
		}
	}()
	n = 21
	panic("named")
}

func order() {
	for i := range 3 {
		defer fmt.Print(i, " ")
	}
	defer func() { fmt.Print("last ") }()
}

func nested() (s string) {
	defer func() { s = fmt.Sprint(recover(), s) }()
	defer func() {
		defer func() { s += fmt.Sprint(recover()) }()
		panic("second")
	}()
	panic("first")
}

func replaced() {
	defer func() { fmt.Println(recover()) }()
	defer func() { panic("new") }()
	panic("old")
}

type cleanup struct{ log *[]string }

func (c cleanup) done(s string) { *c.log = append(*c.log, s) }

func methods() []string {
	var log []string
	c := cleanup{&log}
	func() {
		defer c.done("value")
		defer (&c).done("pointer")
		var f func(string) = c.done
		defer f("bound")
		defer cleanup.done(c, "expr")
	}()
	return log
}

func main() {
	var s []int
	var m map[string]int
	var p *V
	var i I
	var a any = "text"
	zero, neg := 0, -1
	try("index", func() { _ = s[5] })
	try("index neg", func() { _ = s[neg] })
	try("slice", func() { _ = s[1:2] })
	try("slice2", func() { x := make([]int, 3); k := 2; _ = x[k:1] })
	try("string", func() { _ = "abc"[zero+3] })
	try("nil map", func() { m["a"] = 1 })
	try("nil ptr", func() { p.x = 1 })
	try("nil iface", func() { i.M() })
	try("div", func() { _ = 1 / zero })
	try("assert", func() { _ = a.(int) })
	try("assert iface", func() { _ = a.(I) })
	try("assert nil", func() { var e any; _ = e.(string) })
	try("assert err", func() { _ = a.(error) })
	try("shift", func() { _ = 1 << neg })
	try("make", func() { _ = make([]int, neg) })
	try("array conv", func() { _ = [4]int([]int{1, 2}) })
	try("array ptr conv", func() { _ = (*[2]int)(s) })
	try("close nil", func() { var c chan int; close(c) })
	try("close twice", func() { c := make(chan int); close(c); close(c) })
	try("send closed", func() { c := make(chan int, 1); close(c); c <- 1 })
	try("error", func() { panic(errors.New("custom")) })
	try("nil panic", func() { panic(nil) })
	try("nil func", func() { var f func(); f() })
	try("compare", func() { var x, y any = []int{}, []int{}; _ = x == y })
	try("map key", func() { _ = map[any]int{[]int{}: 1} })
	try("native", func() { strings.Repeat("x", neg) })
	try("native call back", func() { strings.Map(func(r rune) rune { panic("in map") }, "abc") })
	fmt.Println(named())
	order()
	fmt.Println()
	fmt.Println(nested())
	replaced()
	fmt.Println(methods())
	func() {
		defer func() { fmt.Println("outer", recover()) }()
		defer func() {
			func() { fmt.Println("too deep", recover()) }()
		}()
		panic("deep")
	}()
	for i := range 3 {
		func() {
			defer func() { recover() }()
			if i == 1 {
				panic(i)
			}
			fmt.Println("ran", i)
		}()
	}
}
