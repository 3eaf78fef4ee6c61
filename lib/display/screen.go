package display

import (
	"image"
	"image/color"
)

// Screen is the part of a terminal that a drawing may fill.
type Screen struct {
	// Columns and Rows are its size in cells of text, at least 1.
	Columns, Rows int
	// Cell is the size of a cell in pixels; zero where there is text alone.
	Cell image.Point
	// Colour allows ANSI colours in text.
	Colour bool
	// Typed keeps text to the characters of a typewriter: no blocks, no braille.
	Typed bool
	// Ground is the colour behind the text; nil, where nobody knows, counts as black.
	Ground color.Color
}

// Part is a piece of a drawing on a [Screen], below the piece before it.
type Part struct {
	// Text holds whole lines, in the width of the screen.
	Text string
	// Image is shown pixel for pixel from the left edge instead of Text; only
	// screens with a Cell get one. Clear parts show the ground.
	Image image.Image
}
