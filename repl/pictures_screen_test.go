//go:build unix

package repl

import (
	"strings"
	"testing"
)

// Pictures in pixels take exactly their rows, also where the view leaves them little
// room: what the emulator, which shows none, has around them is what was printed.
func TestPicturesLeaveTheScreenAlone(t *testing.T) {
	for _, kind := range []string{"sixel", "kitty"} {
		for _, height := range []int{40, 12} {
			g := newGlass(t, newFake(), 80, height, true)
			g.on("In [1]:")
			g.peek(func(m *model) {
				if _, _, err := m.setPictures(kind); err != nil {
					t.Error(err)
				}
			})
			g.ran("plot curves")
			g.ran("fit 2\nplot grid")
			g.ran("print after")
			g.on("after\nIn [4]:")
			g.resize(50, height)
			g.ran("plot photo")
			g.ran("print again")
			g.on("again\nIn [6]:")
			g.mu.Lock()
			all := strings.Join(g.printed, "\n")
			g.mu.Unlock()
			if n := strings.Count(all, "\x1b_graft;"); n < 30 {
				t.Errorf("%s: %d rows of pictures", kind, n)
			}
		}
	}
}
