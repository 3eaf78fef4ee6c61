package difftest

import (
	"fmt"
	"strings"
)

// scenario writes a statement that prints what it does, of one of the kinds that
// a random mixture of simple statements would seldom give.
func (g *gen) scenario() string {
	if !g.spend(50) {
		return g.declare()
	}
	list := []func(*gen) string{
		(*gen).deferOrder, (*gen).recovered, (*gen).loopClosures, (*gen).counter, (*gen).aliasing, (*gen).nilsInMap,
		(*gen).goroutines, (*gen).producer, (*gen).iterator, (*gen).methodValues, (*gen).textIndex, (*gen).jump,
		(*gen).generics, (*gen).errorChain, (*gen).selects, (*gen).mapLoop, (*gen).arrays, (*gen).shifts, (*gen).fibonacci, (*gen).namedResult,
	}
	outer, funcs := len(g.scope), len(g.funcs)
	g.depth++
	s := list[g.n(len(list))](g)
	g.depth--
	g.scope, g.funcs = g.scope[:outer], g.funcs[:funcs]
	return s
}

// fill replaces $1, $2 ... by args and other names that begin with $ by new ones.
func (g *gen) fill(format string, args ...string) string {
	names := map[byte]string{}
	var b strings.Builder
	for i := 0; i < len(format); i++ {
		c := format[i]
		switch {
		case c != '$':
			b.WriteByte(c)
			continue
		case format[i+1] <= '9':
			b.WriteString(args[format[i+1]-'1'])
		default:
			if names[format[i+1]] == "" {
				names[format[i+1]] = g.name(format[i+1 : i+2])
			}
			b.WriteString(names[format[i+1]])
		}
		i++
	}
	return b.String()
}

func (g *gen) i() string { return g.expr(intType, 2) }

func (g *gen) deferOrder() string {
	return g.fill("func() {\n$x := $1\ndefer fmt.Println(\"first\", $x)\ndefer func() { fmt.Println(\"second\", $x) }()\nfor $i := 0; $i < 3; $i++ {\ndefer fmt.Println(\"in loop\", $i)\n}\n$x += $2\n}()",
		"("+g.hidden(intType, 2)+")", g.i())
}

// risky writes statements that panic, most of the time.
func (g *gen) risky() string {
	switch g.n(16) {
	case 0:
		return g.fill("$s := []int{1, 2, 3}\nfmt.Println($s[$1])", g.hidden(intType, 1))
	case 1:
		return g.fill("$x := $1\nfmt.Println($2 / ($x - $x))", g.hidden(intType, 1), g.i())
	case 2:
		t := g.anyType()
		return fmt.Sprintf("fmt.Println(%s.(%s))", g.expr(anyType, 2), t.src)
	case 3:
		return g.fill("var $m map[string]int\nfmt.Println($m[\"a\"], len($m))\n$m[\"a\"] = $1", g.i())
	case 4:
		return g.fill("var $p *$1\nfmt.Println($p.Add(1))", g.named[g.n(len(g.named))].src)
	case 5:
		return g.fill("$s := $1\nfmt.Println($s[$2:])", g.hidden(textType, 1), g.hidden(intType, 1))
	case 6:
		return g.fill("$c := make(chan int, 1)\nclose($c)\nclose($c)")
	case 7:
		return g.fill("$m := map[any]int{}\n$m[$1] = 1\nfmt.Println(len($m))\n$m[any([]int{1})]++", "any("+g.i()+")")
	case 8:
		return g.fill("$s := make([]int, 2, 4)\nfmt.Println($s[:3], [4]int($s))")
	case 9:
		return g.fill("var $e Getter\nfmt.Println($e == nil)\nfmt.Println($e.Get())")
	case 10:
		return g.fill("for $i := range func(yield func(int) bool) { yield($1); yield(2) } {\nfmt.Println($i)\nbreak\n}", g.i())
	case 11:
		return g.fill("var $e " + g.pick("error", "any", "Getter") + "\nfmt.Println($e.(" + g.pick("fmt.Stringer", "interface{ Add(int) int }") + "))")
	case 12:
		return g.fill("type $t struct{ v any }\nfmt.Println(any($t{$1}) == any($t{$2}), $t{1} == $t{\"\"})\nfmt.Println(any($t{[]int{}}) == any($t{[]int{}}))", g.expr(anyType, 1), g.i())
	case 13:
		return g.fill("$n := $1 % 4\nfmt.Println(len(make([]int, $n-2)), 1<<$n, len(make([]int, 1, $n)))", g.hidden(intType, 1))
	case 14:
		return g.fill("$s := []int{1, 2, 3}[:2]\n$i, $j := $1%5, $2%5\nfmt.Println($s[$i:$j], $s[:$i:$j])", g.hidden(intType, 1), g.hidden(intType, 1))
	default:
		return fmt.Sprintf("panic(%s)", g.pick(g.i(), g.expr(textType, 1), "errors.New(\"made\")", "fmt.Errorf(\"wrapped: %w\", errors.New(\"in\"))"))
	}
}

