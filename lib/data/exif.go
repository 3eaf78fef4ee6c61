package data

import (
	"bytes"
	"encoding/binary"
	"image"
)

// An orientation is EXIF's tag 0x0112: 1 is upright, 2 to 8 are mirrored or
// turned; 0 and everything else means "not said" and leaves the image alone.
const tagOrientation = 0x0112

// turnJPEG looks through the segments before the picture for an Exif one.
func turnJPEG(file []byte) int {
	for at := 2; at+4 <= len(file) && file[at] == 0xff; {
		marker := file[at+1]
		if marker == 0xff { // fill byte
			at++
			continue
		}
		size := int(binary.BigEndian.Uint16(file[at+2:]))
		if marker == 0xda || size < 2 || at+2+size > len(file) {
			return 0
		}
		body := file[at+4 : at+2+size]
		if tiff, ok := bytes.CutPrefix(body, []byte("Exif\x00\x00")); ok && marker == 0xe1 {
			return turnTIFF(tiff)
		}
		at += 2 + size
	}
	return 0
}

// turnPNG looks for an eXIf chunk (PNG, third edition).
func turnPNG(file []byte) int {
	for at := 8; at+12 <= len(file); {
		size := int64(binary.BigEndian.Uint32(file[at:]))
		if size > int64(len(file)-at-12) {
			return 0
		}
		if string(file[at+4:at+8]) == "eXIf" {
			return turnTIFF(file[at+8 : at+8+int(size)])
		}
		at += 12 + int(size)
	}
	return 0
}

// turnWebP looks for the EXIF chunk of the RIFF container.
func turnWebP(file []byte) int {
	for at := 12; at+8 <= len(file); {
		size := int64(binary.LittleEndian.Uint32(file[at+4:]))
		if size > int64(len(file)-at-8) {
			return 0
		}
		if string(file[at:at+4]) == "EXIF" {
			return turnTIFF(bytes.TrimPrefix(file[at+8:at+8+int(size)], []byte("Exif\x00\x00")))
		}
		at += 8 + int(size+size%2)
	}
	return 0
}

// turnTIFF reads the first directory of a TIFF structure, which is also what EXIF
// is made of.
func turnTIFF(b []byte) int {
	if len(b) < 8 {
		return 0
	}
	var order binary.ByteOrder = binary.LittleEndian
	if b[0] == 'M' {
		order = binary.BigEndian
	}
	at := int64(order.Uint32(b[4:]))
	if at+2 > int64(len(b)) {
		return 0
	}
	entries := b[at+2:]
	for range order.Uint16(b[at:]) {
		if len(entries) < 12 {
			return 0
		}
		const short = 3
		if order.Uint16(entries) == tagOrientation && order.Uint16(entries[2:]) == short {
			return int(order.Uint16(entries[8:]))
		}
		entries = entries[12:]
	}
	return 0
}

// upright undoes an orientation. Each row says where the pixel (x, y) of the
// upright image lies in the stored one of w x h.
func upright(img *image.RGBA, orientation int) *image.RGBA {
	from := map[int]func(x, y, w, h int) (int, int){
		2: func(x, y, w, _ int) (int, int) { return w - 1 - x, y },
		3: func(x, y, w, h int) (int, int) { return w - 1 - x, h - 1 - y },
		4: func(x, y, _, h int) (int, int) { return x, h - 1 - y },
		5: func(x, y, _, _ int) (int, int) { return y, x },
		6: func(x, y, _, h int) (int, int) { return y, h - 1 - x },
		7: func(x, y, w, h int) (int, int) { return w - 1 - y, h - 1 - x },
		8: func(x, y, w, _ int) (int, int) { return w - 1 - y, x },
	}[orientation]
	if from == nil {
		return img
	}
	w, h := img.Rect.Dx(), img.Rect.Dy()
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	if orientation >= 5 {
		out = image.NewRGBA(image.Rect(0, 0, h, w))
	}
	for y := range out.Rect.Dy() {
		for x := range out.Rect.Dx() {
			sx, sy := from(x, y, w, h)
			copy(out.Pix[out.PixOffset(x, y):][:4], img.Pix[img.PixOffset(sx, sy):][:4])
		}
	}
	return out
}
