package repl

import (
	"bytes"

	"github.com/charmbracelet/x/ansi"
)

// other is what the printer knows of the terminal's other screen, on which nothing
// can be printed.
type other struct {
	held   bool       // the pager is open
	alt    bool       // the terminal shows the other screen
	turned func(bool) // is told when that changes; may be nil
}

// hidden reports whether the first screen cannot be printed on.
func (o *other) hidden() bool { return o.held || o.alt }

// switched finds the change of screens in what is written to the terminal.
func (o *other) switched(text []byte) bool {
	on := bytes.LastIndex(text, []byte(ansi.SetModeAltScreenSaveCursor))
	off := bytes.LastIndex(text, []byte(ansi.ResetModeAltScreenSaveCursor))
	if on == off {
		return false
	}
	if o.alt = on > off; o.turned != nil {
		o.turned(o.alt)
	}
	return true
}

// hold keeps what is printed back until it is called with false and the terminal
// shows its first screen.
func (p *printer) hold(on bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.held = on
	p.changed.Broadcast()
}
