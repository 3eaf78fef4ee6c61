package doctor

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
	"graft/lib/device"
	"graft/lib/hub"
)

// TestExamine runs the real step, on the backend that this machine has; an
// empty cache offline leaves the pure Go one, and says what is missing.
func TestExamine(t *testing.T) {
	t.Setenv("GRAFT_CACHE", t.TempDir())
	t.Setenv(hub.EnvOffline, "1")
	t.Setenv(device.EnvBackend, "")
	t.Setenv(device.EnvPlugin, "")
	missing := pluginMissing()
	r := Examine(t.Context(), Options{})
	require.True(t, r.OK, r.Error)
	require.Positive(t, r.Backend.StepMS)
	require.Positive(t, r.Cores)
	require.Equal(t, missing, r.Backend.Kind == device.Go)
	text := r.String()
	require.Contains(t, text, "a training step ran on")
	if missing {
		require.Contains(t, text, "graft doctor --fix")
	}
	out, err := json.Marshal(r)
	require.NoError(t, err)
	var back Report
	require.NoError(t, json.Unmarshal(out, &back))
	require.Equal(t, r.Backend, back.Backend)
}

func TestMissingTools(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	var names []string
	for _, m := range missingTools() {
		names = append(names, m.What)
	}
	require.Equal(t, []string{"pip", "Jupyter", "Go"}, names)
}

func TestFailureIsReported(t *testing.T) {
	r := Report{Error: "device: broken"}
	require.Contains(t, r.String(), "FAILED")
	require.Contains(t, r.String(), "device: broken")
}
