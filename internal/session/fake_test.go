package session

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"

	"graft/internal/golang"
	"graft/lib/display"
)

// fake runs cells of a language of one-word commands, one a line, so that these
// tests are about sessions and not about Go.
type fake struct {
	vars    map[string]string
	started chan string // gets the name of each cell that waits
	late    chan func() // what goroutines of cells do, when the test says so
}

func (f *fake) Eval(env *golang.Env, cell golang.Cell) (golang.Result, error) {
	for line := range strings.Lines(cell.Source) {
		word, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		verb, ok := verbs[word]
		if word == "" {
			continue
		}
		if !ok {
			return golang.Result{}, &golang.Error{Kind: golang.Compile, Message: "undefined: " + word, Cell: cell.Name, Line: 1, Col: 1}
		}
		res, err := verb(f, env, rest)
		if err != nil || res.Show || res.Notes != nil {
			return res, err
		}
	}
	return golang.Result{}, nil
}

type verb func(f *fake, env *golang.Env, rest string) (golang.Result, error)

var verbs = map[string]verb{
	"print": func(_ *fake, env *golang.Env, rest string) (golang.Result, error) {
		fmt.Fprintln(env.Stdout, rest)
		return golang.Result{}, nil
	},
	"warn": func(_ *fake, env *golang.Env, rest string) (golang.Result, error) {
		fmt.Fprintln(env.Stderr, rest)
		return golang.Result{}, nil
	},
	"set": func(f *fake, _ *golang.Env, rest string) (golang.Result, error) {
		name, value, _ := strings.Cut(rest, " ")
		f.vars[name] = value
		return golang.Result{Notes: []string{name + " was set"}}, nil
	},
	"value": func(f *fake, _ *golang.Env, rest string) (golang.Result, error) {
		if v, ok := f.vars[rest]; ok {
			rest = v
		}
		return golang.Result{Show: true, Values: []reflect.Value{reflect.ValueOf(rest)}}, nil
	},
	"show": func(_ *fake, env *golang.Env, rest string) (golang.Result, error) {
		display.From(env.Context).Show(display.Plain(rest))
		return golang.Result{}, nil
	},
	"fail": func(_ *fake, _ *golang.Env, rest string) (golang.Result, error) {
		return golang.Result{}, &golang.Error{Kind: golang.Panic, Message: rest, Cell: "cell[9]", Line: 2, Col: 3, Caret: "fail\n^"}
	},
	"read": func(_ *fake, env *golang.Env, _ string) (golang.Result, error) {
		line, err := bufio.NewReader(env.Stdin).ReadString('\n')
		if err != nil {
			return golang.Result{}, &golang.Error{Kind: golang.Failed, Message: err.Error(), Cause: err}
		}
		fmt.Fprintf(env.Stdout, "read %q\n", line)
		return golang.Result{}, nil
	},
	"wait": func(f *fake, env *golang.Env, rest string) (golang.Result, error) {
		f.started <- rest
		<-env.Context.Done()
		return golang.Result{}, &golang.Error{Kind: golang.Interrupt, Message: "interrupted", Cause: context.Cause(env.Context)}
	},
	"later": func(f *fake, env *golang.Env, rest string) (golang.Result, error) {
		f.late <- func() { fmt.Fprintln(env.Stdout, rest) }
		return golang.Result{}, nil
	},
}

func (f *fake) Do(_ *golang.Env, native func()) error {
	native()
	return nil
}

func (f *fake) IsComplete(src string) (golang.Status, string) {
	if strings.HasSuffix(src, "{") {
		return golang.Incomplete, "\t"
	}
	return golang.Complete, ""
}

func (f *fake) Complete(src string, cursor int) ([]golang.Completion, int, int) {
	return []golang.Completion{{Text: "print", Kind: "func"}}, 0, cursor
}

func (f *fake) Inspect(src string, cursor, level int) (golang.Doc, bool) {
	if src[:cursor] != "print" {
		return golang.Doc{}, false
	}
	d := golang.Doc{Name: "print", Signature: "func print(text)", Doc: "print writes a line."}
	if level > 0 {
		d.Source = "func print(text) {}"
	}
	return d, true
}

func (f *fake) RunProgram(*golang.Env, string, []string) (int, error) {
	return 3, errors.New("a fake runs no programs")
}

func (f *fake) Vars() []golang.Var {
	var list []golang.Var
	for name, value := range f.vars {
		list = append(list, golang.Var{Name: name, Type: "string", Value: reflect.ValueOf(value)})
	}
	return list
}

func newFake() (*fake, *Session) {
	f := &fake{started: make(chan string, 1), late: make(chan func(), 10)}
	s := New(Options{History: "-", start: func() (interp, error) { f.vars = map[string]string{}; return f, nil }})
	return f, s
}

func (f *fake) Signature(src string, cursor int) (golang.Call, bool) {
	if !strings.HasPrefix(src[:cursor], "print(") {
		return golang.Call{}, false
	}
	return golang.Call{Text: "print(text string)", Start: 6, End: 17}, true
}
