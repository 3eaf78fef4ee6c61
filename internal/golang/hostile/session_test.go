package hostile

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"graft/internal/golang"
	"graft/internal/golang/vm"
	"graft/internal/session/show"
)

// cell is one text that is typed into a session.
type cell struct {
	kind   string
	source string
	valid  bool          // it must not fail
	asked  bool          // it is not run
	stop   time.Duration // when it is interrupted, if it has not ended by then; 0 means patience
}

const (
	patience = 20 * time.Second // for a cell that ends by itself
	respite  = 10 * time.Second // for an interrupted cell to end
)

// tester is an interpreter with what it must still know.
type tester struct {
	*golang.Interp
	t        *testing.T
	n        int
	earlier  map[string]string // goroutines of other sessions
	kept     int64
	texts    map[string]string // of the cells
	interval atomic.Int64      // most time an interrupted cell took to end
	late     atomic.Int64      // panics of goroutines that outlived their cell
}

const prelude = `kept := 7
gate, next := make(chan int), make(chan int)
asked, answer := make(chan int), make(chan int)
go func() {
	for n := range asked {
		answer <- 2*n
	}
	close(answer)
}()
later := func(n int) int { return n + kept }
var closers []io.Closer`

func begin(t *testing.T, opts golang.Options) *tester {
	in, err := golang.New(opts)
	if err != nil {
		t.Fatal(err)
	}
	s := &tester{Interp: in, t: t, kept: 7, texts: map[string]string{}, earlier: goroutines()}
	s.eval(cell{kind: "prelude", source: prelude, valid: true})
	return s
}

// eval runs a cell and checks how it ends.
func (s *tester) eval(c cell) (res golang.Result) {
	s.n++
	if c.asked {
		s.IsComplete(c.source)
		return res
	}
	name := fmt.Sprintf("cell[%d]", s.n)
	s.texts[name] = c.source
	ctx, cancel := context.WithCancel(context.Background())
	var stopped atomic.Int64
	stop := c.stop
	if stop == 0 {
		stop = patience
	}
	timer := time.AfterFunc(stop, func() { stopped.Store(time.Now().UnixNano()); cancel() })
	dead := time.AfterFunc(stop+respite, func() { hang(c) })
	env := &golang.Env{Context: ctx, Stdout: &sink{}, Stderr: &sink{}, Background: func(p *vm.Panic) { _ = p.Error(); s.late.Add(1) }}
	res, err := s.Eval(env, golang.Cell{Name: name, Source: c.source})
	if err == nil && res.Show {
		err = s.Do(env, func() { show.Values(res.Values) })
	}
	timer.Stop()
	dead.Stop()
	if at := stopped.Load(); at != 0 {
		s.interval.Store(max(s.interval.Load(), time.Now().UnixNano()-at))
		if c.stop == 0 {
			s.t.Errorf("a cell did not end (%s):\n%s", c.kind, c.source)
		}
	}
	s.judge(c, name, err)
	return res
}

// hang ends the test with the stacks of all goroutines.
func hang(c cell) {
	buf := make([]byte, 1<<20)
	panic(fmt.Sprintf("the session hangs in (%s):\n%.300s\n%s", c.kind, c.source, buf[:runtime.Stack(buf, true)]))
}

// judge checks the error of a cell.
func (s *tester) judge(c cell, name string, err error) {
	if err == nil {
		return
	}
	var e *golang.Error
	if !errors.As(err, &e) {
		s.t.Errorf("an error of type %T (%s): %v\n%s", err, c.kind, err, c.source)
		return
	}
	if c.valid {
		s.t.Errorf("a valid cell failed (%s): %v\n%s", c.kind, e.Pretty(), c.source)
	}
	if problem := s.position(e, name); problem != "" {
		s.t.Errorf("%s (%s): %s\n%.2000q", problem, c.kind, e.Pretty(), c.source)
	}
}

