//go:build unix

package repl

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/term"
	"github.com/charmbracelet/x/vt"
	"github.com/creack/pty"
	"golang.org/x/sys/unix"
)

// glass is the front end on a terminal emulator, with a pty between the two: what a
// test sees went the way that a user's keys and screens go, through bubbletea's
// reader and its renderer.
type glass struct {
	t        testing.TB
	keys     *os.File // the emulator's side of the pty
	far      *os.File // the program's side
	fake     *fake
	program  *tea.Program
	markers  chan rune   // markers that were read
	marker   rune        // the last that was sent
	pressed  chan string // if set, takes the names of keys instead of the program
	m        *model
	ended    chan error
	clusters bool // the terminal measures joined characters as one

	mu      sync.Mutex
	em      *vt.Emulator
	fed     chan struct{} // something was drawn
	written []byte        // the last of what was drawn
	archive []string      // rows that were there when the window changed
	printed []string      // lines that were to appear above the view, in order
	mark    int           // how many of them were printed before the last change of the window
	shaken  bool          // the window changed, or was cleared, since the screen was last compared
}

// picture is what the front end believes to be on the screen.
type picture struct {
	content string
	cursor  *tea.Cursor
	height  int
	settled bool // nothing is on its way to the screen
	paged   bool // the pager is open: what is printed waits
	busy    string
	phase   phase
	printed int
}

// probe asks the event loop for a picture.
type probe struct{ reply chan picture }

// look asks the event loop to let a test look at the model.
type look struct {
	at   func(*model)
	done chan struct{}
}

// newGlass starts the front end over f in a window. clusters chooses between the
// two ways in which terminals measure joined characters.
func newGlass(t testing.TB, f *fake, width, height int, clusters bool) *glass {
	t.Helper()
	g := &glass{t: t, fake: f, clusters: clusters, ended: make(chan error, 1), markers: make(chan rune, 1000), marker: marker, em: vt.NewEmulator(width, height), fed: make(chan struct{}, 1)}
	var err error
	if g.keys, g.far, err = pty.Open(); err != nil {
		t.Fatal(err)
	}
	if _, err := term.MakeRaw(g.far.Fd()); err != nil { // nothing echoes when the program is away
		t.Fatal(err)
	}
	if clusters {
		_, _ = g.em.Write([]byte(ansi.SetModeUnicodeCore))
	}
	g.em.SetScrollbackSize(20 * remembered)
	g.window(width, height)
	go g.draw()
	go g.answer()
	g.start()
	t.Cleanup(g.close)
	return g
}

func (g *glass) start() {
	ctx, lost := context.WithCancel(g.t.Context())
	g.m = newModel(ctx, begun(func() (engine, error) { return g.fake, nil }), nil)
	g.m.painter.Profile = colorprofile.TrueColor
	out := newPrinter()
	in := newKeyboard(g.far, lost)
	seen := func(_ tea.Model, msg tea.Msg) tea.Msg {
		switch msg := msg.(type) {
		case probe:
			msg.reply <- g.picture(out)
			return nil
		case tea.KeyPressMsg:
			if msg.Code >= marker && msg.Code <= unicode.MaxRune {
				g.markers <- msg.Code
				return nil
			}
			if g.pressed != nil {
				g.pressed <- msg.String()
				return nil
			}
		case look:
			msg.at(g.m)
			close(msg.done)
			return nil
		case tea.RawMsg:
			g.mu.Lock()
			g.shaken = g.shaken || msg == wipe
			g.archive = append(g.archive, g.rows()...)
			g.mu.Unlock()
		case tea.SuspendMsg:
			return tea.ResumeMsg{} // the tests must not be stopped
		}
		return out.filter(nil, msg)
	}
	g.program = newProgram(ctx, g.m, out, in, g.far, tea.WithFilter(seen),
		tea.WithEnvironment([]string{"TERM=xterm-256color", "COLORTERM=truecolor"}))
	g.m.print = func(s string) {
		g.mu.Lock()
		g.printed = append(g.printed, strings.Split(s, "\n")...)
		g.mu.Unlock()
		out.add(s)
	}
	program := g.program
	go func() {
		_, err := program.Run()
		out.stop()
		g.ended <- err
	}()
}

