package control

import (
	"fmt"

	"graft/lib/display"
)

// Button is pressed.
type Button struct {
	core
	seen int // presses that Pressed has told, guarded by core.mu
}

// NewButton makes a button.
func NewButton(label string) *Button {
	return &Button{core: newCore(Face{Kind: KindButton, Label: label, Value: 0})}
}

// Presses is how often the button was pressed.
func (b *Button) Presses() int { return b.Face().Value.(int) }

// Pressed reports whether the button was pressed since the last call of Pressed.
func (b *Button) Pressed() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	n := b.face.Value.(int)
	pressed := n > b.seen
	b.seen = n
	return pressed
}

// Press does what the user's press does.
func (b *Button) Press() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.face.Value = b.face.Value.(int) + 1
}

// Turn takes the user's press, nil.
func (b *Button) Turn(value any) error {
	if value != nil {
		return fmt.Errorf("control: button %q at %v (want nil, a press)", b.Face().Label, value)
	}
	b.Press()
	return nil
}

// Display shows the button.
func (b *Button) Display() display.Bundle {
	switch n := b.Presses(); n {
	case 0:
		return bundle(b, "not pressed", "button")
	case 1:
		return bundle(b, "pressed once", "button")
	default:
		return bundle(b, fmt.Sprintf("pressed %d times", n), "button")
	}
}

// Toggle is on or off.
type Toggle struct{ core }

// NewToggle makes a toggle.
func NewToggle(label string, on bool) *Toggle {
	return &Toggle{newCore(Face{Kind: KindToggle, Label: label, Value: on})}
}

// Value reports whether the toggle is on.
func (t *Toggle) Value() bool { return t.Face().Value.(bool) }

// Set turns the toggle on or off.
func (t *Toggle) Set(on bool) { t.set(on) }

// Turn takes the bool that the user chose.
func (t *Toggle) Turn(value any) error {
	on, ok := value.(bool)
	if !ok {
		return fmt.Errorf("control: toggle %q at %v (want true or false)", t.Face().Label, value)
	}
	t.put(on)
	return nil
}

// Display shows the toggle.
func (t *Toggle) Display() display.Bundle {
	if t.Value() {
		return bundle(t, "on", "toggle")
	}
	return bundle(t, "off", "toggle")
}
