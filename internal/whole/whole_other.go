//go:build !linux

package whole

import (
	"errors"
	"os"
)

func unnamed(string) *os.File { return nil }

func name(*os.File, string) (string, error) { return "", errors.ErrUnsupported }
