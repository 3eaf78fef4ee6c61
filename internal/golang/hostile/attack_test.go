package hostile

// places are where a statement can stand; in the last one it runs when the session
// ends.
var places = []string{
	"BODY",
	"func() {\nBODY\n}()",
	"func() {\n\tdone := make(chan int)\n\tgo func() {\n\t\tdefer close(done)\nBODY\n}()\n\t<-done\n}()",
	"func() {\n\tdefer func() {\nBODY\n}()\n}()",
	"func() {\n\tdefer func() {\nBODY\n}()\n\tpanic(\"outer\")\n}()",
	"func() {\n\tdefer func() { recover() }()\nBODY\n}()",
	"sort.Slice(make([]int, 3), func(i, j int) bool {\nBODY\n\treturn false\n})",
	"strings.Map(func(r rune) rune {\nBODY\n\treturn r\n}, \"ab\")",
	"type W# struct{}\nfunc (W#) String() string {\nBODY\n\treturn \"\"\n}\nfmt.Sprint(W#{})",
	"type W# struct{}\nfunc (W#) String() string {\nBODY\n\treturn \"\"\n}\nW#{}",
	"type W# struct{}\nfunc (*W#) Error() string {\nBODY\n\treturn \"\"\n}\npanic(&W#{})",
	"type W# struct{}\nfunc (W#) MarshalJSON() ([]byte, error) {\nBODY\n\treturn nil, nil\n}\njson.Marshal([]W#{{}})",
	"for range func(yield func() bool) {\nBODY\n\tyield()\n} {\n}",
	"for range func(yield func() bool) {\n\tyield()\n} {\nBODY\n}",
	"var _ = func() int {\nBODY\n\treturn 0\n}()",
	"func G#[P any](p P) {\nBODY\n}\nG#($)",
	"new(sync.Once).Do(func() {\nBODY\n})",
	"map[string]func(){\"a\": func() {\nBODY\n}}[\"a\"]()",
	"func() {\n\tvar wg sync.WaitGroup\n\twg.Go(func() {\nBODY\n})\n\twg.Wait()\n}()",
	"func() {\n\tdone := make(chan int)\n\ttime.AfterFunc(0, func() {\n\t\tdefer close(done)\nBODY\n})\n\t<-done\n}()",
	"func() {\n\tvar mu sync.Mutex\n\tmu.Lock()\n\tdefer mu.Unlock()\nBODY\n}()",
	"slices.SortFunc([]int{2, 1}, func(a, b int) int {\nBODY\n\treturn a - b\n})",
	"reflect.ValueOf(func() {\nBODY\n}).Call(nil)",
	"func() {\n\tnext, stop := iter.Pull(func(yield func(int) bool) {\nBODY\n\tyield(1)\n})\n\tdefer stop()\n\tnext()\n}()",
	"go func() {\n\t<-gate\nBODY\n}()",
}

