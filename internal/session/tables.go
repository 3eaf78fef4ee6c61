package session

// The packages that cells may import: the standard library, graft's own and
// GoMLX. Their tables expand when a cell first uses them.
import (
	_ "graft/internal/golang/registry/std"
	_ "graft/internal/session/bindings"
)
