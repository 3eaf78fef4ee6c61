package vm_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"graft/internal/golang/registry"
	"graft/internal/golang/vm"
)

// interrupted runs a program that prints "ready" and then never ends, and ends
// its context when it has printed that.
func interrupted(t *testing.T, text string) result {
	t.Helper()
	l := newLoader(t, vm.Options{})
	return l.interrupt(l.load(text), "main")
}

// signal closes ready when it is written to.
type signal struct {
	syncBuffer
	ready chan struct{}
}

func (s *signal) Write(p []byte) (int, error) {
	n, err := s.syncBuffer.Write(p)
	if strings.Contains(string(p), "ready") {
		close(s.ready)
	}
	return n, err
}

func (l *loader) interrupt(pkg interface{ Func(string) *ssaFunction }, name string) result {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	out := &signal{ready: make(chan struct{})}
	done := make(chan error, 1)
	go func() {
		_, err := l.m.Run(&vm.Env{Context: ctx, Stdout: out, Stderr: out}, pkg.Func(name))
		done <- err
	}()
	select {
	case <-out.ready:
		cancel()
	case err := <-done:
		return result{out.String(), fmt.Errorf("ended before the interrupt: %w", err)}
	}
	select {
	case err := <-done:
		return result{out.String(), err}
	case <-time.After(20 * time.Second):
		l.t.Fatal("the interrupt had no effect")
	}
	return result{}
}

func TestInterrupt(t *testing.T) {
	header := `package main
import ("fmt"; "sync"; "time"; "sort"; "io")
var _ = fmt.Sprint
var _ sync.Mutex
var _ = time.Now
var _ = sort.Ints
var _ io.Reader
func spin() { for {} }
`
	for name, body := range map[string]string{
		"loop":       `for i := 0; ; i++ { _ = i }`,
		"calls":      `var f func(int) int; f = func(n int) int { if n == 0 { return 0 }; return f(n-1) }; for { f(10) }`,
		"receive":    `c := make(chan int); <-c`,
		"send":       `c := make(chan int); c <- 1`,
		"nil chan":   `var c chan int; <-c`,
		"range":      `c := make(chan int); for range c {}`,
		"select":     `c, d := make(chan int), make(chan string); select { case <-c: case d <- "": }`,
		"empty":      `select {}`,
		"sleep":      `time.Sleep(time.Hour)`,
		"mutex":      `var m sync.Mutex; m.Lock(); m.Lock()`,
		"rwmutex":    `var m sync.RWMutex; m.RLock(); m.Lock()`,
		"locker":     `var l sync.Locker = new(sync.Mutex); l.Lock(); l.Lock()`,
		"group":      `var w sync.WaitGroup; w.Add(1); w.Wait()`,
		"cond":       `var m sync.Mutex; c := sync.NewCond(&m); m.Lock(); defer m.Unlock(); c.Wait()`,
		"recover":    `for { func() { defer func() { recover() }(); spin() }() }`,
		"call back":  `x := []int{3, 2, 1}; sort.Slice(x, func(i, j int) bool { spin(); return false })`,
		"swallowed":  `fmt.Println(looper{}); spin()`,
		"native":     `r, _ := io.Pipe(); r.Read(make([]byte, 1))`,
		"goroutines": `for range 4 { go spin() }; var w sync.WaitGroup; w.Add(1); w.Wait()`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := interrupted(t, header+`type looper struct{}
func (looper) String() string { spin(); return "" }
func main() { defer fmt.Print("deferred"); fmt.Print("ready "); `+body+"\n}")
			var i *vm.Interrupted
			if !errors.As(got.err, &i) || !errors.Is(got.err, context.Canceled) {
				t.Fatalf("got %v", got.err)
			}
			if name != "native" && got.out != "ready deferred" {
				t.Errorf("output %q", got.out)
			}
		})
	}
}

