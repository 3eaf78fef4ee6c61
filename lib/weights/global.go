package weights

import (
	"errors"
	"fmt"
	"strings"

	"github.com/gomlx/compute/dtypes"
)

// ErrRefused is wrapped by the error about a pickle that names a global outside
// the short list a state dict needs.
var ErrRefused = errors.New("refused")

// storageTypes are the typed storages of PyTorch, by class name.
var storageTypes = map[string]DType{
	"torch.FloatStorage":         dtypes.Float32,
	"torch.DoubleStorage":        dtypes.Float64,
	"torch.HalfStorage":          dtypes.Float16,
	"torch.BFloat16Storage":      dtypes.BFloat16,
	"torch.LongStorage":          dtypes.Int64,
	"torch.IntStorage":           dtypes.Int32,
	"torch.ShortStorage":         dtypes.Int16,
	"torch.CharStorage":          dtypes.Int8,
	"torch.ByteStorage":          dtypes.Uint8,
	"torch.BoolStorage":          dtypes.Bool,
	"torch.ComplexFloatStorage":  dtypes.Complex64,
	"torch.ComplexDoubleStorage": dtypes.Complex128,
	// Untyped storages count bytes; the tensor on top says the type.
	"torch.storage.UntypedStorage": dtypes.Uint8,
	"torch.UntypedStorage":         dtypes.Uint8,
}

// torchTypes are PyTorch's element types, as they stand in pickles.
var torchTypes = map[string]DType{
	"torch.float32": dtypes.Float32, "torch.float64": dtypes.Float64, "torch.float16": dtypes.Float16,
	"torch.bfloat16": dtypes.BFloat16, "torch.int64": dtypes.Int64, "torch.int32": dtypes.Int32,
	"torch.int16": dtypes.Int16, "torch.int8": dtypes.Int8, "torch.uint8": dtypes.Uint8,
	"torch.uint16": dtypes.Uint16, "torch.uint32": dtypes.Uint32, "torch.uint64": dtypes.Uint64,
	"torch.bool": dtypes.Bool, "torch.complex64": dtypes.Complex64, "torch.complex128": dtypes.Complex128,
	"torch.float8_e4m3fn": dtypes.F8E4M3FN, "torch.float8_e5m2": dtypes.F8E5M2,
}

// callables are the classes and functions that may be called; each is played by
// the Go function beside it, so nothing of the file runs. It is filled in init
// because rebuildFromType leads back to it.
var callables map[string]func(tuple) (any, error)

func init() {
	callables = map[string]func(tuple) (any, error){
		"collections.OrderedDict":             dictOf,
		"collections.defaultdict":             dictOf,
		"torch._utils._rebuild_tensor_v2":     rebuildTensor,
		"torch._utils._rebuild_tensor_v3":     rebuildTensor,
		"torch._utils._rebuild_parameter":     rebuildParameter,
		"torch._tensor._rebuild_from_type_v2": rebuildFromType,
		"torch.Size":                          func(args tuple) (any, error) { return args, nil },

		// AttributeDict is how Lightning keeps hyper-parameters: a dict.
		"pytorch_lightning.utilities.parsing.AttributeDict": dictOf,
		"lightning_fabric.utilities.data.AttributeDict":     dictOf,
		"lightning.fabric.utilities.data.AttributeDict":     dictOf,
	}
}

// inert are classes kept as data that nobody looks into: settings and scores
// that training scripts leave beside the weights.
var inert = map[string]bool{
	"argparse.Namespace": true, "torch.device": true, "torch.nn.parameter.Parameter": true, "_codecs.encode": true,
	"builtins.set": true, "builtins.int": true, "builtins.list": true, "builtins.dict": true, "builtins.float": true,
	"__builtin__.set": true, "__builtin__.int": true, "__builtin__.list": true, "__builtin__.dict": true, "__builtin__.float": true,
	"numpy.dtype": true, "numpy.core.multiarray.scalar": true, "numpy._core.multiarray.scalar": true,
}

// global looks a name up in the tables above and refuses any other.
func global(name string) (any, error) {
	_, isType := torchTypes[name]
	_, isStorage := storageTypes[name]
	if isType || isStorage || inert[name] || callables[name] != nil {
		return class{name}, nil
	}
	return nil, fmt.Errorf("%w: the pickle asks for %q, which is not part of a state dict (%s)", ErrRefused, name, advice(name))
}

func advice(name string) string {
	if strings.Contains(name, ".nn.") || strings.Contains(strings.ToLower(name), "model") || !strings.HasPrefix(name, "torch.") && startsUpper(name) {
		return "it looks like a whole pickled module, whose code graft does not run; in Python: torch.save(model.state_dict(), path)"
	}
	return "a pickle can run any program, so graft reads only tensors and plain values; convert the file to safetensors in Python"
}

func startsUpper(name string) bool {
	last := name[strings.LastIndexByte(name, '.')+1:]
	return last != "" && last[0] >= 'A' && last[0] <= 'Z'
}

// callClass plays a call of what with args.
func callClass(what, args any) (any, error) {
	c, ok := what.(class)
	in, isTuple := args.(tuple)
	if !ok || !isTuple {
		return nil, fmt.Errorf("%w: call of %T", errPickle, what)
	}
	if run := callables[c.name]; run != nil {
		return run(in)
	}
	return &object{class: c.name, args: in}, nil
}

// dictOf plays dict classes; a first argument may hold pairs.
func dictOf(args tuple) (any, error) {
	d := newDict()
	for _, arg := range args {
		pairs, ok := arg.(*list)
		if !ok {
			continue // defaultdict's factory
		}
		for _, pair := range pairs.items {
			kv, ok := asPair(pair)
			if !ok {
				return nil, fmt.Errorf("%w: dict of %T", errPickle, pair)
			}
			d.set(kv[0], kv[1])
		}
	}
	return d, nil
}

func asPair(v any) (tuple, bool) {
	if l, ok := v.(*list); ok {
		v = tuple(l.items)
	}
	t, ok := v.(tuple)
	return t, ok && len(t) == 2
}
