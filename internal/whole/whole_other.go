//go:build !linux

package whole

import (
	"errors"
	"io/fs"
	"os"
)

func unnamed(string, fs.FileMode) *os.File { return nil }

func name(*os.File, string) (string, error) { return "", errors.ErrUnsupported }
