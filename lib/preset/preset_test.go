package preset

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
	"graft/lib/hub"
)

func TestRows(t *testing.T) {
	digest := regexp.MustCompile(`^[0-9a-f]{64}$`)
	seen := map[string]bool{}
	for _, p := range All() {
		require.False(t, seen[p.Name], p.Name)
		seen[p.Name] = true
		require.Positive(t, p.Params, p.Name)
		require.Equal(t, p.Classes, len(p.Labels()), p.Name)
		require.Equal(t, p.Input.Resize, int(float64(p.Input.Size)/p.Input.CropPct), p.Name)
		require.NotEmpty(t, p.Description, p.Name)
		if p.Source.Ref == "" { // an architecture without weights of its own
			continue
		}
		require.Equal(t, p.Arch+"."+p.Tag, p.Name)
		require.Regexp(t, digest, p.Source.SHA256, p.Name)
		require.Regexp(t, digest, p.Source.ArchiveSHA256, p.Name)
		require.NotEmpty(t, p.Licence, p.Name)
	}
}

func TestLookup(t *testing.T) {
	for name, want := range map[string]string{
		"mobilenet_v2.tv_in1k": "mobilenet_v2.tv_in1k", "mobilenet_v2": "mobilenet_v2.tv_in1k", "tf_efficientnet_lite1": "tf_efficientnet_lite1.in1k",
	} {
		p, err := Lookup(name)
		require.NoError(t, err)
		require.Equal(t, want, p.Name)
	}
	for name, want := range map[string]string{
		"mobilnet_v2":        `did you mean "mobilenet_v2"`,
		"file:x.pth":         "file:x.pth#ARCH",
		"file:x.pth#resnt18": `did you mean "resnet18"`,
		"hf:acme/thing":      "does not say its architecture",
		"":                   "unknown",
	} {
		_, err := Lookup(name)
		require.ErrorContains(t, err, want, name)
	}
}

func TestLookupForeign(t *testing.T) {
	p, err := Lookup("hf:timm/resnet50.a1_in1k")
	require.NoError(t, err)
	require.Equal(t, "resnet50", p.Arch)
	require.Equal(t, hub.Source{Ref: "hf:timm/resnet50.a1_in1k"}, p.Source)
	p, err = Lookup("dir:models!sub/w.safetensors#resnet18")
	require.NoError(t, err)
	require.Equal(t, hub.Source{Ref: "dir:models", File: "sub/w.safetensors"}, p.Source)
	require.Empty(t, p.Labels(), "another's classifier has classes of its own")
	mine, err := Lookup("resnet18")
	require.NoError(t, err)
	require.Equal(t, "resnet18", mine.Name, "the row is not changed")
}

func TestLabels(t *testing.T) {
	p, err := Lookup("mobilenet_v2")
	require.NoError(t, err)
	require.Equal(t, "Egyptian cat", p.Labels()[285])
	require.Equal(t, "espresso", p.Labels()[967])
}

// TestRealFiles fetches the weights that lesson 1 and the fixtures need, with
// digests checked, and finds them again offline.
func TestRealFiles(t *testing.T) {
	for _, name := range []string{"mobilenet_v2", "tf_efficientnet_lite0"} {
		p, err := Lookup(name)
		require.NoError(t, err)
		path, err := hub.Fetch(t.Context(), p.Source)
		require.NoError(t, err)
		t.Setenv(hub.EnvOffline, "1")
		again, err := hub.Fetch(t.Context(), p.Source)
		require.NoError(t, err)
		require.Equal(t, path, again)
		t.Setenv(hub.EnvOffline, "")
	}
}

func TestData(t *testing.T) {
	d, err := LookupData("ELPV")
	require.NoError(t, err)
	dir, err := hub.Fetch(t.Context(), d.Source)
	require.NoError(t, err)
	images, err := filepath.Glob(filepath.Join(dir, "images", "*.png"))
	require.NoError(t, err)
	require.Len(t, images, d.Examples)
	_, err = os.Stat(filepath.Join(dir, "labels.csv"))
	require.NoError(t, err)
	_, err = LookupData("elpw")
	require.ErrorContains(t, err, `did you mean "elpv"`)
}
