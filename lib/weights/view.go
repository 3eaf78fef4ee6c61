package weights

import (
	"fmt"
	"math"
)

// storage is a run of numbers in a PyTorch file that tensors are views of.
type storage struct {
	key   string
	dtype DType
	numel int64
}

// view is a tensor as a pickle describes it: a shape laid over a storage.
type view struct {
	storage *storage
	dtype   DType
	offset  int64 // in elements
	shape   []int
	stride  []int64 // in elements, one per axis
}

// rebuildTensor plays torch._utils._rebuild_tensor_v2(storage, offset, size,
// stride, requires_grad, hooks, metadata) and _v3, which adds the element type
// before the metadata.
func rebuildTensor(args tuple) (any, error) {
	if len(args) < 4 {
		return nil, fmt.Errorf("%w: tensor of %d arguments", errPickle, len(args))
	}
	s, ok := args[0].(*storage)
	offset, ok2 := args[1].(int64)
	size, ok3 := ints(args[2])
	stride, ok4 := ints(args[3])
	if !ok || !ok2 || !ok3 || !ok4 || len(size) != len(stride) {
		return nil, fmt.Errorf("%w: tensor of odd arguments", errPickle)
	}
	v := &view{storage: s, dtype: s.dtype, offset: offset, shape: make([]int, len(size)), stride: stride}
	for i, d := range size {
		v.shape[i] = int(d)
	}
	if err := v.extras(args[4:]); err != nil {
		return nil, err
	}
	return v, nil
}

// extras reads what comes after the strides: an element type, and flags that
// would change the numbers.
func (v *view) extras(args tuple) error {
	for _, arg := range args {
		switch a := arg.(type) {
		case class:
			if dtype, ok := torchTypes[a.name]; ok {
				v.dtype = dtype
			}
		case *dict:
			if a.get("conj") == true || a.get("neg") == true {
				return fmt.Errorf("%w: a lazily conjugated or negated tensor (save tensor.resolve_conj().resolve_neg())", ErrRefused)
			}
		}
	}
	return nil
}

// rebuildParameter plays torch._utils._rebuild_parameter(data, requires_grad, hooks).
func rebuildParameter(args tuple) (any, error) {
	if len(args) == 0 {
		return nil, fmt.Errorf("%w: parameter of nothing", errPickle)
	}
	return args[0], nil
}

// rebuildFromType plays torch._tensor._rebuild_from_type_v2(function, type,
// args, state), which wraps tensors that carry Python attributes.
func rebuildFromType(args tuple) (any, error) {
	if len(args) < 3 {
		return nil, fmt.Errorf("%w: typed tensor of %d arguments", errPickle, len(args))
	}
	return callClass(args[0], args[2])
}

func ints(v any) ([]int64, bool) {
	t, ok := v.(tuple)
	if !ok {
		return nil, false
	}
	out := make([]int64, len(t))
	for i, item := range t {
		if out[i], ok = item.(int64); !ok {
			return nil, false
		}
	}
	return out, true
}

// maxExpanded bounds tensors that are larger than the storage they are views of
// (expanded axes of stride 0), so that a small file cannot ask for all memory.
const maxExpanded = 256 << 20

// check makes sure that every element lies in the storage and that the copy has
// a sensible size. It returns the elements from the first to the last read.
func (v *view) check() (span int64, err error) {
	size, ok := byteSize(v.dtype, v.shape)
	have := v.storage.numel * int64(v.storage.dtype.Size())
	if !ok || v.offset < 0 || len(v.shape) > 64 || v.dtype.Size() < 1 {
		return 0, fmt.Errorf("shape %s at offset %d makes no sense", ShapeString(v.shape), v.offset)
	}
	if size > max(have, maxExpanded) {
		return 0, fmt.Errorf("shape %s needs %d bytes of a storage of %d", ShapeString(v.shape), size, have)
	}
	if size == 0 {
		return 0, nil
	}
	last := int64(0)
	for i, d := range v.shape {
		step := v.stride[i]
		if step < 0 || d > 1 && step > math.MaxInt64/4/int64(d-1)-last/int64(d-1) {
			return 0, fmt.Errorf("stride %d makes no sense", step)
		}
		last += int64(d-1) * step
	}
	if numel := have / int64(v.dtype.Size()); last >= numel || v.offset > numel-last-1 {
		return 0, fmt.Errorf("it reaches past its storage of %d elements", numel)
	}
	return last + 1, nil
}

// contiguous reports whether elements lie in row-major order without gaps.
func (v *view) contiguous() bool {
	step := int64(1)
	for i := len(v.shape) - 1; i >= 0; i-- {
		if v.shape[i] == 1 {
			continue
		}
		if v.stride[i] != step {
			return false
		}
		step *= int64(v.shape[i])
	}
	return true
}

// read copies the view out in row-major order. at fills b from byte offset off
// of the storage.
func (v *view) read(name string, at func(b []byte, off int64) error) (Tensor, error) {
	span, err := v.check()
	if err != nil {
		return Tensor{}, err
	}
	width := int64(v.dtype.Size())
	data := make([]byte, span*width)
	if err := at(data, v.offset*width); err != nil {
		return Tensor{}, err
	}
	if !v.contiguous() {
		data = v.gather(data)
	}
	return New(name, v.dtype, v.shape, data)
}

// gather walks the axes like an odometer.
func (v *view) gather(from []byte) []byte {
	width := v.dtype.Size()
	size, _ := byteSize(v.dtype, v.shape)
	out := make([]byte, 0, size)
	index := make([]int, len(v.shape))
	at := int64(0)
	for int64(len(out)) < size {
		out = append(out, from[at*int64(width):(at+1)*int64(width)]...)
		for axis := len(index) - 1; axis >= 0; axis-- {
			index[axis]++
			at += v.stride[axis]
			if index[axis] < v.shape[axis] {
				break
			}
			at -= v.stride[axis] * int64(v.shape[axis])
			index[axis] = 0
		}
	}
	return out
}
