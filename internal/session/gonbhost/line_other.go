//go:build !unix

package gonbhost

import "errors"

const back = ""

// line is what this system has no named pipes for.
type line struct{ path string }

func newLine(string) (*line, error) { return nil, errors.ErrUnsupported }

func (*line) drain() {}
func (*line) close() {}
