package train

import (
	"errors"
	"fmt"
	"strings"
)

// ErrMemory is wrapped by errors of a device that had no memory left.
var ErrMemory = errors.New("out of memory")

// explain adds a remedy to errors that have one: a device out of memory gets a batch
// size to try.
func explain(err error, batch int) error {
	if err == nil || !outOfMemory(err) {
		return err
	}
	if batch <= 1 {
		return fmt.Errorf("train: %w with one example at a time (use smaller images, or freeze more stages): %v", ErrMemory, err)
	}
	return fmt.Errorf("train: %w at batch size %d (try BatchSize(%d), or freeze more stages): %v", ErrMemory, batch, max(1, batch/2), err)
}

// outOfMemory recognises how XLA's CPU and GPU clients say it.
func outOfMemory(err error) bool {
	text := strings.ToLower(err.Error())
	for _, sign := range []string{"resource_exhausted", "out of memory", "failed to allocate", "cannot allocate memory"} {
		if strings.Contains(text, sign) {
			return true
		}
	}
	return false
}
