// Package measure times an interpreter of Go cells. Each interpreter is a program
// of its own that serves measurements to bench/cells line by line, so that two that
// cannot share a module can take turns; package work has what they run. It uses the
// standard library only.
//
//	measure.Serve(os.Stdin, os.Stdout, func() measure.Engine { return newSession() })
package measure

import (
	"bufio"
	"fmt"
	"io"
	"runtime"
	"time"

	"graft/bench/cells/work"
)

// Engine is one session of cells.
type Engine interface {
	// Eval runs a cell and returns the text of its last expression.
	Eval(source string) (string, error)
}

// The measurements that are not a program of package work.
const (
	FirstFmt = "first-fmt" // ms from the start of a session to the end of a first fmt.Sprint
	Cell1    = "cell-1"    // ms of a one-line cell in a new session
	Cell1000 = "cell-1000" // ms of a one-line cell after 999 others
	Kept     = "kept"      // KB that a cell leaves behind which redefines a function, a type and a variable
)

const (
	earlier = 999  // cells before Cell1000
	redone  = 1000 // cells of Kept
	warm    = 100  // cells before those
)

// Cost is one measurement: Clock and CPU in ms, or for [Kept] KB in Clock alone.
type Cost struct{ Clock, CPU float64 }

// Serve answers each line of in, the name of a measurement, with a line of out: two
// numbers and what the program gave, or "error:" and a text.
func Serve(in io.Reader, out io.Writer, open func() Engine) {
	s := server{open: open}
	for lines := bufio.NewScanner(in); lines.Scan(); {
		cost, result, err := s.measure(lines.Text())
		if err != nil {
			fmt.Fprintf(out, "error: %q\n", err.Error())
			continue
		}
		fmt.Fprintf(out, "%g %g %s\n", cost.Clock, cost.CPU, result)
	}
}

type server struct {
	open func() Engine
	main Engine // that holds the programs
}

func (s *server) measure(name string) (cost Cost, result string, err error) {
	switch name {
	case FirstFmt:
		clock := Start()
		result, err = run(s.open(), `import "fmt"`, `fmt.Sprint("a", 1)`)
		return clock.Stop(), result, err
	case Cell1:
		return timed(s.open(), "17 + 4")
	case Cell1000:
		return s.late()
	case Kept:
		return s.kept()
	}
	if s.main == nil {
		e := s.open()
		if _, err := e.Eval(work.Cell()); err != nil {
			return Cost{}, "", err
		}
		s.main = e
	}
	return timed(s.main, name+"()")
}

// late is the least of five one-line cells after earlier ones.
func (s *server) late() (best Cost, result string, err error) {
	e := s.open()
	for i := range earlier {
		if _, err := e.Eval(fmt.Sprintf("v%d := %d", i, i)); err != nil {
			return Cost{}, "", err
		}
	}
	for i := range 5 {
		cost, text, err := timed(e, "v7 + 14")
		if err != nil {
			return Cost{}, "", err
		}
		if i == 0 || cost.Clock < best.Clock {
			best, result = cost, text
		}
	}
	return best, result, nil
}

func (s *server) kept() (kilobytes Cost, result string, err error) {
	e := s.open()
	if err := redefine(e, 0, warm); err != nil {
		return Cost{}, "", err
	}
	before := heap()
	if err := redefine(e, warm, warm+redone); err != nil {
		return Cost{}, "", err
	}
	after := heap()
	result, err = e.Eval("v.A")
	return Cost{Clock: (after - before) / redone / 1024}, result, err
}

func redefine(e Engine, from, to int) error {
	for i := from; i < to; i++ {
		cell := fmt.Sprintf("type T struct{ A, B%d int }\nfunc f(t T) int { return t.A * 2 }\nvar v = T{A: f(T{A: %d})}", i, i)
		if _, err := e.Eval(cell); err != nil {
			return err
		}
	}
	return nil
}

// heap is what the collector leaves.
func heap() float64 {
	var m runtime.MemStats
	for range 3 {
		runtime.GC()
	}
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc)
}

func run(e Engine, cells ...string) (result string, err error) {
	for _, cell := range cells {
		if result, err = e.Eval(cell); err != nil {
			return "", err
		}
	}
	return result, nil
}

func timed(e Engine, cell string) (Cost, string, error) {
	clock := Start()
	result, err := e.Eval(cell)
	return clock.Stop(), result, err
}

// Clock is a measurement on its way.
type Clock struct {
	start time.Time
	cpu   float64
}

// Start begins a measurement.
func Start() Clock { return Clock{time.Now(), CPU()} }

// Stop is what has passed since.
func (c Clock) Stop() Cost {
	return Cost{time.Since(c.start).Seconds() * 1e3, CPU() - c.cpu}
}
