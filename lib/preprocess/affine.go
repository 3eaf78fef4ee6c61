package preprocess

import "math"

// matrix maps a place in the output to one in the source, as Pillow writes it:
// x' = m[0] x + m[1] y + m[2], y' = m[3] x + m[4] y + m[5].
type matrix [6]float64

// rotation turns counter-clockwise about the middle by degrees.
func rotation(width, height int, degrees float64) matrix {
	degrees = math.Mod(math.Mod(degrees, 360)+360, 360)
	sin, cos := math.Sincos(-degrees * (math.Pi / 180))
	sin, cos = round15(sin), round15(cos)
	m := matrix{cos, sin, 0, -sin, cos, 0}
	cx, cy := float64(width)/2, float64(height)/2
	m[2] = float64(m[0]*-cx) + float64(m[1]*-cy) + cx
	m[5] = float64(m[3]*-cx) + float64(m[4]*-cy) + cy
	return m
}

// round15 keeps right angles exact, as Pillow does.
func round15(v float64) float64 { return math.RoundToEven(v*1e15) / 1e15 }

// nearest transforms without interpolation; what lies outside the source is black.
// Like Pillow, it counts in 16-bit fixed point, except when nothing is turned.
func (p pixels) nearest(m matrix) pixels {
	if m[1] == 0 && m[3] == 0 {
		return p.moved(m)
	}
	fix := func(v float64) int { return int(math.Floor(v*65536 + 0.5)) }
	out := newPixels(p.width, p.height)
	fromX, fromY := fix(m[2]+m[0]*0.5+m[1]*0.5), fix(m[5]+m[3]*0.5+m[4]*0.5)
	i := 0
	for range out.height {
		x, y := fromX, fromY
		for range out.width {
			p.copyPixel(out.rgb[i:i+Channels], x>>16, y>>16)
			x, y, i = x+fix(m[0]), y+fix(m[3]), i+Channels
		}
		fromX, fromY = fromX+fix(m[1]), fromY+fix(m[4])
	}
	return out
}

func (p pixels) moved(m matrix) pixels {
	out := newPixels(p.width, p.height)
	i := 0
	for y := range out.height {
		for x := range out.width {
			fromX, fromY := math.Floor(m[2]+m[0]*(float64(x)+0.5)), math.Floor(m[5]+m[4]*(float64(y)+0.5))
			p.copyPixel(out.rgb[i:i+Channels], int(fromX), int(fromY))
			i += Channels
		}
	}
	return out
}

func (p pixels) copyPixel(dst []uint8, x, y int) {
	if x >= 0 && x < p.width && y >= 0 && y < p.height {
		copy(dst, p.rgb[(y*p.width+x)*Channels:])
	}
}

// turned transforms with linear interpolation, as Pillow does where the source has
// pixels; beyond them, it is mirrored at its edges.
func (p pixels) turned(m matrix) pixels {
	out := newPixels(p.width, p.height)
	i := 0
	for y := range out.height {
		for x := range out.width {
			dx, dy := float64(x)+0.5, float64(y)+0.5
			p.sample(m[0]*dx+m[1]*dy+m[2]-0.5, m[3]*dx+m[4]*dy+m[5]-0.5, out.rgb[i:i+Channels])
			i += Channels
		}
	}
	return out
}

func (p pixels) sample(x, y float64, dst []uint8) {
	x0, y0 := math.Floor(x), math.Floor(y)
	fx, fy := x-x0, y-y0
	left, right := fold(int(x0), p.width)*Channels, fold(int(x0)+1, p.width)*Channels
	stride := p.width * Channels
	top, bottom := p.rgb[fold(int(y0), p.height)*stride:][:stride], p.rgb[fold(int(y0)+1, p.height)*stride:][:stride]
	for c := range dst {
		a, b := float64(top[left+c]), float64(top[right+c])
		upper := a + fx*(b-a)
		a, b = float64(bottom[left+c]), float64(bottom[right+c])
		lower := a + fx*(b-a)
		dst[c] = uint8(upper + fy*(lower-upper))
	}
}

// fold mirrors an index at the edges of 0..n-1: -1 becomes 0, and n becomes n-1.
func fold(i, n int) int {
	if i >= 0 && i < n {
		return i
	}
	i = ((i % (2 * n)) + 2*n) % (2 * n)
	return min(i, 2*n-1-i)
}
