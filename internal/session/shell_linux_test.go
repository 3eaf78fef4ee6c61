package session

import (
	"testing"
	"time"
)

// forbidden is an input that nobody may read.
type forbidden struct{ t *testing.T }

func (f forbidden) Read([]byte) (int, error) {
	f.t.Error("the input was read")
	return 0, nil
}

// A program of the shell has no input: it is at the end at once, neither the cell's
// input nor the front end is asked, and there is no terminal to open instead, whose
// keys are the prompt's.
func TestShellHasNoInput(t *testing.T) {
	for name, req := range map[string]Request{"the cell's": {Stdin: forbidden{t}}, "the front end's": {Ask: true}} {
		t.Run(name, func(t *testing.T) {
			s := New(Options{History: "-"})
			defer s.Close()
			tp := tape{answer: nil} // who asks for an input fails
			// The sixth word that the kernel has of a process is its session, whose
			// terminal /dev/tty is.
			req.Code = "!cat; read x || echo at the end; [ -t 0 ] || echo no terminal; read -r _ _ _ _ _ session _ </proc/$$/stat; [ $session = $$ ] && echo alone"
			done := make(chan Outcome, 1)
			go func() { done <- s.Execute(t.Context(), req, tp.handle) }()
			select {
			case res := <-done:
				if want := "stdout \"at the end\\nno terminal\\nalone\\n\"\n"; res.Err != nil || tp.text() != want {
					t.Errorf("%v\n%s", res.Err, tp.text())
				}
			case <-time.After(patience):
				t.Fatal("the program waits for input")
			}
		})
	}
}
