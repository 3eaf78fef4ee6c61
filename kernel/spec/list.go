package spec

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"
)

// Kernel is an installed kernel of graft.
type Kernel struct {
	Name    string // by which clients ask for it
	Dir     string
	Display string
	Binary  string // that it starts
	// Hidden is the folder of a kernel of the same name that Jupyter finds before
	// this one; empty if there is none.
	Hidden string
}

type kernelJSON struct {
	Argv    []string `json:"argv"`
	Display string   `json:"display_name"`
}

func parse(data []byte) (k kernelJSON, ok bool) {
	return k, json.Unmarshal(data, &k) == nil
}

// ours reports whether a kernel.json starts graft.
func (k kernelJSON) ours() bool {
	return len(k.Argv) >= 4 && k.Argv[1] == "kernel" && k.Argv[2] == "run"
}

// List finds the kernels of graft where Jupyter looks for kernels, in its order.
func List() []Kernel {
	var list []Kernel
	first := map[string]string{}
	for _, root := range SearchPath() {
		files, _ := filepath.Glob(filepath.Join(root, "kernels", "*", "kernel.json"))
		for _, file := range files {
			dir := filepath.Dir(file)
			name := filepath.Base(dir)
			data, _ := os.ReadFile(file)
			if k, ok := parse(data); ok && k.ours() {
				list = append(list, Kernel{Name: name, Dir: dir, Display: k.Display, Binary: k.Argv[0], Hidden: first[name]})
			}
			if first[name] == "" {
				first[name] = dir
			}
		}
	}
	return list
}

// jupyterPatience is how long the jupyter command may take to say where it looks.
const jupyterPatience = 10 * time.Second

// SearchPath lists the data folders of which Jupyter searches kernels/, first come
// first served. The jupyter command is asked if there is one; else they are those
// that Jupyter documents.
func SearchPath() []string {
	ctx, cancel := context.WithTimeout(context.Background(), jupyterPatience)
	defer cancel()
	out, err := exec.CommandContext(ctx, "jupyter", "--paths", "--json").Output()
	var told struct {
		Data []string `json:"data"`
	}
	if err == nil && json.Unmarshal(out, &told) == nil && len(told.Data) > 0 {
		return unique(told.Data)
	}
	return documented()
}

func documented() []string {
	list := filepath.SplitList(os.Getenv("JUPYTER_PATH"))
	if user, err := userData(); err == nil {
		list = append(list, user)
	}
	for _, name := range []string{"VIRTUAL_ENV", "CONDA_PREFIX"} {
		if env := os.Getenv(name); env != "" {
			list = append(list, filepath.Join(env, "share", "jupyter"))
		}
	}
	return unique(append(list, "/usr/local/share/jupyter", "/usr/share/jupyter"))
}

func unique(dirs []string) (list []string) {
	for _, d := range dirs {
		if d = filepath.Clean(d); d != "." && !slices.Contains(list, d) {
			list = append(list, d)
		}
	}
	return list
}

// Found reports whether Jupyter searches the folder that a kernelspec is in.
func Found(dir string) bool {
	return slices.Contains(SearchPath(), filepath.Dir(filepath.Dir(filepath.Clean(dir))))
}
