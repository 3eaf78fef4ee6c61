package preprocess

import (
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"graft/lib/preset"
)

func load(t *testing.T, name string) pixels {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", name))
	require.NoError(t, err)
	img, err := png.Decode(f)
	require.NoError(t, err)
	require.NoError(t, f.Close())
	return from(img)
}

// wanted is what testdata/operations/make.py wrote.
type wanted struct {
	Cases []struct {
		Name, Source string
		Value        float64
	}
	Crops []struct {
		Top, Left, Height, Width, Size int
		Mode                           preset.Interpolation
	}
	Magnitudes map[string]struct {
		Signed bool
		Values []float64
	}
	Erased []float32
}

func fixture(t *testing.T) (w wanted) {
	t.Helper()
	raw, err := os.ReadFile("testdata/operations/operations.json")
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(raw, &w))
	return w
}

// single are the operations with the parameters that Pillow and torchvision take.
var single = map[string]func(p pixels, v float64) pixels{
	"flip":         inPlace(func(p pixels, _ float64) { p.mirror() }),
	"flip up":      inPlace(func(p pixels, _ float64) { p.mirrorUp() }),
	"brightness":   inPlace(pixels.brighten),
	"contrast":     inPlace(pixels.contrast),
	"saturation":   inPlace(pixels.saturate),
	"hue":          inPlace(pixels.turnHue),
	"sharpness":    inPlace(pixels.sharpen),
	"posterize":    inPlace(func(p pixels, v float64) { p.posterize(int(v)) }),
	"solarize":     inPlace(pixels.solarize),
	"autocontrast": inPlace(func(p pixels, _ float64) { p.autocontrast() }),
	"equalize":     inPlace(func(p pixels, _ float64) { p.equalize() }),
	"shear x":      listed("ShearX"), "shear y": listed("ShearY"),
	"translate x": listed("TranslateX"), "translate y": listed("TranslateY"), "rotate": listed("Rotate"),
	"turn": func(p pixels, v float64) pixels { return p.turned(rotation(p.width, p.height, v)) },
}

func listed(name string) func(pixels, float64) pixels {
	for _, op := range operations {
		if op.name == name {
			return op.do
		}
	}
	panic(name)
}

// TestOperations compares each operation with Pillow's and torchvision's, to the
// bit.
func TestOperations(t *testing.T) {
	w, sheet := fixture(t), load(t, "operations/operations.png")
	eye := load(t, "eye.png")
	flat := newPixels(eye.width, eye.height)
	for i := range flat.rgb {
		flat.rgb[i] = []uint8{200, 7, 90}[i%3]
	}
	two := flat.cut(image.Rect(0, 0, flat.width, flat.height))
	for y := range 20 {
		for x := range 30 {
			copy(two.rgb[(y*two.width+x)*Channels:], []uint8{0, 255, 90})
		}
	}
	sources := map[string]pixels{"": eye, "flat": flat, "two": two}
	require.Greater(t, len(w.Cases), 60)
	seen := map[string]bool{}
	for i, c := range w.Cases {
		want := sheet.cut(image.Rect(0, i*eye.height, eye.width, (i+1)*eye.height))
		got := single[c.Name](sources[c.Source].cut(image.Rect(0, 0, eye.width, eye.height)), c.Value)
		seen[c.Name] = true
		if c.Name == "turn" {
			inside(t, c.Value, eye, &want, got)
		}
		require.Equal(t, "", differ(want, got), "%s %g %s", c.Name, c.Value, c.Source)
	}
	require.Len(t, seen, len(single), "every operation is compared")
}

// inside copies to want what lies beyond the edges of the source, which is black
// there and mirrored here.
func inside(t *testing.T, degrees float64, src pixels, want *pixels, got pixels) {
	t.Helper()
	m, beyond := rotation(src.width, src.height, degrees), 0
	for y := range src.height {
		for x := range src.width {
			dx, dy := float64(x)+0.5, float64(y)+0.5
			fx, fy := m[0]*dx+m[1]*dy+m[2], m[3]*dx+m[4]*dy+m[5]
			if fx < 0 || fy < 0 || fx >= float64(src.width) || fy >= float64(src.height) {
				i := (y*src.width + x) * Channels
				require.NotEqual(t, []uint8{0, 0, 0}, got.rgb[i:i+Channels])
				copy(want.rgb[i:i+Channels], got.rgb[i:])
				beyond++
			}
		}
	}
	require.Less(t, beyond, src.width*src.height/3)
}

