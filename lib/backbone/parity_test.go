package backbone

import (
	"image"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
	"github.com/stretchr/testify/require"
	"graft/lib/device"
	"graft/lib/hub"
	"graft/lib/nn"
	"graft/lib/preset"
	"graft/lib/weights"
)

var photos = []string{"chelsea", "coffee", "astronaut", "rocket", "motorcycle_left"}

func backend(t *testing.T) compute.Backend {
	t.Helper()
	d, err := device.Open(t.Context())
	require.NoError(t, err)
	return d.Backend
}

// fixture reads a tensor that testdata/make.py wrote.
func fixture(t *testing.T, file, name string) []float32 {
	t.Helper()
	f, err := weights.Open(filepath.Join("testdata", file))
	require.NoError(t, err)
	defer f.Close()
	tensor, err := f.Tensor(name)
	require.NoError(t, err)
	values, err := tensor.Float32()
	require.NoError(t, err)
	return values
}

// photoBatch is the five photographs, normalised as the preset says.
func photoBatch(t *testing.T, in preset.Input) *tensors.Tensor {
	t.Helper()
	values := make([]float32, 0, len(photos)*224*224*3)
	for _, name := range photos {
		f, err := os.Open(filepath.Join("testdata", "photos", name+".png"))
		require.NoError(t, err)
		img, err := png.Decode(f)
		require.NoError(t, err)
		require.NoError(t, f.Close())
		require.Equal(t, image.Rect(0, 0, 224, 224), img.Bounds())
		for y := range 224 {
			for x := range 224 {
				r, g, b, _ := img.At(x, y).RGBA()
				for c, v := range []uint32{r, g, b} {
					values = append(values, (float32(v>>8)/255-in.Mean[c])/in.Std[c])
				}
			}
		}
	}
	return tensors.FromFlatDataAndDimensions(values, len(photos), 224, 224, 3)
}

// TestPublishedWeights compares logits of real weights on real photographs with
// PyTorch's: within 1e-3 of the largest, and the same five best classes.
func TestPublishedWeights(t *testing.T) {
	for _, arch := range []string{"mobilenet_v2", "tf_efficientnet_lite0"} {
		t.Run(arch, func(t *testing.T) {
			p, err := preset.Lookup(arch)
			require.NoError(t, err)
			path, err := hub.Fetch(t.Context(), p.Source)
			require.NoError(t, err)
			f, err := weights.Open(path)
			require.NoError(t, err)
			defer f.Close()
			m, err := New(arch)
			require.NoError(t, err)
			store := model.NewStore()
			report, err := m.Load(store, f, WithHead())
			require.NoError(t, err, report)
			want := fixture(t, "published.safetensors", arch)
			compareLogits(t, want, logits(t, m, store, photoBatch(t, p.Input)))
		})
	}
}

func logits(t *testing.T, m *Model, store *model.Store, x *tensors.Tensor) []float32 {
	t.Helper()
	out, err := model.CallOnce(backend(t), store, func(scope *model.Scope, x *graph.Node) *graph.Node {
		at := scope.Store().Scope(Root)
		return m.Logits(at, m.Pool(m.Apply(at, x, 0, len(m.Stages), nn.Mode{})), nn.Mode{})
	}, x)
	require.NoError(t, err)
	values, err := tensors.CopyFlatData[float32](out)
	require.NoError(t, err)
	return values
}

func compareLogits(t *testing.T, want, got []float32) {
	t.Helper()
	require.Len(t, got, len(want))
	within(t, "logits", want, got, 1e-3)
	for i := 0; i < len(want); i += 1000 {
		require.Equal(t, best(want[i:i+1000]), best(got[i:i+1000]), "top five of image %d", i/1000)
	}
}

// within asks that got differs from want by at most part of want's largest value.
func within(t *testing.T, name string, want, got []float32, part float64) {
	t.Helper()
	largest, off := 0.0, 0.0
	for i, v := range want {
		largest = max(largest, math.Abs(float64(v)))
		off = max(off, math.Abs(float64(v-got[i])))
	}
	require.LessOrEqual(t, off, part*largest, "%s: off by %g, largest %g", name, off, largest)
}

func best(logits []float32) []int {
	order := make([]int, len(logits))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case logits[a] > logits[b]:
			return -1
		case logits[a] < logits[b]:
			return 1
		}
		return 0
	})
	return order[:5]
}

// rule is make.py's: uniform numbers in [-0.5, 0.5) from a name.
func rule(name string, n int) []float32 {
	h := uint32(2166136261)
	for _, b := range []byte(name) {
		h = (h ^ uint32(b)) * 16777619
	}
	out := make([]float32, n)
	for i := range out {
		x := uint32(i)*2654435761 + h
		for range 2 {
			x ^= x >> 16
			x *= 0x45d9f3b
		}
		x ^= x >> 16
		out[i] = float32(float64(x)/(1<<32) - 0.5)
	}
	return out
}

