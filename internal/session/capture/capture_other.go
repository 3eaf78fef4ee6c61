//go:build !unix

package capture

import "os"

// Capture catches nothing on this system.
type Capture struct{}

// Start does nothing on this system.
func Start(func(stream string, text []byte)) (*Capture, error) { return &Capture{}, nil }

// Stdout is standard output.
func (*Capture) Stdout() *os.File { return os.Stdout }

// Stderr is standard error.
func (*Capture) Stderr() *os.File { return os.Stderr }

// Drain does nothing.
func (*Capture) Drain() {}

// Close does nothing.
func (*Capture) Close() {}
