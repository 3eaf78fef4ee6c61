//go:build unix

package repl

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"graft/internal/goldentest"
)

// Each screen is what a terminal emulator shows at three widths; on stands for a text
// to wait for.
var screens = []struct {
	name  string
	steps []step
}{
	{"start", nil},
	{"editing", []step{keysOf("for i := range 3 {\rfmt.Println(\"写真\", i)\x1b[A\x1b[F")}},
	{"menu", []step{keysOf("fmt.Pr\t"), until("func(format string)")}},
	{"signature", []step{keysOf("Printf(\"%d\", "), until("...any")}},
	{"search", []step{keysOf("\x12value"), until("value 2")}},
	{"error", []step{keysOf("fail boom\r"), until("In [2]:")}},
	{"long", []step{keysOf("count x\r"), until("In [2]:")}},
	{"picture", []step{keysOf("plot curves\r"), until("In [2]:")}},
	{"fit-running", []step{keysOf("train a 2\r"), until("fit a"), keysOf("nnnnnn"), until("step 2/4")}},
	{"fit-finished", []step{keysOf("train a 2\r"), until("fit a"), keysOf("nnnnnnnn"), until("In [2]:")}},
	{"help", []step{keysOf("set pager off\r"), until("In [2]:"), keysOf("?\r"), until(":help lists")}},
}

// spinner is the line of a cell that takes its time.
var spinner = regexp.MustCompile(`\n.* running \d+s · .*$`)

// step is keys to press, or a text to wait for.
type step struct{ keys, until string }

func keysOf(s string) step { return step{keys: s} }
func until(s string) step  { return step{until: s} }

func TestScreens(t *testing.T) {
	for _, s := range screens {
		for _, width := range []int{40, 80, 120} {
			t.Run(fmt.Sprintf("%s-%d", s.name, width), func(t *testing.T) {
				g := newGlass(t, newFake("value 1", "value 2"), width, 30, true)
				g.on("In [1]:")
				for _, st := range s.steps {
					if st.keys != "" {
						g.typed(st.keys)
						continue
					}
					g.holds(st.until)
				}
				g.read()
				if over, difference := g.settle(); over || difference != "" {
					t.Fatal(over, difference)
				}
				goldentest.Equal(t, fmt.Sprintf("testdata/screen-%s-%d.txt", s.name, width), spinner.ReplaceAllString(g.screen(), "")+"\n"+g.cursor()+"\n")
			})
		}
	}
}

// cursor says where the cursor is seen.
func (g *glass) cursor() string {
	visible := false
	g.peek(func(m *model) { visible = m.View().Cursor != nil })
	if !visible {
		return "no cursor"
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	return fmt.Sprintf("cursor at %d,%d", g.em.CursorPosition().X, g.em.CursorPosition().Y)
}

// holds waits until the screen has text on it.
func (g *glass) holds(text string) {
	g.t.Helper()
	for deadline := time.Now().Add(patienceOfTests); ; {
		over, difference := g.settle()
		switch {
		case over || difference != "" || time.Now().After(deadline):
			g.t.Fatalf("no %q on the screen: ended %v %s\n%s", text, over, difference, g.screen())
		case strings.Contains(g.screen(), text):
			return
		}
	}
}
