package data

import (
	"context"
	"image"
	"image/color"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/encoding/charmap"
	"graft/lib/display"
)

// difference is the mean over all channels, in steps of 1/255.
func difference(t *testing.T, a, b image.Image) float64 {
	t.Helper()
	require.Equal(t, a.Bounds().Size(), b.Bounds().Size())
	sum, n := 0.0, 0
	for y := range a.Bounds().Dy() {
		for x := range a.Bounds().Dx() {
			p := color.RGBAModel.Convert(a.At(x, y)).(color.RGBA)
			q := color.RGBAModel.Convert(b.At(x, y)).(color.RGBA)
			for _, d := range []int{int(p.R) - int(q.R), int(p.G) - int(q.G), int(p.B) - int(q.B)} {
				sum += math.Abs(float64(d))
				n++
			}
		}
	}
	return sum / float64(n)
}

func pngFile(t *testing.T, path string) image.Image {
	t.Helper()
	f, err := os.Open(path)
	require.NoError(t, err)
	defer f.Close()
	img, err := png.Decode(f)
	require.NoError(t, err)
	return img
}

// TestFormats compares every kind of file with what Pillow decodes: lossless ones
// to the bit, lossy ones within what two decoders' rounding may differ by.
func TestFormats(t *testing.T) {
	files, err := filepath.Glob("testdata/formats/*.expected.png")
	require.NoError(t, err)
	require.Len(t, files, 12)
	for _, expected := range files {
		path := strings.TrimSuffix(expected, ".expected.png")
		img, err := Open(path)
		require.NoError(t, err, path)
		d := difference(t, pngFile(t, expected), img)
		lossy := strings.HasSuffix(path, ".jpg") || strings.HasSuffix(path, "lossy.webp")
		t.Logf("%s: %.3f", path, d)
		if lossy {
			require.Less(t, d, 0.5, path)
		} else {
			require.Zero(t, d, path)
		}
	}
	original := pngFile(t, "testdata/formats/rgb.bmp.expected.png")
	for _, path := range []string{"testdata/formats/turned.webp", "testdata/formats/turned.tif"} {
		img, err := Open(path)
		require.NoError(t, err)
		require.Equal(t, image.Pt(original.Bounds().Dy(), original.Bounds().Dx()), img.Rect.Size(), path)
		require.Equal(t, color.RGBAModel.Convert(original.At(0, 0)), img.At(img.Rect.Dx()-1, 0), "the top left corner turns to the top right")
	}
}

// plain is a small picture of one colour.
func square(side int, c color.Color) image.Image {
	img := image.NewRGBA(image.Rect(0, 0, side, side))
	for y := range side {
		for x := range side {
			img.Set(x, y, c)
		}
	}
	return img
}

// many makes a set of n pictures in memory, all different, of three classes in
// proportions 6:3:1.
func many(t *testing.T, n int, opts ...Option) *Set {
	t.Helper()
	images, labels := make([]image.Image, n), make([]string, n)
	for i := range n {
		images[i] = square(20, rgb(uint8(i), uint8(i>>8), 7))
		labels[i] = []string{"a", "a", "a", "a", "a", "a", "b", "b", "b", "c"}[i%10]
	}
	s, err := Images(images, labels, opts...)
	require.NoError(t, err)
	return s
}

func keys(s *Set) map[string]bool {
	out := map[string]bool{}
	for i := range s.Len() {
		out[s.Key(i)] = true
	}
	return out
}

func TestSplit(t *testing.T) {
	s := many(t, 200)
	train, valid, test, err := s.Split(100, 30, Rest)
	require.NoError(t, err)
	require.Equal(t, []int{60, 30, 10}, train.Counts())
	require.Equal(t, []int{18, 9, 3}, valid.Counts())
	require.Equal(t, []int{42, 21, 7}, test.Counts())
	all := keys(train)
	for _, part := range []*Set{valid, test} {
		for key := range keys(part) {
			require.False(t, all[key], "parts do not overlap")
			all[key] = true
		}
	}
	require.Len(t, all, 200)

	again, _, _, err := s.Split(100, 30, Rest)
	require.NoError(t, err)
	require.Equal(t, keys(train), keys(again), "one seed, one split")
	other, _, _, err := s.Split(100, 30, Rest, Seed(1))
	require.NoError(t, err)
	require.NotEqual(t, keys(train), keys(other))

	rare, _, _, err := s.Split(3, 3, Rest)
	require.NoError(t, err)
	require.Equal(t, []int{1, 1, 1}, rare.Counts(), "no class is forgotten")
	for _, sizes := range [][3]int{{150, 51, 0}, {Rest, Rest, 1}, {-2, 1, 1}} {
		_, _, _, err := s.Split(sizes[0], sizes[1], sizes[2])
		require.ErrorContains(t, err, "data: split [")
	}
}

