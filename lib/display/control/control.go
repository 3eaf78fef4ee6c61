// Package control holds what a person moves while cells run: a slider, a dropdown,
// a button and a toggle. Code reads their values; a front end that can draw them
// lets the user change them, and every other one shows them as text. It knows no
// front end and no protocol, as opposed to the kernel, which speaks ipywidgets'.
//
//	rate, err := control.NewLogSlider("learning rate", 1e-5, 1e-1, 2e-3)
//	stop := control.NewButton("Stop")
//	err = m.Fit(30, graft.LRFrom(rate.Value), graft.StopWhen(stop.Pressed))
//
// All methods are safe for concurrent use: the user's moves arrive while a cell runs.
package control

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"sync"

	"graft/lib/display"
)

// Kind is the kind of a control.
type Kind string

// The controls.
const (
	KindSlider   Kind = "slider"
	KindDropdown Kind = "dropdown"
	KindButton   Kind = "button"
	KindToggle   Kind = "toggle"
)

// Face is what a front end needs to draw a control.
type Face struct {
	ID    string // unique, also among processes
	Kind  Kind
	Label string
	// Min and Max bound a slider; Log places its values by their logarithm.
	Min, Max float64
	Log      bool
	Options  []string // of a dropdown
	// Value is the float64 of a slider, the index of a dropdown's option, whether
	// a toggle is on, or how often a button was pressed.
	Value any
}

// Control is one of the four, as front ends see it.
type Control interface {
	display.Displayer
	// Face is the control as it is now.
	Face() Face
	// Turn takes what the user did: a float64, which is brought within a slider's
	// bounds, an int index, a bool, or nil for a press of a button.
	Turn(value any) error
	// Watch calls f, which must not change controls, after the program has changed
	// the control; a change by Turn is not reported. stop ends that.
	Watch(f func()) (stop func())
}

// View is a control in the data of a bundle, under [display.Widget]. As JSON it is
// the reference that ipywidgets asks for.
type View struct{ Control }

// MarshalJSON names the control's model.
func (v View) MarshalJSON() ([]byte, error) {
	return json.Marshal(map[string]any{"version_major": 2, "version_minor": 0, "model_id": v.Face().ID})
}

// core is what the controls share.
type core struct {
	mu       sync.Mutex
	face     Face
	watchers map[int]func()
	count    int // of watchers so far
}

func newCore(f Face) core {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	f.ID = hex.EncodeToString(b[:])
	return core{face: f, watchers: map[int]func(){}}
}

// Face is the control as it is now.
func (c *core) Face() Face {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.face
}

// Watch calls f after the program has changed the control; stop ends that.
func (c *core) Watch(f func()) (stop func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.count++
	n := c.count
	c.watchers[n] = f
	return func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		delete(c.watchers, n)
	}
}

// put changes the value without a word.
func (c *core) put(value any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.face.Value = value
}

// set changes the value and says so.
func (c *core) set(value any) {
	c.mu.Lock()
	c.face.Value = value
	var tell []func()
	for _, f := range c.watchers {
		tell = append(tell, f)
	}
	c.mu.Unlock()
	for _, f := range tell {
		f()
	}
}
