package repl

import (
	"fmt"
	"regexp"
	"time"
)

// slow is the time from which a cell says how long it took.
const slow = 200 * time.Millisecond

// tellElapsed prints how long a cell took, below its output, unless the cell tells
// it itself.
func (m *model) tellElapsed(elapsed time.Duration) {
	if elapsed >= slow && !m.timed {
		m.print(m.painter.Theme.Muted.Render("took " + span(elapsed)))
	}
}

// timesItself matches a cell that begins with a command that times it.
var timesItself = regexp.MustCompile(`^\s*(:|%%?)time(it)?\b`)

// span writes a duration as people do.
func span(d time.Duration) string {
	switch {
	case d < 10*time.Second:
		return fmt.Sprintf("%.1f s", d.Seconds())
	case d < time.Minute:
		return fmt.Sprintf("%.0f s", d.Seconds())
	case d < time.Hour:
		return fmt.Sprintf("%d min %d s", d/time.Minute, d%time.Minute/time.Second)
	}
	return fmt.Sprintf("%d h %d min", d/time.Hour, d%time.Hour/time.Minute)
}