// close ends the program without asking.
func (g *glass) close() {
	g.program.Kill()
	_ = g.keys.Close()
	_ = g.far.Close()
	_ = g.em.Close()
}

func (g *glass) picture(out *printer) picture {
	v := g.m.View()
	g.mu.Lock()
	defer g.mu.Unlock()
	out.mu.Lock()
	defer out.mu.Unlock()
	p := picture{content: v.Content, cursor: v.Cursor, height: strings.Count(v.Content, "\n") + 1, phase: g.m.phase, printed: len(g.printed)}
	p.paged = out.hidden()
	p.busy = fmt.Sprintf("%d lines wait (asked %v, pager %v, other screen %v), %d keys wait", len(out.queue), out.asked, out.held, out.alt, len(g.m.held))
	p.settled = (len(out.queue) == 0 || p.paged) && out.held == out.alt && !out.asked && g.m.phase != asking && (len(g.m.held) == 0 || g.m.phase == running || p.paged)
	return p
}

// draw feeds the emulator with what the program writes.
func (g *glass) draw() {
	buf, rest := make([]byte, 1<<16), []byte(nil)
	for {
		n, err := g.keys.Read(buf)
		if err != nil {
			return
		}
		whole := append(rest, buf[:n]...)
		rest = nil
		if r, _ := utf8.DecodeLastRune(whole); r >= utf8.RuneSelf && g.waiting(100) { // a character may go on in the next piece
			text := whole
			whole = bytes.TrimRightFunc(text, func(r rune) bool { return r >= utf8.RuneSelf })
			rest = bytes.Clone(text[len(whole):])
		}
		g.mu.Lock()
		_, _ = g.em.Write(whole)
		g.written = append(g.written, whole...)
		g.written = g.written[max(0, len(g.written)-4<<10):]
		g.mu.Unlock()
		select {
		case g.fed <- struct{}{}:
		default:
		}
	}
}

// waiting reports whether the program has written what the emulator has not seen, or
// does so within some milliseconds.
func (g *glass) waiting(ms int) bool {
	n, err := unix.Poll([]unix.PollFd{{Fd: int32(g.keys.Fd()), Events: unix.POLLIN}}, ms)
	return n > 0 && err == nil
}

// answer sends the emulator's answers to the program's requests.
func (g *glass) answer() {
	buf := make([]byte, 1<<12)
	for {
		n, err := g.em.Read(buf)
		if err != nil {
			return
		}
		if _, err := g.keys.Write(buf[:n]); err != nil {
			return
		}
	}
}

// window gives the emulator and the pty a size.
func (g *glass) window(width, height int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.em.IsAltScreen() {
		// The first screen changes as if it were seen: vt v0.1.0 would leave its cursor
		// outside. What is written for the other screen next draws that anew.
		_, _ = g.em.WriteString(ansi.ResetModeAltScreenSaveCursor)
		defer func() { _, _ = g.em.WriteString(ansi.SetModeAltScreenSaveCursor) }()
	}
	if x, y := g.em.CursorPosition().X, g.em.CursorPosition().Y; y >= height {
		// As xterm does: the cursor's line stays, what is above it goes.
		_, _ = fmt.Fprintf(g.em, "\x1b[%dS", y-height+1)
		_, _ = fmt.Fprintf(g.em, "\x1b[%d;%dH", height, x+1)
	}
	g.archive = append(g.archive, g.rows()...)
	g.shaken = true
	g.em.Resize(width, height)
	if err := pty.Setsize(g.far, &pty.Winsize{Rows: uint16(height), Cols: uint16(width)}); err != nil {
		g.t.Fatal(err)
	}
}

// resize changes the window at any moment but one: what is on its way to a terminal
// was laid out for the size that it had, and no program can help that.
func (g *glass) resize(width, height int) {
	g.peek(func(*model) {
		for g.waiting(0) {
			runtime.Gosched()
		}
		g.window(width, height)
	})
	if err := syscall.Kill(os.Getpid(), syscall.SIGWINCH); err != nil {
		g.t.Fatal(err)
	}
}

