package session

import (
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"strings"
	"time"

	"graft/internal/golang"
	"graft/internal/notebook"
	"graft/internal/session/command"
	"graft/internal/session/event"
	"graft/internal/session/show"
	"graft/lib/display"
)

// valueWidth bounds a value in the list of variables, in characters.
const valueWidth = 60

// Vars lists the variables for :vars.
func (x *execution) Vars() []command.Var {
	in, err := x.s.interp()
	if err != nil {
		return nil
	}
	var list []command.Var
	for _, v := range in.Vars() {
		var text string
		if err := in.Do(x.env(), func() { text = show.Text(v.Value) }); err != nil {
			text = "(" + err.Error() + ")"
		}
		value, _, more := strings.Cut(text, "\n")
		if r := []rune(value); more || len(r) > valueWidth {
			value = string(r[:min(len(r), valueWidth)]) + "…"
		}
		list = append(list, command.Var{Name: v.Name, Type: v.Type, Value: value})
	}
	return list
}

// Reset forgets all names.
func (x *execution) Reset() error { return x.s.Reset() }

// History returns past cells that contain text.
func (x *execution) History(n int, text string) ([]string, error) {
	escape := strings.NewReplacer("*", "[*]", "?", "[?]", "[", "[[]")
	entries, err := x.s.past().Search("*"+escape.Replace(text)+"*", n, false)
	var cells []string
	for _, e := range entries {
		cells = append(cells, e.Source)
	}
	return cells, err
}

// RunFile runs a cell of a file.
func (x *execution) RunFile(ctx context.Context, name string, line int, source string) error {
	defer func(name string, line int, inFile bool) { x.name, x.line, x.inFile = name, line, inFile }(x.name, x.line, x.inFile)
	x.name, x.line, x.inFile = name, line-1, true
	return x.Run(ctx, source)
}

// Repeat compiles source as the body of a loop. An expression need not be used.
func (x *execution) Repeat(_ context.Context, source string) (func(int) (time.Duration, error), error) {
	in, err := x.s.interp()
	if err != nil {
		return nil, err
	}
	x.hostGoNB(source)
	head := "func(timesˑ int) { for range timesˑ {"
	body, err := parser.ParseExpr(source)
	if _, call := body.(*ast.CallExpr); err == nil && !call {
		head += " _ ="
	}
	res, err := in.Eval(x.env(), golang.Cell{Name: x.name, Source: strings.Repeat("\n", x.line) + head + "\n" + source + "\n} }"})
	if err != nil {
		return nil, lineAbove(err)
	}
	run, ok := res.Values[0].Interface().(func(int))
	if !ok {
		return nil, fmt.Errorf("session: the code to repeat is a %s", res.Types[0])
	}
	return func(times int) (took time.Duration, err error) {
		err = in.Do(x.env(), func() {
			start := time.Now()
			run(times)
			took = time.Since(start)
		})
		return took, lineAbove(err)
	}, nil
}

// lineAbove takes the line of the loop off the places of an error.
func lineAbove(err error) error {
	var e *golang.Error
	if !errors.As(err, &e) {
		return err
	}
	for _, at := range append([]*golang.Error{e}, e.More...) {
		if at.Line > 1 {
			at.Line--
		}
	}
	return err
}

// Notebook is what was run in the session.
func (x *execution) Notebook() *notebook.Notebook { return x.s.record.notebook() }

// Wrote notes a file, and Own tells it again.
func (x *execution) Wrote(path string)    { x.s.record.wrote(path) }
func (x *execution) Own(path string) bool { return x.s.record.has(path) }

// Set changes a setting of the front end.
func (x *execution) Set(_ context.Context, name, value string) (string, error) {
	if x.req.Set == nil || x.req.Silent {
		return "", fmt.Errorf("session: :%s: this front end has no such setting (graft in a terminal has)", name)
	}
	return x.req.Set(x.ctx, name, value)
}

// Show displays a bundle as output of the cell.
func (x *execution) Show(b display.Bundle) { x.out.Show(b) }

// Page shows a text to read.
func (x *execution) Page(b display.Bundle) { x.out.Put(event.Page{Bundle: b}) }

// Clear takes the output of the cell away.
func (x *execution) Clear(wait bool) { x.out.Put(event.ClearOutput{Wait: wait}) }

// Ask asks the user for a line.
func (x *execution) Ask(prompt string, secret bool) (string, error) {
	a, ok := x.stdin().(*asking)
	if !ok {
		return "", errNoInput
	}
	return a.ask(prompt, secret)
}
