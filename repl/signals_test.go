//go:build unix

package repl

import (
	"context"
	"io"
	"os"
	"runtime"
	"syscall"
	"testing"
	"time"
)

// A cell that has begun when the process is told to leave is interrupted; at rest
// there is nothing to wait for, even if the input stays open.
func TestLineModeEndsOnSignals(t *testing.T) {
	for _, cells := range []string{"", "wait\n"} {
		in, typed, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		defer typed.Close()
		f := newFake()
		l := &liner{ctx: context.Background(), engine: f, in: readings(in), out: io.Discard, errs: io.Discard}
		defer l.signals()()
		if _, err := typed.WriteString(cells); err != nil {
			t.Fatal(err)
		}
		ended := make(chan error, 1)
		go func() { ended <- l.loop() }()
		for deadline := time.Now().Add(patienceOfTests); cells != "" && len(f.cells()) == 0; runtime.Gosched() {
			if time.Now().After(deadline) {
				t.Fatal("the cell does not run")
			}
		}
		if err := syscall.Kill(os.Getpid(), syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		select {
		case err := <-ended:
			if (err != nil) != (cells != "") {
				t.Errorf("%q: %v", cells, err)
			}
		case <-time.After(patienceOfTests):
			t.Fatalf("%q: line mode goes on", cells)
		}
	}
}
