package session

import (
	"context"
	"errors"
	"io"
	"strings"

	"graft/internal/session/event"
)

var errNoInput = errors.New("session: this front end takes no input (put the value into a variable instead)")

// stdin is what the cell reads.
func (x *execution) stdin() io.Reader {
	switch {
	case x.req.Stdin != nil:
		return x.req.Stdin
	case x.req.Ask && !x.req.Silent:
		return &asking{ctx: x.ctx, out: x.out}
	}
	return failing{}
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errNoInput }

// asking is a standard input that asks the front end for one line at a time.
type asking struct {
	ctx  context.Context
	out  *event.Output
	rest *strings.Reader
}

// Read asks for a line when the one before is used up. An interrupt ends it.
func (a *asking) Read(p []byte) (int, error) {
	if a.rest == nil || a.rest.Len() == 0 {
		line, err := a.ask("", false)
		if err != nil {
			return 0, err
		}
		a.rest = strings.NewReader(line + "\n")
	}
	return a.rest.Read(p)
}

type answer struct {
	line string
	ok   bool
}

func (a *asking) ask(prompt string, secret bool) (string, error) {
	got := make(chan answer, 1)
	a.out.Put(event.Input{Prompt: prompt, Secret: secret, Reply: func(line string, ok bool) {
		select {
		case got <- answer{line, ok}:
		default: // answered already
		}
	}})
	select {
	case r := <-got:
		if !r.ok {
			return "", io.EOF
		}
		return r.line, nil
	case <-a.ctx.Done():
		return "", context.Cause(a.ctx)
	}
}