func (g *gen) recovered() string {
	switch g.n(3) {
	case 0:
		return g.fill("func() {\ndefer fmt.Println(\"last\")\ndefer func() {\n$r := recover()\nfmt.Println(\"got\", $r)\n$r = recover()\nfmt.Println($r == nil)\n}()\ndefer func() {\ndefer func() { fmt.Println(\"inner\", recover()) }()\npanic($1)\n}()\n$2\nfmt.Println(\"no panic\")\n}()", g.i(), g.risky())
	case 1:
		return g.fill("try(\"outer\", func() {\ntry(\"inner\", func() {\n$1\n})\n$2\n})", g.risky(), g.risky())
	default:
		return g.fill("try(\"t\", func() {\n$1\n})", g.risky())
	}
}

func (g *gen) namedResult() string {
	t := g.anyType()
	return g.fill("fmt.Println(func() ($x $1, $e error) {\ndefer func() {\nif $r := recover(); $r != nil {\n$e = fmt.Errorf(\"recovered %v\", $r)\n}\n}()\ndefer func() { $x = $2 }()\n$x = $3\n$4\nreturn $x, nil\n}())",
		t.src, g.expr(t, 2), g.expr(t, 1), g.pick(g.risky(), ""))
}

func (g *gen) loopClosures() string {
	return g.fill("{\nvar $f []func() int\nfor $i := 0; $i < $1; $i++ {\n$f = append($f, func() int { $i += $2; return $i })\n}\nfor $j := range 3 {\n$f = append($f, func() int { return $j*10 })\n}\nfor _, $f := range $f {\nfmt.Print($f(), \" \", $f(), \" \")\n}\nfmt.Println()\n}",
		fmt.Sprint(1+g.n(4)), fmt.Sprint(1+g.n(5)))
}

// counter makes a closure that keeps state, and changes that from outside.
func (g *gen) counter() string {
	t := g.integer()
	return g.fill("$n := $1($2)\n$c := func(d $1) $1 { $n += d; return $n }\nfmt.Println($c($3))\n$n = $n * $4\nfmt.Println($c(1), $n)\nfor range 3 {\n$c($n)\n}\nfmt.Println($n)",
		t.src, g.expr(t, 1), g.expr(t, 1), g.expr(t, 1))
}

func (g *gen) aliasing() string {
	t := g.anyType()
	return g.fill("{\n$a := make([]$1, 3, $2)\n$b := append($a, $3)\n$c := append($a, $4)\n$d := $a[1:2:2]\n$d = append($d, $3)\n$a[1] = $5\nfmt.Println(len($b), cap($c), $b, $c, $d, $a)\nfmt.Println(copy($b, $b[1:]), $b, $a)\n}",
		t.src, fmt.Sprint(3+g.n(3)), g.expr(t, 2), g.expr(t, 2), g.expr(t, 2))
}

func (g *gen) nilsInMap() string {
	return g.fill("{\n$m := map[$1]any{}\n$m[$2] = nil\n$m[$3] = $4\nvar $e error\n$m[$5] = $e\n$v, $o := $m[$2]\nfmt.Println(len($m), $v, $o, $m)\nvar $g Getter\n$n := map[int]Getter{1: $g, 2: nil}\n_, $o = $n[2]\nfmt.Println(len($n), $o, $n[1] == nil)\nclear($n)\nfmt.Println(len($n))\n}",
		"int", g.i(), g.i(), g.expr(anyType, 2), fmt.Sprint(g.n(4)))
}

