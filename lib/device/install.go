package device

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"

	"github.com/gomlx/go-xla/installer"
	"graft/lib/hub"
)

// wheel is the CPU plugin that graft is tested with: an unmodified build of
// XLA (PJRT API 0.106) that go-xla v0.4.0 loads. See
// shared/reference/performance.md for the two other wheels and why not those.
var wheel = hub.Source{
	Ref:  "pypi:fastatomstruct-xla-cpu==2026.6.23",
	File: "fastatomstruct_xla_cpu/libpjrt_cpu.so",
	Size: 273768800, ArchiveSize: 63_200_622,
	SHA256:  "0a0fe56ca17be9efc7b942e89e534e5e0ad4a0f1e369b66d27b62184509015b9",
	Licence: "Apache-2.0",
}

// wheelPlatform is the only platform the wheel is made for.
const wheelPlatform = "linux/amd64"

// Install fetches and installs a plugin of the kind and returns it: for the
// CPU the wheel through pip, else go-xla's own installer, which also knows
// CUDA's. Progress goes to the display of ctx. What is there already is kept.
func Install(ctx context.Context, kind Kind) (Plugin, error) {
	switch kind {
	case CPU:
		return installCPU(ctx)
	case CUDA:
		return installWith(ctx, kind, installer.CudaAutoInstall)
	}
	return Plugin{}, fmt.Errorf("device: nothing to install for the backend %q (use cuda or cpu)", kind)
}

func installCPU(ctx context.Context) (Plugin, error) {
	var why error
	if platform := runtime.GOOS + "/" + runtime.GOARCH; platform == wheelPlatform {
		path, err := hub.Fetch(ctx, wheel)
		if err == nil {
			return Plugin{Path: path, Kind: CPU, From: wheel.Ref}, nil
		}
		if ctx.Err() != nil || hub.Offline() {
			return Plugin{}, err
		}
		why = err
	}
	p, err := installWith(ctx, CPU, installer.CPUAutoInstall)
	if err != nil {
		return Plugin{}, errors.Join(why, err)
	}
	return p, nil
}

// installWith runs one of go-xla's installers (v0.4.0: it takes no context, so
// an interrupt abandons it; it renames into place, so what it leaves is whole).
func installWith(ctx context.Context, kind Kind, install func(dir string, useCache bool, v installer.VerbosityLevel) error) (Plugin, error) {
	if hub.Offline() {
		return Plugin{}, fmt.Errorf("device: no %s plugin is installed and the hub is offline (unset %s and run `graft doctor --fix`)", kind, hub.EnvOffline)
	}
	lib, err := installer.DefaultHomeLibPath()
	if err != nil {
		return Plugin{}, fmt.Errorf("device: no home folder to install the %s plugin in (set HOME): %w", kind, err)
	}
	done := make(chan error, 1)
	go func() { done <- install(filepath.Join(lib, "go-xla"), true, installer.Quiet) }()
	select {
	case err = <-done:
	case <-ctx.Done():
		return Plugin{}, ctx.Err()
	}
	if err != nil {
		return Plugin{}, fmt.Errorf("device: go-xla's installer found no %s plugin (check the network, or name a plugin file in %s): %w", kind, EnvPlugin, err)
	}
	for _, p := range Installed(kind) {
		return p, nil
	}
	return Plugin{}, fmt.Errorf("device: go-xla's installer left no %s plugin in %s", kind, lib)
}