// differ says where two pictures differ first, and how many values do.
func differ(want, got pixels) string {
	first, n := "", 0
	for i := range want.rgb {
		if want.rgb[i] != got.rgb[i] {
			if n++; first == "" {
				first = fmt.Sprintf("x %d y %d channel %d: want %d, got %d", i/3%want.width, i/3/want.width, i%3, want.rgb[i], got.rgb[i])
			}
		}
	}
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("%s; %d values differ", first, n)
}

func TestResizedCrop(t *testing.T) {
	eye := load(t, "eye.png")
	for i, c := range fixture(t).Crops {
		part := eye.cut(image.Rect(c.Left, c.Top, c.Left+c.Width, c.Top+c.Height))
		got := resize(part, box{0, 0, float64(c.Width), float64(c.Height)}, c.Size, c.Size, image.Rect(0, 0, c.Size, c.Size), filters[c.Mode])
		require.Equal(t, "", differ(load(t, fmt.Sprintf("operations/crop%d.png", i)), got), "crop %d", i)
	}
}

// TestMagnitudes holds the list of RandAugment against torchvision's.
func TestMagnitudes(t *testing.T) {
	w := fixture(t)
	require.Len(t, operations, len(w.Magnitudes))
	for _, op := range operations {
		want, ok := w.Magnitudes[op.name]
		require.True(t, ok, op.name)
		require.Equal(t, want.Signed, op.signed, op.name)
		require.Equal(t, len(want.Values) == 0, op.at == nil, op.name)
		for m, v := range want.Values {
			require.InDelta(t, v, op.at(m, 51, 37), 1e-5, "%s %d", op.name, m)
		}
	}
}

func TestErase(t *testing.T) {
	values := make([]float32, 5*6*3)
	for i := range values {
		values[i] = float32(5*6*3 + i)
	}
	erase(values, 6, image.Rect(2, 1, 4, 4))
	require.Equal(t, fixture(t).Erased, values)
	a := Augment{Erase: 0.5}
	erased, n := 0, 4000
	least, most := 1.0, 0.0
	for i := range n {
		r := a.hole(draw{1, "k", uint64(i)}, 64)
		if r.Empty() {
			continue
		}
		require.True(t, r.In(image.Rect(0, 0, 64, 64)))
		erased++
		share := float64(r.Dx()*r.Dy()) / (64 * 64)
		least, most = min(least, share), max(most, share)
	}
	require.InDelta(t, 0.5, float64(erased)/float64(n), 0.03)
	require.InDelta(t, 0.02, least, 0.006)
	require.InDelta(t, 0.33, most, 0.02)
}

// TestRandomPart: shares and shapes of crops are those of torchvision; long strips
// fall back to the middle.
func TestRandomPart(t *testing.T) {
	least := 1.0
	for i := range 2000 {
		r := randomPart(120, 80, 0.25, draw{7, "k", uint64(i)}.of("crop"))
		require.True(t, r.In(image.Rect(0, 0, 120, 80)))
		least = min(least, float64(r.Dx()*r.Dy())/(120*80))
		require.InDelta(t, 0, math.Log(float64(r.Dx())/float64(r.Dy())), math.Log(1.4))
	}
	require.InDelta(t, 0.25, least, 0.02)
	require.Equal(t, image.Rect(498, 0, 502, 3), randomPart(1000, 3, 0.9, draw{}.of("crop")))
	require.Equal(t, image.Rect(0, 498, 3, 502), randomPart(3, 1000, 0.9, draw{}.of("crop")))
	require.Equal(t, image.Rect(0, 0, 1, 1), randomPart(1, 1, 0.5, draw{}.of("crop")))
}

// TestStepsAreIndependent: adding a step to a recipe leaves what the others draw.
func TestStepsAreIndependent(t *testing.T) {
	p, err := New(preset.Input{Size: 32, Resize: 32, Channels: 3})
	require.NoError(t, err)
	eye := load(t, "eye.png").picture()
	cropped := func(a Augment) *image.RGBA {
		q := p
		q.Augment = a
		img, err := q.Picture(eye, "k", 5)
		require.NoError(t, err)
		return img
	}
	plain, erased := cropped(Augment{Crop: 0.4}), cropped(Augment{Crop: 0.4, Erase: 1})
	same, other := 0, 0
	for i := 0; i < len(plain.Pix); i += 4 {
		if string(plain.Pix[i:i+4]) == string(erased.Pix[i:i+4]) {
			same++
		} else if c := erased.RGBAAt(i/4%32, i/4/32); c != (color.RGBA{0, 0, 0, 255}) {
			other++
		}
	}
	require.Greater(t, same, 500)
	require.Zero(t, other, "what differs is the hole")
}
