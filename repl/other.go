package repl

import (
	"bytes"

	"github.com/charmbracelet/x/ansi"
)

// other is what the printer knows of the terminal's other screen, on which nothing
// can be printed.
type other struct {
	held bool // the pager is open
	alt  bool // the terminal shows the other screen
}

// hidden reports whether the first screen cannot be printed on.
func (o *other) hidden() bool { return o.held || o.alt }

// switches finds the change of screens in what is about to be written to the
// terminal: who sees a screen may press keys that are meant for it.
func (p *printer) switches(text []byte) {
	on := bytes.LastIndex(text, []byte(ansi.SetModeAltScreenSaveCursor))
	off := bytes.LastIndex(text, []byte(ansi.ResetModeAltScreenSaveCursor))
	if on == off {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.alt = on > off
	p.changed.Broadcast()
}

// elsewhere reports whether the terminal shows its other screen.
func (p *printer) elsewhere() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.alt
}

// hold keeps what is printed back until it is called with false and the terminal
// shows its first screen.
func (p *printer) hold(on bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.held = on
	p.changed.Broadcast()
}
