package kernel

import (
	"context"
	"os"
	"time"
)

// watchParent calls gone when the process that started this one has died: a
// kernel without its client would live for ever. Only a kernel that a client
// started (it sets JPY_PARENT_PID) has a parent to miss.
func watchParent(ctx context.Context, gone func()) {
	if os.Getenv("JPY_PARENT_PID") == "" {
		return
	}
	parent := os.Getppid()
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			if os.Getppid() != parent {
				gone()
				return
			}
		case <-ctx.Done():
			return
		}
	}
}