// seeded is a store of m, head included, with make.py's parameters.
func seeded(t *testing.T, m *Model) *model.Store {
	t.Helper()
	store := model.NewStore()
	for _, p := range m.wanted() {
		values := rule(p.Name, p.Len())
		for i, u := range values {
			switch p.Kind {
			case nn.RunningMean, nn.Offset, nn.Bias:
				values[i] = 0.2 * u
			case nn.RunningVar, nn.Scale:
				values[i] = 1 + 0.5*u
			default:
				values[i] = u * float32(math.Sqrt(24/float64(p.Len()/p.Shape[0])))
			}
		}
		values, shape := nn.ToStored(values, p.Shape)
		require.NoError(t, p.Put(store, Root, tensors.FromFlatDataAndDimensions(values, shape...)))
	}
	return store
}

func seededImage() *tensors.Tensor {
	values := rule("image", 4*64*64*3)
	for i := range values {
		values[i] *= 4
	}
	return tensors.FromFlatDataAndDimensions(values, 4, 64, 64, 3)
}

// TestSeededParameters compares nets whose real weights cannot be fetched here,
// and every backward pass, with PyTorch: logits, the loss, gradients and running
// statistics, with BatchNorm frozen and in training.
func TestSeededParameters(t *testing.T) {
	f, err := weights.Open("testdata/seeded.safetensors")
	require.NoError(t, err)
	names := f.Names()
	require.NoError(t, f.Close())
	both, one := []string{"frozen", "train"}, []string{"train"} // each mode takes seconds to compile
	for arch, modes := range map[string][]string{"mobilenet_v2": both, "resnet18": both, "resnet50": one, "tf_efficientnet_lite0": one} {
		t.Run(arch, func(t *testing.T) {
			m, err := New(arch)
			require.NoError(t, err)
			within(t, "logits", fixture(t, "seeded.safetensors", arch+"/logits"), logits(t, m, seeded(t, m), seededImage()), 1e-3)
			for _, mode := range modes {
				var watched []string
				for _, name := range names {
					if rest, ok := strings.CutPrefix(name, arch+"/"+mode+"/"); ok && rest != "loss" && !strings.HasSuffix(rest, "running_var") && !strings.Contains(rest, "#") {
						watched = append(watched, rest)
					}
				}
				require.NotEmpty(t, watched)
				compareGradients(t, m, mode, watched, names)
			}
		})
	}
}

func compareGradients(t *testing.T, m *Model, mode string, watched, names []string) {
	t.Helper()
	store := seeded(t, m)
	step := func(scope *model.Scope, x *graph.Node) []*graph.Node {
		at := scope.Store().Scope(Root)
		y := m.Pool(m.Apply(at, x, 0, len(m.Stages), nn.Mode{Training: mode == "train"}))
		probe := graph.Const(x.Graph(), tensors.FromFlatDataAndDimensions(rule("probe", y.Shape().Size()), y.Shape().Dimensions...))
		loss := graph.ReduceAllSum(graph.Mul(y, probe))
		var at64 []*graph.Node
		for _, name := range watched {
			at64 = append(at64, store.GetVariable(pathOf(m, name)).NodeValue(x))
		}
		return append([]*graph.Node{loss}, graph.Gradient(loss, at64...)...)
	}
	out, err := model.CallOnceN(backend(t), store, step, seededImage())
	require.NoError(t, err)
	prefix := m.Arch + "/" + mode + "/"
	compare := func(name string, got []float32) {
		want := fixture(t, "seeded.safetensors", prefix+name)
		noise := fixture(t, "seeded.safetensors", prefix+name+"#noise")[0]
		within(t, mode+" "+name, want, got[:len(want)], 1e-3+4*float64(noise))
	}
	compare("loss", []float32{out[0].Value().(float32)})
	for i, name := range watched {
		values, err := tensors.CopyFlatData[float32](out[i+1])
		require.NoError(t, err)
		values, _ = nn.FromStored(values, out[i+1].Shape().Dimensions)
		compare(name, values)
	}
	for _, name := range names {
		if rest, ok := strings.CutPrefix(name, prefix); ok && strings.HasSuffix(rest, "running_var") {
			got, err := tensors.CopyFlatData[float32](store.GetVariable(pathOf(m, rest)).MustValue())
			require.NoError(t, err)
			compare(rest, got)
		}
	}
}

func pathOf(m *Model, name string) string {
	for _, p := range m.wanted() {
		if p.Name == name {
			return p.Path(Root)
		}
	}
	return ""
}