func TestInterruptLeavesEarlierWorkAlone(t *testing.T) {
	l := newLoader(t, vm.Options{})
	pkg := l.load(`package main
import "fmt"
var ask, answer = make(chan int), make(chan int)
var double func(int) int
func start() {
	double = func(n int) int { return 2 * n }
	go func() { for n := range ask { answer <- double(n) } }()
}
func forever() { fmt.Print("ready"); for {} }
func use() int { ask <- 20; return <-answer + double(1) }
func main() {}`)
	for _, name := range []string{"init", "start"} {
		ctx, cancel := context.WithCancel(context.Background())
		if _, err := l.m.Run(&vm.Env{Context: ctx}, pkg.Func(name)); err != nil {
			t.Fatal(err)
		}
		cancel() // the evaluation is over: its goroutine stays
	}
	if got := l.interrupt(pkg, "forever"); got.err == nil {
		t.Fatal("forever ended")
	}
	out, err := l.m.Run(nil, pkg.Func("use"))
	if err != nil || out[0].Int() != 42 {
		t.Errorf("got %v, %v", out, err)
	}
}

func TestDeferredCallsOfAnInterruptEnd(t *testing.T) {
	got := interrupted(t, `package main
import "fmt"
func main() { defer func() { for {} }(); fmt.Print("ready"); for {} }`)
	var i *vm.Interrupted
	if !errors.As(got.err, &i) {
		t.Fatalf("got %v", got.err)
	}
}

func TestDepth(t *testing.T) {
	for name, body := range map[string]string{
		"plain":     `func f(n int) int { return f(n+1) + 1 }; func main() { f(0) }`,
		"defer":     `func f() { defer func() {}(); f() }; func main() { f() }`,
		"recover":   `func f() { defer func() { recover() }(); f() }; func main() { f() }`,
		"call back": `func f() { sort.Slice([]int{1, 2}, func(i, j int) bool { f(); return false }) }; func main() { f() }`,
		"method":    `type T struct{}; func (t T) String() string { return fmt.Sprint(t) }; func main() { fmt.Println(T{}) }`,
	} {
		t.Run(name, func(t *testing.T) {
			got := run(t, "package main\nimport (\"fmt\"; \"sort\")\nvar _ = fmt.Sprint\nvar _ = sort.Ints\n"+body, vm.Options{MaxDepth: 20000})
			var p *vm.Panic
			if !errors.As(got.err, &p) {
				t.Fatalf("got %v", got.err)
			}
			if _, ok := p.Value.(*vm.Overflow); !ok || p.Error() != "stack overflow" {
				t.Errorf("got %v", p)
			}
		})
	}
}

func TestDefaultDepthFitsTheStack(t *testing.T) {
	got := run(t, `package main
func f(n int) int { return f(n+1) + 1 }
func main() { f(0) }`, vm.Options{})
	if got.err == nil || got.err.Error() != "stack overflow" {
		t.Errorf("got %v", got.err)
	}
}

func TestEnds(t *testing.T) {
	for name, c := range map[string]struct{ body, want, out string }{
		"exit":       {`defer fmt.Print("no"); os.Exit(3)`, "os.Exit ended the program with status 3", ""},
		"fatal":      {`log.SetFlags(0); log.Fatal("bad")`, "log.Fatal ended the program with status 1", "bad\n"},
		"exit in go": {`go os.Exit(4); select {}`, "os.Exit ended the program with status 4", ""},
		"swallowed":  {`fmt.Print(exiter{}); for {}`, "os.Exit ended the program with status 5", ""},
		"goexit":     {`defer fmt.Print("deferred"); runtime.Goexit()`, "runtime.Goexit ended the evaluation", "deferred"},
		"flag":       {`flag.CommandLine = flag.NewFlagSet("p", flag.ExitOnError); flag.CommandLine.Parse([]string{"-nope"})`, "flag.Parse ended the program with status 2", "flag provided but not defined: -nope\nUsage of p:\n"},
		"goroutine":  {`go func() { panic("lost") }(); select {}`, "lost", ""},
		"group":      {`var w sync.WaitGroup; w.Go(func() { panic("in group") }); w.Wait(); select {}`, "in group", ""},
		"unlock":     {`var m sync.Mutex; m.Unlock()`, "sync: unlock of unlocked mutex", ""},
		"alloc":      {`n := 1 << 40; _ = make([]byte, n)`, "runtime error: an allocation of 1099511627776 bytes is above the limit of 8589934592 (a quarter of the memory, at most 8 GiB): use several smaller values", ""},
		"error":      {`panic(fmt.Errorf("as error"))`, "as error", ""},
		"number":     {`panic(7)`, "7", ""},
		"struct":     {`os.Stdout.WriteString("a"); fmt.Fprint(os.Stdout, "b"); fmt.Fprint(os.Stderr, "c"); println("d", 1.5); panic("end")`, "end", "abcd 1.5\n"},
	} {
		t.Run(name, func(t *testing.T) {
			got := run(t, `package main
import ("flag"; "fmt"; "log"; "os"; "runtime"; "sync"; "time")
var _ = fmt.Sprint; var _ = flag.Parse; var _ = log.Print; var _ sync.Mutex; var _ = time.Now; var _ = runtime.GC
type exiter struct{}
func (exiter) String() string { os.Exit(5); return "" }
func main() { `+c.body+"\n}", vm.Options{MaxAlloc: vm.DefaultMaxAlloc})
			if got.err == nil || got.err.Error() != c.want {
				t.Errorf("got %v, want %s", got.err, c.want)
			}
			if got.out != c.out {
				t.Errorf("output %q, want %q", got.out, c.out)
			}
		})
	}
}

