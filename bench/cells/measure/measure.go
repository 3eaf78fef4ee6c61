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

// Serve answers each line of in, the name of a measurement, with a line of out: a
// number and what the program gave, or "error:" and a text.
func Serve(in io.Reader, out io.Writer, open func() Engine) {
	s := server{open: open}
	for lines := bufio.NewScanner(in); lines.Scan(); {
		value, result, err := s.measure(lines.Text())
		if err != nil {
			fmt.Fprintf(out, "error: %q\n", err.Error())
			continue
		}
		fmt.Fprintf(out, "%g %s\n", value, result)
	}
}

type server struct {
	open func() Engine
	main Engine // that holds the programs
}

func (s *server) measure(name string) (value float64, result string, err error) {
	switch name {
	case FirstFmt:
		start := time.Now()
		result, err = run(s.open(), `import "fmt"`, `fmt.Sprint("a", 1)`)
		return milliseconds(start), result, err
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
			return 0, "", err
		}
		s.main = e
	}
	return timed(s.main, name+"()")
}

// late is the least of five one-line cells after earlier ones.
func (s *server) late() (best float64, result string, err error) {
	e := s.open()
	for i := range earlier {
		if _, err := e.Eval(fmt.Sprintf("v%d := %d", i, i)); err != nil {
			return 0, "", err
		}
	}
	for i := range 5 {
		value, text, err := timed(e, "v7 + 14")
		if err != nil {
			return 0, "", err
		}
		if i == 0 || value < best {
			best, result = value, text
		}
	}
	return best, result, nil
}

func (s *server) kept() (kilobytes float64, result string, err error) {
	e := s.open()
	if err := redefine(e, 0, warm); err != nil {
		return 0, "", err
	}
	before := heap()
	if err := redefine(e, warm, warm+redone); err != nil {
		return 0, "", err
	}
	after := heap()
	result, err = e.Eval("v.A")
	return (after - before) / redone / 1024, result, err
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

func timed(e Engine, cell string) (float64, string, error) {
	start := time.Now()
	result, err := e.Eval(cell)
	return milliseconds(start), result, err
}

func milliseconds(start time.Time) float64 { return time.Since(start).Seconds() * 1e3 }
