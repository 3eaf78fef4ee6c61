package weights

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/gomlx/compute/dtypes"
	"github.com/stretchr/testify/require"
	"graft/lib/display"
	"graft/lib/hub"
	"graft/lib/preset"
)

func openTest(t *testing.T, path string, opts ...Option) *File {
	t.Helper()
	f, err := Open(filepath.Join("testdata", path), opts...)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, f.Close()) })
	return f
}

// TestStridedViews is field case W1: views, shared storages and channels-last
// tensors come out bit-equal to a plain file.
func TestStridedViews(t *testing.T) {
	plain := openTest(t, "strided_pth/plain.safetensors")
	require.Equal(t, 13, plain.Len())
	for path, format := range map[string]Format{"strided_pth/views.pth": TorchZip, "strided_pth/views_legacy.pth": TorchLegacy} {
		f := openTest(t, path)
		require.Equal(t, format, f.Format)
		require.ElementsMatch(t, plain.Names(), f.Names())
		for _, name := range plain.Names() {
			want, err := plain.Tensor(name)
			require.NoError(t, err)
			got, err := f.Tensor(name)
			require.NoError(t, err, name)
			require.Equal(t, want, got, "%s %s", path, name)
		}
		count, err := f.Tensor("count_i64")
		require.NoError(t, err)
		n, err := count.Int64()
		require.NoError(t, err)
		require.Equal(t, []int64{12345678901}, n)
	}
}

// TestShards is field case W2.
func TestShards(t *testing.T) {
	index := func(tree string) string { return "shards/" + tree + "/model.safetensors.index.json" }
	require.Equal(t, 3, openTest(t, index("good")).Len())
	first := func(f *File, name string) float32 {
		tensor, err := f.Tensor(name)
		require.NoError(t, err)
		values, err := tensor.Float32()
		require.NoError(t, err)
		return values[0]
	}
	require.EqualValues(t, 1, first(openTest(t, index("stray_file")), "conv.weight"))
	require.EqualValues(t, 1, first(openTest(t, "shards/stray_file"), "conv.weight"), "a folder's index comes before a single file")
	dup := openTest(t, index("dup"))
	require.EqualValues(t, 0, first(dup, "fc.bias"))
	require.Contains(t, dup.String(), `tensor "fc.bias" of shard "model-00001-of-00002.safetensors" left aside`)
	require.Contains(t, openTest(t, index("unlisted_tensor")).String(), `"fc.bias"`)
	for tree, want := range map[string][]string{
		"missing_shard":    {"model-00002-of-00002.safetensors", "fc.bias"},
		"tensor_not_there": {"model-00002-of-00002.safetensors", "fc.bias"},
		"short_shard":      {"model-00002-of-00002.safetensors", "fc."},
		"escape":           {"outside the folder", "fc.bias"},
	} {
		_, err := Open(filepath.Join("testdata", index(tree)))
		for _, text := range want {
			require.ErrorContains(t, err, text, tree)
		}
	}
}

// tiny is the small net of field case W3 with a head of three classes.
var tiny = []Want{
	{Name: "conv1.weight", Shape: []int{4, 3, 3, 3}}, {Name: "conv1.bias", Shape: []int{4}},
	{Name: "bn1.weight", Shape: []int{4}}, {Name: "bn1.bias", Shape: []int{4}},
	{Name: "bn1.running_mean", Shape: []int{4}}, {Name: "bn1.running_var", Shape: []int{4}},
	{Name: "fc.weight", Shape: []int{3, 4}, Head: true}, {Name: "fc.bias", Shape: []int{3}, Head: true},
}

func loadTiny(t *testing.T, path string, opts ...Option) (map[string][]float32, *Report, error) {
	t.Helper()
	got := map[string][]float32{}
	report, err := Load(openTest(t, path, opts...), tiny, func(w Want, tensor Tensor) error {
		values, err := tensor.Float32()
		got[w.Name] = values
		return err
	})
	return got, report, err
}

