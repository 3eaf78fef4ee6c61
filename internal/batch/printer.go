package batch

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"graft/internal/notebook"
	"graft/internal/session/event"
	"graft/lib/display"
)

// printer writes events as plain text: live displays as one line for each step
// that has one, everything else in its text form.
type printer struct {
	out, errs io.Writer
	echo      io.Writer // of texts and code; nil for none
	open      bool      // the last line of out has no end yet
}

// cell prints the source of a cell that is about to run.
func (p *printer) cell(c *notebook.Cell) {
	if p.echo == nil || strings.TrimSpace(c.Source) == "" {
		return
	}
	p.endLine()
	source := c.Source
	if c.Kind == notebook.Code {
		source = "    " + strings.ReplaceAll(source, "\n", "\n    ")
	}
	fmt.Fprintf(p.echo, "\n%s\n\n", source)
}

func (p *printer) handle(e event.Event) {
	switch e := e.(type) {
	case event.Stream:
		p.stream(e)
	case event.Show:
		p.endLine()
		display.Lines(p.out).Show(e.Bundle)
	case event.Update:
		p.endLine()
		display.Lines(p.out).Update(e.Bundle)
	case event.Result:
		p.block(e.Bundle)
	case event.Page:
		p.block(e.Bundle)
	case event.Error:
		p.endLine()
		fmt.Fprintln(p.errs, e.Name+": "+strings.Join(e.Traceback, "\n"))
	}
}

func (p *printer) stream(e event.Stream) {
	if e.Name == event.Stderr {
		_, _ = io.WriteString(p.errs, e.Text)
		return
	}
	_, _ = io.WriteString(p.out, e.Text)
	p.open = !strings.HasSuffix(e.Text, "\n")
}

func (p *printer) block(b display.Bundle) {
	p.endLine()
	if text, ok := b.Data[display.Text].(string); ok {
		fmt.Fprintln(p.out, strings.TrimRight(text, "\n"))
	}
}

// endLine ends a line that a cell left open.
func (p *printer) endLine() {
	if p.open {
		fmt.Fprintln(p.out)
		p.open = false
	}
}

func isNotebook(path string) bool { return strings.EqualFold(filepath.Ext(path), ".ipynb") }
