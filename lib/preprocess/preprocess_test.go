package preprocess_test

import (
	"context"
	"errors"
	"image"
	"image/color"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"graft/lib/data"
	"graft/lib/preprocess"
	"graft/lib/preset"
)

// plain is an input without normalising beyond 0..1.
func plain(size, resize int, kind preset.Interpolation) preset.Input {
	return preset.Input{Size: size, Resize: resize, Channels: 3, Interpolation: kind, Std: [3]float32{1, 1, 1}}
}

func open(t *testing.T, name string) image.Image {
	t.Helper()
	img, err := data.Open(filepath.Join("testdata", name))
	require.NoError(t, err)
	return img
}

// difference is the mean absolute difference of values and a picture, in 1/255.
func difference(values []float32, want image.Image) float64 {
	sum, i := 0.0, 0
	for y := range want.Bounds().Dy() {
		for x := range want.Bounds().Dx() {
			c := color.RGBAModel.Convert(want.At(x, y)).(color.RGBA)
			for _, v := range []uint8{c.R, c.G, c.B} {
				sum += math.Abs(float64(values[i])*255 - float64(v))
				i++
			}
		}
	}
	return sum / float64(i)
}

// TestPillow compares photographs, from file to numbers, with Pillow and
// torchvision: to the bit for PNG, within the decoders' rounding for JPEG.
func TestPillow(t *testing.T) {
	files, err := filepath.Glob("testdata/*.bi*.png")
	require.NoError(t, err)
	require.Len(t, files, 22)
	resizes := map[string]int{"160": 183, "96": 96}
	for _, file := range files {
		part := strings.Split(filepath.Base(file), ".")
		stem, kind, size := part[0], preset.Interpolation(part[1]), part[2]
		want := open(t, filepath.Base(file))
		source, limit := stem+".jpg", 0.25
		if stem == "motorcycle_left" || stem == "eye" {
			source, limit = stem+".png", 1e-4
		}
		resize := resizes[size]
		if stem == "eye" {
			resize = 110
		}
		p, err := preprocess.New(plain(want.Bounds().Dx(), resize, kind))
		require.NoError(t, err)
		values := make([]float32, p.Len())
		require.NoError(t, p.Apply(open(t, source), values))
		d := difference(values, want)
		t.Logf("%s: %.4f of 1/255", file, d)
		require.Less(t, d, limit, file)
	}
}

func TestNormalise(t *testing.T) {
	row, err := preset.Lookup("mobilenet_v2")
	require.NoError(t, err)
	p, err := preprocess.New(row.Input)
	require.NoError(t, err)
	require.Equal(t, 224*224*3, p.Len())
	img := image.NewRGBA(image.Rect(0, 0, 300, 260))
	for i := range img.Pix {
		img.Pix[i] = []uint8{255, 0, 51, 255}[i%4]
	}
	values := make([]float32, p.Len())
	require.NoError(t, p.Apply(img, values))
	for c, v := range []float64{1, 0, 0.2} {
		want := (v - float64(row.Input.Mean[c])) / float64(row.Input.Std[c])
		require.InDelta(t, want, values[3*1000+c], 1e-6)
	}
}

func TestKey(t *testing.T) {
	p, err := preprocess.New(plain(32, 36, preset.Bilinear))
	require.NoError(t, err)
	same, err := preprocess.New(plain(32, 36, ""))
	require.NoError(t, err)
	require.Equal(t, p.Key(), same.Key())
	seen := map[string]bool{p.Key(): true}
	smaller, err := p.At(16)
	require.NoError(t, err)
	require.Equal(t, 18, smaller.Input.Resize)
	cubic, err := preprocess.New(plain(32, 36, preset.Bicubic))
	require.NoError(t, err)
	varied := p
	varied.Augment = preprocess.Light()
	seeded := varied
	seeded.Augment.Seed = 2
	for _, q := range []preprocess.Pipeline{smaller, cubic, varied, seeded} {
		require.False(t, seen[q.Key()])
		seen[q.Key()] = true
	}
}

