// Package device opens the one compute backend of a process: XLA with the CUDA
// plugin, XLA with the CPU plugin, or the pure Go backend. It finds, checks and
// installs the plugin, as opposed to package nn, which works round what a
// backend is slow at, and to package hub, which does the downloading.
//
//	dev, err := device.Open(ctx)
//	if err != nil {
//		return err
//	}
//	exec, err := graph.NewExec(dev.Backend, modelFn)
//
// The backend is chosen once, by the first call; [Shared] is the short form for
// code that has no context at hand. GRAFT_BACKEND chooses it by hand (auto,
// cuda, cpu or go) and GRAFT_PJRT_PLUGIN names a plugin file to load instead of
// searching for one. GRAFT_HEAP=libc has XLA on the CPU get its memory from the C
// library alone, which is slower.
package device

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/gomlx/compute"
	"graft/lib/display"
)

// Environment variables that decide the backend, and how it gets memory.
const (
	EnvBackend = "GRAFT_BACKEND"     // auto (default), cuda, cpu or go
	EnvPlugin  = "GRAFT_PJRT_PLUGIN" // path of a PJRT plugin (.so, .dylib)
	EnvHeap    = "GRAFT_HEAP"        // libc: XLA's large blocks come from there, too
)

// Kind is the kind of backend: which hardware it runs on and through what.
type Kind string

// The kinds, in order of preference.
const (
	CUDA Kind = "cuda" // XLA on an NVIDIA GPU
	CPU  Kind = "cpu"  // XLA on the CPU
	Go   Kind = "go"   // pure Go on the CPU: correct, and slow at convolutions
)

// Device is an open backend and where it came from.
type Device struct {
	Backend compute.Backend
	Kind    Kind
	Plugin  Plugin        // zero for the pure Go backend
	Load    time.Duration // time to load the plugin and make its client
	Kept    error         // why compiled programs are not kept on disk; nil if they are
	// Warning is one line for the user when the backend is not the best this
	// machine could have; "" when all is well.
	Warning string
}

// String names the backend in a few words: "XLA CPU, PJRT 0.106".
func (d *Device) String() string {
	switch d.Kind {
	case CUDA:
		return "XLA CUDA, PJRT " + d.Plugin.API
	case CPU:
		return "XLA CPU, PJRT " + d.Plugin.API
	}
	return "pure Go"
}

var opened struct {
	sync.Mutex
	device *Device
}

// Open returns the process's device, choosing and, if need be, installing it on
// the first call: an explicit plugin, an installed one, the wheel, go-xla's own
// installer, and at last the pure Go backend with a warning on the display of
// ctx. An interrupt of ctx during the installation leaves nothing half-installed
// and the next call tries again.
//
// It fails for a GRAFT_PJRT_PLUGIN that cannot be loaded and for a GRAFT_BACKEND
// that is unknown or not to be had; everything else falls back.
func Open(ctx context.Context) (*Device, error) {
	opened.Lock()
	defer opened.Unlock()
	if opened.device != nil {
		return opened.device, nil
	}
	d, err := open(ctx)
	if err != nil {
		return nil, err
	}
	if d.Warning != "" {
		fmt.Fprintln(display.From(ctx).Writer(), d.Warning)
	}
	opened.device = d
	return d, nil
}

// Shared is [Open] without a context, for code that only needs the backend.
func Shared() (compute.Backend, error) {
	d, err := Open(context.Background())
	if err != nil {
		return nil, err
	}
	return d.Backend, nil
}

func open(ctx context.Context) (*Device, error) {
	if path := os.Getenv(EnvPlugin); path != "" {
		return openExplicit(path)
	}
	switch want := Kind(strings.ToLower(os.Getenv(EnvBackend))); want {
	case "", "auto":
		return openBest(ctx)
	case CUDA, CPU:
		d, err := openXLA(ctx, want)
		if err != nil {
			return nil, fmt.Errorf("device: %s=%s, but it cannot be opened (unset it for the best available, or run `graft doctor --fix`): %w", EnvBackend, want, err)
		}
		return d, nil
	case Go:
		return openGo("")
	default:
		return nil, fmt.Errorf("device: unknown %s %q (use auto, cuda, cpu or go)", EnvBackend, want)
	}
}

// openBest tries the kinds in order of preference. The reasons of all that
// failed are part of the warning, for doctor to show.
func openBest(ctx context.Context) (*Device, error) {
	var why []error
	for _, kind := range preferred() {
		d, err := openXLA(ctx, kind)
		if err == nil {
			if len(why) > 0 {
				d.Warning = fmt.Sprintf("graft: the GPU is not used: %v", errors.Join(why...))
			}
			return d, nil
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		why = append(why, err)
	}
	return openGo(slowWarning(errors.Join(why...)))
}

// slowWarning is one line: how slow, why, and how to mend. The figures are
// those of shared/reference/performance.md, and bench/device repeats them.
func slowWarning(why error) string {
	reason, _, _ := strings.Cut(why.Error(), "\n")
	return fmt.Sprintf("graft: no XLA plugin, so the pure Go backend is used: convolutions are about 300 times slower; mend with `graft doctor --fix` (%s)", reason)
}
