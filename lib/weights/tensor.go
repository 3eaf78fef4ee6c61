package weights

import (
	"encoding/binary"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/dtypes/bfloat16"
	"github.com/gomlx/compute/dtypes/float16"
)

// DType is the element type of a tensor, in GoMLX's numbering.
type DType = dtypes.DType

// Tensor is a named array in memory: row-major, little-endian, contiguous.
// Shapes are those of the file, so a convolution from PyTorch is
// [out, in/groups, height, width].
type Tensor struct {
	Name  string
	DType DType
	Shape []int // outermost first; empty for a scalar

	data []byte
}

// New makes a tensor of data, which is row-major and little-endian and is kept,
// not copied. The length must be what dtype and shape ask for.
func New(name string, dtype DType, shape []int, data []byte) (Tensor, error) {
	n, ok := byteSize(dtype, shape)
	if !ok || n != int64(len(data)) {
		return Tensor{}, fmt.Errorf("weights: tensor %q of %v %s has %d bytes (want %d)", name, dtype, ShapeString(shape), len(data), n)
	}
	return Tensor{Name: name, DType: dtype, Shape: shape, data: data}, nil
}

// FromFloat32 makes a float32 tensor of a copy of values.
func FromFloat32(name string, shape []int, values []float32) (Tensor, error) {
	data := make([]byte, 4*len(values))
	for i, v := range values {
		binary.LittleEndian.PutUint32(data[4*i:], math.Float32bits(v))
	}
	return New(name, dtypes.Float32, shape, data)
}

// FromInt64 makes an int64 tensor of a copy of values.
func FromInt64(name string, shape []int, values []int64) (Tensor, error) {
	data := make([]byte, 8*len(values))
	for i, v := range values {
		binary.LittleEndian.PutUint64(data[8*i:], uint64(v))
	}
	return New(name, dtypes.Int64, shape, data)
}

// Bytes returns the values themselves, not a copy: little-endian, row-major.
func (t Tensor) Bytes() []byte { return t.data }

// Len returns the number of elements: 1 for a scalar, 0 if any axis is empty.
func (t Tensor) Len() int {
	n := 1
	for _, d := range t.Shape {
		n *= d
	}
	return n
}

// Float32 returns the values converted to float32 in a new slice. Float16,
// bfloat16 and small integers are exact; float64 and large integers are rounded
// to the nearest; true is 1. Eight-bit floats are refused.
func (t Tensor) Float32() ([]float32, error) {
	get, ok := toFloat32[t.DType]
	if !ok {
		return nil, fmt.Errorf("weights: tensor %q of type %v cannot be read as float32", t.Name, t.DType)
	}
	out := make([]float32, t.Len())
	size := t.DType.Size()
	for i := range out {
		out[i] = get(t.data[i*size:])
	}
	return out, nil
}

var toFloat32 = map[DType]func([]byte) float32{
	dtypes.Float32:  func(b []byte) float32 { return math.Float32frombits(binary.LittleEndian.Uint32(b)) },
	dtypes.Float64:  func(b []byte) float32 { return float32(math.Float64frombits(binary.LittleEndian.Uint64(b))) },
	dtypes.Float16:  func(b []byte) float32 { return float16.FromBits(binary.LittleEndian.Uint16(b)).Float32() },
	dtypes.BFloat16: func(b []byte) float32 { return bfloat16.FromBits(binary.LittleEndian.Uint16(b)).Float32() },
	dtypes.Bool:     func(b []byte) float32 { return float32(min(b[0], 1)) },
	dtypes.Uint8:    func(b []byte) float32 { return float32(b[0]) },
	dtypes.Int8:     func(b []byte) float32 { return float32(int8(b[0])) },
	dtypes.Int16:    func(b []byte) float32 { return float32(int16(binary.LittleEndian.Uint16(b))) },
	dtypes.Uint16:   func(b []byte) float32 { return float32(binary.LittleEndian.Uint16(b)) },
	dtypes.Int32:    func(b []byte) float32 { return float32(int32(binary.LittleEndian.Uint32(b))) },
	dtypes.Uint32:   func(b []byte) float32 { return float32(binary.LittleEndian.Uint32(b)) },
	dtypes.Int64:    func(b []byte) float32 { return float32(int64(binary.LittleEndian.Uint64(b))) },
	dtypes.Uint64:   func(b []byte) float32 { return float32(binary.LittleEndian.Uint64(b)) },
}

// Int64 returns the values of an int64 tensor in a new slice.
func (t Tensor) Int64() ([]int64, error) {
	if t.DType != dtypes.Int64 {
		return nil, fmt.Errorf("weights: tensor %q has type %v (want Int64)", t.Name, t.DType)
	}
	out := make([]int64, t.Len())
	for i := range out {
		out[i] = int64(binary.LittleEndian.Uint64(t.data[8*i:]))
	}
	return out, nil
}

// NonFinite counts the NaN and infinite values; 0 for types that have none.
// Training from a tensor that has some is rarely meant.
func (t Tensor) NonFinite() int {
	get, ok := toFloat32[t.DType]
	if !ok || !t.DType.IsFloat() {
		return 0
	}
	bad, size := 0, t.DType.Size()
	for i := range t.Len() {
		if v := float64(get(t.data[i*size:])); math.IsNaN(v) || math.IsInf(v, 0) {
			bad++
		}
	}
	return bad
}

// ShapeString writes a shape as people say it: "32x3x3x3", "scalar".
func ShapeString(shape []int) string {
	if len(shape) == 0 {
		return "scalar"
	}
	parts := make([]string, len(shape))
	for i, d := range shape {
		parts[i] = strconv.Itoa(d)
	}
	return strings.Join(parts, "x")
}

// byteSize returns the bytes of a contiguous tensor; false if a dimension is
// negative or the product does not fit.
func byteSize(dtype DType, shape []int) (int64, bool) {
	empty := false
	n := int64(dtype.Size())
	for _, d := range shape {
		if d < 0 {
			return 0, false
		}
		if d == 0 {
			empty = true
			continue
		}
		if n > math.MaxInt64/int64(d) {
			return 0, false
		}
		n *= int64(d)
	}
	if empty {
		return 0, true
	}
	return n, true
}