func (g *gen) goroutines() string {
	t := g.anyType()
	if g.p(50) {
		return g.fill("{\nvar $w sync.WaitGroup\n$r := make([]$1, 4)\nfor $i := range $r {\n$w.Go(func() { $r[$i] = $2 })\n}\n$w.Wait()\nfmt.Println($r)\n}", t.src, g.expr(t, 2))
	}
	return g.fill("{\nvar $w sync.WaitGroup\nvar $m sync.Mutex\n$t := 0\nfor $i := 0; $i < 5; $i++ {\n$w.Add(1)\ngo func(d int) {\ndefer $w.Done()\n$m.Lock()\ndefer $m.Unlock()\n$t += d * $i\n}($1)\n}\n$w.Wait()\nfmt.Println($t)\n}", g.i())
}

func (g *gen) producer() string {
	t := g.anyType()
	return g.fill("{\n$c, $d := make(chan $1, $2), make(chan struct{})\ngo func() {\ndefer close($d)\ndefer close($c)\nfor range 3 {\n$c <- $3\n}\n}()\nfor $v := range $c {\nfmt.Println($v)\n}\n<-$d\n$v, $o := <-$c\nfmt.Println($v, $o)\n}", t.src, fmt.Sprint(g.n(3)), g.expr(t, 2))
}

func (g *gen) iterator() string {
	leave := g.pick("break", "continue", "break $L", "continue $L", "return")
	return g.fill("func() {\ndefer fmt.Println(\"left\")\n"+"$L:\nfor $i := range count(4) {\nfor $j := range count(3) {\ndefer fmt.Println(\"deferred\", $i, $j)\nif $i*$j == $1 {\n"+leave+"\n}\nfmt.Println($i, $j)\n}\nif $i == 100 {\nbreak $L\n}\n}\n}()", fmt.Sprint(g.n(4)))
}

// methodValues binds methods before what they belong to changes.
func (g *gen) methodValues() string {
	t := g.named[g.n(len(g.named))]
	return g.fill("{\n$s := $1($2)\n$g, $a := $s.Get, $s.Add\n$e, $p := ($1).Get, (*$1).Add\nfmt.Println($a($3), $g(), $e($s), $s.Get())\nfmt.Println($p(&$s, 2), $g(), $s)\nvar $i Getter = $s\n$m := $i.Get\n$i = nil\nfmt.Println($m(), $i)\n}",
		t.src, g.expr(t, 2), fmt.Sprint(g.n(50)))
}

func (g *gen) textIndex() string {
	return g.fill("{\n$s := $1\nfor $i := 0; $i < len($s) && $i < 4; $i++ {\nfmt.Print($s[$i], \" \")\n}\nfor $i, $r := range $s {\nfmt.Print($i, $r, \";\")\n}\n$b := []byte($s)\n$b = append($b, \"é\"...)\nfmt.Println(len($s), utf8.RuneCountInString($s), []rune($s), $b, $s < $2)\n}", g.hidden(textType, 2), g.expr(textType, 1))
}

func (g *gen) jump() string {
	return g.fill("func() {\n$i := 0\n$L:\nif $i < $1 {\n$i += 2\nif $i == 4 {\ngoto $M\n}\ngoto $L\n}\n$M:\nfmt.Println(\"jumped\", $i)\n}()", fmt.Sprint(g.n(8)))
}

func (g *gen) generics() string {
	t, u, n := g.anyType(), g.anyType(), g.number()
	return g.fill("{\n$b := (&Box[$1]{}).Put($2).Put($3)\nfmt.Println($b.V, $b.Get(), *$b)\nvar $g Getter = $b\nfmt.Printf(\"%T %v\\n\", $g, $g.Get())\nfmt.Println(each([]$1{$2}, func(x $1) $4 { _ = x; return $5 }))\nfmt.Println(fold($6, $7, 3), fold[$8]())\n}",
		t.src, g.expr(t, 2), g.expr(t, 1), u.src, g.expr(u, 2), g.hidden(n, 2), g.expr(n, 1), n.src)
}