// position says what is wrong with an error of the cell name.
func (s *tester) position(e *golang.Error, name string) string {
	text, known := s.texts[e.Cell]
	lines := strings.Split(text, "\n")
	switch {
	case e.Message == "" && e.Kind != golang.Panic:
		return "no message"
	case strings.ContainsRune(e.Pretty(), 'ˑ') && !strings.ContainsRune(text, 'ˑ'):
		return "a generated name"
	case strings.Contains(e.Message, "cannot be compiled"), strings.HasPrefix(e.Message, "vm: ") && !strings.Contains(e.Message, "takes"):
		return "a fault of the interpreter"
	case e.Kind != golang.Compile && e.Line == 0, strings.HasPrefix(e.Message, "vm: variable"):
		return "" // where native code stood
	case !known, e.Kind == golang.Compile && e.Cell != name, e.Line < 1, e.Line > len(lines):
		return "no position in the cell"
	case e.Col < 1 || e.Col > len(lines[e.Line-1])+1:
		return "no such column"
	}
	for _, more := range e.More {
		if problem := s.position(more, name); problem != "" {
			return problem
		}
	}
	return ""
}

// ask puts the other questions of a front end, at any place.
func (s *tester) ask(g *gen) {
	text := g.cell().source
	if len(text) > 5000 {
		text = text[:5000]
	}
	at := g.IntN(len(text) + 1)
	s.IsComplete(text)
	s.Complete(text, at)
	s.Inspect(text, at, g.IntN(2))
}

// alive checks what the session must still know and do.
func (s *tester) alive() {
	s.two()
	s.kept++
	s.is("kept++\nkept", s.kept)
	s.is("later(1)", s.kept+1)
	s.is("asked <- 21\n<-answer", 42)
}

func (s *tester) two() { s.is("1 + 1", 2) }

func (s *tester) is(source string, want int64) {
	res := s.eval(cell{kind: "check", source: source, valid: true})
	if len(res.Values) != 1 || !res.Values[0].CanInt() || res.Values[0].Int() != want {
		s.t.Errorf("%s gave %v, want %d", source, res.Values, want)
	}
}

// end releases the goroutines that cells left to wait, and checks that none stays.
func (s *tester) end(seed uint64, n int) {
	s.alive()
	s.eval(cell{kind: "end", source: "close(gate); close(next); close(asked)\nfor _, c := range closers { c.Close() }", valid: true})
	stacks := leftover(s.earlier)
	if len(stacks) > 0 {
		s.t.Errorf("seed %d: %d goroutines are left:\n%s", seed, len(stacks), strings.Join(stacks[:min(len(stacks), 5)], "\n\n"))
	}
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	s.t.Logf("seed %d: %d cells, %d MB, %d late panics, interrupts took at most %v", seed, n, m.HeapAlloc>>20, s.late.Load(), time.Duration(s.interval.Load()))
	if limit := uint64(100<<20 + n*200<<10); m.HeapAlloc > limit {
		s.t.Errorf("seed %d: %d bytes after %d cells, more than %d", seed, m.HeapAlloc, n, limit)
	}
}

// leftover returns the stacks of the goroutines of cells that are not among
// earlier, when they had time to end.
func leftover(earlier map[string]string) (stacks []string) {
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		stacks = nil
		for id, stack := range goroutines() {
			if earlier[id] == "" {
				stacks = append(stacks, stack)
			}
		}
		if len(stacks) == 0 || time.Now().After(deadline) {
			return stacks
		}
	}
}

// goroutines returns the stacks of the goroutines of cells by their numbers.
func goroutines() map[string]string {
	buf := make([]byte, 8<<20)
	buf = buf[:runtime.Stack(buf, true)]
	stacks := map[string]string{}
	for i, stack := range strings.Split(string(buf), "\n\n") {
		if i > 0 && strings.Contains(stack, "graft/internal/golang/vm.") {
			id, _, _ := strings.Cut(stack, " [")
			stacks[id] = stack
		}
	}
	return stacks
}

// sink takes what cells print.
type sink struct{ n atomic.Int64 }

func (s *sink) Write(p []byte) (int, error) {
	s.n.Add(int64(len(p)))
	return len(p), nil
}
