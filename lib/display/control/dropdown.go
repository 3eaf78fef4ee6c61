package control

import (
	"fmt"
	"slices"
	"strings"

	"graft/lib/display"
)

// Dropdown chooses one of several options.
type Dropdown struct{ core }

// NewDropdown makes a dropdown that stands at its first option.
func NewDropdown(label string, options ...string) (*Dropdown, error) {
	if len(options) == 0 {
		return nil, fmt.Errorf("control: dropdown %q without options (give at least one)", label)
	}
	return &Dropdown{newCore(Face{Kind: KindDropdown, Label: label, Options: slices.Clone(options), Value: 0})}, nil
}

// Value is the option chosen.
func (d *Dropdown) Value() string {
	f := d.Face()
	return f.Options[f.Value.(int)]
}

// Index is the number of the option chosen, from 0.
func (d *Dropdown) Index() int { return d.Face().Value.(int) }

// Set chooses an option.
func (d *Dropdown) Set(option string) error {
	f := d.Face()
	i := slices.Index(f.Options, option)
	if i < 0 {
		return fmt.Errorf("control: dropdown %q has no option %q (it has %s)", f.Label, option, strings.Join(f.Options, ", "))
	}
	d.set(i)
	return nil
}

// Turn takes the index of the user's choice.
func (d *Dropdown) Turn(value any) error {
	i, ok := value.(int)
	f := d.Face()
	if !ok || i < 0 || i >= len(f.Options) {
		return fmt.Errorf("control: dropdown %q at option %v (want 0 to %d)", f.Label, value, len(f.Options)-1)
	}
	d.put(i)
	return nil
}

// Display shows the dropdown.
func (d *Dropdown) Display() display.Bundle {
	return bundle(d, d.Value(), "one of "+strings.Join(d.Face().Options, ", "))
}