// rows are the scrollback and the screen as text.
func (g *glass) rows() []string {
	var rows []string
	for _, l := range g.em.Scrollback().Lines() {
		rows = append(rows, strings.TrimRight(l.String(), " "))
	}
	return append(rows, g.visible()...)
}

func (g *glass) visible() []string {
	var rows []string
	for y := range g.em.Height() {
		line := uv.Line{}
		for x := range g.em.Width() {
			if c := g.em.CellAt(x, y); c != nil {
				line = append(line, *c)
			}
		}
		rows = append(rows, strings.TrimRight(line.String(), " "))
	}
	return rows
}

// screen is what the emulator shows, without the empty rows below.
func (g *glass) screen() string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return strings.TrimRight(strings.Join(g.visible(), "\n"), "\n")
}

// typed sends bytes as the terminal does when keys are pressed.
func (g *glass) typed(bytes string) {
	g.t.Helper()
	if _, err := g.keys.WriteString(bytes); err != nil {
		g.t.Fatal(err)
	}
}

// peek lets f look at the model while nothing else happens; false if the program has ended.
func (g *glass) peek(f func(*model)) bool {
	g.t.Helper()
	l := look{f, make(chan struct{})}
	go g.program.Send(l)
	select {
	case <-l.done:
		return true
	case err := <-g.ended:
		g.ended <- err
	case <-time.After(patienceOfTests):
		g.t.Fatal("the event loop does not answer")
	}
	return false
}

// marker is the first of the characters that no key sends: they mark places in the input.
const marker = 0xf0000

// read waits until the program has read all that was typed. A marker may be lost
// behind half a sequence; another one is sent then.
func (g *glass) read() {
	g.t.Helper()
	deadline := time.After(patienceOfTests)
	for {
		g.marker++
		g.typed(fmt.Sprintf("\x1b[%du", g.marker))
		again := time.After(300 * time.Millisecond)
		for waiting := true; waiting; {
			select {
			case r := <-g.markers:
				if r == g.marker {
					return
				}
			case err := <-g.ended:
				g.ended <- err
				return
			case <-again:
				waiting = false
			case <-deadline:
				g.t.Fatal("the program does not read")
			}
		}
	}
}

// remembered is how many lines above the view are compared again and again.
const remembered = 500

// patienceOfTests bounds every wait; what is waited for comes within milliseconds.
const patienceOfTests = 20 * time.Second

// settle waits until the screen is what the front end believes; it tells what differs
// if that does not happen. over reports that the program has ended.
func (g *glass) settle() (over bool, difference string) {
	deadline := time.After(patienceOfTests)
	for {
		p := probe{make(chan picture, 1)}
		go g.program.Send(p)
		select {
		case pic := <-p.reply:
			if difference = g.compare(pic); difference == "" {
				return false, ""
			}
		case err := <-g.ended:
			g.ended <- err
			return true, ""
		case <-deadline:
			return false, "the event loop does not answer; before: " + difference
		}
		select {
		case <-g.fed:
		case <-time.After(20 * time.Millisecond): // the model may have moved without a drawing
		case <-deadline:
			return false, difference
		}
	}
}

// compare tells how the screen differs from the picture, nothing if it does not.
func (g *glass) compare(p picture) string {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !p.settled {
		return fmt.Sprintf("not settled: phase %d, %d lines printed, %s", p.phase, p.printed, p.busy)
	}
	top, wrong := g.compareView(p)
	if wrong != "" || p.paged {
		return wrong
	}
	rows := g.rows()
	above := rows[:len(rows)-g.em.Height()+top]
	if wrong := g.compareScrollback(above, p.printed); wrong != "" {
		return wrong
	}
	if g.shaken {
		g.shaken, g.mark, g.archive = false, p.printed, nil
	}
	g.mark = max(g.mark, p.printed-remembered)
	return ""
}

