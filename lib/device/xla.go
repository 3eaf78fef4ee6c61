package device

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/gomlx/compute"
	_ "github.com/gomlx/compute/gobackend" // registers the "go" backend
	"github.com/gomlx/go-xla/compute/xla"
	"github.com/gomlx/go-xla/installer"
	"github.com/gomlx/go-xla/pjrt"
	"graft/lib/hub"
)

func init() {
	// Installing is this package's own business: it checks digests, shows
	// progress, and can be interrupted.
	xla.EnableAutoInstall(false)
}

// preferred lists the XLA kinds worth trying on this machine.
func preferred() []Kind {
	if installer.HasNvidiaGPU() {
		return []Kind{CUDA, CPU}
	}
	return []Kind{CPU}
}

func openExplicit(path string) (*Device, error) {
	kind := CPU
	if isCUDA(path) {
		kind = CUDA
	}
	d, err := load(Plugin{Path: path, Kind: kind, From: EnvPlugin})
	if err != nil {
		return nil, fmt.Errorf("device: %s=%q cannot be used (name a PJRT plugin file, or unset it): %w", EnvPlugin, path, err)
	}
	return d, nil
}

// openXLA loads the first plugin of the kind that works: installed ones in
// order, then one that it installs.
func openXLA(ctx context.Context, kind Kind) (*Device, error) {
	var why []error
	for _, p := range Installed(kind) {
		d, err := load(p)
		if err == nil {
			return d, nil
		}
		why = append(why, err)
	}
	p, err := Install(ctx, kind)
	if err != nil {
		return nil, errors.Join(append(why, err)...)
	}
	d, err := load(p)
	if err != nil {
		return nil, errors.Join(append(why, err)...)
	}
	return d, nil
}

func load(p Plugin) (d *Device, err error) {
	start := time.Now()
	if err := p.check(); err != nil {
		return nil, err
	}
	// go-xla v0.4.0 reports some plugin faults by panicking.
	defer func() {
		if r := recover(); r != nil {
			d, err = nil, fmt.Errorf("device: plugin %q: %v", p.Path, r)
		}
	}()
	if err := p.setFlags(); err != nil {
		return nil, fmt.Errorf("device: plugin %q: %w", p.Path, err)
	}
	kept := watch(p, filepath.Join(hub.CacheDir(), "executables"))
	p.keepBlocks()
	backend, err := xla.NewWithOptions(p.config(), nil)
	if err != nil {
		return nil, fmt.Errorf("device: plugin %q: %w", p.Path, err)
	}
	if loaded, err := pjrt.GetPlugin(p.Path); err == nil {
		major, minor := loaded.Version()
		p.API = fmt.Sprintf("%d.%d", major, minor)
	}
	return &Device{Backend: backend, Kind: p.Kind, Plugin: p, Load: time.Since(start), Kept: kept}, nil
}

// KindOf returns the kind of an open backend, such as the one a graph is built for.
func KindOf(b compute.Backend) Kind {
	x, ok := b.(interface{ PluginName() string })
	switch {
	case !ok:
		return Go
	case isCUDA(x.PluginName()):
		return CUDA
	}
	return CPU
}

// isCUDA tells plugins for NVIDIA's GPUs by their file names.
func isCUDA(path string) bool {
	name := strings.ToLower(filepath.Base(path))
	return strings.Contains(name, "cuda") || strings.Contains(name, "gpu")
}

func openGo(warning string) (*Device, error) {
	start := time.Now()
	backend, err := compute.NewWithConfig("go")
	if err != nil {
		return nil, fmt.Errorf("device: pure Go backend: %w", err)
	}
	return &Device{Backend: backend, Kind: Go, Load: time.Since(start), Warning: warning}, nil
}