func TestBadSettings(t *testing.T) {
	for text, in := range map[string]preset.Input{
		`interpolation "lanczos"`: plain(32, 32, "lanczos"), "input size 0": plain(0, 32, ""), "resize to 16": plain(32, 16, ""),
		"4 input channels": {Size: 32, Channels: 4},
	} {
		_, err := preprocess.New(in)
		require.ErrorContains(t, err, text)
	}
	p, err := preprocess.New(plain(32, 32, ""))
	require.NoError(t, err)
	img := image.NewGray(image.Rect(0, 0, 5, 5))
	require.ErrorContains(t, p.Apply(img, make([]float32, 3)), "room for 3 values (want 3072)")
	require.ErrorContains(t, p.Apply(image.NewGray(image.Rectangle{}), make([]float32, p.Len())), "without pixels")
	require.ErrorContains(t, p.Apply(nil, make([]float32, p.Len())), "without pixels")
	require.ErrorContains(t, preprocess.Pipeline{}.Apply(img, nil), "preprocess.New")
	p.Augment = preprocess.Augment{Rotate: math.NaN(), Flip: true}
	require.ErrorContains(t, p.View(img, "k", 1, make([]float32, p.Len())), "Rotate NaN")
	p.Augment = preprocess.Augment{Rand: preprocess.RandAugment{Ops: 2, Magnitude: 31}}
	require.ErrorContains(t, p.View(img, "k", 1, make([]float32, p.Len())), "at magnitude 31 (want 0 to 14 at 0 to 30)")
}

func TestViews(t *testing.T) {
	p, err := preprocess.New(plain(48, 55, preset.Bicubic))
	require.NoError(t, err)
	p.Augment = preprocess.Strong()
	p.Augment.Seed = 1
	img := open(t, "eye.png")
	view := func(p preprocess.Pipeline, key string, n uint64) []float32 {
		values := make([]float32, p.Len())
		require.NoError(t, p.View(img, key, n, values))
		return values
	}
	centre := make([]float32, p.Len())
	require.NoError(t, p.Apply(img, centre))
	require.Equal(t, centre, view(p, "a", 0), "view 0 is the plain image")
	require.Equal(t, view(p, "a", 1), view(p, "a", 1), "a view is always the same")
	require.NotEqual(t, view(p, "a", 1), view(p, "a", 2))
	require.NotEqual(t, view(p, "a", 1), view(p, "b", 1))
	other := p
	other.Augment.Seed = 2
	require.NotEqual(t, view(p, "a", 1), view(other, "a", 1))
}

// TestEachVariation checks every kind of variation by itself against what it is.
func TestEachVariation(t *testing.T) {
	base, err := preprocess.New(plain(32, 32, preset.Bilinear))
	require.NoError(t, err)
	img := open(t, "eye.png")
	centre, err := base.Crop(img)
	require.NoError(t, err)
	pictures := func(a preprocess.Augment) (out []*image.RGBA) {
		p := base
		p.Augment = a
		for n := uint64(1); n <= 24; n++ {
			view, err := p.Picture(img, "k", n)
			require.NoError(t, err)
			require.Equal(t, image.Pt(32, 32), view.Rect.Size())
			out = append(out, view)
		}
		return out
	}
	mirrored := image.NewRGBA(centre.Rect)
	for y := range 32 {
		for x := range 32 {
			mirrored.Set(x, y, centre.At(31-x, y))
		}
	}
	flips := 0
	for _, view := range pictures(preprocess.Augment{Flip: true}) {
		if string(view.Pix) == string(mirrored.Pix) {
			flips++
			continue
		}
		require.Equal(t, centre.Pix, view.Pix)
	}
	require.Greater(t, flips, 5)
	require.Less(t, flips, 19)
	for _, view := range pictures(preprocess.Augment{Brightness: 0.5}) {
		gain := float64(view.Pix[0]) / float64(centre.Pix[0])
		require.GreaterOrEqual(t, gain, 0.49)
		require.LessOrEqual(t, gain, 1.51)
	}
	for _, view := range pictures(preprocess.Augment{Rotate: 10}) {
		require.Equal(t, centre.At(16, 16).(color.RGBA).A, view.At(16, 16).(color.RGBA).A)
		require.NotEqual(t, centre.Pix, view.Pix)
	}
	seen := map[string]bool{}
	for _, view := range pictures(preprocess.Augment{Crop: 0.3}) {
		seen[string(view.Pix)] = true
	}
	require.Len(t, seen, 24)
}

