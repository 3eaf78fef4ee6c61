package device

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"github.com/gomlx/go-xla/pjrt"
	"graft/lib/hub"
)

// Plugin is a PJRT plugin file.
type Plugin struct {
	Path string `json:"path"`
	Kind Kind   `json:"kind"`
	From string `json:"from"` // who put it there, or which setting names it
	API  string `json:"api"`  // PJRT API version, known once loaded
}

// Digest returns the SHA-256 of the plugin file in hexadecimal. It reads the
// whole file: about a second for the CPU plugin.
func (p Plugin) Digest() (string, error) {
	f, err := os.Open(p.Path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// Known reports whether digest is that of the wheel's plugin, the one that
// graft is tested with.
func Known(digest string) bool { return digest == wheel.SHA256 }

// check finds the faults that loading would report badly or not survive.
func (p Plugin) check() error {
	info, err := os.Stat(p.Path)
	switch {
	case err != nil:
		return fmt.Errorf("device: plugin %q: %w", p.Path, err)
	case info.IsDir():
		return fmt.Errorf("device: plugin %q is a folder (name the .so file in it)", p.Path)
	case p.Path != filepath.Clean(p.Path) || !filepath.IsAbs(p.Path):
		return fmt.Errorf("device: plugin %q is not a clean absolute path", p.Path)
	case strings.Contains(p.Path, ","):
		// go-xla v0.4.0 reads what follows a comma as options.
		return fmt.Errorf("device: plugin %q has a comma in its path (move it to a folder without one)", p.Path)
	}
	return nil
}

// config is go-xla's name for the plugin. A plugin given by path counts as one
// for the CPU, which shares buffers with Go, only if its path says "cpu"
// (go-xla v0.4.0, Plugin.IsCPU), so sharing is set outright.
func (p Plugin) config() string {
	if p.Kind == CPU {
		return p.Path + ",shared_buffers=true"
	}
	return p.Path
}

// Installed lists the plugins of a kind found on this machine, best first: the
// one in graft's cache, then those on go-xla's search path
// (PJRT_PLUGIN_LIBRARY_PATH, ~/.local/lib/go-xla, /usr/local/lib/go-xla, the
// system's library folders). None is loaded.
func Installed(kind Kind) []Plugin {
	var found []Plugin
	if kind == CPU {
		if path, ok := hub.Cached(wheel); ok {
			found = append(found, Plugin{Path: path, Kind: CPU, From: wheel.Ref})
		}
	}
	available := pjrt.AvailablePlugins()
	names := make([]string, 0, len(available))
	for name := range available {
		names = append(names, name)
	}
	// Versioned names ("cpu_v0.104.0"): the newest first.
	sort.Sort(sort.Reverse(sort.StringSlice(names)))
	for _, name := range names {
		if strings.HasPrefix(name, string(kind)) && filepath.IsAbs(available[name]) {
			found = append(found, Plugin{Path: available[name], Kind: kind, From: "go-xla"})
		}
	}
	if kind == CUDA {
		found = append(found, pythonPlugins()...)
	}
	return found
}
