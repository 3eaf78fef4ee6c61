package device

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCheckOnEveryBackend(t *testing.T) {
	pure, err := openGo("")
	require.NoError(t, err)
	xla, err := openXLA(t.Context(), CPU)
	require.NoError(t, err)
	for _, d := range []*Device{pure, xla} {
		took, err := Check(d.Backend)
		require.NoError(t, err, "%s", d)
		require.Positive(t, took)
	}
	require.Contains(t, xla.String(), "XLA CPU, PJRT 0.")
}

func TestOpenGivesOneDevice(t *testing.T) {
	first, err := Open(t.Context())
	require.NoError(t, err)
	second, err := Open(t.Context())
	require.NoError(t, err)
	require.Same(t, first, second)
	shared, err := Shared()
	require.NoError(t, err)
	require.Equal(t, first.Backend, shared)
}

// Each way of asking for what cannot be had names the setting and the remedy.
func TestOpenErrors(t *testing.T) {
	dir := t.TempDir()
	junk := filepath.Join(dir, "junk_cpu.so")
	require.NoError(t, os.WriteFile(junk, []byte("not a library"), 0o600))
	comma := filepath.Join(dir, "a,b_cpu.so")
	require.NoError(t, os.WriteFile(comma, nil, 0o600))
	for _, test := range []struct{ name, backend, plugin, want string }{
		{"unknown backend", "tpu", "", `unknown GRAFT_BACKEND "tpu" (use auto, cuda, cpu or go)`},
		{"no such plugin", "", filepath.Join(dir, "none.so"), "no such file"},
		{"folder", "", dir, "name the .so file in it"},
		{"not a library", "", junk, "GRAFT_PJRT_PLUGIN"},
		{"comma", "", comma, "has a comma"},
		{"relative", "", "cpu.so", "cannot be used"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Setenv(EnvBackend, test.backend)
			t.Setenv(EnvPlugin, test.plugin)
			_, err := open(t.Context())
			require.ErrorContains(t, err, test.want)
		})
	}
}

func TestGoBackendByName(t *testing.T) {
	t.Setenv(EnvBackend, "go")
	t.Setenv(EnvPlugin, "")
	d, err := open(t.Context())
	require.NoError(t, err)
	require.Equal(t, Go, d.Kind)
	require.Empty(t, d.Warning, "no warning for what was asked for")
}

// With an empty cache and no network the pure Go backend is used, and one line
// says how slow that is and what to do.
func TestFallBackOffline(t *testing.T) {
	t.Setenv(EnvPlugin, "")
	t.Setenv(EnvBackend, "")
	t.Setenv("GRAFT_CACHE", t.TempDir())
	t.Setenv("GRAFT_OFFLINE", "1")
	if len(Installed(CPU))+len(Installed(CUDA)) > 0 {
		// A plugin of go-xla's own is in place here; then it must be used.
		d, err := open(t.Context())
		require.NoError(t, err)
		require.NotEqual(t, Go, d.Kind)
		return
	}
	d, err := open(t.Context())
	require.NoError(t, err)
	require.Equal(t, Go, d.Kind)
	require.Contains(t, d.Warning, "300 times slower")
	require.Contains(t, d.Warning, "graft doctor --fix")
	require.Equal(t, 0, strings.Count(d.Warning, "\n"), "one line")
}

func TestInterruptedInstallLeavesTheChoiceOpen(t *testing.T) {
	t.Setenv(EnvPlugin, "")
	t.Setenv(EnvBackend, "")
	t.Setenv("GRAFT_CACHE", t.TempDir())
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if len(Installed(CPU)) > 0 {
		_, err := open(ctx)
		require.NoError(t, err, "an installed plugin needs no download")
		return
	}
	_, err := open(ctx)
	require.ErrorIs(t, err, context.Canceled)
}

func TestFlagsOfTheUserStay(t *testing.T) {
	for user, want := range map[string]string{
		"":               fusionFlag + "=LIBRARY_FUSION_TYPE_DOT,LIBRARY_FUSION_TYPE_REDUCE",
		"--xla_dump_to=": "--xla_dump_to= " + fusionFlag + "=LIBRARY_FUSION_TYPE_DOT,LIBRARY_FUSION_TYPE_REDUCE",
		fusionFlag + "=": fusionFlag + "=",
	} {
		if got := withFlag(user, fusionFlag, "LIBRARY_FUSION_TYPE_DOT,LIBRARY_FUSION_TYPE_REDUCE"); got != want {
			t.Errorf("%q becomes %q, want %q", user, got, want)
		}
	}
	t.Setenv(envFlags, "as it was")
	if err := (Plugin{Path: "/x/cpu.so", From: EnvPlugin}).setFlags(); err != nil || os.Getenv(envFlags) != "as it was" {
		t.Errorf("a plugin that graft does not know gets flags: %q, %v", os.Getenv(envFlags), err)
	}
	if err := (Plugin{Path: "/x/cuda.so", Kind: CUDA}).setFlags(); err != nil || os.Getenv(envFlags) != "as it was "+tritonFlag+"=false" {
		t.Errorf("flags of a GPU: %q, %v", os.Getenv(envFlags), err)
	}
}

// TestJAXPluginIsFound lays out a Python environment as JAX's wheels do.
func TestJAXPluginIsFound(t *testing.T) {
	home := t.TempDir()
	site := filepath.Join(home, "lib", "python3.12", "site-packages")
	for _, cuda := range []string{"xla_cuda12", "xla_cuda13"} {
		require.NoError(t, os.MkdirAll(filepath.Join(site, "jax_plugins", cuda), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(site, "jax_plugins", cuda, "xla_cuda_plugin.so"), nil, 0o644))
	}
	t.Setenv("VIRTUAL_ENV", home)
	t.Setenv(envFlags, "")
	t.Setenv(envChecks, "")
	found := pythonPlugins()
	require.GreaterOrEqual(t, len(found), 2)
	require.Equal(t, filepath.Join(site, "jax_plugins", "xla_cuda13", "xla_cuda_plugin.so"), found[0].Path)
	require.Equal(t, CUDA, found[0].Kind)
	require.Contains(t, Installed(CUDA), found[0])
	require.NoError(t, found[0].setFlags())
	require.Empty(t, os.Getenv(envChecks), "NVIDIA's libraries are not there: go-xla says so")
	require.NoError(t, os.Mkdir(filepath.Join(site, "nvidia"), 0o755))
	require.NoError(t, found[0].setFlags())
	require.Equal(t, "0", os.Getenv(envChecks))
}