// TestThinImages: one-pixel sides and long strips have a view, too.
func TestThinImages(t *testing.T) {
	p, err := preprocess.New(plain(24, 24, preset.Bicubic))
	require.NoError(t, err)
	p.Augment = preprocess.Strong()
	p.Augment.Rotate, p.Augment.Contrast, p.Augment.Hue = 20, 0.2, 0.1
	values := make([]float32, p.Len())
	for _, size := range []image.Point{{1, 1}, {1, 400}, {900, 1}, {2, 3}} {
		img := image.NewGray(image.Rectangle{Max: size})
		for i := range img.Pix {
			img.Pix[i] = 200
		}
		for n := range uint64(8) {
			require.NoError(t, p.View(img, "k", n, values), size)
			if n == 0 {
				require.InDelta(t, 200.0/255, values[0], 1e-6)
			}
		}
	}
}

func TestBatch(t *testing.T) {
	p, err := preprocess.New(plain(16, 16, preset.Bilinear))
	require.NoError(t, err)
	grey := func(v uint8) image.Image {
		img := image.NewGray(image.Rect(0, 0, 20, 20))
		for i := range img.Pix {
			img.Pix[i] = v
		}
		return img
	}
	dst := make([]float32, 50*p.Len())
	require.NoError(t, p.Batch(t.Context(), 50, func(i int) (image.Image, error) { return grey(uint8(i)), nil }, dst))
	for i := range 50 {
		require.InDelta(t, float64(i)/255, dst[i*p.Len()], 1e-6)
	}
	gone := errors.New("gone")
	err = p.Batch(t.Context(), 50, func(i int) (image.Image, error) {
		if i == 7 {
			return nil, gone
		}
		return grey(1), nil
	}, dst)
	require.ErrorIs(t, err, gone)
	require.ErrorContains(t, p.Batch(t.Context(), 2, nil, dst), "for 2 images")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, preprocess.Each(ctx, 5, func(int) error { return nil }), context.Canceled)
	err = preprocess.Each(t.Context(), 5, func(int) error { panic("no") })
	require.ErrorContains(t, err, "panic: no")
}

func BenchmarkApply(b *testing.B) {
	row, err := preset.Lookup("mobilenet_v2")
	require.NoError(b, err)
	p, err := preprocess.New(row.Input)
	require.NoError(b, err)
	img := image.NewRGBA(image.Rect(0, 0, 300, 300))
	values := make([]float32, p.Len())
	for b.Loop() {
		if err := p.Apply(img, values); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkView makes the views that a fit makes, without decoding.
func BenchmarkView(b *testing.B) {
	for name, recipe := range map[string]preprocess.Augment{
		"light": preprocess.Light(), "strong": preprocess.Strong(),
		"colour": {Brightness: 0.2, Contrast: 0.2, Saturation: 0.2, Hue: 0.1}, "rotate": {Rotate: 10},
	} {
		b.Run(name, func(b *testing.B) {
			p, err := preprocess.New(preset.Input{Size: 224, Resize: 256})
			require.NoError(b, err)
			p.Augment = recipe
			img := image.NewRGBA(image.Rect(0, 0, 500, 375))
			for i := range img.Pix {
				img.Pix[i] = uint8(i * i >> 3)
			}
			values, n := make([]float32, p.Len()), uint64(0)
			for b.Loop() {
				n++
				if err := p.View(img, "k", n, values); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