func (g *gen) errorChain() string {
	for _, t := range g.named {
		if t.kind == structure && g.p(50) {
			return g.fill("{\n$e := fmt.Errorf(\"outer: %w\", errors.Join(errors.New(\"x\"), nil))\nvar $a any = $1\n$r, $o := $a.(error)\nfmt.Println($e, $o, $r)\n_, $o = $a.(fmt.Stringer)\n_, $u := $a.(interface{ Add(int) int })\n_, $v := any(&$2{}).(interface{ Add(int) int })\nfmt.Println($o, $u, $v)\nif $o2, $k := $a.($2); $k {\nfmt.Println(errors.Is(fmt.Errorf(\"%w\", $e), $e), $o2)\n}\n}",
				"any("+g.expr(t, 2)+")", t.src)
		}
	}
	return g.fill("fmt.Println(errors.Unwrap(fmt.Errorf(\"a: %w\", errors.New($1))))", g.expr(textType, 1))
}

func (g *gen) selects() string {
	return g.fill("{\n$a, $b := make(chan int, 1), make(chan string)\nfor $i := range 4 {\nselect {\ncase $v := <-$a:\nfmt.Println(\"a\", $v)\ncase $b <- \"never\":\ndefault:\n$a <- $i * $1\nfmt.Println(\"default\", len($a), cap($a))\n}\n}\nclose($b)\nselect {\ncase $s, $o := <-$b:\nfmt.Printf(\"%q %v\\n\", $s, $o)\n}\n}", g.i())
}

func (g *gen) mapLoop() string {
	t := g.anyType()
	return g.fill("{\n$m := map[int]$1{3: $2, 1: $3, 2: $2, 7: $3}\n$t := 0\nfor $k := range $m {\n$t += $k * $k\nif $k == 3 {\ndelete($m, $k)\n}\n}\nfor $i, $k := range keys($m) {\nfmt.Println($i, $k, $m[$k])\n}\nfmt.Println($t, len($m))\n}", t.src, g.expr(t, 2), g.expr(t, 2))
}

func (g *gen) arrays() string {
	t := g.anyType()
	return g.fill("{\n$a := [3]$1{0: $2, 2: $3}\n$b := $a\n$p := &$a\n$p[1] = $2\nfor $i, $v := range $a {\n$a[2] = $b[0]\nfmt.Println($i, $v)\n}\nfor $i := range $p {\n$p[$i] = $b[2]\n}\nfmt.Println($a, $b, len($p))\n$s := $a[:]\n$s[0] = $3\nfmt.Println($a, [2]$1($s[1:]))\n}", t.src, g.expr(t, 2), g.expr(t, 2))
}

// shifts goes through the widths that interpreters get wrong.
func (g *gen) shifts() string {
	t := g.integer()
	return g.fill("{\n$x := $1\nfor $s := uint8(0); $s < 80; $s += $2 {\nfmt.Print($x<<$s, \" \", $x>>$s, \" \", -$x>>$s, \" \", ^$x<<($s&7)>>1, \"; \")\n}\nfmt.Println(-$x/3, -$x%5, $x*$x)\n}", g.hidden(t, 2), fmt.Sprint(7+g.n(30)))
}

func (g *gen) fibonacci() string {
	t := g.number()
	return g.fill("{\nvar $a, $b $1 = $2, 1\nfor $i := 0; $i < 12; $i++ {\n$a, $b = $b, $a+$b\nif $i%$3 == 0 {\n$a, $b, $i = $a-$b, $a, $i+1\n}\n}\nfmt.Println($a, $b)\n}", t.src, g.expr(t, 1), fmt.Sprint(2+g.n(4)))
}

// uncaught ends the program with a panic.
func (g *gen) uncaught() string {
	return g.fill("func() {\ndefer fmt.Println(\"deferred before the end\")\n$1\nfmt.Println(\"survived\")\n}()", g.risky())
}