// attacks are statements that end by themselves, one way or another.
var attacks = []string{
	"panic($)", "panic(fmt.Errorf(\"e%d\", $))", "panic(nil)", "panic([]int{$})", "panic(func() {})", "panic(struct{ a any }{nil})",
	"var m map[string]int\nm[\"a\"] = 1", "var p *struct{ a int }\np.a = 1", "a, i := []int{1}, $+5\na[i] = 0", "var i any = \"s\"\n_ = i.(int)", "var i any\n_ = i.(fmt.Stringer)", "var z int\n_ = 1 / z",
	"c := make(chan int)\nclose(c)\nclose(c)", "c := make(chan int, 1)\nclose(c)\nc <- 1", "var c chan int\nclose(c)", "os.Exit($)", "log.Fatal(\"x\")", "log.Fatalf(\"%d\", $)", "log.Panic(\"p\")", "runtime.Goexit()",
	"flag.NewFlagSet(\"p\", flag.ExitOnError).Parse([]string{\"-nope\"})", "flag.NewFlagSet(\"p\", flag.PanicOnError).Parse([]string{\"-nope\"})", "flag.NewFlagSet(\"p\", flag.ExitOnError).Parse([]string{\"-h\"})",
	"var m sync.Mutex\nm.Unlock()", "var m sync.RWMutex\nm.Unlock()", "var m sync.RWMutex\nm.RUnlock()", "var w sync.WaitGroup\nw.Done()", "new(sync.Once).Do(func() { panic(\"once\") })", "sync.NewCond(nil).Wait()",
	"x := []int{1, 2, 3}\n_ = *(*int)(unsafe.Add(unsafe.Pointer(&x[0]), 8))", "_ = unsafe.Slice((*int)(nil), $+1)", "var n = -1\n_ = unsafe.String(new(byte), n)", "_ = *(*[2]uint32)(unsafe.Pointer(new(float64)))",
	"n := -1\n_ = make([]int, n)", "n := 1 << 40\n_ = make([]byte, n)", "n := 1 << 62\n_ = make([]int, n)", "n := 1 << 40\n_ = make(map[int]int, n)", "n := 1 << 40\n_ = make(chan int, n)", "n := 1 << 40\n_ = append([]byte{}, make([]byte, n)...)",
	"s := \"x\"\nfor range 22 {\n\ts += s\n}", "s := []int{1}\nfor range 20 {\n\ts = append(s, s...)\n}", "_ = strings.Repeat(\"x\", 1<<62)", "n := 1 << 44\n_ = strings.Repeat(\"x\", n)", "n := 1 << 44\nnew(bytes.Buffer).Grow(n)", "n := 1 << 44\nnew(strings.Builder).Grow(n)",
	"n := 1 << 44\n_ = slices.Grow([]byte{}, n)", "n := 1 << 44\n_ = reflect.MakeSlice(reflect.TypeOf([]byte{}), n, n)", "n := 1 << 44\n_ = bytes.Repeat([]byte{1}, n)", "_ = [1 << 20]int{}", "_ = new([1 << 44]int)", "_ = make([][1 << 20]int, 1<<30)",
	"var f func(int) int\nf = func(n int) int { return f(n+1) + 1 }\nf(0)", "var f func()\nf = func() { defer f(); f() }\nf()", "var f func()\nf = func() {\n\tdefer func() { recover() }()\n\tf()\n}\nf()",
	"var f func()\nf = func() { sort.Slice(make([]int, 2), func(i, j int) bool { f(); return false }) }\nf()", "var f func()\nf = func() {\n\tvar wg sync.WaitGroup\n\twg.Add(1)\n\tdefer wg.Done()\n\tf()\n}\nf()", "var f func(...any) string\nf = func(x ...any) string { return fmt.Sprint(f(x...)) }\nf(1)",
	"for i := range 3000 {\n\tdefer func() {\n\t\tif i%2 == 0 {\n\t\t\tpanic(i)\n\t\t}\n\t\trecover()\n\t}()\n}", "for range 500 {\n\tdefer func() { panic(recover()) }()\n}\npanic(1)", "for range 500 {\n\tdefer runtime.Goexit()\n}\npanic(2)", "defer func() { defer func() { panic(recover()) }(); panic(1) }()\npanic(0)",
	"{\nnil := 1\ntrue := false\nerror := 2\nlen := func(x ...any) int { return 7 }\nstring := 3\n_, _, _, _, _ = nil, true, error, len(\"x\"), string\n}", "{\nint := \"x\"\n_ = int\n_ = []rune(int)\n}", "type T struct{ t *T }\n_ = T{&T{}}", "{\ntype int string\nvar x int = \"a\"\n_ = x\n}", "{\nfmt := 1\n_ = fmt\n}", "{\nrecover := func() any { return 1 }\n_ = recover()\n}",
	"i := 0\nA:\ni++\nif i < 10 {\n\tgoto A\n}", "L:\nfor {\n\tswitch {\n\tdefault:\n\t\tselect {\n\t\tdefault:\n\t\t\tbreak L\n\t\t}\n\t}\n}", "switch $ {\ncase 0:\n\tfallthrough\ncase 1:\n\tfallthrough\ndefault:\n}", "{\n\tgoto B\n}\nB:\n{\n}",
	"var wg sync.WaitGroup\nfor i := range 200 {\n\twg.Go(func() { _ = i })\n}\nwg.Wait()", "go panic(\"g\")\nselect {}", "for range 20 {\n\tgo func() { panic(\"many\") }()\n}\nselect {}", "go os.Exit(3)\nselect {}", "var f func()\ngo f()\nselect {}", "var f func()\ndefer f()",
	"time.AfterFunc(0, func() { panic(\"timer\") })\nselect {}", "time.AfterFunc(0, runtime.Goexit)", "ctx, cancel := context.WithCancel(context.Background())\ncontext.AfterFunc(ctx, func() { panic(\"after\") })\ncancel()\nselect {}",
	"runtime.SetFinalizer(new(int), func(*int) { panic(\"final\") })\nruntime.GC()", "runtime.GC()", "for range 3 {\n\tgo runtime.Goexit()\n}", "os.Stdout.Close()\nos.Stderr.Close()\nos.Stdin.Close()",
	"for range func(yield func(int) bool) { yield(1); yield(2) } {\n\tbreak\n}", "var y func(int) bool\nfor range func(yield func(int) bool) { y = yield } {\n}\ny(1)", "for range func(yield func(int) bool) { defer func() { recover() }(); yield(1) } {\n\tpanic(\"body\")\n}", "for range func(yield func(int) bool) { go yield(1); runtime.Gosched() } {\n}",
	"_ = map[any]int{}[[]int{}]", "var a, b any = []int{}, []int{}\n_ = a == b", "m := map[float64]int{}\nfor range 20 {\n\tm[math.NaN()] = 1\n}\nfor k := range m {\n\tdelete(m, k)\n}\nclear(m)", "m := map[int]int{1: 1}\nfor k := range m {\n\tm[k+1] = 1\n\tif len(m) > 100 {\n\t\tbreak\n\t}\n}",
	"_ = (*[4]int)([]int{1})", "n := -1\n_ = 1 << n", "x, y := math.MinInt, -1\n_, _ = x/y, x%y", "_ = int(math.NaN())", "s := []int{1, 2, 3}\nj := 9\n_ = s[1:2:j]", "s, j := \"abc\", 9\n_ = s[j:]", "var e struct{ *bytes.Buffer }\ne.WriteString(\"x\")", "var e interface{ M() }\ne.M()",
	"reflect.ValueOf($).SetInt(1)", "reflect.New(nil)", "reflect.ValueOf(nil).Type()", "reflect.MakeFunc(reflect.TypeOf(func() int { return 1 }), func([]reflect.Value) []reflect.Value { return nil }).Call(nil)", "new(atomic.Value).Store(nil)", "var b strings.Builder\nb.WriteString(\"x\")\nc := b\nc.WriteString(\"y\")",
	"a := []any{nil}\na[0] = a\n_ = fmt.Sprint(a)", "m := map[string]any{}\nm[\"m\"] = m\nfmt.Println(m)", "m := map[string]any{}\nm[\"m\"] = []any{m}\nlog.Print(m)", "a := []any{nil}\na[0] = a\nfmt.Fprintf(io.Discard, \"%d\", a)", "a := []any{nil}\na[0] = &a\n_ = fmt.Errorf(\"%v\", a)",
	"m := map[string]any{}\nm[\"m\"] = m\n_, _ = json.Marshal(m)", "a := []any{nil}\na[0] = a\nreflect.DeepEqual(a, a)", "type R []R\nr := R{nil}\nr[0] = r\nfmt.Sprintf(\"%v\", r)", "type P *P\nvar p P\np = &p\nfmt.Println(p, *p)", "x := any(nil)\nx = &x\nfmt.Printf(\"%v %+v\", x, x)",
	"template.Must(template.New(\"t\").Parse(\"{{template \\\"t\\\"}}\")).Execute(io.Discard, 1)", "template.Must(template.New(\"t\").Parse(\"{{.F}}\")).Execute(io.Discard, map[string]any{\"F\": func() int { panic(\"in template\") }})", "regexp.MustCompile(\"(\")", "new(big.Int).Div(big.NewInt(1), new(big.Int))",
	"m := sync.Map{}\nm.Store([]int{}, 1)", "p := sync.Pool{New: func() any { panic(\"pool\") }}\np.Get()", "_ = sync.OnceValue(func() int { panic(\"once\") })()", "w := bufio.NewWriterSize(nil, 16)\nw.WriteString(strings.Repeat(\"x\", 100))", "fmt.Printf(\"%*d %!\", -5, 1)", "fmt.Sscanf(\"1\", \"%d\", nil)",
	"pull, _ := iter.Pull(func(yield func(int) bool) { panic(\"pulled\") })\npull()", "var r io.Reader\nio.ReadAll(r)", "http.NewRequest(\"\\n\", \"\", nil)", "var mu sync.Mutex\nmu.Lock()\ngo func() { mu.Unlock() }()\nmu.Lock()", "c := make(chan int, 1)\nselect {\ncase c <- 1:\ncase <-c:\n}",
}

