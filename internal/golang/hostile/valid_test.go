package hostile

// valid are cells that work in every session. Names with $ come again and again
// with another meaning.
var valid = []string{
	"v$ := $", `v$ := "text"`, "v$ := []int{1, 2, $}", "v$ := map[string]int{\"a\": $}", "var v$ any = $", "v$ := func(n int) int { return n + $ }",
	"v$ := struct{ a, b int }{1, $}", "v$ := make(chan int, $)", "var v$ *int", "v$ := [3]string{}", "v$, w$ := 1.5, 'x'", "v$ := complex(1, $)",
	"var v$ error", "var v$ = errors.New(\"e\")", "v$ := &bytes.Buffer{}", "v$ := time.Duration($)", "var (\n\tv$ = 1\n\tu$ = \"x\"\n)",
	"v$ := strings.NewReplacer(\"a\", \"b\")", "const v$ = 1 << $", "const (\n\tv$ = iota\n\tw$\n)", "v$ := true", "var v$ interface{ M() }",
	"func f$() {}", "func f$(n int) int { return n * $ }", "func f$(s ...string) (a, b string) { return }", "func f$[P any](p P) P { return p }",
	"func f$(n int) int {\n\tif n < 2 {\n\t\treturn n\n\t}\n\treturn f$X(n-1) + 1\n}\nfunc f$X(n int) int { return n }",
	"type T$ int", "type T$ struct{ A, B int }", "type T$ []string", "type T$ = map[string]int", "type T$ interface{ M() int }", "type T$ func(int) int",
	"type T$ struct{ n int }\nfunc (t T$X) String() string { return \"T\" }\ntype T$X struct{}",
	"type N# struct{ next *N#; v int }\nfunc (n *N#) Len() int {\n\tif n == nil {\n\t\treturn 0\n\t}\n\treturn 1 + n.next.Len()\n}\n(&N#{next: &N#{}}).Len()",
	"type T$ struct{ bytes.Buffer }", "type T$[P any] struct{ p P }", "type S# struct{ n int }\nfunc (s *S#) Add(k int) { s.n += k }\nx# := &S#{}\nx#.Add($)\nx#.n",
	"type M# int\nfunc (m M#) String() string { return fmt.Sprint(\"m\", int(m)) }\nfmt.Println(M#(3), []M#{1}, map[string]M#{\"k\": 2})",
	"func g#[K comparable, V any](m map[K]V) []K {\n\tvar keys []K\n\tfor k := range m {\n\t\tkeys = append(keys, k)\n\t}\n\treturn keys\n}\ng#(map[string]int{\"a\": 1})",
	"type P#[A, B any] struct {\n\ta A\n\tb B\n}\nfunc (p P#[A, B]) Swap() P#[B, A] { return P#[B, A]{p.b, p.a} }\nP#[int, string]{1, \"x\"}.Swap()",
	"import \"strings\"", "import m# \"math\"\nm#.Sqrt(2)", "import . \"math/bits\"", "import _ \"embed\"", "import (\n\t\"os\"\n\t\"sort\"\n)", "", "   \n\t", "// comment", "/* comment */",
	"1 + $", "\"a\" + \"b\"", "[]int{1, 2}", "struct{}{}", "nil == any(nil)", "len(\"héllo\")", "fmt.Println(\"printed\", $)", "fmt.Sprintf(\"%v %d\", 1, 2)", "math.Pi", "kept", "later($)",
	"{\n\tx := $\n\tfor i := range 10 {\n\t\tx += i\n\t}\n\tfmt.Println(x)\n}",
	"{\n\tvar wg sync.WaitGroup\n\tn := atomic.Int64{}\n\tfor i := range 20 {\n\t\twg.Go(func() { n.Add(int64(i)) })\n\t}\n\twg.Wait()\n\tfmt.Println(n.Load())\n}",
	"{\n\tc := make(chan int)\n\tgo func() {\n\t\tdefer close(c)\n\t\tfor i := range $ {\n\t\t\tc <- i\n\t\t}\n\t}()\n\tfor range c {\n\t}\n}",
	"{\n\ts := []int{3, 1, 2}\n\tsort.Slice(s, func(i, j int) bool { return s[i] < s[j] })\n\tslices.Sort(s)\n\tfmt.Println(s)\n}",
	"func() (n int) {\n\tdefer func() {\n\t\trecover()\n\t\tn = $\n\t}()\n\tpanic(\"p\")\n}()",
	"{\n\tb, err := json.Marshal(map[string]any{\"a\": []int{$}})\n\tfmt.Println(string(b), err)\n}", "for i, r := range \"añ日\" {\n\tfmt.Println(i, r)\n}",
	"{\n\tseq := func(yield func(int) bool) {\n\t\tfor i := range 9 {\n\t\t\tif !yield(i) {\n\t\t\t\treturn\n\t\t\t}\n\t\t}\n\t}\n\tfor i := range seq {\n\t\tif i > $ {\n\t\t\tbreak\n\t\t}\n\t}\n}",
	"switch x := any($).(type) {\ncase int:\n\tfmt.Println(\"int\", x)\ndefault:\n}", "if x := $; x > 2 {\n\tfmt.Println(x)\n} else if x == 1 {\n}", "goto End#\nEnd#:\n\tfmt.Println()",
	"Outer#:\nfor i := range 3 {\n\tfor {\n\t\tif i > 1 {\n\t\t\tbreak Outer#\n\t\t}\n\t\tcontinue Outer#\n\t}\n}",
	"package main\n\nimport \"fmt\"\n\nfunc main() { fmt.Println($) }", "var _ = $", "_ = $", "_, _ = 1, \"x\"", "x#, y# := 1, 2\nx#, y# = y#, x#\nx#", "x# := 5;", "var x#, y# int = 1, 2",
	"go func() { <-gate }()", "go func() { <-gate; panic(\"late\") }()", "go func() { <-next; var m map[int]int; m[1] = 1 }()", "select {\ncase next <- $:\ndefault:\n}",
	"for range 3 {\n\tgo func() {\n\t\tdefer func() { recover() }()\n\t\t<-gate\n\t\tpanic($)\n\t}()\n}", "go func() {\n\tselect {\n\tcase <-gate:\n\tcase <-next:\n\t\truntime.Goexit()\n\t}\n}()",
	"{\n\tvar mu sync.RWMutex\n\tmu.RLock()\n\tmu.RUnlock()\n\tmu.Lock()\n\tmu.Unlock()\n}", "time.Sleep(time.Microsecond)", "runtime.Gosched()", "reflect.TypeOf(struct{ A int }{})",
}

