package data

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"os"
	"strings"

	"golang.org/x/image/bmp"
	"golang.org/x/image/tiff"
	"golang.org/x/image/webp"
	"golang.org/x/sync/semaphore"
)

// format is a kind of picture file, known by its first bytes ('?' is any byte).
type format struct {
	name   string
	magic  string
	config func(io.Reader) (image.Config, error)
	decode func(io.Reader) (image.Image, error)
	// turn finds the EXIF orientation; nil for formats without.
	turn func([]byte) int
	// video marks colours in the narrow range of television (WebP).
	video bool
}

var formats = []format{
	{name: "JPEG", magic: "\xff\xd8\xff", config: jpeg.DecodeConfig, decode: jpeg.Decode, turn: turnJPEG},
	{name: "PNG", magic: "\x89PNG\r\n\x1a\n", config: png.DecodeConfig, decode: png.Decode, turn: turnPNG},
	{name: "GIF", magic: "GIF8?a", config: gif.DecodeConfig, decode: gif.Decode},
	{name: "WebP", magic: "RIFF????WEBPVP8", config: webp.DecodeConfig, decode: webp.Decode, turn: turnWebP, video: true},
	{name: "BMP", magic: "BM????\x00\x00\x00\x00", config: bmp.DecodeConfig, decode: bmp.Decode},
	{name: "TIFF", magic: "II*\x00", config: tiff.DecodeConfig, decode: tiff.Decode, turn: turnTIFF},
	{name: "TIFF", magic: "MM\x00*", config: tiff.DecodeConfig, decode: tiff.Decode, turn: turnTIFF},
}

// strangers are files that look like pictures to people and cannot be read; the
// words become part of the reason.
var strangers = []struct{ magic, what string }{
	{"????ftyphei", "HEIC, which graft does not read (save it as JPEG)"},
	{"????ftypmif1", "HEIC, which graft does not read (save it as JPEG)"},
	{"????ftypavif", "AVIF, which graft does not read (save it as JPEG)"},
	{"\x1f\x8b", "compressed by gzip (unpack it)"},
	{"PK\x03\x04", "a zip archive (unpack it)"},
	{"%PDF", "a PDF document"},
	{"<svg", "an SVG drawing (save it as PNG)"},
	{"<", "a web page or XML text: perhaps a failed download"},
}

// maxFile bounds the bytes read of one picture file.
const maxFile = 1 << 30

// ErrDecode is wrapped by errors about pictures that cannot be decoded.
var ErrDecode = errors.New("not a usable picture")

// Open decodes the picture file at path: upright, RGB, opaque, as the package
// comment says. Training and prediction both read files this way.
func Open(path string, opts ...Option) (*image.RGBA, error) {
	raw, err := read(path)
	if err != nil {
		return nil, err
	}
	img, err := decode(raw, settle(opts).maxPixels)
	if err != nil {
		return nil, fmt.Errorf("data: %q: %w", path, err)
	}
	return img, nil
}

// Decode is [Open] for the bytes of a file.
func Decode(file []byte, opts ...Option) (*image.RGBA, error) {
	img, err := decode(file, settle(opts).maxPixels)
	if err != nil {
		return nil, fmt.Errorf("data: %w", err)
	}
	return img, nil
}

func read(path string) ([]byte, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, fmt.Errorf("data: %w", err)
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("data: %q is not a file", path)
	case info.Size() > maxFile:
		return nil, fmt.Errorf("data: %q: %w: %d MB long", path, ErrDecode, info.Size()>>20)
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("data: %w", err)
	}
	return raw, nil
}

// decode reads the size before any pixel, so that a small file which claims to
// be a huge picture costs nothing.
func decode(file []byte, maxPixels int64) (img *image.RGBA, err error) {
	defer func() {
		if r := recover(); r != nil { // a decoder's own mistake
			err = fmt.Errorf("%w: the decoder failed: %v", ErrDecode, r)
		}
	}()
	f, err := sniff(file)
	if err != nil {
		return nil, err
	}
	size, err := f.config(bytes.NewReader(file))
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrDecode, f.name, plain(err))
	}
	if size.Width < 1 || size.Height < 1 {
		return nil, fmt.Errorf("%w: %s of %dx%d pixels", ErrDecode, f.name, size.Width, size.Height)
	}
	if int64(size.Width) > maxPixels/int64(size.Height) {
		return nil, fmt.Errorf("%w: %s of %dx%d pixels (the limit is %d million; data.MaxPixels raises it)", ErrDecode, f.name, size.Width, size.Height, maxPixels/1_000_000)
	}
	return f.picture(file, size, maxPixels)
}

// room is how many pixels may be in decoding at once, in the whole process:
// many small pictures or one large one, so that memory stays bounded on machines
// with many cores.
var room = semaphore.NewWeighted(DefaultMaxPixels)

// picture decodes a file whose size is known to be within the limit.
func (f format) picture(file []byte, size image.Config, maxPixels int64) (*image.RGBA, error) {
	share := min(int64(size.Width)*int64(size.Height), DefaultMaxPixels)
	if err := room.Acquire(context.Background(), share); err != nil {
		return nil, err
	}
	defer room.Release(share)
	raw, err := f.decode(bytes.NewReader(file))
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrDecode, f.name, plain(err))
	}
	if b := raw.Bounds(); int64(b.Dx())*int64(b.Dy()) > maxPixels {
		return nil, fmt.Errorf("%w: %s of %dx%d pixels", ErrDecode, f.name, b.Dx(), b.Dy())
	}
	img := flatten(raw, size.Width, size.Height, f.video)
	if f.turn != nil {
		img = upright(img, f.turn(file))
	}
	return img, nil
}

var errCutOff = errors.New("the file is cut off")

// plain says "the file is cut off" for the errors that mean so; the JPEG decoder
// has its own word for it. Prefixes that repeat the format are dropped.
func plain(err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) || strings.Contains(err.Error(), "short Huffman data") {
		return errCutOff
	}
	text := err.Error()
	for _, prefix := range []string{"png: ", "gif: ", "bmp: ", "tiff: ", "webp: ", "invalid format: ", "invalid JPEG format: ", "unsupported JPEG feature: "} {
		text = strings.TrimPrefix(text, prefix)
	}
	return errors.New(text)
}

func sniff(file []byte) (format, error) {
	for _, f := range formats {
		if begins(file, f.magic) {
			return f, nil
		}
	}
	if len(file) == 0 {
		return format{}, fmt.Errorf("%w: the file is empty", ErrDecode)
	}
	for _, s := range strangers {
		if begins(file, s.magic) {
			return format{}, fmt.Errorf("%w: it is %s", ErrDecode, s.what)
		}
	}
	return format{}, fmt.Errorf("%w: no format that graft reads (it begins with % x)", ErrDecode, file[:min(8, len(file))])
}

func begins(file []byte, magic string) bool {
	if len(file) < len(magic) {
		return false
	}
	for i := range len(magic) {
		if magic[i] != '?' && magic[i] != file[i] {
			return false
		}
	}
	return true
}
