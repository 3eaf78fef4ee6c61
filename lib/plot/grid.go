package plot

import (
	"image"

	"graft/lib/display"
)

// Tile is one picture of a grid.
type Tile struct {
	Image   image.Image
	Caption string
	// Good marks the tile right or wrong (a tick or a cross beside the caption);
	// nil for neither.
	Good *bool
}

// Grid is a sheet of thumbnails with captions.
type Grid struct {
	Title  string
	Images []Tile
	Note   string
}

// Display draws the grid. Pictures are shrunk to thumbnails; nil images are
// drawn as empty frames.
func (g Grid) Display() display.Bundle {
	return drawn(bundle(g.table().grid().text(plainInk), g.terminal(), g.html()), g.draw)
}
