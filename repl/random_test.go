//go:build unix

package repl

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
)

var (
	keyCount = flag.Int("keys", 2000, "how many keys TestRandomKeys presses")
	keySeed  = flag.Uint64("seed", 1, "the seed of TestRandomKeys")
)

// TestRandomKeys presses keys at random, of the tables and others, types text and
// cells, pastes, changes the window, and lets cells and their goroutines print. From
// time to time the emulator's screen is compared with the model: what is typed, the
// cursor, the colours, and all that was printed, in order. It never crashes, and no
// cell is missing in the history.
//
//	go test ./repl -run TestRandomKeys -keys 50000 -seed 7
func TestRandomKeys(t *testing.T) {
	t.Setenv("VISUAL", "true") // an editor that changes nothing
	m := &monkey{t: t, r: rand.New(rand.NewPCG(*keySeed, 0)), names: bound()}
	defer func() {
		if t.Failed() || os.Getenv("MONKEY") != "" {
			t.Logf("seed %d; the last steps:\n%s", *keySeed, strings.Join(m.steps[max(0, len(m.steps)-40):], "\n"))
			t.Logf("the last bytes: %q", m.g.written)
		}
	}()
	m.joined = m.r.IntN(2) == 0
	m.sit(newFake())
	for n := 0; n < *keyCount && !t.Failed(); {
		for range 1 + m.r.IntN(12) {
			n += m.step()
		}
		m.check()
	}
	m.history()
	t.Logf("seed %d: %d cells ran, %d sittings", *keySeed, len(m.ran)+len(m.g.fake.cells()), 1+strings.Count(strings.Join(m.steps, "\n"), "\nleft"))
}

// monkey presses keys.
type monkey struct {
	t     *testing.T
	r     *rand.Rand
	g     *glass
	names []string
	steps []string
	cells int      // that were written so far: each has text of its own
	ran   []string // in earlier sittings
	width int
	high  int

	joined bool   // the terminals know joined characters
	last   string // what was sent
}

// sit begins a session on a new terminal.
func (m *monkey) sit(f *fake) {
	m.width, m.high = 20+m.r.IntN(100), 5+m.r.IntN(40)
	m.note("a terminal of %dx%d, joined characters %v", m.width, m.high, m.joined)
	m.g = newGlass(m.t, f, m.width, m.high, m.joined)
	m.g.on("In [1]:")
}

func (m *monkey) note(format string, args ...any) {
	m.steps = append(m.steps, fmt.Sprintf(format, args...))
}

func (m *monkey) send(what, bytes string) {
	m.note("%s %q", what, bytes)
	m.last = what
	m.g.typed(bytes)
}

// step does one thing, and tells how many keys it took.
func (m *monkey) step() int {
	switch m.r.IntN(20) {
	case 0, 1, 2, 3, 4, 5:
		name := m.names[m.r.IntN(len(m.names))]
		m.send(name, bytesOf(name))
	case 6, 7, 8, 9:
		text := m.text()
		if m.last == "esc" {
			text = "x" + text // else half of a joined character goes with the key, and its rest begins a line
		}
		m.send("text", text)
		return len([]rune(text))
	case 10, 11, 12, 13:
		cell := m.cell()
		m.send("cell", cell+"\r")
		return len(cell) + 1
	case 14:
		m.send("paste", "\x1b[200~"+m.pasted()+"\x1b[201~")
	case 15:
		m.send("broken", broken[m.r.IntN(len(broken))])
	case 16:
		m.width, m.high = 20+m.r.IntN(100), 5+m.r.IntN(40)
		m.note("window %dx%d", m.width, m.high)
		m.g.resize(m.width, m.high)
	case 17, 18:
		m.speak()
	case 19:
		// Of what old sessions are made: the newest cells again, and out of everything.
		name := []string{"up", "enter", "ctrl+c", "ctrl+r", "esc", "alt+enter"}[m.r.IntN(6)]
		m.send(name, bytesOf(name))
	}
	return 1
}

// broken are sequences that no terminal should send, and parts of real ones.
var broken = []string{"\x1b[", "\x1b[1;", "\x1b[?", "\x1bO", "\x1b]0;x\x07", "\x1bP1$r\x1b\\", "\x1b[<0;1;1M", "\x1b[M !!", "\x1b[I", "\x1b[99~", "\xc3", "\xff\xfe", "\x00", "\x1b\x1b", "\x1b[1;1R", "\x1b[201~", "\x1b[57399u"}

// characters of one cell and two, joined ones where the terminal knows them.
var (
	plainText  = strings.Split(`a b x := 1 " ' ( ) { } [ ] . , / * é ß 写 真 🚀 λ – … ᚠ`, " ")
	joinedText = strings.Split("❤️ 👩‍🔬 🇩🇪 👍🏽", " ")
)

func (m *monkey) text() string {
	var b strings.Builder
	for range 1 + m.r.IntN(12) {
		switch {
		case m.joined && m.r.IntN(8) == 0:
			b.WriteString(joinedText[m.r.IntN(len(joinedText))])
		case m.r.IntN(6) == 0:
			b.WriteByte(' ')
		default:
			b.WriteString(plainText[m.r.IntN(len(plainText))])
		}
	}
	return b.String()
}

func (m *monkey) pasted() string {
	var lines []string
	for range 1 + m.r.IntN(1+m.r.IntN(60)) {
		lines = append(lines, strings.Repeat("\t", m.r.IntN(3))+m.text())
	}
	return strings.Join(lines, []string{"\n", "\r", "\r\n"}[m.r.IntN(3)])
}

// verbs are what cells of the fake session do.
var verbs = []string{"print", "print", "print", "part", "value", "show a", "update a", "fit", "fail", "count", "colour", "clear", "wait", "ask", "train f", "async g", "page", "slow 300ms"}

func (m *monkey) cell() string {
	m.cells++
	verb := verbs[m.r.IntN(len(verbs))]
	return fmt.Sprintf("%s p%d %s", verb, m.cells, m.text())
}

// speak lets a goroutine of an earlier cell print.
func (m *monkey) speak() {
	m.cells++
	text := fmt.Sprintf("late p%d %s", m.cells, m.text())
	if m.r.IntN(3) > 0 {
		text += "\n"
	}
	m.note("goroutine %q", text)
	m.g.fake.say(text)
}

// check compares the screen with the model, and begins again where the keys have
// ended the session.
func (m *monkey) check() {
	m.t.Helper()
	m.note("compare")
	m.g.read()
	over, difference := m.g.settle()
	if difference != "" {
		m.t.Errorf("%s", difference)
		return
	}
	if over {
		m.note("left")
		if err := <-m.g.ended; err != nil {
			m.t.Errorf("ended with %v", err)
		}
		m.history()
		m.g.close()
		m.ran = append(m.ran, m.g.fake.cells()...)
		m.sit(newFake(m.ran...))
		return
	}
	m.free()
}

// free lets a cell go on that waits.
func (m *monkey) free() {
	waits := false
	m.g.peek(func(x *model) { waits = x.phase != idle })
	if waits && m.r.IntN(2) == 0 {
		m.send("ctrl+c", "\x03")
	}
}

// history checks that all cells can be found again.
func (m *monkey) history() {
	m.t.Helper()
	for _, cell := range append(m.ran, m.g.fake.cells()...) {
		if want := strings.TrimSpace(cell); want != "" {
			if _, ok := m.g.m.history.Search(want, m.g.m.history.Len(), -1); !ok {
				m.t.Errorf("%q is not in the history", cell)
			}
		}
	}
}