// TestWrapped is field case W3: however people save it, the same net comes out,
// the head of another size is skipped, and the report says so.
func TestWrapped(t *testing.T) {
	plain, report, err := loadTiny(t, "wrapped/plain.pth")
	require.NoError(t, err)
	require.Len(t, plain, 6)
	require.Contains(t, report.String(), "6 loaded, head fc.weight 1000x4 skipped")
	for _, name := range []string{"module", "state_dict", "model_and_ema", "state_dict_ema", "lightning", "compiled", "double", "mixed", "with_args"} {
		got, report, err := loadTiny(t, "wrapped/"+name+".pth")
		require.NoError(t, err, name)
		require.Equal(t, plain, got, name)
		require.Contains(t, report.String(), "head fc.weight 1000x4 skipped", name)
	}
	for _, name := range []string{"model_and_ema", "state_dict_ema"} {
		_, report, err := loadTiny(t, "wrapped/"+name+".pth")
		require.NoError(t, err)
		require.Contains(t, report.String(), "left aside (weights.EMA takes it)")
		averaged, report, err := loadTiny(t, "wrapped/"+name+".pth", EMA())
		require.NoError(t, err)
		require.Contains(t, report.String(), "the moving average")
		for key, values := range averaged {
			for i, v := range values {
				require.Equal(t, plain[key][i]+1, v, key)
			}
		}
		chosen, _, err := loadTiny(t, "wrapped/"+name+".pth", Dict(map[string]string{"model_and_ema": "model_ema", "state_dict_ema": "state_dict_ema"}[name]))
		require.NoError(t, err)
		require.Equal(t, averaged, chosen)
	}
	_, err = Open("testdata/wrapped/whole_module.pth")
	require.ErrorIs(t, err, ErrRefused)
	require.ErrorContains(t, err, "torch.save(model.state_dict(), path)")
	_, report, err = loadTiny(t, "wrapped/wrong_arch.pth")
	require.Contains(t, report.Display().Data[display.Text], "1 unexpected: features.0.weight")
	require.ErrorIs(t, err, ErrMismatch)
	require.ErrorContains(t, err, "features.0.weight")
	_, err = Open("testdata/wrapped/model_and_ema.pth", Dict("model_eam"))
	require.ErrorContains(t, err, `did you mean "model_ema"`)
}

// TestHeaders is field case W4: 7 of 26 files are right, the others are refused
// by name, whatever their headers claim.
func TestHeaders(t *testing.T) {
	text, err := os.ReadFile("testdata/st_headers/expected.json")
	require.NoError(t, err)
	var expected map[string]string
	require.NoError(t, json.Unmarshal(text, &expected))
	require.Len(t, expected, 26)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start := time.Now()
	defer func() {
		runtime.ReadMemStats(&after)
		require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(200<<20), "all files together")
		require.Less(t, time.Since(start), 26*time.Second)
	}()
	for name, want := range expected {
		path := filepath.Join("testdata", "st_headers", name+".safetensors")
		if name == "deep_json" {
			path = deepJSON(t)
		}
		f, err := Open(path)
		if want == "refuse" {
			require.Error(t, err, name)
			require.Contains(t, err.Error(), "weights: ", name)
			continue
		}
		require.NoError(t, err, name)
		for _, n := range f.Names() {
			_, err := f.Tensor(n)
			require.NoError(t, err, name)
		}
		require.NoError(t, f.Close())
	}
	nan, err := openTest(t, "st_headers/ok_nan.safetensors").Tensor("a")
	require.NoError(t, err)
	values, err := nan.Float32()
	require.NoError(t, err)
	require.True(t, math.IsNaN(float64(values[0])))
	require.True(t, math.IsInf(float64(values[1]), 1))
	require.Equal(t, 2, nan.NonFinite())
}

func deepJSON(t *testing.T) string {
	t.Helper()
	header := strings.Repeat(`{"a":`, 100_000) + "1" + strings.Repeat("}", 100_000)
	data := append(binary.LittleEndian.AppendUint64(nil, uint64(len(header))), header...)
	path := filepath.Join(t.TempDir(), "deep.safetensors")
	require.NoError(t, os.WriteFile(path, data, 0o644))
	return path
}