// TestSplitKeepsCopiesTogether: a picture that was trained on is no test picture.
func TestSplitKeepsCopiesTogether(t *testing.T) {
	var images []image.Image
	var labels []string
	for i := range 40 {
		for range 1 + i%3 {
			images, labels = append(images, square(20, rgb(uint8(i), 0, 0))), append(labels, "ab"[i%2:i%2+1])
		}
	}
	s, err := Images(images, labels)
	require.NoError(t, err)
	require.NotEmpty(t, s.Health().Duplicates)
	train, valid, test, err := s.Split(30, 20, Rest, Seed(3))
	require.NoError(t, err)
	require.Equal(t, []int{30, 20, s.Len() - 50}, []int{train.Len(), valid.Len(), test.Len()})
	for key := range keys(train) {
		require.False(t, keys(valid)[key] || keys(test)[key])
	}
}

func TestTargets(t *testing.T) {
	dir := t.TempDir()
	table := "cell;defect share;kind\n"
	for i := range 40 {
		name := filepath.Join("photos", string(rune('a'+i/26))+string(rune('a'+i%26))+".png")
		require.NoError(t, os.MkdirAll(filepath.Join(dir, "photos"), 0o755))
		f, err := os.Create(filepath.Join(dir, name))
		require.NoError(t, err)
		require.NoError(t, png.Encode(f, square(20, rgb(uint8(i), 1, 1))))
		require.NoError(t, f.Close())
		table += filepath.Base(name) + ";0,25;" + []string{"mono", "poly"}[i%2] + "\n"
	}
	table += "aa.png;much;mono\n"
	path := filepath.Join(dir, "t.csv")
	require.NoError(t, os.WriteFile(path, []byte(table), 0o644))
	s, err := CSV(path, Columns("cell", ""), Target("defect share"), Where("kind", "mono"))
	require.NoError(t, err)
	require.True(t, s.Regression())
	require.Nil(t, s.Classes())
	require.Equal(t, 20, s.Len())
	require.InDelta(t, 0.25, s.Target(3), 1e-6)
	require.Contains(t, s.String(), "targets 0.25 to 0.25")
	require.Contains(t, s.Display().Data[display.Text], "20 photographs")
	train, _, test, err := s.Split(10, 0, Rest)
	require.NoError(t, err)
	require.Equal(t, 10, train.Len())
	require.Equal(t, 10, test.Len())
	_, err = CSV(path, Columns("cell", ""), Target("share"))
	require.ErrorContains(t, err, `"defect share"`)
	_, err = CSV(path)
	require.ErrorContains(t, err, "data.Columns")

	latin, err := charmap.Windows1252.NewEncoder().String("image,label\naa.png,müde\nab.png,wach\n")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, []byte(latin), 0o644))
	s, err = CSV(path)
	require.NoError(t, err)
	require.Equal(t, []string{"müde", "wach"}, s.Classes())
	require.Contains(t, s.Health().String(), "Windows-1252")
}

// TestElpv loads the lesson's data as a user does.
func TestElpv(t *testing.T) {
	ctx := display.WithSink(t.Context(), display.Lines(t.Output()))
	s, err := Load(ctx, "elpv")
	require.NoError(t, err)
	require.Equal(t, []string{"defective", "good"}, s.Classes())
	require.Equal(t, []int{715, 1508}, s.Counts())
	require.Empty(t, s.Health().Problems)
	require.Contains(t, s.String(), "300x300 pixels")
	require.Contains(t, s.Health().String(), "401 rows with other labels left out")
	mono, err := Load(ctx, "elpv", Target("probability"), Where("type", "mono"))
	require.NoError(t, err)
	require.Equal(t, 1074, mono.Len())
	require.Equal(t, [2]float32{0, 1}, mono.Health().Targets)
	_, err = Load(ctx, "elvp")
	require.ErrorContains(t, err, `did you mean "elpv"`)
}

func TestChangedFileIsAnError(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a", "x.png")
	write := func(c color.Color) {
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		f, err := os.Create(path)
		require.NoError(t, err)
		require.NoError(t, png.Encode(f, square(20, c)))
		require.NoError(t, f.Close())
	}
	write(rgb(1, 2, 3))
	s, err := ImageFolder(dir)
	require.NoError(t, err)
	write(rgb(3, 2, 1))
	_, err = s.Image(0)
	require.ErrorContains(t, err, "changed since it was loaded")
	require.NoError(t, os.Remove(path))
	_, err = s.Image(0)
	require.ErrorIs(t, err, os.ErrNotExist)
	_, err = s.Image(1)
	require.Error(t, err)
}