// TestMemory grows values in all ways until the limits stop it.
func TestMemory(t *testing.T) {
	for name, body := range map[string]string{
		"append":        `s := make([]int, 1000); for { s = append(s, s...) }`,
		"append bytes":  `s := make([]byte, 1000); for { s = append(s, string(s)...) }`,
		"concatenation": `s := "0123456789"; for { s += s }`,
		"conversion":    `s := "0123456789"; for { s += s; _ = []rune(s) }`,
		"one by one":    `var all [][]byte; for { all = append(all, make([]byte, 20<<20)) }`,
		"arrays":        `var all []*[20 << 20]byte; for { all = append(all, new([20 << 20]byte)) }`,
		"channels":      `var all []chan [100]int; for { all = append(all, make(chan [100]int, 30000)) }`,
		"list":          `type node struct { next *node; pad [100]int }; var l *node; for { l = &node{next: l} }`,
		"map of ints":   `all := map[int][100]int{}; for i := 0; ; i++ { all[i] = [100]int{} }`,
		"map":           `all := map[int]string{}; b := make([]byte, 20<<20); for i := 0; ; i++ { all[i] = string(b) }`,
	} {
		t.Run(name, func(t *testing.T) {
			got := run(t, "package main\nfunc main() { "+body+"\n}", vm.Options{MaxAlloc: 64 << 20, MaxHeap: 256 << 20})
			if got.err == nil || !strings.Contains(got.err.Error(), "above the limit") && !strings.Contains(got.err.Error(), "no room") &&
				!strings.Contains(got.err.Error(), "out of memory") {
				t.Errorf("got %v", got.err)
			}
			if p, ok := got.err.(*vm.Panic); !ok || len(p.Trace) == 0 {
				t.Errorf("no place: %+v", got.err)
			}
		})
	}
}

func TestMemoryOfGarbageIsFree(t *testing.T) {
	got := run(t, `package main
func main() { var s []byte; for range 100 { s = make([]byte, 60<<20) }; _ = s }`, vm.Options{MaxHeap: 256 << 20})
	if got.err != nil {
		t.Error(got.err)
	}
}

func TestPanicOfAGoroutineAfterTheEvaluation(t *testing.T) {
	l := newLoader(t, vm.Options{})
	pkg := l.load(`package main
var release = make(chan int)
func start() { go func() { <-release; panic("late") }() }
func end() { close(release) }
func main() {}`)
	l.init(pkg)
	late := make(chan *vm.Panic, 1)
	env := &vm.Env{Background: func(p *vm.Panic) { late <- p }}
	if _, err := l.m.Run(env, pkg.Func("start")); err != nil {
		t.Fatal(err)
	}
	if _, err := l.m.Run(nil, pkg.Func("end")); err != nil {
		t.Fatal(err)
	}
	if p := <-late; p.Error() != "late" || !p.Goroutine {
		t.Errorf("got %+v", p)
	}
}

