package weights

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"

	"graft/internal/whole"
)

// Save writes tensors as a safetensors file: to a temporary file in the same
// folder first, then renamed, so a reader never sees half of it. The same
// tensors and metadata give the same bytes. Names must be unique.
func Save(path string, tensors []Tensor, metadata map[string]string) (err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("weights: save %s: %w", path, err)
		}
	}()
	return whole.Write(path, 0o644, func(f *os.File) error { return Write(f, tensors, metadata) })
}

// Write writes tensors in the safetensors format to w; see [Save].
func Write(w io.Writer, tensors []Tensor, metadata map[string]string) error {
	tensors = slices.Clone(tensors)
	slices.SortFunc(tensors, byType)
	head, err := header(tensors, metadata)
	if err != nil {
		return err
	}
	b := bufio.NewWriter(w)
	if err := binary.Write(b, binary.LittleEndian, uint64(len(head))); err != nil {
		return err
	}
	if _, err := b.Write(head); err != nil {
		return err
	}
	for _, t := range tensors {
		if _, err := b.Write(t.data); err != nil {
			return err
		}
	}
	return b.Flush()
}

// header is the JSON object, padded with spaces to a multiple of eight bytes.
func header(tensors []Tensor, metadata map[string]string) ([]byte, error) {
	var b bytes.Buffer
	put := func(key string, value any) error {
		if b.Len() > 0 {
			b.WriteByte(',')
		}
		k, err := json.Marshal(key)
		if err != nil {
			return err
		}
		v, err := json.Marshal(value)
		b.Write(k)
		b.WriteByte(':')
		b.Write(v)
		return err
	}
	if len(metadata) > 0 {
		if err := put("__metadata__", metadata); err != nil {
			return nil, err
		}
	}
	seen := map[string]bool{"__metadata__": true}
	at := uint64(0)
	for _, t := range tensors {
		name, ok := typeName(t.DType)
		if !ok || seen[t.Name] {
			return nil, fmt.Errorf("tensor %q: its name is taken or its type %v has no place in safetensors", t.Name, t.DType)
		}
		seen[t.Name] = true
		shape := make([]uint64, len(t.Shape))
		for i, d := range t.Shape {
			shape[i] = uint64(d)
		}
		end := at + uint64(len(t.data))
		if err := put(t.Name, entry{name, shape, []uint64{at, end}}); err != nil {
			return nil, err
		}
		at = end
	}
	out := append([]byte{'{'}, b.Bytes()...)
	out = append(out, '}')
	for len(out)%8 != 0 {
		out = append(out, ' ')
	}
	return out, nil
}
