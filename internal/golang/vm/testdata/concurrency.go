package main

import (
	"context"
	"fmt"
	"sort"
	"sync"
	"sync/atomic"
	"time"
)

type counter struct {
	sync.Mutex
	n map[string]int
}

func (c *counter) add(k string) {
	c.Lock()
	defer c.Unlock()
	c.n[k]++
}

func gen(n int) <-chan int {
	c := make(chan int)
	go func() {
		defer close(c)
		for i := range n {
			c <- i
		}
	}()
	return c
}

func sieve(n int) []int {
	src := make(chan int)
	go func() {
		for i := 2; ; i++ {
			src <- i
		}
	}()
	var primes []int
	in := src
	for range n {
		p := <-in
		primes = append(primes, p)
		out := make(chan int)
		go func(in <-chan int, out chan<- int) {
			for {
				if i := <-in; i%p != 0 {
					out <- i
				}
			}
		}(in, out)
		in = out
	}
	return primes
}

func main() {
	c := counter{n: map[string]int{}}
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			c.add([]string{"a", "b"}[i%2])
		}()
	}
	wg.Wait()
	fmt.Println(c.n)
	sum := 0
	for v := range gen(10) {
		sum += v
	}
	fmt.Println(sum, sieve(10))

	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	select {
	case <-ctx.Done():
		fmt.Println(ctx.Err())
	case <-time.After(10 * time.Second):
		fmt.Println("late")
	}
	full := make(chan int, 1)
	full <- 1
	select {
	case full <- 2:
		fmt.Println("sent")
	default:
		fmt.Println("full")
	}
	v, ok := <-full
	fmt.Println(v, ok, len(full), cap(full))
	close(full)
	v, ok = <-full
	fmt.Println(v, ok)

	var n atomic.Int64
	var once sync.Once
	var wg2 sync.WaitGroup
	for range 10 {
		wg2.Go(func() {
			once.Do(func() { fmt.Println("once") })
			n.Add(2)
		})
	}
	wg2.Wait()
	fmt.Println(n.Load())

	mu := sync.Mutex{}
	cond := sync.NewCond(&mu)
	ready := false
	go func() {
		mu.Lock()
		ready = true
		mu.Unlock()
		cond.Broadcast()
	}()
	mu.Lock()
	for !ready {
		cond.Wait()
	}
	mu.Unlock()
	results := make(chan string, 3)
	for _, name := range []string{"x", "y", "z"} {
		go func() { results <- name }()
	}
	var names []string
	for range 3 {
		names = append(names, <-results)
	}
	sort.Strings(names)
	fmt.Println(names)
	var p atomic.Pointer[counter]
	fmt.Println(p.Load() == nil, p.CompareAndSwap(nil, &c), p.Load() == &c)
	value := sync.OnceValue(func() int { fmt.Println("computed"); return 7 })
	fmt.Println(value(), value())
	var m sync.Map
	m.Store("k", &c)
	got, _ := m.Load("k")
	fmt.Println(got.(*counter).n["a"])
}