// uses are texts that may or may not go with what the session knows.
var uses = []string{
	"v$", "fmt.Sprint(v$, v$)", "v$ = v$", "f$()", "f$(1)", "f$(\"a\", \"b\")", "T${}", "T$(1)", "var x# T$", "new(T$)", "v$ == v$", "len(v$)", "v$[0]", "v$.a", "v$()", "v$(1)", "<-v$", "close(v$)",
	"func (t T$) Extra() int { return $ }", "func (t *T$) M() int { return $ }", "type U# struct{ T$ }\nU#{}", "var i# interface{ M() int } = T${}", "f$[int](1)", "T$[int]{}", "v$++", "v$ += 1",
	"for range v$ {\n\tbreak\n}", "x# := func() any { return v$ }\nx#()", "switch any(v$).(type) {\ncase T$:\n}", "v$, err# := os.Open(\"/nope\")", "v$ := os.Open(\"/nope\")", "T$.String(T${})", "f$ := f$",
	"func f$(x T$) T$ { return x }", "defer f$()", "go f$()", "v$.String()", "reflect.TypeOf(v$)", "json.Marshal(v$)", "type T$ T$", "type T$ = T$", "var v$ = v$ + 1", "_ = v$.(T$)",
}

// shadows give a name of Go another meaning.
var shadows = []string{
	"true := false", "nil := 3", "type int string", "type error = int", "type error interface{ Error() int }", "len := 1", "func panic(x any) {}", "type string []byte", "fmt := 4",
	"import fmt \"strings\"", "import os \"fmt\"", "func print() {}", "iota := 5", "any := 1", "type any int", "type byte = bool", "var make = 3", "func main() {}", "func init() {}", "type comparable any",
	"var append any", "func recover() any { return nil }", "type float64 struct{}", "func new() {}", "false := true", "type bool int", "type rune string", "func cap(x int) int { return x }", "close := 1",
	"func len(x any) int { return 7 }", "type uint8 any", "unsafe := 1", "reflect := 1", "errors := 1", "type int = int64", "func append() {}", "func delete(a, b, c int) {}", "var int int", "const nil = 1",
}