func TestTraceHasExactPositions(t *testing.T) {
	l := newLoader(t, vm.Options{})
	pkg := l.load(`package main

func inner(s []int, i int) int {
	x := i * 2
	return x +
		s[i]
}

func outer() int {
	defer func() {}()
	return 1 + inner(nil, 3)
}

func main() { outer() }
`)
	got := l.run(context.Background(), pkg)
	var p *vm.Panic
	if !errors.As(got.err, &p) {
		t.Fatal(got.err)
	}
	var lines []string
	for _, f := range p.Trace {
		at := l.fset.Position(f.Pos)
		lines = append(lines, fmt.Sprintf("%s %d:%d", f.Func, at.Line, at.Column))
	}
	want := []string{"main.inner 6:4", "main.outer 11:18", "main.main 14:20"}
	if !reflect.DeepEqual(lines, want) {
		t.Errorf("got %q, want %q", lines, want)
	}
}

func TestReplaceAndShare(t *testing.T) {
	l := newLoader(t, vm.Options{})
	pkg := l.load(`package main
type T struct{}
func (T) Name() string { return "T1" }
func (T) Name2() string { return "T2" }
func f() int { return 1 }
func g() int { return 2 }
func h() int { return 3 }
var value = f
var n, m = 5, 6
func readN() int { return n }
func setM() { m = 7 }
func calls() (int, int, string) { return f(), value(), interface{ Name() string }(T{}).Name() }
func main() {}`)
	l.m.Share(pkg.Var("m"), pkg.Var("n"))
	l.init(pkg)
	calls := func() string {
		out, err := l.m.Run(nil, pkg.Func("calls"))
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprint(out[0], out[1], out[2])
	}
	if got := calls(); got != "1 1 T1" {
		t.Error(got)
	}
	l.m.Replace(pkg.Func("f"), pkg.Func("g"))
	if got := calls(); got != "2 2 T1" {
		t.Error(got)
	}
	l.m.Replace(pkg.Func("g"), pkg.Func("h"))
	named := pkg.Type("T").Type()
	l.m.Replace(l.prog.LookupMethod(named, pkg.Pkg, "Name"), l.prog.LookupMethod(named, pkg.Pkg, "Name2"))
	if got := calls(); got != "3 3 T2" {
		t.Error(got)
	}
	if _, err := l.m.Run(nil, pkg.Func("setM")); err != nil {
		t.Fatal(err)
	}
	if out, _ := l.m.Run(nil, pkg.Func("readN")); out[0].Int() != 7 {
		t.Errorf("shared variable is %v", out[0])
	}
	if v := l.m.Global(pkg.Var("n")); v.Int() != 7 || !v.CanSet() {
		t.Errorf("global is %v", v)
	}
}

// option is what the functions of the package below take.
type option func(*settings)
type settings struct {
	ctx  context.Context
	name string
}

func TestContextIsInjected(t *testing.T) {
	type key struct{}
	verb := func(opts ...option) string {
		s := settings{name: "none"}
		for _, o := range opts {
			o(&s)
		}
		return fmt.Sprint(s.name, s.ctx.Value(key{}))
	}
	registry.Register(optionPackage(verb))
	l := newLoader(t, vm.Options{})
	l.imports["example/verbs"] = optionTypes()
	pkg := l.load(`package main
import "example/verbs"
func call() (string, string) { return verbs.Do(), verbs.Do(verbs.Named("mine")) }
func main() {}`)
	ctx := context.WithValue(context.Background(), key{}, "!")
	out, err := l.m.Run(&vm.Env{Context: ctx}, pkg.Func("call"))
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(out[0], out[1]); got != "none! mine!" {
		t.Errorf("got %s", got)
	}
}

func TestInterruptReachesNativeCode(t *testing.T) {
	var ended atomic.Bool
	started := make(chan struct{})
	registry.Register(optionPackage(func(opts ...option) string {
		var s settings
		for _, o := range opts {
			o(&s)
		}
		close(started)
		<-s.ctx.Done() // the step ends
		ended.Store(true)
		return "done"
	}))
	l := newLoader(t, vm.Options{})
	l.imports["example/verbs"] = optionTypes()
	pkg := l.load(`package main
import "example/verbs"
func call() { verbs.Do(); for {} }
func main() {}`)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go func() { <-started; cancel() }()
	_, err := l.m.Run(&vm.Env{Context: ctx}, pkg.Func("call"))
	var i *vm.Interrupted
	if !errors.As(err, &i) || !ended.Load() {
		t.Errorf("got %v, native code ended: %v", err, ended.Load())
	}
}
