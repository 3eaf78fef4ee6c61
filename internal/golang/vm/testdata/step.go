package main

import "fmt"

// Loops whose variable is stepped in the head: range loops, and for loops that
// begin with the step.

func nested(rows [][]int) (sum int) {
	for i := range rows {
		for j := range rows[i] {
			if rows[i][j] < 0 {
				continue
			}
			if rows[i][j] > 90 {
				break
			}
			rows[i][j] += i*10 + j
			sum += rows[i][j] * (j + 1)
		}
	}
	return sum
}

func after(limit int) (int, int) {
	n, last := 0, -1
	for {
		n++
		if n%3 == 0 {
			continue
		}
		last = n
		if n > limit {
			break
		}
	}
	return n, last
}

func previous(n int) (out []int) {
	i, old := 0, 100
	for {
		i++
		if i > n {
			return append(out, old)
		}
		out = append(out, old)
		old = i
	}
}

func twice(f []float64) {
	k := 0
	for range 3 {
		for i := range f {
			k++
			f[i] = f[i]*0.5 + float64(k)
		}
	}
}

func closures(words []string) (fs []func() string) {
	for i, w := range words {
		fs = append(fs, func() string { i += 10; return fmt.Sprint(i, w) })
	}
	return fs
}

func shift(n int) uint8 {
	var b uint8 = 250
	for {
		b += 3
		if n--; n < 0 {
			return b
		}
	}
}

type name string

func (n name) String() string { return "name " + string(n) }

type loud struct{}

func (loud) String() string { panic("no text") }

func main() {
	fmt.Println(nested([][]int{{1, 2, -3}, {}, {4, 99, 5}, {-1, 7}}))
	fmt.Println(after(7))
	fmt.Println(previous(4))
	f := []float64{1, 2, 3}
	twice(f)
	fmt.Println(f)
	for _, g := range closures([]string{"a", "b"}) {
		fmt.Println(g(), g())
	}
	fmt.Println(shift(5))
	var none []any
	fmt.Println(fmt.Sprint(), fmt.Sprint(none...), fmt.Sprint(1, name("x"), nil), fmt.Sprintf("%v|%d", name("y"), 4), fmt.Sprintln("z", 2.5))
	fmt.Println(fmt.Sprint(loud{}), fmt.Sprintf("%s", loud{}))
	print := fmt.Sprint
	fmt.Println(print(name("f"), 3))
}
