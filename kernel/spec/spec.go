// Package spec installs graft's kernelspec, the folder by which Jupyter finds a
// kernel, and removes it, as opposed to package kernel, which is what Jupyter then
// starts.
//
//	dir, err := spec.Install(spec.Place{User: true}, spec.Settings{})
package spec

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
)

//go:embed kernel.json logo-svg.svg logo-32x32.png logo-64x64.png
var files embed.FS

// DefaultName is the folder's name, by which clients ask for the kernel.
const DefaultName = "graft"

// Place says where a kernelspec goes. Without User, Prefix or SysPrefix it goes to
// the user's own folder.
type Place struct {
	User      bool   // the user's Jupyter folder, or JUPYTER_DATA_DIR
	Prefix    string // share/jupyter of this folder
	SysPrefix bool   // of the active virtual or conda environment
	Name      string // empty means DefaultName
}

// Settings are what a kernelspec says besides its place. The zero value is useful.
type Settings struct {
	Display string   // what menus show; empty means that of kernel.json
	Env     []string // KEY=VALUE, for the kernel; Jupyter replaces ${KEY} in values
	Profile string   // the profile that the kernel starts with, see graft kernel run
}

func (s Settings) check() error {
	for _, pair := range s.Env {
		if name, _, ok := strings.Cut(pair, "="); !ok || name == "" {
			return fmt.Errorf("spec: environment %q (want KEY=VALUE)", pair)
		}
	}
	if s.Profile != "" && !validName.MatchString(s.Profile) {
		return fmt.Errorf("spec: profile %q (letters, digits, dots, dashes and underscores only)", s.Profile)
	}
	return nil
}

var validName = regexp.MustCompile(`^[A-Za-z0-9._-]+$`)

// Dir is the folder of the kernelspec.
func (p Place) Dir() (string, error) {
	name := p.Name
	if name == "" {
		name = DefaultName
	}
	if !validName.MatchString(name) || strings.Trim(name, ".") == "" {
		return "", fmt.Errorf("spec: kernel name %q (letters, digits, dots, dashes and underscores only)", name)
	}
	root, err := p.root()
	if err != nil {
		return "", err
	}
	return filepath.Join(root, "kernels", strings.ToLower(name)), nil
}

func (p Place) root() (string, error) {
	if p.chosen() > 1 {
		return "", errors.New("spec: more than one of user, prefix and sys-prefix (choose one)")
	}
	switch {
	case p.Prefix != "":
		abs, err := filepath.Abs(p.Prefix)
		return filepath.Join(abs, "share", "jupyter"), err
	case p.SysPrefix:
		for _, name := range []string{"VIRTUAL_ENV", "CONDA_PREFIX"} {
			if env := os.Getenv(name); env != "" {
				return filepath.Join(env, "share", "jupyter"), nil
			}
		}
		return "", errors.New("spec: sys-prefix without an active environment (activate one, or use prefix)")
	}
	return userData()
}

func (p Place) chosen() int {
	n := 0
	for _, set := range []bool{p.User, p.Prefix != "", p.SysPrefix} {
		if set {
			n++
		}
	}
	return n
}

// userData is Jupyter's data folder of this user.
func userData() (string, error) {
	if dir := os.Getenv("JUPYTER_DATA_DIR"); dir != "" {
		return dir, nil
	}
	if runtime.GOOS == "windows" {
		return filepath.Join(os.Getenv("APPDATA"), "jupyter"), nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", fmt.Errorf("spec: %w", err)
	}
	if runtime.GOOS == "darwin" {
		return filepath.Join(home, "Library", "Jupyter"), nil
	}
	if data := os.Getenv("XDG_DATA_HOME"); data != "" {
		return filepath.Join(data, "jupyter"), nil
	}
	return filepath.Join(home, ".local", "share", "jupyter"), nil
}

// RuntimeDir is where clients look for the connection files of running kernels.
func RuntimeDir() (string, error) {
	if dir := os.Getenv("JUPYTER_RUNTIME_DIR"); dir != "" {
		return dir, nil
	}
	data, err := userData()
	return filepath.Join(data, "runtime"), err
}

