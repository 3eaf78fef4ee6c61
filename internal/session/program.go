package session

import (
	"context"
	"io"

	"graft/internal/golang"
	"graft/lib/display"
)

// Program is a whole Go program and its surroundings.
type Program struct {
	File           string
	Args           []string // os.Args[1:]
	Stdin          io.Reader
	Stdout, Stderr io.Writer
}

// Program runs a file with a package clause: strict Go, with the library's
// displays as lines on Stdout. exit is the status that a process would end with.
func (s *Session) Program(ctx context.Context, p Program) (exit int, err error) {
	in, err := s.interp()
	if err != nil {
		return 1, err
	}
	s.turn.Lock()
	defer s.turn.Unlock()
	env := &golang.Env{
		Context: display.WithSink(background(ctx), display.Lines(p.Stdout)),
		Stdin:   p.Stdin, Stdout: p.Stdout, Stderr: p.Stderr,
	}
	return in.RunProgram(env, p.File, p.Args)
}
