package spec

import (
	"encoding/json"
	"image/png"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestInstallAndUninstall(t *testing.T) {
	prefix := t.TempDir()
	p := Place{Prefix: prefix, Name: "Graft-Test"}
	for range 2 { // the second replaces the first
		dir, err := Install(p, Settings{Display: "My Go"})
		if err != nil {
			t.Fatal(err)
		}
		if want := filepath.Join(prefix, "share", "jupyter", "kernels", "graft-test"); dir != want {
			t.Errorf("installed to %s, want %s", dir, want)
		}
		var spec struct {
			Argv      []string `json:"argv"`
			Display   string   `json:"display_name"`
			Interrupt string   `json:"interrupt_mode"`
		}
		data, err := os.ReadFile(filepath.Join(dir, "kernel.json"))
		if err != nil || json.Unmarshal(data, &spec) != nil {
			t.Fatalf("kernel.json: %s, %v", data, err)
		}
		// The test binary lives in a temporary folder, so it was copied.
		if spec.Argv[0] != filepath.Join(dir, "graft") || spec.Argv[3] != "{connection_file}" || spec.Display != "My Go" || spec.Interrupt != "message" {
			t.Errorf("kernel.json: %+v", spec)
		}
		if info, err := os.Stat(spec.Argv[0]); err != nil || info.Mode()&0o100 == 0 {
			t.Errorf("binary: %v, %v", info, err)
		}
	}
	if left, _ := os.ReadDir(filepath.Join(prefix, "share", "jupyter", "kernels")); len(left) != 1 {
		t.Errorf("folders: %v", left)
	}
	if _, err := Uninstall(p); err != nil {
		t.Error(err)
	}
	if _, err := Uninstall(p); err == nil || !strings.Contains(err.Error(), "no kernel in") {
		t.Errorf("second uninstall: %v", err)
	}
}

func TestSettings(t *testing.T) {
	p := Place{Prefix: t.TempDir()}
	dir, err := Install(p, Settings{Env: []string{"A=1=2", "PATH=/x:${PATH}", "EMPTY="}, Profile: "mine"})
	if err != nil {
		t.Fatal(err)
	}
	var spec struct {
		Argv []string          `json:"argv"`
		Env  map[string]string `json:"env"`
	}
	data, _ := os.ReadFile(filepath.Join(dir, "kernel.json"))
	if err := json.Unmarshal(data, &spec); err != nil {
		t.Fatal(err)
	}
	if want := map[string]string{"A": "1=2", "PATH": "/x:${PATH}", "EMPTY": ""}; !maps.Equal(spec.Env, want) {
		t.Errorf("env %v", spec.Env)
	}
	if !slices.Equal(spec.Argv[1:], []string{"kernel", "run", "{connection_file}", "--profile", "mine"}) {
		t.Errorf("argv %q", spec.Argv)
	}
	for _, bad := range []Settings{{Env: []string{"A"}}, {Env: []string{"=1"}}, {Profile: "../x"}} {
		if _, err := Install(p, bad); err == nil {
			t.Errorf("%+v was installed", bad)
		}
	}
	if _, err := Uninstall(p); err != nil {
		t.Error(err)
	}
}

// The first kernel of a name hides the others; a kernel off the path is not found.
func TestList(t *testing.T) {
	one, two, off := t.TempDir(), t.TempDir(), t.TempDir()
	t.Setenv("PATH", "")
	t.Setenv("JUPYTER_DATA_DIR", filepath.Join(one, "share", "jupyter"))
	t.Setenv("JUPYTER_PATH", "")
	t.Setenv("VIRTUAL_ENV", two)
	t.Setenv("CONDA_PREFIX", "")
	for _, p := range []Place{{Prefix: one}, {Prefix: two}, {Prefix: two, Name: "other"}, {Prefix: off}} {
		dir, err := Install(p, Settings{})
		if err != nil || Found(dir) != (p.Prefix != off) {
			t.Errorf("%s: found %v, %v", dir, Found(dir), err)
		}
	}
	stranger := filepath.Join(one, "share", "jupyter", "kernels", "python3", "kernel.json")
	if err := os.MkdirAll(filepath.Dir(stranger), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(stranger, []byte(`{"argv":["python"]}`), 0o644); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, k := range List() {
		got = append(got, k.Name+" "+strings.NewReplacer(one, "1", two, "2").Replace(k.Dir+" "+k.Hidden))
		if k.Display != "Go (graft)" || filepath.Dir(k.Binary) != k.Dir {
			t.Errorf("%+v", k)
		}
	}
	const kernels = "/share/jupyter/kernels/"
	want := []string{"graft 1" + kernels + "graft ", "graft 2" + kernels + "graft 1" + kernels + "graft", "other 2" + kernels + "other "}
	if !slices.Equal(got, want) {
		t.Errorf("list %q, want %q", got, want)
	}
}

func TestSearchPathOfJupyter(t *testing.T) {
	bin := t.TempDir()
	script := "#!/bin/sh\necho '{\"data\": [\"/one\", \"/two/\", \"/one\"]}'\n"
	if err := os.WriteFile(filepath.Join(bin, "jupyter"), []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", bin+":"+os.Getenv("PATH"))
	if got := SearchPath(); !slices.Equal(got, []string{"/one", "/two"}) {
		t.Errorf("%q", got)
	}
}

func TestPlaces(t *testing.T) {
	t.Setenv("JUPYTER_DATA_DIR", "")
	t.Setenv("XDG_DATA_HOME", "")
	t.Setenv("HOME", "/home/u")
	t.Setenv("CONDA_PREFIX", "")
	t.Setenv("VIRTUAL_ENV", "/venv")
	for _, c := range []struct {
		place Place
		want  string
	}{
		{Place{SysPrefix: true}, "/venv/share/jupyter/kernels/graft"},
		{Place{Prefix: "/opt/x"}, "/opt/x/share/jupyter/kernels/graft"},
		{Place{User: true, Prefix: "/x"}, "more than one"},
		{Place{Name: "a b"}, "kernel name"},
		{Place{Name: ".."}, "kernel name"},
	} {
		got, err := c.place.Dir()
		if err != nil {
			got = err.Error()
		}
		if !strings.Contains(got, c.want) {
			t.Errorf("%+v: %s, want %s", c.place, got, c.want)
		}
	}
	t.Setenv("JUPYTER_DATA_DIR", "/data")
	if got, _ := (Place{User: true}).Dir(); got != "/data/kernels/graft" {
		t.Errorf("user: %s", got)
	}
	t.Setenv("VIRTUAL_ENV", "")
	if _, err := (Place{SysPrefix: true}).Dir(); err == nil {
		t.Error("sys-prefix without an environment succeeded")
	}
}

func TestUninstallLeavesOthersAlone(t *testing.T) {
	p := Place{Prefix: t.TempDir(), Name: "python3"}
	dir, _ := p.Dir()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "kernel.json"), []byte(`{"argv":["python","-m","ipykernel_launcher","-f","{connection_file}"]}`), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Uninstall(p); err == nil || !strings.Contains(err.Error(), "not a kernel of graft") {
		t.Errorf("uninstall of another kernel: %v", err)
	}
}

func TestLogos(t *testing.T) {
	for name, side := range map[string]int{"logo-32x32.png": 32, "logo-64x64.png": 64} {
		f, err := files.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		c, err := png.DecodeConfig(f)
		if err != nil || c.Width != side || c.Height != side {
			t.Errorf("%s: %+v, %v", name, c, err)
		}
	}
}
