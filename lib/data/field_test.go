package data

import (
	"archive/zip"
	"fmt"
	"image"
	"image/color"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// unpack returns a folder with the input of a field case, links and all.
func unpack(t *testing.T, name string) string {
	t.Helper()
	dir := t.TempDir()
	z, err := zip.OpenReader(filepath.Join("testdata", name+".zip"))
	require.NoError(t, err)
	defer z.Close()
	for _, f := range z.File {
		full := filepath.Join(dir, filepath.FromSlash(f.Name))
		if f.Mode().IsDir() {
			require.NoError(t, os.MkdirAll(full, 0o755))
			continue
		}
		require.NoError(t, os.MkdirAll(filepath.Dir(full), 0o755))
		r, err := f.Open()
		require.NoError(t, err)
		content, err := io.ReadAll(r)
		require.NoError(t, err)
		if f.Mode()&fs.ModeSymlink != 0 {
			require.NoError(t, os.Symlink(string(content), full))
			continue
		}
		require.NoError(t, os.WriteFile(full, content, 0o644))
	}
	return dir
}

func shows(t *testing.T, img image.Image, x, y int, want color.RGBA, within int, what string) {
	t.Helper()
	got := color.RGBAModel.Convert(img.At(x, y)).(color.RGBA)
	for _, d := range []int{int(got.R) - int(want.R), int(got.G) - int(want.G), int(got.B) - int(want.B)} {
		if d < -within || d > within {
			t.Fatalf("%s at %d,%d: %v, want %v", what, x, y, got, want)
		}
	}
}

func rgb(r, g, b uint8) color.RGBA { return color.RGBA{r, g, b, 255} }

// TestTurned is field case D1.
func TestTurned(t *testing.T) {
	dir := unpack(t, "exif8")
	files := []string{"o6.png", "bad9.jpg"}
	for o := 1; o <= 8; o++ {
		files = append(files, fmt.Sprintf("o%d.jpg", o))
	}
	for _, name := range files {
		img, err := Open(filepath.Join(dir, name))
		require.NoError(t, err, name)
		require.Equal(t, image.Pt(48, 32), img.Rect.Size(), name)
		shows(t, img, 6, 6, rgb(255, 0, 0), 12, name)
		shows(t, img, 40, 6, rgb(0, 255, 0), 12, name)
		shows(t, img, 6, 26, rgb(0, 0, 255), 12, name)
		shows(t, img, 40, 26, rgb(255, 255, 255), 12, name)
	}
	class := filepath.Join(t.TempDir(), "x")
	require.NoError(t, os.Mkdir(class, 0o755))
	require.NoError(t, os.Rename(filepath.Join(dir, "o6.jpg"), filepath.Join(class, "o6.jpg")))
	s, err := ImageFolder(filepath.Dir(class))
	require.NoError(t, err)
	w, h := s.Size(0)
	require.Equal(t, []int{48, 32}, []int{w, h})
	require.Contains(t, s.String(), "48x32 pixels")
}

// TestFourColours is field case D2.
func TestFourColours(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.Rename(unpack(t, "cmyk"), filepath.Join(dir, "print")))
	s, err := ImageFolder(dir)
	require.NoError(t, err)
	require.Equal(t, 3, s.Len())
	problems := s.Health().Problems
	require.Len(t, problems, 1)
	require.Equal(t, "print/cmyk_no_app14.jpg", problems[0].Name)
	require.Equal(t, Unreadable, problems[0].Kind)
	for i := range s.Len() {
		img, err := s.Image(i)
		require.NoError(t, err)
		switch s.Name(i) {
		case "print/cmyk_adobe.jpg":
			shows(t, img, 8, 8, rgb(255, 0, 0), 3, "red half")
			shows(t, img, 50, 8, rgb(0, 191, 191), 3, "cyan half")
		case "print/gray.jpg":
			shows(t, img, 16, 16, rgb(90, 90, 90), 1, "grey")
		case "print/rgb.jpg":
			shows(t, img, 16, 16, rgb(250, 10, 10), 3, "red")
		default:
			t.Fatal(s.Name(i))
		}
	}
}

// TestTransparent is field case D3: transparent parts are laid on white.
func TestTransparent(t *testing.T) {
	dir := unpack(t, "palette")
	var first *image.RGBA
	for _, name := range []string{"rgba_magenta.png", "rgba_green.png", "pal_index.png", "pal_bytes.png", "pal.gif", "la.png", "anim.gif"} {
		img, err := Open(filepath.Join(dir, name))
		require.NoError(t, err, name)
		shows(t, img, 1, 1, rgb(255, 255, 255), 0, name)
		shows(t, img, 16, 16, rgb(120, 120, 120), 0, name)
		if first == nil {
			first = img
		}
		require.Equal(t, first.Pix, img.Pix, name)
	}
	half, err := Open(filepath.Join(dir, "half_alpha.png"))
	require.NoError(t, err)
	shows(t, half, 5, 5, rgb(255, 127, 127), 0, "half_alpha.png")
}

