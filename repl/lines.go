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
	"sync"
	"sync/atomic"

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
	in      <-chan reading
	stop    <-chan struct{} // closed when the process should end
	out     io.Writer
	errs    io.Writer
	prompts bool
	running atomic.Bool
	cells   int
	failed  int
}

func runLines(ctx context.Context, o Options, start starter) error {
	eng, err := start(nil)
	if err != nil {
		return err
	}
	defer eng.Close()
	l := &liner{ctx: ctx, engine: eng, in: readings(o.In), out: o.Out, errs: o.Err, prompts: term.IsTerminal(o.In.Fd())}
	defer l.signals()()
	for _, cell := range o.Cells {
		if !l.run(cell) {
			break
		}
	}
	return l.loop()
}

// reading is one line of the input, without its end, or the end of the input.
type reading struct {
	line string
	err  error // io.EOF at the end, with what came before it
}

// readings reads lines ahead by one, so that a signal need not wait for a line.
func readings(r io.Reader) <-chan reading {
	in, lines := bufio.NewReader(r), make(chan reading)
	go func() {
		for {
			line, err := in.ReadString('\n')
			lines <- reading{strings.TrimRight(line, "\r\n"), err}
			if err != nil {
				close(lines)
				return
			}
		}
	}()
	return lines
}

// next is the next line; after the end, and when the process should leave, it is
// an end of input again.
func (l *liner) next() reading {
	select {
	case r, ok := <-l.in:
		if ok {
			return r
		}
	case <-l.stop:
	case <-l.ctx.Done():
	}
	return reading{err: io.EOF}
}

// signals makes Ctrl-C end the running cell, if there is one, and the process
// otherwise; it returns what undoes that.
func (l *liner) signals() (undo func()) {
	caught, stop, done := make(chan os.Signal, 1), make(chan struct{}), make(chan struct{})
	l.stop = stop
	signal.Notify(caught, ending()...)
	go func() {
		var once sync.Once
		for {
			select {
			case s := <-caught:
				if !l.running.Load() || s != os.Interrupt {
					once.Do(func() { close(stop) })
				}
				l.engine.Interrupt()
			case <-done:
				return
			}
		}
	}()
	return func() { signal.Stop(caught); close(done) }
}

func (l *liner) loop() error {
	cell := ""
	for {
		l.prompt(cell)
		r := l.next()
		cell += r.line + "\n"
		if r.err != nil || l.ready(cell) {
			l.cell(strings.TrimRight(cell, "\n"))
			cell = ""
		}
		if errors.Is(r.err, io.EOF) {
			return l.verdict()
		}
		if r.err != nil {
			return fmt.Errorf("repl: reading cells: %w", r.err)
		}
	}
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
		h := helpOn(l.engine, name, level)
		if h.other == "" {
			h.other = ansi.Strip(prose.Help(h.help))
		}
		fmt.Fprintln(l.out, h.other)
		return
	}
	l.run(text)
}

func (l *liner) run(code string) bool {
	l.cells++
	l.running.Store(true)
	defer l.running.Store(false)
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
	case paged:
		fmt.Fprintln(l.out, ansi.Strip(plain.Page(m.bundle)))
	case setting:
		m.reply("", fmt.Errorf("repl: :%s: there is no screen here (start graft in a terminal)", m.name))
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

// prose draws running text for files and pipes, and plain everything else.
var prose = render.Painter{Profile: colorprofile.NoTTY}

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
	r := l.next()
	m.reply(r.line, r.err == nil || r.line != "")
}

func (l *liner) verdict() error {
	if l.failed == 0 {
		return nil
	}
	return fmt.Errorf("repl: %d of %d cells failed", l.failed, l.cells)
}
