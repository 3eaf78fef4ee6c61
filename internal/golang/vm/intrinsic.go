package vm

import (
	"fmt"
	"os"
	"reflect"
	"runtime"
	"unsafe"

	"golang.org/x/tools/go/ssa"
)

// intrinsic stands in for a native function that must know the evaluation it is
// called from: to print there, to be interruptible, or not to end the process.
type intrinsic func(s *callState)

// callState is one call of an intrinsic.
type callState struct {
	fp            unsafe.Pointer
	recv          unsafe.Pointer // place of the receiver in a call through an interface, or nil
	args, results []*slot
}

func (s *callState) thread() *thread { return (*header)(s.fp).t }

func (s *callState) place(i int) unsafe.Pointer {
	if s.recv != nil {
		if i == 0 {
			return s.recv
		}
		i--
	}
	return unsafe.Add(s.fp, s.args[i].off)
}

// arg returns argument i, a receiver counting as the first.
func arg[T any](s *callState, i int) T { return *(*T)(s.place(i)) }

// give stores result i, if the call wants results.
func give[T any](s *callState, i int, v T) {
	if i < len(s.results) {
		*at[T](s.fp, s.results[i].off) = v
	}
}

func giveError(s *callState, i int, err error) { give(s, i, err) }

// intrinsics by the name that ssa gives the function.
var intrinsics = map[string]intrinsic{}

// generic intrinsics are made for each instance.
var genericIntrinsics = map[string]func(m *Machine, fn *ssa.Function) intrinsic{}

func init() {
	for _, table := range []map[string]intrinsic{printIntrinsics, fileIntrinsics, waitIntrinsics, exitIntrinsics, limitIntrinsics} {
		for name, f := range table {
			intrinsics[name] = f
		}
	}
}

// intrinsicOf returns the intrinsic for fn, or nil.
func (m *Machine) intrinsicOf(fn *ssa.Function) intrinsic {
	if origin := fn.Origin(); origin != nil {
		if f := genericIntrinsics[origin.String()]; f != nil {
			return f(m, fn)
		}
		return nil
	}
	return m.intrinsics[fn.String()]
}

func (m *Machine) isSpecial(fn *ssa.Function) bool { return m.intrinsicOf(fn) != nil }

var printIntrinsics = map[string]intrinsic{
	"fmt.Print": func(s *callState) {
		giveCount(s)(fmt.Fprint(s.printer(), s.printed(0)...))
	},
	"fmt.Println": func(s *callState) {
		giveCount(s)(fmt.Fprintln(s.printer(), s.printed(0)...))
	},
	"fmt.Printf": func(s *callState) {
		giveCount(s)(fmt.Fprintf(s.printer(), arg[string](s, 0), s.printed(1)...))
	},
	"fmt.Scan": func(s *callState) {
		giveCount(s)(fmt.Fscan(s.thread().eval.stdin(), arg[[]any](s, 0)...))
	},
	"fmt.Scanln": func(s *callState) {
		giveCount(s)(fmt.Fscanln(s.thread().eval.stdin(), arg[[]any](s, 0)...))
	},
	"fmt.Scanf": func(s *callState) {
		giveCount(s)(fmt.Fscanf(s.thread().eval.stdin(), arg[string](s, 0), arg[[]any](s, 1)...))
	},
}

// printed returns argument i, a list of values to print.
func (s *callState) printed(i int) []any {
	list := arg[[]any](s, i)
	refuseEndless(list)
	return list
}

// printer writes what a thread prints, but not the remark of package fmt on a
// String method that an abort ended.
type printer struct{ t *thread }

func (s *callState) printer() printer { return printer{s.thread()} }

func (p printer) Write(text []byte) (int, error) {
	if p.t.abort != nil {
		return len(text), nil
	}
	return p.t.eval.stdout().Write(text)
}

func giveCount(s *callState) func(int, error) {
	return func(n int, err error) {
		s.thread().back()
		give(s, 0, n)
		giveError(s, 1, err)
	}
}

var exitIntrinsics = map[string]intrinsic{
	"os.Exit":                   func(s *callState) { s.thread().exit(arg[int](s, 0), "os.Exit") },
	"runtime.Goexit":            func(s *callState) { runtime.Goexit() },
	"runtime/debug.SetMaxStack": func(s *callState) { give(s, 0, 1000000000) }, // the depth limit is ours
}

// exit ends the evaluation without running deferred calls.
func (t *thread) exit(code int, where string) {
	t.raise(&abort{exit: &Exit{Code: code, Where: where}})
}

// Files. os.Stdout, os.Stderr and os.Stdin in an interface become streams that
// find the evaluation of the goroutine that uses them.

var fileType = rtypeOf(reflect.TypeFor[*os.File]())

func streamOf(f *os.File) *stream {
	switch f {
	case os.Stdout:
		return stdout
	case os.Stderr:
		return stderr
	case os.Stdin:
		return stdin
	}
	return nil
}

func boxFile(p unsafe.Pointer) eface {
	if s := streamOf((*os.File)(p)); s != nil {
		return efaceOf(s)
	}
	return eface{fileType, p}
}

// fileBack undoes boxFile where a file is asked for.
func fileBack(e eface, want *rtype) eface {
	if want != fileType {
		return e
	}
	if s, ok := e.any().(*stream); ok {
		return eface{fileType, unsafe.Pointer(s.file())}
	}
	return e
}
