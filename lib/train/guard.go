package train

import (
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"strings"
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

// ErrMemory is wrapped by errors of a device that had no memory left.
var ErrMemory = errors.New("out of memory")

// explain adds a remedy to errors that have one: a device out of memory gets a batch
// size to try.
func explain(err error, batch int) error {
	if err == nil || !outOfMemory(err) {
		return err
	}
	if batch <= 1 {
		return fmt.Errorf("train: %w with one example at a time (use smaller images, or freeze more stages): %v", ErrMemory, err)
	}
	return fmt.Errorf("train: %w at batch size %d (try BatchSize(%d), or freeze more stages): %v", ErrMemory, batch, max(1, batch/2), err)
}

// outOfMemory recognises how XLA's CPU and GPU clients say it.
func outOfMemory(err error) bool {
	text := strings.ToLower(err.Error())
	for _, sign := range []string{"resource_exhausted", "out of memory", "failed to allocate", "cannot allocate memory"} {
		if strings.Contains(text, sign) {
			return true
		}
	}
	return false
}
