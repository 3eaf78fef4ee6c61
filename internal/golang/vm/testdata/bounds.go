package main

import "fmt"

type number interface {
	~int | ~int8 | ~uint8 | ~int64 | ~uint | ~uint64 | ~uintptr | ~uint32
}

func try(f func(), name ...any) {
	defer func() {
		if e := recover(); e != nil {
			fmt.Println(fmt.Sprint(name...), e)
		}
	}()
	f()
	fmt.Println(fmt.Sprint(name...), "works")
}

var sink any

func slicing[T number](vals ...T) {
	a, s, str := [4]int{}, []int{1, 2, 3, 4, 5}[:2], "héllo"
	p, none, z := &a, [0]int{}, []struct{}{{}, {}, {}}
	for _, i := range vals {
		for _, j := range vals {
			try(func() { sink = a[i:j] }, "array ", i, j)
			try(func() { sink = p[i:j] }, "pointer ", i, j)
			try(func() { sink = s[i:j] }, "slice ", i, j)
			try(func() { sink = str[i:j] }, "string ", i, j)
			try(func() { sink = none[i:j] }, "none ", i, j)
			try(func() { sink = z[i:j] }, "empty ", i, j)
			for _, k := range vals {
				try(func() { sink = a[i:j:k] }, "array ", i, j, k)
				try(func() { sink = p[i:j:k] }, "pointer ", i, j, k)
				try(func() { sink = s[i:j:k] }, "slice ", i, j, k)
				try(func() { sink = none[i:j:k] }, "none ", i, j, k)
			}
		}
	}
}

func indexing[T number](vals ...T) {
	a, s, str := [4]int{}, []int{1, 2}, "héllo"
	p, z, list := &a, []struct{}{{}, {}, {}}, [3]string{}
	for _, i := range vals {
		try(func() { sink = a[i] }, "array ", i)
		try(func() { sink = p[i] }, "pointer ", i)
		try(func() { sink = s[i] }, "slice ", i)
		try(func() { sink = str[i] }, "string ", i)
		try(func() { sink = z[i] }, "empty ", i)
		try(func() { sink = fun()[i] }, "value ", i)
		try(func() { a[i] = 1 }, "array = ", i)
		try(func() { s[i]++ }, "slice++ ", i)
		try(func() { list[i] += "x" }, "list += ", i)
		try(func() { sink = &p[i] }, "&pointer ", i)
		try(func() { sink = s[:i] }, "slice: ", i)
		try(func() { sink = a[i:] }, "array: ", i)
		try(func() { sink = str[i:] }, "string: ", i)
		try(func() { sink = len(make([]int, i)) }, "make ", i)
		try(func() { sink = len(make([]int, 1, i)) }, "make capacity ", i)
	}
}

func fun() [2]byte { return [2]byte{1, 2} }

func main() {
	slicing(-1, 2, 5)
	slicing(uint64(1), 1<<63, 1<<64-1)
	slicing(uint8(2), 200)
	slicing(int8(-3), 3)
	indexing(-1, 1, 9)
	indexing(uint64(1), 1<<63, 1<<64-1)
	indexing(uint(1<<63 + 5))
	indexing(uintptr(1 << 63))
	indexing(int64(-1 << 63))
	indexing(uint8(200))
	indexing(int8(-3))
	s := []int{1, 2}
	try(func() { sink = [3]int(s) }, "to array")
	try(func() { sink = (*[4]int)(s) }, "to pointer")
	try(func() { sink = [1]int(s[:0]) }, "empty to array")
}
