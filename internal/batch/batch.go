// Package batch is the front end without a screen: it runs a notebook, a file of
// cells or a whole program, and prints what the cells show as plain text, as
// opposed to repl, which talks to a person, and kernel, which talks to Jupyter.
//
//	exit, err := batch.Run(ctx, batch.Options{File: "lesson.ipynb", Out: "done.ipynb"})
package batch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"graft/internal/golang"
	"graft/internal/notebook"
	"graft/internal/session"
	"graft/internal/session/event"
)

// Options say what to run and how.
type Options struct {
	// File is an .ipynb, a file of cells split by //%%, or a Go program; "-" is
	// standard input, read as cells or a program.
	File string
	// Source is the text of File, if it need not be read.
	Source []byte
	// Echo prints the text cells and the code too.
	Echo bool
	// Args are the program's os.Args[1:]; a file of cells takes none.
	Args []string
	// Out is where to write the executed notebook; empty means nowhere. It is
	// written after a failed cell, too.
	Out string
	// The streams default to those of the process.
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	// Tree is graft's own source tree, for help on its names; may be nil.
	Tree fs.FS
	// Session runs the cells; nil makes one for this run.
	Session *session.Session
}

// Run runs the file. exit is the status for the process: a program's own, or 1
// after a failed cell, which has been reported on Stderr with its position. err is
// something that kept the file from running at all.
func Run(ctx context.Context, o Options) (exit int, err error) {
	o = o.filled()
	source, err := o.read()
	if err != nil {
		return 1, err
	}
	if o.Session == nil {
		o.Session = session.New(session.Options{Limit: -1, History: "-", Tree: o.Tree})
		defer o.Session.Close()
	}
	if !isNotebook(o.File) && notebook.IsProgram(string(source)) {
		return o.program(ctx)
	}
	if len(o.Args) > 0 {
		return 1, fmt.Errorf("batch: arguments %q for %q, which is no program (a program begins with a package clause)", o.Args, o.File)
	}
	nb, err := notebook.Decode(o.File, source)
	if err != nil {
		return 1, err
	}
	return o.cells(ctx, nb)
}

func (o Options) filled() Options {
	if o.Stdin == nil {
		o.Stdin = os.Stdin
	}
	if o.Stdout == nil {
		o.Stdout = os.Stdout
	}
	if o.Stderr == nil {
		o.Stderr = os.Stderr
	}
	return o
}

// read returns the text of the file.
func (o Options) read() (text []byte, err error) {
	switch {
	case o.Source != nil:
		return o.Source, nil
	case o.File == "-":
		text, err = io.ReadAll(o.Stdin)
	default:
		text, err = os.ReadFile(o.File)
	}
	if err != nil {
		return nil, fmt.Errorf("batch: %w", err)
	}
	return text, nil
}

func (o Options) program(ctx context.Context) (int, error) {
	if o.Out != "" {
		return 1, fmt.Errorf("batch: --out with %q, which is a program and no notebook", o.File)
	}
	if o.File == "-" {
		return 1, errors.New("batch: a program on standard input (write it to a file)")
	}
	return o.Session.Program(ctx, session.Program{File: o.File, Args: o.Args, Stdin: o.Stdin, Stdout: o.Stdout, Stderr: o.Stderr})
}

// cells runs the code cells up to the first that fails.
func (o Options) cells(ctx context.Context, nb *notebook.Notebook) (int, error) {
	p := &printer{out: o.Stdout, errs: o.Stderr}
	if o.Echo {
		p.echo = o.Stdout
	}
	ids := map[string][]notebook.Output{}
	exit := 0
	for i, c := range nb.Cells {
		if exit != 0 {
			break
		}
		p.cell(c)
		if c.Kind != notebook.Code {
			continue
		}
		rec := c.Record(ids)
		req := session.Request{Code: c.Source, Store: true, Stdin: o.Stdin, Lines: true}
		res := o.Session.Execute(ctx, req, func(e event.Event) { rec.Add(e); p.handle(e) })
		c.Count = res.Count
		if res.Err != nil {
			fmt.Fprintf(o.Stderr, "batch: %s failed\n", place(nb, i, res))
			exit = 1
		}
	}
	if o.Out == "" {
		return exit, nil
	}
	if err := nb.Write(o.Out); err != nil {
		return 1, err
	}
	return exit, nil
}

// place names a failed cell and where it stands in the file, as far as the line
// at fault if that is known.
func place(nb *notebook.Notebook, i int, res session.Outcome) string {
	c, name := nb.Cells[i], fmt.Sprintf("cell[%d]", res.Count)
	if c.Line == 0 {
		return fmt.Sprintf("%s: %s, cell %d of the notebook's %d,", nb.Name, name, i+1, len(nb.Cells))
	}
	line, col := c.Line, 1
	var fault *golang.Error
	if errors.As(res.Err, &fault) && fault.Cell == name && fault.Line > 0 {
		line, col = c.Line+fault.Line-1, fault.Col
	}
	return fmt.Sprintf("%s:%d:%d: %s", nb.Name, line, col, name)
}
