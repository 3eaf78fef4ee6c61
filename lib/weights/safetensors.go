package weights

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"unicode/utf8"

	"github.com/gomlx/compute/dtypes"
)

// The format is that of github.com/huggingface/safetensors: eight bytes of header
// length, a JSON header, then the values. Every range of the header is checked
// against the file before anything is allocated for it.

// maxHeader is the reference reader's own limit.
const maxHeader = 100_000_000

// safetensorsTypes are the element types, by their name in the header.
var safetensorsTypes = map[string]DType{
	"F64": dtypes.Float64, "F32": dtypes.Float32, "F16": dtypes.Float16, "BF16": dtypes.BFloat16,
	"I64": dtypes.Int64, "I32": dtypes.Int32, "I16": dtypes.Int16, "I8": dtypes.Int8,
	"U64": dtypes.Uint64, "U32": dtypes.Uint32, "U16": dtypes.Uint16, "U8": dtypes.Uint8,
	"BOOL": dtypes.Bool, "F8_E4M3": dtypes.F8E4M3FN, "F8_E5M2": dtypes.F8E5M2, "C64": dtypes.Complex64,
}

// entry is a tensor's line in the header; offsets count from the header's end.
type entry struct {
	DType   string   `json:"dtype"`
	Shape   []uint64 `json:"shape"`
	Offsets []uint64 `json:"data_offsets"`
}

type safetensorsFile struct {
	own
	f      *os.File
	starts []int64 // of each tensor, in the file
}

func openSafetensors(f *os.File, size int64) (*File, error) {
	head := make([]byte, 8)
	if _, err := f.ReadAt(head, 0); err != nil {
		return nil, err
	}
	length := binary.LittleEndian.Uint64(head)
	if length > maxHeader || int64(length) > size-8 {
		return nil, fmt.Errorf("safetensors header of %d bytes in a file of %d (a damaged or unfinished download)", length, size)
	}
	header := make([]byte, length)
	if _, err := f.ReadAt(header, 8); err != nil {
		return nil, err
	}
	names, entries, metadata, err := parseHeader(header)
	if err != nil {
		return nil, fmt.Errorf("safetensors header: %w", err)
	}
	if err := checkLayout(names, entries, uint64(size-8)-length); err != nil {
		return nil, err
	}
	s := &safetensorsFile{f: f, own: own{file: f}}
	for _, name := range names {
		e := entries[name]
		shape := make([]int, len(e.Shape))
		for i, d := range e.Shape {
			shape[i] = int(d)
		}
		s.add(Info{Name: name, DType: safetensorsTypes[e.DType], Shape: shape})
		s.starts = append(s.starts, 8+int64(length)+int64(e.Offsets[0]))
	}
	file := newFile(f.Name(), Safetensors, s)
	file.Metadata = metadata
	return file, nil
}

// parseHeader reads the JSON object key by key, since a map would hide names that
// come twice.
func parseHeader(header []byte) (names []string, entries map[string]entry, metadata map[string]string, err error) {
	if !utf8.Valid(header) { // encoding/json would put replacement characters
		return nil, nil, nil, errors.New("not UTF-8")
	}
	dec := json.NewDecoder(bytes.NewReader(header))
	if tok, err := dec.Token(); err != nil || tok != json.Delim('{') {
		return nil, nil, nil, errors.New("not a JSON object")
	}
	entries = map[string]entry{}
	for dec.More() {
		tok, err := dec.Token()
		if err != nil {
			return nil, nil, nil, err
		}
		name := tok.(string) // an object's key is always a string
		if _, twice := entries[name]; twice || name == "__metadata__" && metadata != nil {
			return nil, nil, nil, fmt.Errorf("%q comes twice", name)
		}
		if name == "__metadata__" {
			if err := dec.Decode(&metadata); err != nil {
				return nil, nil, nil, fmt.Errorf("__metadata__: %w", err)
			}
			continue
		}
		var e entry
		if err := dec.Decode(&e); err != nil {
			return nil, nil, nil, fmt.Errorf("tensor %q: %w", name, err)
		}
		names = append(names, name)
		entries[name] = e
	}
	if _, err := dec.Token(); err != nil {
		return nil, nil, nil, err
	}
	if rest := bytes.TrimLeft(header[dec.InputOffset():], " "); len(rest) > 0 {
		return nil, nil, nil, errors.New("something follows the JSON object")
	}
	return names, entries, metadata, nil
}

// checkLayout makes sure that each tensor has the bytes its type and shape need,
// and that together they cover the data without overlap or hole, as the format
// demands.
func checkLayout(names []string, entries map[string]entry, size uint64) error {
	for _, name := range names {
		if err := entries[name].check(size); err != nil {
			return fmt.Errorf("tensor %q: %w", name, err)
		}
	}
	order := slices.Clone(names)
	slices.SortFunc(order, func(a, b string) int { return slices.Compare(entries[a].Offsets, entries[b].Offsets) })
	at := uint64(0)
	for _, name := range order {
		if e := entries[name]; e.Offsets[0] != at {
			return fmt.Errorf("tensor %q: data_offsets begin at %d, where %d was due (an overlap or a hole)", name, e.Offsets[0], at)
		}
		at = entries[name].Offsets[1]
	}
	if at != size {
		return fmt.Errorf("data_offsets end at %d of %d bytes of data (an unfinished download, or something appended)", at, size)
	}
	return nil
}

func (e entry) check(size uint64) error {
	dtype, ok := safetensorsTypes[e.DType]
	if !ok {
		return fmt.Errorf("unknown dtype %q", e.DType)
	}
	if len(e.Offsets) != 2 || e.Offsets[0] > e.Offsets[1] || e.Offsets[1] > size {
		return fmt.Errorf("data_offsets %v in %d bytes of data", e.Offsets, size)
	}
	if e.Shape == nil {
		return errors.New("no shape")
	}
	want := uint64(dtype.Size())
	for _, d := range e.Shape {
		if d != 0 && want > maxElements/d {
			return fmt.Errorf("shape %v overflows", e.Shape)
		}
		want *= d
	}
	if have := e.Offsets[1] - e.Offsets[0]; have != want {
		return fmt.Errorf("%s of shape %v needs %d bytes, data_offsets give %d", e.DType, e.Shape, want, have)
	}
	return nil
}

// maxElements keeps products of dimensions far from overflow.
const maxElements = 1 << 62

func (s *safetensorsFile) read(name string) (Tensor, error) {
	i := s.index[name]
	info := s.list[i]
	size, _ := byteSize(info.DType, info.Shape)
	data := make([]byte, size)
	if _, err := s.f.ReadAt(data, s.starts[i]); err != nil && size > 0 {
		return Tensor{}, err
	}
	return New(name, info.DType, info.Shape, data)
}

// typeName is the inverse of safetensorsTypes.
func typeName(dtype DType) (string, bool) {
	for name, t := range safetensorsTypes {
		if t == dtype {
			return name, true
		}
	}
	return "", false
}

// byType orders tensors as the reference writer does: wide types first, so that
// each is aligned, then by name.
func byType(a, b Tensor) int {
	return cmp.Or(cmp.Compare(b.DType.Size(), a.DType.Size()), cmp.Compare(a.Name, b.Name))
}
