package graphics

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// decodeSixel is the picture that a terminal makes of sixels, as the VT330's manual
// describes them; clear where nothing is drawn.
func decodeSixel(t *testing.T, data string) *image.NRGBA {
	t.Helper()
	var w, h int
	if _, err := fmt.Sscanf(data, `"1;1;%d;%d`, &w, &h); err != nil {
		t.Fatalf("raster attributes: %v in %.40q", err, data)
	}
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	var palette [256]color.NRGBA
	ink, x, y := color.NRGBA{}, 0, 0
	for _, token := range regexp.MustCompile(`"[0-9;]*|#[0-9;]*|![0-9]*.|.`).FindAllString(data, -1) {
		n, letter := 1, token[len(token)-1]
		switch token[0] {
		case '"':
			continue
		case '#':
			ink = setColour(t, &palette, token[1:])
			continue
		case '$':
			x = 0
			continue
		case '-':
			x, y = 0, y+6
			continue
		case '!':
			n, _ = strconv.Atoi(token[1 : len(token)-1])
		}
		if letter < '?' || letter > '~' {
			t.Fatalf("%q is no sixel", token)
		}
		for ; n > 0; n-- {
			for bit := range 6 {
				if (letter-'?')>>bit&1 == 1 {
					if !image.Pt(x, y+bit).In(img.Rect) {
						t.Fatalf("a pixel at %d,%d, outside of %v", x, y+bit, img.Rect)
					}
					img.SetNRGBA(x, y+bit, ink)
				}
			}
			x++
		}
	}
	return img
}

// setColour takes "3" or "3;2;100;0;50".
func setColour(t *testing.T, palette *[256]color.NRGBA, token string) color.NRGBA {
	var v []int
	for _, s := range strings.Split(token, ";") {
		n, err := strconv.Atoi(s)
		if err != nil {
			t.Fatalf("colour %q", token)
		}
		v = append(v, n)
	}
	if len(v) == 5 {
		c := func(percent int) uint8 { return uint8(math.Round(float64(percent) * 255 / 100)) }
		palette[v[0]] = color.NRGBA{c(v[2]), c(v[3]), c(v[4]), 255}
	}
	return palette[v[0]]
}

// command is one command of kitty's protocol.
type command struct {
	keys    map[string]string
	payload string
}

var commands = regexp.MustCompile("\x1b_G([^;\x1b]*)(?:;([^\x1b]*))?\x1b\\\\")

// decodeKitty returns the commands in s, chunks joined, and the text without them.
func decodeKitty(t *testing.T, s string) (list []command, text string) {
	t.Helper()
	open := false
	for _, m := range commands.FindAllStringSubmatch(s, -1) {
		keys := map[string]string{}
		for _, pair := range strings.Split(m[1], ",") {
			k, v, _ := strings.Cut(pair, "=")
			keys[k] = v
		}
		if len(m[2]) > 4096 {
			t.Errorf("a chunk of %d bytes", len(m[2]))
		}
		if open {
			list[len(list)-1].payload += m[2]
		} else {
			list = append(list, command{keys, m[2]})
		}
		open = keys["m"] == "1"
	}
	if open {
		t.Error("the last chunk is not marked as the last")
	}
	return list, commands.ReplaceAllString(s, "")
}

func (c command) image(t *testing.T) image.Image {
	t.Helper()
	data, err := base64.StdEncoding.DecodeString(c.payload)
	if err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return img
}

// farthest is the greatest difference of a channel, and the mean one.
func farthest(a, b image.Image) (worst, mean float64) {
	r := b.Bounds()
	for y := range r.Dy() {
		for x := range r.Dx() {
			c, d := color.NRGBAModel.Convert(a.At(a.Bounds().Min.X+x, a.Bounds().Min.Y+y)).(color.NRGBA), color.NRGBAModel.Convert(b.At(r.Min.X+x, r.Min.Y+y)).(color.NRGBA)
			for _, v := range [][2]uint8{{c.R, d.R}, {c.G, d.G}, {c.B, d.B}, {c.A, d.A}} {
				off := math.Abs(float64(v[0]) - float64(v[1]))
				worst = max(worst, off)
				mean += off / float64(4*r.Dx()*r.Dy())
			}
		}
	}
	return worst, mean
}
