package main

import (
	"context"
	"os"
	"strings"

	"github.com/charmbracelet/x/term"

	source "graft"
	"graft/internal/batch"
	"graft/internal/notebook"
	"graft/notebooks"
	"graft/repl"
)

// replCmd is the session in the terminal.
type replCmd struct{}

func (replCmd) Run(ctx context.Context) error {
	return repl.Run(context.WithoutCancel(ctx), repl.Options{Version: version, Tree: source.Tree()})
}

// runCmd runs a file without a screen.
type runCmd struct {
	File string   `arg:"" help:"An .ipynb, a file of cells, or a program (it begins with a package clause); - for standard input."`
	Args []string `arg:"" optional:"" passthrough:"" help:"Arguments of the program, after --."`
	Out  string   `short:"o" help:"Write the executed notebook here, outputs included." type:"path"`
}

func (c runCmd) Run(ctx context.Context) error {
	return exit(batch.Run(ctx, batch.Options{File: c.File, Args: c.programArgs(), Out: c.Out, Tree: source.Tree()}))
}

// programArgs are the arguments without the dashes that part them from graft's own.
func (c runCmd) programArgs() []string {
	if len(c.Args) > 0 && c.Args[0] == "--" {
		return c.Args[1:]
	}
	return c.Args
}

func exit(code int, err error) error {
	if err != nil || code == 0 {
		return err
	}
	return exitError(code)
}

// demoCmd runs lesson 1, on a terminal as if somebody typed it.
type demoCmd struct{}

func (demoCmd) Run(ctx context.Context) error {
	name, text, err := notebooks.Lesson(1)
	if err != nil {
		return err
	}
	if !term.IsTerminal(os.Stdin.Fd()) || !term.IsTerminal(os.Stdout.Fd()) {
		return exit(batch.Run(ctx, batch.Options{File: name, Source: text, Echo: true, Tree: source.Tree()}))
	}
	nb, err := notebook.Parse(text)
	if err != nil {
		return err
	}
	return repl.Run(context.WithoutCancel(ctx), repl.Options{Version: version, Tree: source.Tree(), Cells: spoken(nb)})
}

// spoken turns a notebook into cells to type: its texts become comments of the
// code that follows.
func spoken(nb *notebook.Notebook) []string {
	var cells []string
	said := ""
	for _, c := range nb.Cells {
		if c.Kind == notebook.Code {
			cells = append(cells, said+c.Source)
			said = ""
			continue
		}
		for line := range strings.Lines(c.Source) {
			said += strings.TrimRight("// "+strings.TrimRight(line, "\n"), " ") + "\n"
		}
	}
	return cells
}