// compareView compares the view, cell by cell with its colours, and the cursor.
func (g *glass) compareView(p picture) (top int, wrong string) {
	want := uv.NewScreenBuffer(g.em.Width(), p.height)
	if g.clusters {
		want.Method = ansi.GraphemeWidth
	}
	uv.NewStyledString(p.content).Draw(want, want.Bounds())
	at := g.em.CursorPosition()
	if p.cursor != nil {
		top = at.Y - p.cursor.Y
	} else {
		drawn := strings.TrimRight(ansi.Strip(p.content), " \n") // the editor's last row may be empty
		top = g.bottom() - strings.Count(drawn, "\n")
	}
	if top = max(top, 0); top+p.height > g.em.Height() {
		return top, fmt.Sprintf("a view of %d rows at row %d of %d\n%s\nview\n%s", p.height, top, g.em.Height(), strings.Join(g.visible(), "\n"), ansi.Strip(p.content))
	}
	for y := range g.em.Height() - top {
		for x := range g.em.Width() {
			got, should := g.em.CellAt(x, top+y), (*uv.Cell)(nil)
			if y < p.height {
				should = want.CellAt(x, y)
			}
			if !alike(got, should) {
				return top, fmt.Sprintf("row %d column %d of the view: %v, want %v\n%s\nview from row %d\n%s", y, x, show(got), show(should), strings.Join(g.visible(), "\n"), top, ansi.Strip(p.content))
			}
		}
	}
	if p.cursor != nil && (at.X != p.cursor.X || at.Y != top+p.cursor.Y) {
		return top, fmt.Sprintf("cursor at %d,%d, want %d,%d", at.X, at.Y, p.cursor.X, top+p.cursor.Y)
	}
	return top, ""
}

// bottom is the last row with something on it.
func (g *glass) bottom() int {
	rows := g.visible()
	for y := len(rows) - 1; y >= 0; y-- {
		if rows[y] != "" {
			return y
		}
	}
	return 0
}

// alike compares two cells by what is seen of them.
func alike(a, b *uv.Cell) bool {
	x, y := seen(a), seen(b)
	return x.Content == y.Content && x.Style.Equal(&y.Style)
}

func seen(c *uv.Cell) uv.Cell {
	if c == nil || c.Content == "" && c.Width <= 1 {
		c = &uv.EmptyCell
	}
	s := *c
	if s.Content == " " || s.Content == "" {
		// Of a blank, the ground and lines are seen.
		s.Style.Fg = nil
		s.Style.Attrs &= uv.AttrReverse
	}
	return s
}

func show(c *uv.Cell) string {
	if c == nil {
		return "nothing"
	}
	return fmt.Sprintf("%q %q", c.Content, c.Style.String())
}

// compareScrollback looks for the lines that were printed: those since the window
// last changed stand above the view, one after the other; all others, whatever the
// change has made of the rows between them, are still there and in order.
func (g *glass) compareScrollback(above []string, printed int) string {
	if !g.shaken {
		recent := g.printed[g.mark:printed]
		if len(recent) > len(above) {
			return fmt.Sprintf("%d lines above the view, %d were printed", len(above), len(recent))
		}
		rows := above[len(above)-len(recent):]
		for i, line := range recent {
			if want := plainRow(line); rows[i] != want {
				return fmt.Sprintf("line %d of %d above the view is %q, want %q\nrows\n%s", i, len(recent), rows[i], want, strings.Join(rows[max(0, i-5):min(len(rows), i+5)], "\n"))
			}
		}
		return ""
	}
	all := slices.Concat(g.archive, above)
	at := 0
	for i, line := range g.printed[g.mark:printed] {
		want, from := firstWord(line), at
		for at < len(all) && !strings.HasPrefix(all[at], want) {
			at++
		}
		if at == len(all) {
			return fmt.Sprintf("line %d, %q, is lost\nprinted\n%s\nrows from %d\n%s", i, line,
				ansi.Strip(strings.Join(g.printed[g.mark+max(0, i-20):g.mark+i+1], "\n")), from, strings.Join(all[max(0, from-20):min(len(all), from+40)], "\n"))
		}
	}
	return ""
}

// plainRow is how a printed line looks on the screen.
func plainRow(line string) string { return strings.TrimRight(ansi.Strip(line), " ") }

// firstWord is the part of a line that no change of the window breaks.
func firstWord(line string) string {
	word := []rune(plainRow(line))
	return strings.TrimRight(string(word[:min(len(word), 8)]), " ")
}
