package train

import (
	"io"

	"graft/lib/display"
)

// silence is a sink that shows nothing.
type silence struct{}

func (silence) Show(display.Bundle)   {}
func (silence) Update(display.Bundle) {}
func (silence) Writer() io.Writer     { return io.Discard }
