package weights

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Option adjusts [Open].
type Option func(*settings)

type settings struct {
	dict string
	ema  bool
}

// Dict takes the dictionary at the given key path of a wrapped checkpoint, such
// as "model_ema" or "model.state_dict", instead of the one Open would choose.
func Dict(path string) Option { return func(s *settings) { s.dict = path } }

// EMA prefers the exponential moving average of the weights where a checkpoint
// has both. The default is the weights as trained.
func EMA() Option { return func(s *settings) { s.ema = true } }

// inFolder are the files that stand for a folder, best first.
var inFolder = []string{"model.safetensors.index.json", "model.safetensors", "pytorch_model.bin.index.json", "pytorch_model.bin"}

// Open recognises the file at path by its content and reads its table of
// contents; values are read by [File.Tensor]. A folder stands for the index or
// the weights file in it. Errors name what is wrong and where: an unknown format,
// a damaged header, a pickle that asks for more than tensors ([ErrRefused]).
func Open(path string, opts ...Option) (*File, error) {
	var set settings
	for _, opt := range opts {
		opt(&set)
	}
	file, err := open(path, set)
	if err != nil {
		return nil, fmt.Errorf("weights: %s: %w", path, err)
	}
	return file, nil
}

func open(path string, set settings) (*File, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		return openFolder(path, set)
	}
	if strings.HasSuffix(path, ".index.json") {
		return openSharded(path, set)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	file, err := openContent(f, info.Size(), set)
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return file, nil
}

func openFolder(path string, set settings) (*File, error) {
	for _, name := range inFolder {
		if _, err := os.Stat(filepath.Join(path, name)); err == nil {
			return open(filepath.Join(path, name), set)
		}
	}
	return nil, fmt.Errorf("a folder without %s", strings.Join(inFolder, ", "))
}

// pickledMagic is how a legacy file begins: protocol 2, a ten-byte integer.
var pickledMagic = []byte{0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19}

func openContent(f *os.File, size int64, set settings) (*File, error) {
	start := make([]byte, 16)
	n, err := f.ReadAt(start, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	start = start[:n]
	switch {
	case bytes.HasPrefix(start, []byte("PK\x03\x04")):
		return openTorchZip(f, size, set)
	case bytes.HasPrefix(start, pickledMagic):
		return openTorchLegacy(f, size, set)
	case len(start) > 8 && start[8] == '{':
		return openSafetensors(f, size)
	}
	return nil, fmt.Errorf("not a weights file that graft reads (PyTorch .pth or .bin, safetensors, or the index.json of shards; it begins with % x)", start)
}

// own gives the tensors of one container in a fixed order.
type own struct {
	list  []Info
	index map[string]int
	file  io.Closer
}

func (o *own) add(info Info) {
	if o.index == nil {
		o.index = map[string]int{}
	}
	o.index[info.Name] = len(o.list)
	o.list = append(o.list, info)
}

func (o *own) infos() []Info { return slices.Clone(o.list) }

func (o *own) close() error { return o.file.Close() }
