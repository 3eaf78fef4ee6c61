package backbone

import (
	"path/filepath"
	"testing"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
	"github.com/stretchr/testify/require"
	"graft/lib/nn"
	"graft/lib/preset"
	"graft/lib/weights"
)

// TestContract holds for every architecture: what package preset says of it, names,
// shapes, initial values, folding, freezing, and a round trip through a file.
func TestContract(t *testing.T) {
	for _, arch := range Archs() {
		t.Run(arch, func(t *testing.T) {
			m, err := New(arch)
			require.NoError(t, err)
			checkParams(t, m)
			checkRoundTrip(t, m)
			checkGraph(t, m)
		})
	}
}

func checkParams(t *testing.T, m *Model) {
	t.Helper()
	p, err := preset.Lookup(m.Arch)
	require.NoError(t, err)
	seen := map[string]bool{}
	learned := int64(0)
	for _, q := range m.wanted() {
		require.False(t, seen[q.Name], q.Name)
		seen[q.Name] = true
		if q.Kind.Learned() {
			learned += int64(q.Len())
		}
	}
	require.Equal(t, p.Params, learned, "parameters as the preset counts them")
	for i, s := range m.Stages {
		require.NotEmpty(t, s.Params, s.Name)
		require.Equal(t, i, s.Params[0].Stage)
	}
}

func checkRoundTrip(t *testing.T, m *Model) {
	t.Helper()
	one, two := model.NewStore(), model.NewStore()
	require.NoError(t, m.Init(one, 7))
	saved, err := m.Tensors(one)
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "w.safetensors")
	require.NoError(t, weights.Save(path, saved, nil))
	f, err := weights.Open(path)
	require.NoError(t, err)
	defer f.Close()
	report, err := m.Load(two, f)
	require.NoError(t, err, report)
	again, err := m.Tensors(two)
	require.NoError(t, err)
	require.Equal(t, saved, again)
	fresh := model.NewStore()
	require.NoError(t, m.Init(fresh, 7))
	same, err := m.Tensors(fresh)
	require.NoError(t, err)
	require.Equal(t, saved, same, "the same seed, the same values")
}

// checkGraph builds all stages on a small image: shapes, folding, and that frozen
// stages keep their running statistics while the others move.
func checkGraph(t *testing.T, m *Model) {
	t.Helper()
	store := seeded(t, m)
	folded, err := m.Fold(store, 0, len(m.Stages))
	require.NoError(t, err)
	frozen := make([]bool, len(m.Stages)-1) // all but the last
	for i := range frozen {
		frozen[i] = true
	}
	run := func(store *model.Store, mode nn.Mode) []float32 {
		out, err := model.CallOnce(backend(t), store, func(scope *model.Scope, x *graph.Node) *graph.Node {
			at := scope.Store().Scope(Root)
			for i, s := range m.Stages {
				x = m.Apply(at, x, i, i+1, mode)
				require.Equal(t, []int{2, 64 / s.Reduction, 64 / s.Reduction, s.OutChannels}, x.Shape().Dimensions, s.Name)
			}
			return m.Pool(x)
		}, tensors.FromFlatDataAndDimensions(rule("image", 2*64*64*3), 2, 64, 64, 3))
		require.NoError(t, err)
		values, err := tensors.CopyFlatData[float32](out)
		require.NoError(t, err)
		require.Len(t, values, 2*m.Features)
		return values
	}
	before, err := m.Tensors(store)
	require.NoError(t, err)
	within(t, "folded", run(store, nn.Mode{}), run(folded, nn.Mode{Folded: true}), 1e-4)
	run(store, nn.Mode{Training: true, Frozen: frozen})
	after, err := m.Tensors(store)
	require.NoError(t, err)
	params := m.Params()
	moved := 0
	for i, p := range params {
		same := string(before[i].Bytes()) == string(after[i].Bytes())
		if p.Kind.Learned() || p.Stage < len(m.Stages)-1 {
			require.True(t, same, "%s of a frozen stage moved", p.Name)
		} else if !same {
			moved++
		}
	}
	require.Positive(t, moved, "the running statistics of the trained stage follow the batch")
}

func TestUnknownArch(t *testing.T) {
	_, err := New("resnt18")
	require.ErrorContains(t, err, `backbone: unknown "resnt18" (did you mean "resnet18"?)`)
}

func TestLoadRefusesAnotherNet(t *testing.T) {
	m, err := New("resnet18")
	require.NoError(t, err)
	other, err := New("mobilenet_v2")
	require.NoError(t, err)
	store := model.NewStore()
	require.NoError(t, other.Init(store, 1))
	saved, err := other.Tensors(store)
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "w.safetensors")
	require.NoError(t, weights.Save(path, saved, nil))
	f, err := weights.Open(path)
	require.NoError(t, err)
	defer f.Close()
	empty := model.NewStore()
	_, err = m.Load(empty, f)
	require.ErrorIs(t, err, weights.ErrMismatch)
	require.Zero(t, empty.NumVariables())
}
