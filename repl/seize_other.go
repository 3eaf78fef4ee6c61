//go:build !unix

package repl

import "os"

// seized is the terminal while a screen is drawn on it; output of native
// libraries is not caught on this system.
type seized struct{ screen *os.File }

func seize(out *os.File) (*seized, error)   { return &seized{screen: out}, nil }
func (s *seized) forward(func(text string)) {}
func (s *seized) drain()                    {}
func (s *seized) release()                  {}