func TestSaveAndOpenAgain(t *testing.T) {
	a, err := FromFloat32("a", []int{2, 2}, []float32{1, 2, 3, 4})
	require.NoError(t, err)
	n, err := FromInt64("n", nil, []int64{-7})
	require.NoError(t, err)
	empty, err := New("empty", dtypes.Bool, []int{0, 3}, nil)
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "w.safetensors")
	require.NoError(t, Save(path, []Tensor{a, n, empty}, map[string]string{"by": "graft"}))
	once, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NoError(t, Save(path, []Tensor{empty, n, a}, map[string]string{"by": "graft"}))
	twice, err := os.ReadFile(path)
	require.NoError(t, err)
	require.True(t, bytes.Equal(once, twice), "order does not matter")
	f, err := Open(path)
	require.NoError(t, err)
	defer f.Close()
	require.Equal(t, map[string]string{"by": "graft"}, f.Metadata)
	got, err := f.Tensor("a")
	require.NoError(t, err)
	require.Equal(t, a, got)
	_, err = f.Tensor("A")
	require.ErrorContains(t, err, `no tensor "A"`)
	require.Error(t, Save(path, []Tensor{a, a}, nil), "names are unique")
	again, err := os.ReadFile(path)
	require.NoError(t, err)
	require.True(t, bytes.Equal(once, again), "a failed save leaves the file")
	left, err := os.ReadDir(filepath.Dir(path))
	require.NoError(t, err)
	require.Len(t, left, 1)
}

// TestRealFiles opens the published weights: legacy pickles, one of them with
// strided tensors.
func TestRealFiles(t *testing.T) {
	for name, want := range map[string]struct {
		tensors int
		values  int
	}{"mobilenet_v2": {314, 3_539_036}, "tf_efficientnet_lite0": {296, 4_694_073}} {
		p, err := preset.Lookup(name)
		require.NoError(t, err)
		path, err := hub.Fetch(t.Context(), p.Source)
		require.NoError(t, err)
		f, err := Open(path)
		require.NoError(t, err)
		require.Equal(t, TorchLegacy, f.Format)
		require.Equal(t, want.tensors, f.Len())
		total := 0
		for _, n := range f.Names() {
			tensor, err := f.Tensor(n)
			require.NoError(t, err)
			require.Zero(t, tensor.NonFinite(), n)
			total += tensor.Len()
		}
		require.Equal(t, want.values, total)
		require.NoError(t, f.Close())
	}
}

func TestNotWeights(t *testing.T) {
	dir := t.TempDir()
	for name, data := range map[string]string{"empty": "", "text": "hello, this is no weights file", "zip": "PK\x03\x04 broken", "pickle": string(pickledMagic)} {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, []byte(data), 0o644))
		_, err := Open(path)
		require.ErrorContains(t, err, path)
	}
	_, err := Open(dir)
	require.ErrorContains(t, err, "a folder without")
	_, err = Open(filepath.Join(dir, "none"))
	require.ErrorIs(t, err, os.ErrNotExist)
}

// FuzzOpen feeds damaged files of every kind: whatever comes, an error or
// tensors, never a panic.
func FuzzOpen(f *testing.F) {
	for _, path := range []string{"strided_pth/views.pth", "strided_pth/views_legacy.pth", "strided_pth/plain.safetensors", "wrapped/with_args.pth", "st_headers/overlap.safetensors"} {
		data, err := os.ReadFile(filepath.Join("testdata", path))
		require.NoError(f, err)
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		path := filepath.Join(t.TempDir(), "w")
		require.NoError(t, os.WriteFile(path, data, 0o644))
		file, err := Open(path)
		if err != nil {
			return
		}
		defer file.Close()
		for _, name := range file.Names() {
			if _, err := file.Tensor(name); err != nil {
				return
			}
		}
	})
}