// TestBroken is field case D4: broken files and bombs are named and cost nothing.
func TestBroken(t *testing.T) {
	dir := unpack(t, "badfiles")
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	s, err := ImageFolder(dir)
	require.NoError(t, err)
	runtime.ReadMemStats(&after)
	require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(100<<20))
	report := s.Health()
	require.Equal(t, []string{"cat", "dog"}, s.Classes())
	tail := 0
	for i := range s.Len() {
		if s.Name(i) == "cat/z_tail.jpg" {
			tail = 1
		}
		_, err := s.Image(i)
		require.NoError(t, err)
	}
	require.Equal(t, 13+tail, s.Len())
	require.Equal(t, []int{6 + tail, 7}, report.Counts)
	reasons := map[string]string{}
	for _, p := range report.Problems {
		require.Equal(t, Unreadable, p.Kind)
		reasons[p.Name] = p.Reason
	}
	require.Len(t, reasons, 9-tail)
	for name, want := range map[string]string{
		"half.jpg": "cut off", "zero.jpg": "empty", "html.jpg": "web page", "gzip.jpg": "gzip",
		"header_only.jpg": "cut off", "bomb50k.png": "50000x50000", "wide.png": "2000000000", "zerodim.png": "",
	} {
		require.Contains(t, reasons, "cat/z_"+name)
		require.Contains(t, reasons["cat/z_"+name], want)
		require.Contains(t, report.String(), "cat/z_"+name)
	}
	_, err = ImageFolder(dir, Strict())
	require.ErrorIs(t, err, ErrLeftOut)
	require.ErrorContains(t, err, "z_bomb50k.png")
}

// TestFolder is field case D5.
func TestFolder(t *testing.T) {
	s, err := ImageFolder(unpack(t, "folder"))
	require.NoError(t, err)
	require.Equal(t, []string{"1", "2", "10"}, s.Classes())
	require.Equal(t, []int{5, 4, 4}, s.Counts(), "nested pictures count")
	var names []string
	for i := range s.Len() {
		names = append(names, s.Name(i))
		require.Equal(t, strings.Split(s.Name(i), "/")[0], s.Classes()[s.Label(i)])
	}
	for _, want := range []string{"1/UPPER.JPG", "1/with space & #1.png", "10/a.b.c.jpeg", "2/nested/deep/x.jpg"} {
		require.Contains(t, names, want)
	}
	report := s.Health()
	text := report.String()
	require.Contains(t, text, "0 1 (5), 1 2 (4), 2 10 (4)")
	require.Contains(t, text, "10/loop links to a folder it lies in")
	var named []string
	for _, p := range report.Problems {
		named = append(named, p.Name)
	}
	require.Equal(t, []string{"10/dangling.jpg", "empty_class/"}, named)
	require.Len(t, report.Conflicts, 1, "the same bytes in three classes")
}

// TestTable is field case D6.
func TestTable(t *testing.T) {
	dir := unpack(t, "csvmess")
	s, err := CSV(filepath.Join(dir, "labels.csv"))
	require.NoError(t, err)
	require.Equal(t, 8, s.Len())
	require.Equal(t, []string{"cat", "dog"}, s.Classes())
	byRow := map[int]Kind{}
	for _, p := range s.Health().Problems {
		byRow[p.Row] = p.Kind
		require.Contains(t, s.Health().String(), fmt.Sprintf("row %d", p.Row))
	}
	require.Equal(t, map[int]Kind{10: Missing, 11: Conflict, 12: Repeat, 13: Malformed, 14: Malformed}, byRow)
	for i := range s.Len() {
		_, err := s.Image(i)
		require.NoError(t, err)
	}
	_, err = CSV(filepath.Join(dir, "labels.csv"), Columns("image fil", "label"))
	require.ErrorContains(t, err, `did you mean "image file"`)

	for _, name := range []string{"labels_semicolon.csv", "labels_utf16.csv"} {
		s, err := CSV(filepath.Join(dir, name))
		require.NoError(t, err, name)
		require.Equal(t, 1, s.Len(), name)
		require.Equal(t, []string{"cat"}, s.Classes(), name)
	}
	_, err = CSV(filepath.Join(dir, "labels_ragged.csv"))
	require.ErrorContains(t, err, "row 2")
}
