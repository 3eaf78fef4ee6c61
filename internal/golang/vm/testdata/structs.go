package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"sort"
	"strings"
)

type Point struct{ X, Y int }

func (p Point) String() string    { return fmt.Sprintf("(%d,%d)", p.X, p.Y) }
func (p *Point) Move(dx, dy int)  { p.X += dx; p.Y += dy }
func (p Point) Add(q Point) Point { return Point{p.X + q.X, p.Y + q.Y} }

type Named struct {
	Point
	Name string `json:"name"`
	tags map[string]bool
}

type Node struct {
	Value       int              `json:"v"`
	Left, Right *Node            `json:",omitempty"`
	Kids        []Node           `json:"kids,omitempty"`
	Index       map[string]*Node `json:"-"`
}

func (n *Node) Insert(v int) *Node {
	if n == nil {
		return &Node{Value: v}
	}
	if v < n.Value {
		n.Left = n.Left.Insert(v)
	} else {
		n.Right = n.Right.Insert(v)
	}
	return n
}

func (n *Node) Walk(f func(int)) {
	if n != nil {
		n.Left.Walk(f)
		f(n.Value)
		n.Right.Walk(f)
	}
}

// Set is one word in an interface, although not a pointer.
type Set struct{ m map[string]bool }

func (s Set) String() string {
	var keys []string
	for k := range s.m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return "{" + strings.Join(keys, " ") + "}"
}

type One struct{ p *int }

func (o One) String() string { return fmt.Sprint("one ", *o.p) }

type Func func(int) string

func (f Func) String() string { return "func:" + f(3) }

type List []Point

func (l List) Len() int           { return len(l) }
func (l List) Less(i, j int) bool { return l[i].X < l[j].X }
func (l List) Swap(i, j int)      { l[i], l[j] = l[j], l[i] }

type Temp float64

func (t Temp) MarshalText() ([]byte, error) { return []byte(fmt.Sprintf("%.1fC", float64(t))), nil }

type Failure struct{ Code int }

func (f *Failure) Error() string     { return fmt.Sprint("failure ", f.Code) }
func (f *Failure) Is(err error) bool { return err == os.ErrNotExist }

type Blank struct {
	A int
	_ int
	B string
}

type Tree[T any] struct {
	Left, Right *Tree[T]
	Val         T
}

func main() {
	p := Point{1, 2}
	p.Move(3, 4)
	fmt.Println(p, &p, []Point{p}, map[Point]string{p: "a"}, [1]*Point{}, struct{ P Point }{p})
	fmt.Printf("%T %v %+v %#v %d\n", p, p, p, p, p)
	n := Named{Point: Point{5, 6}, Name: "n"}
	fmt.Printf("%v %+v %T\n", n, n, n)
	n.Move(1, 1)
	fmt.Println(n.X, n.Add(p))

	var root *Node
	for _, v := range []int{5, 2, 8, 1, 9} {
		root = root.Insert(v)
	}
	root.Walk(func(v int) { fmt.Print(v, " ") })
	root.Kids = []Node{{Value: 7}}
	root.Index = map[string]*Node{"x": root}
	text, err := json.Marshal(root)
	fmt.Println(string(text), err)
	var back Node
	fmt.Println(json.Unmarshal(text, &back), back.Left.Value, len(back.Kids))
	fmt.Printf("%T %T %T %T\n", root, *root, root.Kids, root.Index)

	x := 42
	values := []any{Set{map[string]bool{"b": true, "a": true}}, One{&x}, Func(func(i int) string { return fmt.Sprint(i) }), &n, List{{3, 0}}}
	for _, v := range values {
		fmt.Printf("%v %T\n", v, v)
		if s, ok := v.(fmt.Stringer); ok {
			fmt.Println("  stringer", s.String())
		}
	}
	l := List{{3, 1}, {1, 2}, {2, 3}}
	sort.Sort(l)
	fmt.Println(l, sort.IsSorted(l))
	text, err = json.Marshal(map[string]Temp{"a": 36.6})
	fmt.Println(string(text), err)

	err = fmt.Errorf("wrapped: %w", &Failure{7})
	var f *Failure
	fmt.Println(err, errors.As(err, &f), f.Code, errors.Is(err, os.ErrNotExist))
	fmt.Println(Blank{1, 2, "b"} == Blank{1, 3, "b"}, Blank{A: 1} == Blank{A: 2})
	t := Tree[Point]{Val: p, Left: &Tree[Point]{}}
	fmt.Printf("%T %v\n", t, t.Val)
	a := [3]Point{{1, 1}, {2, 2}}
	b := a
	b[0].X = 9
	fmt.Println(a, b, a == b, a == [3]Point{{1, 1}, {2, 2}})
	anon := []struct {
		Name string
		N    int
	}{{"a", 1}, {"b", 2}}
	for _, v := range anon {
		v.N *= 2
		fmt.Println(v)
	}
	var promoted fmt.Stringer = struct {
		Point
		Extra int
	}{p, 1}
	fmt.Println(promoted, struct{ *Point }{&p})
	type local struct{ v int }
	m := map[local][]local{{1}: {{2}, {3}}}
	fmt.Printf("%v %T\n", m, m)
}
