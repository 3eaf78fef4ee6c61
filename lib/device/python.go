package device

import (
	"os"
	"os/exec"
	"path/filepath"
)

// envChecks silences go-xla's search for NVIDIA's libraries, which looks one folder
// up from the plugin; JAX's wheels put them two up, where the plugin's RPATH finds
// them (go-xla v0.4.0, cudaPluginCheckDrivers).
const envChecks = "GOPJRT_CUDA_CHECKS"

// jaxPlugin is where JAX's wheels put their plugin in a Python environment.
const jaxPlugin = "lib/python3*/*-packages/jax_plugins/xla_cuda*/xla_cuda_plugin.so"

// pythonPlugins lists the CUDA plugins that `pip install "jax[cuda13]"` left in the
// active Python environment, or in that of the python3 on PATH, the newest CUDA
// first. No Python runs.
func pythonPlugins() []Plugin {
	homes := []string{os.Getenv("VIRTUAL_ENV")}
	if python, err := exec.LookPath("python3"); err == nil {
		homes = append(homes, filepath.Dir(filepath.Dir(python)))
	}
	var found []Plugin
	for _, home := range homes {
		if !filepath.IsAbs(home) {
			continue
		}
		paths, _ := filepath.Glob(filepath.Join(home, jaxPlugin)) // the pattern is right, so no error
		for i := len(paths) - 1; i >= 0; i-- {
			found = append(found, Plugin{Path: paths[i], Kind: CUDA, From: "JAX in " + home})
		}
	}
	return found
}

// librariesBeside reports whether NVIDIA's libraries are where JAX's wheels put them.
func (p Plugin) librariesBeside() bool {
	info, err := os.Stat(filepath.Join(filepath.Dir(p.Path), "../../nvidia"))
	return err == nil && info.IsDir()
}
