package main

import (
	"cmp"
	"fmt"
	"iter"
	"maps"
	"slices"
	"sort"
	"strings"
)

type Number interface {
	~int | ~int64 | ~float64
}

func Sum[T Number](xs ...T) (s T) {
	for _, x := range xs {
		s += x
	}
	return
}

func Map[T, U any](xs []T, f func(T) U) []U {
	out := make([]U, 0, len(xs))
	for _, x := range xs {
		out = append(out, f(x))
	}
	return out
}

type Stack[T any] struct{ items []T }

func (s *Stack[T]) Push(v T) { s.items = append(s.items, v) }
func (s *Stack[T]) Pop() (v T, ok bool) {
	if len(s.items) == 0 {
		return
	}
	v = s.items[len(s.items)-1]
	s.items = s.items[:len(s.items)-1]
	return v, true
}
func (s *Stack[T]) All() iter.Seq2[int, T] {
	return func(yield func(int, T) bool) {
		for i, v := range s.items {
			if !yield(i, v) {
				return
			}
		}
	}
}

type Pair[K comparable, V any] struct {
	Key K
	Val V
}

func (p Pair[K, V]) String() string { return fmt.Sprintf("%v=>%v", p.Key, p.Val) }

type MyInt int

func (m MyInt) String() string { return fmt.Sprintf("my%d", int(m)) }

type List[T any] struct {
	next *List[T]
	val  T
}

func Count(n int) iter.Seq[int] {
	return func(yield func(int) bool) {
		defer fmt.Println("count done")
		for i := range n {
			if !yield(i) {
				return
			}
		}
	}
}

func find(limit int) (r int) {
	for x := range Count(100) {
		defer func() { r += 100 }()
		if x == limit {
			return x
		}
	}
	return -1
}

func main() {
	fmt.Println(Sum(1, 2, 3), Sum(1.5, 2.5), Sum[MyInt](4, 5))
	fmt.Println(Map([]int{1, 2}, func(i int) string { return strings.Repeat("x", i) }))
	var s Stack[Pair[string, int]]
	s.Push(Pair[string, int]{"a", 1})
	s.Push(Pair[string, int]{"b", 2})
	for i, p := range s.All() {
		fmt.Println(i, p)
	}
	v, ok := s.Pop()
	fmt.Printf("%v %v %T\n", v, ok, v)
	m := map[string]int{"z": 26, "a": 1, "m": 13}
	keys := slices.Sorted(maps.Keys(m))
	fmt.Println(keys, slices.Max(keys), slices.Contains(keys, "m"))
	xs := []MyInt{3, 1, 2}
	slices.SortFunc(xs, func(a, b MyInt) int { return cmp.Compare(b, a) })
	fmt.Println(xs, slices.Index(xs, 1), min(3, 1, 2), max("a", "b"))
	fmt.Println(find(3))
	for x := range Count(5) {
		if x == 1 {
			continue
		}
		if x == 3 {
			break
		}
		fmt.Print(x, " ")
	}
	next, stop := iter.Pull(Count(2))
	fmt.Println(next())
	fmt.Println(next())
	fmt.Println(next())
	stop()
	l := &List[string]{val: "x"}
	l.next = &List[string]{val: "y"}
	for n := l; n != nil; n = n.next {
		fmt.Print(n.val)
	}
	fmt.Println()
	ps := []Pair[string, int]{{"q", 2}, {"p", 1}}
	sort.Slice(ps, func(i, j int) bool { return ps[i].Val < ps[j].Val })
	fmt.Println(ps)
	groups := map[bool][]int{}
	for i := range 6 {
		groups[i%2 == 0] = append(groups[i%2 == 0], i)
	}
	fmt.Println(groups, slices.Collect(maps.Values(map[int]string{1: "only"})))
outer:
	for i := range Count(3) {
		for j := range Count(3) {
			if j == 1 {
				continue outer
			}
			if i == 1 {
				break outer
			}
			fmt.Println(i, j)
		}
	}
}
