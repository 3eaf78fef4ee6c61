package data

import (
	"encoding/json"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestManifestMakesTheSameSet of a part of a folder, after the folder has grown.
func TestManifestMakesTheSameSet(t *testing.T) {
	dir := t.TempDir()
	write := func(name string, shade uint8) {
		img := image.NewGray(image.Rect(0, 0, 4, 3))
		for i := range img.Pix {
			img.Pix[i] = shade
		}
		path := filepath.Join(dir, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		f, err := os.Create(path)
		require.NoError(t, err)
		require.NoError(t, png.Encode(f, img))
		require.NoError(t, f.Close())
	}
	for i := range 12 {
		write(filepath.Join([]string{"cat", "dog"}[i%2], string(rune('a'+i))+".png"), uint8(20*i))
	}
	all, err := ImageFolder(dir, Seed(7))
	require.NoError(t, err)
	part, _, _, err := all.Split(6, 2, Rest)
	require.NoError(t, err)
	m, err := part.Manifest()
	require.NoError(t, err)
	raw, err := json.Marshal(m)
	require.NoError(t, err)

	write("ant/new.png", 3)
	var back Manifest
	require.NoError(t, json.Unmarshal(raw, &back))
	again, err := back.Set()
	require.NoError(t, err)
	require.Equal(t, part.Classes(), again.Classes())
	require.Equal(t, part.Len(), again.Len())
	for i := range part.Len() {
		require.Equal(t, part.at(i), again.at(i))
	}
	one, err := part.Image(1)
	require.NoError(t, err)
	two, err := again.Image(1)
	require.NoError(t, err)
	require.Equal(t, one, two)
	first, _, _, err := part.Split(2, 2, Rest)
	require.NoError(t, err)
	second, _, _, err := again.Split(2, 2, Rest)
	require.NoError(t, err)
	require.Equal(t, first.Key(0), second.Key(0), "the seed is kept")

	require.NoError(t, os.Remove(part.Path(0)))
	_, err = back.Set()
	require.ErrorContains(t, err, "1 of 6 photographs cannot be found, the first: ")
	require.ErrorContains(t, err, filepath.Base(part.Path(0)))
	write(part.Name(1), 255)
	require.NoError(t, os.WriteFile(part.Path(0), nil, 0o600))
	changed, err := back.Set()
	require.NoError(t, err)
	_, err = changed.Image(1)
	require.ErrorContains(t, err, "changed since it was loaded")

	memory, err := Images([]image.Image{image.NewGray(image.Rect(0, 0, 2, 2)), image.NewGray(image.Rect(0, 0, 3, 2))}, []string{"a", "b"})
	require.NoError(t, err)
	m, err = memory.Manifest()
	require.NoError(t, err)
	_, err = m.Set()
	require.ErrorIs(t, err, ErrInMemory)
}