// TestCheckedOnce: the second look at a folder reads no picture that did not
// change, and still sees those that did.
func TestCheckedOnce(t *testing.T) {
	t.Setenv("GRAFT_CACHE", t.TempDir())
	dir := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(dir, "a"), 0o755))
	path := func(i int) string {
		return filepath.Join(dir, "a", string(rune('A'+i/16))+string(rune('a'+i%16))+".png")
	}
	for i := range worthKeeping {
		f, err := os.Create(path(i))
		require.NoError(t, err)
		require.NoError(t, png.Encode(f, square(20, rgb(uint8(i), 0, 0))))
		require.NoError(t, f.Close())
	}
	first, err := ImageFolder(dir)
	require.NoError(t, err)
	kept, err := filepath.Glob(filepath.Join(os.Getenv("GRAFT_CACHE"), "checked", "*.json"))
	require.NoError(t, err)
	require.Len(t, kept, 1)
	known := recall(dir, worthKeeping)
	require.Len(t, known.files, worthKeeping)
	require.True(t, known.find(&example{path: path(3)}, DefaultMaxPixels))
	require.False(t, known.find(&example{path: path(3)}, 399), "a lower limit counts")

	require.NoError(t, os.WriteFile(path(3), []byte("not a picture"), 0o644))
	again, err := ImageFolder(dir)
	require.NoError(t, err)
	require.Equal(t, worthKeeping-1, again.Len())
	require.Equal(t, Unreadable, again.Health().Problems[0].Kind)
	require.Equal(t, first.Key(7), again.Key(6), "known files keep their keys")
	require.NoError(t, os.WriteFile(kept[0], []byte("{damaged"), 0o644))
	again, err = ImageFolder(dir)
	require.NoError(t, err)
	require.Equal(t, worthKeeping-1, again.Len())
}

func TestNothingToLoad(t *testing.T) {
	dir := t.TempDir()
	_, err := ImageFolder(dir)
	require.ErrorContains(t, err, "one folder per class")
	_, err = ImageFolder(filepath.Join(dir, "none"))
	require.ErrorIs(t, err, os.ErrNotExist)
	_, err = CSV(filepath.Join(dir, "none.csv"))
	require.ErrorIs(t, err, os.ErrNotExist)
	_, err = Images([]image.Image{nil}, []string{"a"})
	require.ErrorContains(t, err, "image 0 has no pixels")
	_, err = Images(nil, nil)
	require.ErrorContains(t, err, "no usable photograph")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = Images([]image.Image{square(9, color.White)}, []string{"a"}, With(ctx))
	require.ErrorIs(t, err, context.Canceled)
}

func TestOddSizes(t *testing.T) {
	images := []image.Image{square(100, color.White), square(100, color.Black), square(99, color.Black), square(8, color.White),
		image.NewRGBA(image.Rect(0, 0, 500, 100))}
	s, err := Images(images, []string{"a", "a", "b", "b", "b"})
	require.NoError(t, err)
	require.ElementsMatch(t, []string{"image 3 (8x8)", "image 4 (500x100)"}, s.Health().Odd)
	text := s.Display().Data[display.Text].(string)
	require.Contains(t, text, "2 classes")
	require.Contains(t, text, "of unusual size")
}

func TestNaturally(t *testing.T) {
	for _, pair := range [][2]string{{"2", "10"}, {"a2b", "a10"}, {"a", "b"}, {"A", "b"}, {"a", "B"}, {"1", "a"}, {"x01", "x1y"}, {"a", "ab"}} {
		require.Negative(t, naturally(pair[0], pair[1]), pair)
		require.Positive(t, naturally(pair[1], pair[0]), pair)
	}
	require.Zero(t, naturally("a1", "a1"))
	require.NotZero(t, naturally("A1", "a1"))
}

// FuzzDecode: whatever the bytes, a picture within the limit or an error.
func FuzzDecode(f *testing.F) {
	for _, name := range []string{"sub2.jpg", "lossy.webp", "palette.gif", "turned.tif", "rgb.bmp", "grey16.png"} {
		raw, err := os.ReadFile(filepath.Join("testdata", "formats", name))
		require.NoError(f, err)
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		img, err := Decode(raw, MaxPixels(1<<16))
		if err == nil && (img.Rect.Empty() || img.Rect.Dx()*img.Rect.Dy() > 1<<16) {
			t.Fatal(img.Rect)
		}
	})
}

// TestBalance: lopsided and missing classes are named.
func TestBalance(t *testing.T) {
	var images []image.Image
	var labels []string
	for i := range 26 {
		img := image.NewGray(image.Rect(0, 0, 20, 20))
		img.Pix[0] = uint8(i)
		images, labels = append(images, img), append(labels, "many")
	}
	labels[3], labels[4], labels[5] = "one", "two", "two"
	s, err := Images(images, labels)
	require.NoError(t, err)
	text := s.Health().String()
	require.Contains(t, text, "class one has only one photograph: it cannot be learned from and measured on")
	require.Contains(t, text, "23 of many, but 1 of one: the option SampleBalanced")
	require.NotContains(t, text, "class many")
	part, err := s.Subset([]int{0, 1, 2, 24, 25})
	require.NoError(t, err)
	text = part.Health().String()
	require.Contains(t, text, "class one has no photograph here")
	require.NotContains(t, text, "SampleBalanced")
	none, err := s.Subset(nil)
	require.NoError(t, err)
	require.Contains(t, none.Health().String(), "0 photographs")
}
