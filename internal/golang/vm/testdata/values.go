package main

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

type Weekday int

const (
	Sunday Weekday = iota
	Monday
)

func (d Weekday) String() string { return [...]string{"Sun", "Mon"}[d] }

type Celsius float64
type Bytes []byte

func swap(a, b int) (int, int) { return b, a }

func variadic(pre string, xs ...any) string { return pre + fmt.Sprint(len(xs), xs) }

func fibs() func() int {
	a, b := 0, 1
	return func() int {
		r := a
		a, b = b, a+b
		return r
	}
}

func main() {
	a, b := 1, 2
	for range 3 {
		a, b = b, a
	}
	a, b = swap(a, b)
	fmt.Println(a, b)
	f := fibs()
	for range 10 {
		fmt.Print(f(), " ")
	}
	fmt.Println()
	for i, r := range "héllo, 世界\xff" {
		fmt.Print(i, ":", string(r), " ")
	}
	fmt.Println(len("世界"), utf8.RuneCountInString("世界"), []byte("é"), []rune("é"), string([]rune{19990, 30028}))
	var u8 uint8 = 250
	u8 += 10
	var i8 int8 = 127
	i8++
	var u uint = 3
	u -= 4
	fmt.Println(u8, i8, u, -7/2, -7%3, 7&^5, 1<<10>>3, ^0, uint32(1)<<31)
	x := 3.99
	fmt.Println(int(x), int(-x), uint8(int(x)+255), float32(0.1), math.Inf(1), -math.MaxFloat64)
	var nan = math.NaN()
	fmt.Println(nan == nan, nan < 1, nan != nan, math.Sqrt(2), math.Max(3, nan))
	c := complex(1, 2)
	c *= c
	fmt.Println(c, real(c), imag(c), c == complex(-3, 4), complex64(c))
	fmt.Println(Sunday, Monday, []Weekday{1, 0}, Celsius(36.6), Bytes("hi"), string(Bytes("hi")))
	s := []int{1, 2, 3, 4, 5}
	t := s[1:3:4]
	t = append(t, 99)
	t = append(t, 100)
	t[0] = -1
	fmt.Println(s, t, len(t), cap(s[2:]), s[len(s)-1])
	copy(s[1:], s)
	fmt.Println(s, copy(make([]byte, 3), "hello"))
	m := map[string][]int{}
	m["a"] = append(m["a"], 1, 2)
	m["b"] = nil
	delete(m, "b")
	v, ok := m["zz"]
	fmt.Println(m, v == nil, ok, len(m))
	clear(m)
	fmt.Println(len(m))
	type key struct {
		a int
		b string
	}
	km := map[key]float64{{1, "x"}: 1.5}
	km[key{1, "x"}]++
	fmt.Println(km, km[key{2, ""}])
	am := map[any]string{1: "int", "a": "string", 2.5: "float", key{1, "z"}: "key"}
	fmt.Println(am[1], am["a"], am[2.5], am[key{1, "z"}], am[int8(1)] == "")
	var arr [3][2]int
	arr[1][1] = 7
	for i, row := range arr {
		for j := range row {
			arr[i][j]++
		}
	}
	fmt.Println(arr, len(arr), variadic("v"), variadic("v", 1, "x"), variadic("w", []any{1, 2}...))
	var sb strings.Builder
	fmt.Fprintf(&sb, "%05.2f|%-5s|%+d|%q|%x", 3.14159, "ab", 5, "q", 255)
	fmt.Println(sb.String(), sb.Len())
	n, err := strconv.Atoi("12x")
	fmt.Println(n, err)
	switch y := any(b).(type) {
	case string, int:
		fmt.Printf("%T\n", y)
	case nil:
		fmt.Println("nil")
	}
	switch {
	case a > 100:
		fmt.Println("big")
	case a > 0:
		fmt.Println("small")
		fallthrough
	default:
		fmt.Println("fell")
	}
	i := 0
loop:
	if i < 3 {
		i++
		goto loop
	}
	var funcs []func() int
	for i := 0; i < 3; i++ {
		funcs = append(funcs, func() int { i *= 10; return i })
	}
	for _, f := range funcs {
		fmt.Print(f(), f(), " ")
	}
	p := &s[2]
	*p = 1000
	pp := &p
	**pp++
	fmt.Println(s, *p, i)
	h := strings.ToUpper
	g := (*strings.Builder).Len
	fmt.Println(h("abc"), g(&sb), strings.Map(func(r rune) rune { return r + 1 }, "HAL"))
	fmt.Println(strings.FieldsFunc("a1b2c", func(r rune) bool { return r >= '0' && r <= '9' }))
	var e error
	fmt.Println(e == nil, e)
	const huge = 1 << 62
	fmt.Println(huge>>60, uint64(math.MaxUint64), int64(math.MinInt64))
	str := "a"
	str += "b" + string(rune('c'))
	fmt.Println(str, str < "abd", str[1:], str[1] == 'b')
	var z struct{}
	var es []struct{}
	es = append(es, z, z)
	fmt.Println(len(es), z)
	sh := 70
	fmt.Println(1<<sh == 0, int8(-128)>>7, uint8(200)>>1, -5>>1)
}
