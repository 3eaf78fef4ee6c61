package main

import "fmt"

func one[A any](a A) any {
	type T struct{ V A }
	return T{a}
}

func two[A, B any](a A, b B) any {
	type P[C any] struct {
		A A
		C C
	}
	type plain int
	return []any{P[B]{a, b}, P[int]{a, 1}, P[plain]{}, plain(1), []P[string]{}, map[plain]P[A]{}}
}

type box[T any] struct{ v T }

func (b box[T]) hold() any {
	type held struct{ v T }
	return held{b.v}
}

func (b *box[T]) list() any {
	type L[U any] []U
	return L[T]{b.v}
}

func local() any {
	type T struct{ X int }
	type G[P any] struct{ p P }
	return []any{T{1}, &T{2}, []T{}, G[T]{}, G[int]{}, box[T]{}, box[G[T]]{}}
}

func named[T any]() string { return fmt.Sprintf("%T", *new(T)) }

func passes[A any]() any {
	type T struct{ a A }
	type U = T
	return named[T]() + named[[]U]() + named[map[string]*T]()
}

func closure[A any]() any {
	return func() any {
		type in struct{ a A }
		return func() any {
			type deep struct{ i in }
			return deep{}
		}()
	}()
}

type S string

func main() {
	type M int
	show := func(v any) {
		if l, ok := v.([]any); ok {
			for _, v := range l {
				fmt.Printf("%T\n", v)
			}
			return
		}
		fmt.Printf("%T %+v\n", v, v)
	}
	show(one(1))
	show(one("x"))
	show(one(S("x")))
	show(one(M(3)))
	show(one([]M{3}))
	fmt.Printf("%T\n", one(one[int]))
	show(one(box[int]{}))
	show(two(1, "a"))
	show(two(S("a"), M(2)))
	show(box[int]{1}.hold())
	show(box[M]{1}.hold())
	show((&box[S]{"x"}).list())
	show(local())
	show(closure[int]())
	show(closure[M]())
	show(passes[int]())
	show(passes[M]())
	_, same := one(1).(interface{ x() })
	fmt.Println(same, fmt.Sprintf("%T", one(1)) == fmt.Sprintf("%T", one(2)), one(1) == one(1), one(1) == one(int8(1)))
}