// endless are statements that only an interrupt ends.
var endless = []string{
	"select {}", "for {\n}", "for i := 0; ; i++ {\n}", "<-make(chan int)", "make(chan int) <- 1", "var c chan int\n<-c", "var c chan int\nc <- 1", "for range make(chan int) {\n}", "time.Sleep(time.Hour)", "for range time.Tick(time.Millisecond) {\n}",
	"var m sync.Mutex\nm.Lock()\nm.Lock()", "var m sync.RWMutex\nm.RLock()\nm.Lock()", "var m sync.RWMutex\nm.Lock()\nm.RLock()", "var w sync.WaitGroup\nw.Add(1)\nw.Wait()", "var m sync.Mutex\nm.Lock()\nsync.NewCond(&m).Wait()", "var l sync.Locker = new(sync.Mutex)\nl.Lock()\nl.Lock()",
	"for {\n\tfunc() {\n\t\tdefer func() { recover() }()\n\t\tpanic(1)\n\t}()\n}", "for {\n\tgo func() {}()\n}", "for {\n\tc := make(chan int)\n\tgo func() { <-c }()\n}", "for {\n\tvar m sync.Mutex\n\tm.Lock()\n\tgo m.Lock()\n}", "s := []int{}\nfor {\n\ts = append(s, 1)\n}", "s := \"\"\nfor {\n\ts += \"x\"\n}",
	"for {\n\tfmt.Println(\"flood\")\n}", "for {\n\truntime.Gosched()\n}", "for {\n\truntime.GC()\n}", "ctx, cancel := context.WithCancel(context.Background())\ndefer cancel()\n<-ctx.Done()", "c, d := make(chan int), make(chan string)\nselect {\ncase <-c:\ncase d <- \"x\":\n}",
	"r, w := io.Pipe()\nclosers = append(closers, w)\nr.Read(make([]byte, 1))", "r, w := io.Pipe()\nclosers = append(closers, w)\nbufio.NewReader(r).ReadString('\\n')", "l, _ := net.Listen(\"tcp\", \"127.0.0.1:0\")\nclosers = append(closers, l)\nl.Accept()", "l, _ := net.Listen(\"tcp\", \"127.0.0.1:0\")\nclosers = append(closers, l)\nhttp.Serve(l, nil)",
	"for range func(yield func(int) bool) {\n\tfor yield(1) {\n\t}\n} {\n}", "defer func() { recover() }()\nfor {\n}", "defer fmt.Println(\"deferred\")\nfor {\n}", "defer func() { panic(\"deferred\") }()\nfor {\n}", "var wg sync.WaitGroup\nfor range 30 {\n\twg.Go(func() { select {} })\n}\nwg.Wait()",
	"var f func(int)\nf = func(n int) {\n\tif n > 0 {\n\t\tf(n - 1)\n\t}\n}\nfor {\n\tf(20)\n}", "for {\n\tsort.Slice([]int{2, 1}, func(i, j int) bool { return i < j })\n}", "c := make(chan int)\ngo func() {\n\tfor {\n\t\tc <- 1\n\t}\n}()\nfor range c {\n}", "var mu sync.Mutex\nfor range 20 {\n\tgo func() {\n\t\tfor {\n\t\t\tmu.Lock()\n\t\t\tmu.Unlock()\n\t\t}\n\t}()\n}\nselect {}",
	"var m sync.Mutex\nc := sync.NewCond(&m)\nfor range 5 {\n\tgo func() {\n\t\tm.Lock()\n\t\tdefer m.Unlock()\n\t\tc.Wait()\n\t}()\n}\nselect {}", "t := time.NewTimer(time.Hour)\n<-t.C", "<-time.After(time.Hour)", "for {\n\ttime.Sleep(time.Microsecond)\n}", "var n atomic.Bool\nfor !n.Load() {\n}", "x := 0\nfor {\n\tx++\n\tif x < 0 {\n\t\tbreak\n\t}\n}",
}
