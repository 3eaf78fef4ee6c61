package data

import (
	"image"
)

// colourRows converts brightness and colour differences to RGB the way libjpeg
// and libwebp do, which is what networks were trained on: where colour has half
// the resolution it is interpolated (3/4 the near sample, 1/4 the far one)
// instead of repeated. alpha, if not nil, lays the result on white.
func colourRows(img *image.YCbCr, alpha *image.NYCbCrA, video bool) func(int, []uint8) {
	b := img.Bounds()
	toRGB := jfif
	if video {
		toRGB = narrow
	}
	cb, cr := newChroma(img, img.Cb), newChroma(img, img.Cr)
	return func(y int, dst []uint8) {
		luma := img.Y[img.YOffset(b.Min.X, b.Min.Y+y):]
		u, v := cb.row(y), cr.row(y)
		for x := range len(dst) / 4 {
			d := dst[4*x : 4*x+4]
			d[0], d[1], d[2] = toRGB(int32(luma[x]), int32(u[x]), int32(v[x]))
			d[3] = 255
			if alpha != nil {
				a := alpha.A[alpha.AOffset(b.Min.X+x, b.Min.Y+y)]
				d[0], d[1], d[2] = over(d[0], a), over(d[1], a), over(d[2], a)
			}
		}
	}
}

// jfif is the full-range conversion of JPEG (JFIF 1.02, in libjpeg's 16-bit
// fixed point).
func jfif(y, cb, cr int32) (r, g, b uint8) {
	cb, cr = cb-128, cr-128
	return bound(y + (91881*cr+1<<15)>>16), bound(y + (-22554*cb-46802*cr+1<<15)>>16), bound(y + (116130*cb+1<<15)>>16)
}

// narrow is the conversion of VP8 (BT.601, 16 to 235), in libwebp's fixed point.
func narrow(y, u, v int32) (r, g, b uint8) {
	y = y * 19077 >> 8
	r = bound((y + v*26149>>8 - 14234) >> 6)
	g = bound((y - u*6419>>8 - v*13320>>8 + 8708) >> 6)
	b = bound((y + u*33050>>8 - 17685) >> 6)
	return r, g, b
}

func bound(v int32) uint8 { return uint8(max(0, min(255, v))) }

// chroma is one plane of colour differences at full resolution, row by row.
type chroma struct {
	plane         []uint8
	stride        int
	width, height int // of the plane's part in use
	across, down  int // luma pixels per sample
	sums          []int32
	out           []uint8
}

// newChroma looks at the picture's part of a plane. It is not safe for
// concurrent use.
func newChroma(img *image.YCbCr, plane []uint8) *chroma {
	b := img.Bounds()
	across, down := ratio(img.SubsampleRatio)
	c := &chroma{plane: plane[img.COffset(b.Min.X, b.Min.Y):], stride: img.CStride, across: across, down: down}
	c.width, c.height = (b.Dx()+across-1)/across, (b.Dy()+down-1)/down
	c.sums = make([]int32, c.width)
	c.out = make([]uint8, c.width*across)
	return c
}

func ratio(r image.YCbCrSubsampleRatio) (across, down int) {
	switch r {
	case image.YCbCrSubsampleRatio422:
		return 2, 1
	case image.YCbCrSubsampleRatio420:
		return 2, 2
	case image.YCbCrSubsampleRatio440:
		return 1, 2
	case image.YCbCrSubsampleRatio411:
		return 4, 1
	case image.YCbCrSubsampleRatio410:
		return 4, 2
	}
	return 1, 1
}

// row returns row y of the picture; the slice is used again by the next call.
func (c *chroma) row(y int) []uint8 {
	near := c.plane[(y/c.down)*c.stride:][:c.width]
	switch {
	case c.across == 1 && c.down == 1:
		return near
	case c.across == 4:
		for x := range c.out {
			c.out[x] = near[x/4]
		}
		return c.out
	}
	unit := c.mix(near, y)
	if c.across == 1 {
		for x, s := range c.sums {
			c.out[x] = uint8((s + 1 + int32(y%2)) >> 2)
		}
		return c.out
	}
	c.spread(unit)
	return c.out
}

// mix fills sums with the row blended with its neighbour above or below, times
// the unit returned.
func (c *chroma) mix(near []uint8, y int) (unit int32) {
	if c.down == 1 {
		for x, v := range near {
			c.sums[x] = int32(v)
		}
		return 1
	}
	other := y/2 - 1 + 2*(y%2)
	far := c.plane[max(0, min(c.height-1, other))*c.stride:][:c.width]
	for x, v := range near {
		c.sums[x] = 3*int32(v) + int32(far[x])
	}
	return 4
}

// spread doubles sums sideways. The two rounding constants alternate so that
// nothing drifts brighter, as in libjpeg.
func (c *chroma) spread(unit int32) {
	even, odd, shift := int32(1), int32(2), 2
	if unit == 4 {
		even, odd, shift = 8, 7, 4
	}
	last := len(c.sums) - 1
	for x, s := range c.sums {
		left, right := c.sums[max(0, x-1)], c.sums[min(last, x+1)]
		c.out[2*x] = uint8((3*s + left + even) >> shift)
		c.out[2*x+1] = uint8((3*s + right + odd) >> shift)
	}
}