// Install writes the kernelspec in place of an earlier one and returns its folder.
// It starts this binary; one that runs from a temporary or cache folder (go run)
// is copied into the kernelspec first.
func Install(p Place, s Settings) (dir string, err error) {
	dir, err = p.Dir()
	if err = errors.Join(err, s.check()); err != nil {
		return "", err
	}
	exe, err := os.Executable()
	if err != nil {
		return "", fmt.Errorf("spec: %w", err)
	}
	// Made beside its place and moved there: Jupyter never sees half of it.
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return "", fmt.Errorf("spec: %w", err)
	}
	tmp, err := os.MkdirTemp(filepath.Dir(dir), ".graft-")
	if err != nil {
		return "", fmt.Errorf("spec: %w", err)
	}
	defer os.RemoveAll(tmp)
	if transient(exe) {
		if err := copyFile(exe, filepath.Join(tmp, "graft"), 0o755); err != nil {
			return "", err
		}
		exe = filepath.Join(dir, "graft")
	}
	if err := write(tmp, s, exe); err != nil {
		return "", err
	}
	return dir, replace(dir, tmp)
}

func replace(dir, tmp string) error {
	if err := os.Chmod(tmp, 0o755); err != nil {
		return fmt.Errorf("spec: %w", err)
	}
	if err := os.RemoveAll(dir); err != nil {
		return fmt.Errorf("spec: %w", err)
	}
	if err := os.Rename(tmp, dir); err != nil {
		return fmt.Errorf("spec: %w", err)
	}
	return nil
}

// write fills a folder with the embedded files, kernel.json made to start exe.
func write(dir string, s Settings, exe string) error {
	return fs.WalkDir(files, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := files.ReadFile(path)
		if err == nil && path == "kernel.json" {
			data, err = adapt(data, s, exe)
		}
		if err != nil {
			return fmt.Errorf("spec: %s: %w", path, err)
		}
		return os.WriteFile(filepath.Join(dir, path), data, 0o644)
	})
}

func adapt(data []byte, s Settings, exe string) ([]byte, error) {
	var spec map[string]any
	if err := json.Unmarshal(data, &spec); err != nil {
		return nil, err
	}
	if s.Display != "" {
		spec["display_name"] = s.Display
	}
	if len(s.Env) > 0 {
		env := map[string]string{}
		for _, pair := range s.Env {
			name, value, _ := strings.Cut(pair, "=")
			env[name] = value
		}
		spec["env"] = env
	}
	argv, _ := spec["argv"].([]any)
	argv[0] = exe
	if s.Profile != "" {
		argv = append(argv, "--profile", s.Profile)
	}
	spec["argv"] = argv
	return json.MarshalIndent(spec, "", " ")
}

// transient reports whether a binary may be gone tomorrow.
func transient(exe string) bool {
	cache, _ := os.UserCacheDir()
	for _, dir := range []string{os.TempDir(), cache} {
		if rel, err := filepath.Rel(dir, exe); dir != "" && err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
			return true
		}
	}
	return false
}

func copyFile(from, to string, mode os.FileMode) error {
	data, err := os.ReadFile(from)
	if err != nil {
		return fmt.Errorf("spec: %w", err)
	}
	if err := os.WriteFile(to, data, mode); err != nil {
		return fmt.Errorf("spec: %w", err)
	}
	return nil
}

// Uninstall removes a kernelspec of graft and returns its folder. A folder that
// holds no kernel of graft is left alone.
func Uninstall(p Place) (dir string, err error) {
	dir, err = p.Dir()
	if err != nil {
		return "", err
	}
	data, err := os.ReadFile(filepath.Join(dir, "kernel.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("spec: no kernel in %q (graft kernel uninstall takes the options that install took)", dir)
	}
	if err != nil {
		return "", fmt.Errorf("spec: %w", err)
	}
	if k, ok := parse(data); !ok || !k.ours() {
		return "", fmt.Errorf("spec: %q is not a kernel of graft", dir)
	}
	if err := os.RemoveAll(dir); err != nil {
		return "", fmt.Errorf("spec: %w", err)
	}
	return dir, nil
}
