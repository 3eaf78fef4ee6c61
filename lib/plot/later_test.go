package plot

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"
)

// claimed is the header of a PNG file that claims a size, and nothing after it.
func claimed(w, h uint32) []byte {
	chunk := append([]byte("IHDR"), make([]byte, 13)...)
	binary.BigEndian.PutUint32(chunk[4:], w)
	binary.BigEndian.PutUint32(chunk[8:], h)
	chunk[12], chunk[13] = 8, 6 // eight bits of RGBA
	file := append([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0d"), chunk...)
	return binary.BigEndian.AppendUint32(file, crc32.ChecksumIEEE(chunk))
}

// claimedJPEG is a JPEG file whose frame claims a size.
func claimedJPEG(t *testing.T, w, h uint16) []byte {
	var b bytes.Buffer
	require.NoError(t, jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 8, 8)), nil))
	file := b.Bytes()
	frame := bytes.Index(file, []byte{0xff, 0xc0}) // marker, length, precision, height, width
	binary.BigEndian.PutUint16(file[frame+5:], h)
	binary.BigEndian.PutUint16(file[frame+7:], w)
	return file
}

// A few bytes claim a picture that no machine has room for.
func TestEncodedClaims(t *testing.T) {
	for want, file := range map[string][]byte{
		"PNG picture of 60000x60000 pixels":  claimed(60000, 60000),
		"JPEG picture of 65535x65535 pixels": claimedJPEG(t, 65535, 65535),
		"the picture cannot be read":         []byte("GIF89a"),
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		img, err := Encoded(file)
		runtime.ReadMemStats(&after)
		require.ErrorContains(t, err, want)
		require.Nil(t, img)
		require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(1<<20), want)
	}
	_, err := Encoded(claimed(8000, 8000))
	require.NoError(t, err, "the largest picture")
}

func TestEncoded(t *testing.T) {
	drawn := image.NewNRGBA(image.Rect(0, 0, 3, 2))
	drawn.Set(2, 1, color.White)
	var b bytes.Buffer
	require.NoError(t, png.Encode(&b, drawn))
	img, err := Encoded(b.Bytes())
	require.NoError(t, err)
	require.Equal(t, image.Pt(3, 2), img.Bounds().Size())
	require.Equal(t, color.RGBA{255, 255, 255, 255}, img.At(2, 1))
	img, err = Encoded(claimed(3, 2))
	require.NoError(t, err)
	require.Equal(t, color.RGBA{}, img.At(2, 1), "cut off behind the header")
}
