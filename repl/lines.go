package repl

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"

	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/term"

	"graft/lib/display"
	"graft/repl/render"
)

// liner is line mode: no escape codes, no cursor, one cell after the other.
type liner struct {
	ctx     context.Context
	engine  engine
	in      *bufio.Reader
	out     io.Writer
	errs    io.Writer
	prompts bool
	cells   int
	failed  int
}

func runLines(ctx context.Context, o Options, start starter) error {
	eng, err := start(nil)
	if err != nil {
		return err
	}
	defer eng.Close()
	l := &liner{ctx: ctx, engine: eng, in: bufio.NewReader(o.In), out: o.Out, errs: o.Err, prompts: term.IsTerminal(o.In.Fd())}
	stop := l.interruptible()
	defer stop()
	for _, cell := range o.Cells {
		if !l.run(cell) {
			break
		}
	}
	return l.loop()
}

// interruptible makes Ctrl-C end the running cell instead of the process.
func (l *liner) interruptible() (stop func()) {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt)
	done := make(chan struct{})
	go func() {
		for {
			select {
			case <-signals:
				l.engine.Interrupt()
			case <-done:
				return
			}
		}
	}()
	return func() { signal.Stop(signals); close(done) }
}

func (l *liner) loop() error {
	cell := ""
	for l.ctx.Err() == nil {
		l.prompt(cell)
		line, err := l.in.ReadString('\n')
		cell += strings.TrimRight(line, "\r\n") + "\n"
		if err != nil || l.ready(cell) {
			l.cell(strings.TrimRight(cell, "\n"))
			cell = ""
		}
		if errors.Is(err, io.EOF) {
			return l.verdict()
		}
		if err != nil {
			return fmt.Errorf("repl: reading cells: %w", err)
		}
	}
	return context.Cause(l.ctx)
}

func (l *liner) prompt(cell string) {
	if !l.prompts {
		return
	}
	p := render.In(l.engine.Count())
	if cell == "" {
		fmt.Fprint(l.errs, p.First)
		return
	}
	fmt.Fprint(l.errs, p.More)
}

// ready reports whether what was read so far should run: it is a whole cell, or
// beyond repair, or was ended with two empty lines.
func (l *liner) ready(cell string) bool {
	text := strings.TrimRight(cell, "\n")
	if _, _, help := question(text); help || strings.TrimSpace(text) == "" {
		return true
	}
	status, _ := l.engine.IsComplete(text)
	return status != "incomplete" || strings.HasSuffix(cell, "\n\n\n")
}

func (l *liner) cell(text string) {
	if strings.TrimSpace(text) == "" {
		return
	}
	if name, level, help := question(text); help {
		fmt.Fprintln(l.out, ansi.Strip(helpOn(l.engine, name, level)))
		return
	}
	l.run(text)
}

func (l *liner) run(code string) bool {
	l.cells++
	end := l.engine.Execute(l.ctx, code, l.emit)
	if end.failed {
		l.failed++
	}
	return !end.failed
}

func (l *liner) emit(msg any) {
	switch m := msg.(type) {
	case streamed:
		w := l.out
		if m.name == "stderr" {
			w = l.errs
		}
		_, _ = io.WriteString(w, m.text)
	case shown:
		display.Lines(l.out).Show(plainForm(m.bundle))
	case updated:
		display.Lines(l.out).Update(m.bundle)
	case resulted:
		fmt.Fprintln(l.out, ansi.Strip(plain.Bundle(m.bundle)))
	case erred:
		fmt.Fprintln(l.errs, m.text)
	case asked:
		l.answer(m)
	}
}

// plain draws for files and pipes.
var plain = render.Painter{Width: 1 << 20, Profile: colorprofile.NoTTY}

// plainForm gives a bundle without text the text that a terminal would show.
func plainForm(b display.Bundle) display.Bundle {
	if _, ok := b.Data[display.Text]; ok {
		return b
	}
	p := display.Plain(ansi.Strip(plain.Bundle(b)))
	p.Metadata = b.Metadata
	return p
}

// answer reads a line for the cell from the same input as the cells.
func (l *liner) answer(m asked) {
	fmt.Fprint(l.errs, m.prompt)
	line, err := l.in.ReadString('\n')
	m.reply(strings.TrimRight(line, "\r\n"), err == nil || line != "")
}

func (l *liner) verdict() error {
	if l.failed == 0 {
		return nil
	}
	return fmt.Errorf("repl: %d of %d cells failed", l.failed, l.cells)
}
