package program

import (
	"fmt"
	"io"
	"runtime/debug"
)

// Try runs fn, which may run graph code, and turns a panic into an error that
// begins with what. Printed with %+v the error shows the stack of the panic.
func Try(what string, fn func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = &panicked{what: what, cause: asError(r), stack: debug.Stack()}
		}
	}()
	return fn()
}

func asError(r any) error {
	if err, ok := r.(error); ok {
		return err
	}
	return fmt.Errorf("%v", r)
}

// panicked is a panic of graph code as an error.
type panicked struct {
	what  string
	cause error
	stack []byte
}

func (p *panicked) Error() string { return p.what + ": " + p.cause.Error() }
func (p *panicked) Unwrap() error { return p.cause }

// Format prints the stack for %+v.
func (p *panicked) Format(s fmt.State, verb rune) {
	if verb == 'q' {
		fmt.Fprintf(s, "%q", p.Error())
		return
	}
	_, _ = io.WriteString(s, p.Error())
	if verb == 'v' && s.Flag('+') {
		fmt.Fprintf(s, "\n%s", p.stack)
	}
}
