package graphics

import (
	"fmt"
	"strings"

	"graft/internal/near"
)

// Kind is a way to show pictures.
type Kind int

// The kinds, each better than the one before it where the terminal has it.
const (
	Auto    Kind = iota // the best that the terminal has
	Text                // typewriter characters
	Braille             // dots without colour
	Blocks              // half blocks in colour
	Sixel               // pixels of up to 256 colours
	Kitty               // pixels, by kitty's graphics protocol
)

var kindNames = []string{"auto", "text", "braille", "blocks", "sixel", "kitty"}

// String returns the name that [Parse] takes.
func (k Kind) String() string { return kindNames[k] }

// Pixels reports whether pictures are pixels.
func (k Kind) Pixels() bool { return k == Sixel || k == Kitty }

// Parse returns the kind of a name, Auto for an empty one.
func Parse(name string) (Kind, error) {
	if name == "" {
		return Auto, nil
	}
	for k, n := range kindNames {
		if n == strings.ToLower(strings.TrimSpace(name)) {
			return Kind(k), nil
		}
	}
	return Auto, fmt.Errorf("graphics: unknown pictures %q%s: kitty, sixel, blocks, braille, text or auto", name, near.Hint(name, kindNames))
}
