// Package weights reads the parameter files people publish and writes
// safetensors: PyTorch state dicts (the zip form and the older one of five
// pickles), safetensors, and sharded indexes of either. It turns a path into
// named tensors in row-major order and a strict report, as opposed to package
// hub, which turns a name into a path, and package backbone, which knows what
// the names mean.
//
// A pickle is a program from a stranger. The reader here never runs one: it
// knows the few globals a state dict needs and refuses every other by name.
//
//	f, err := weights.Open("mobilenet_v2-b0353104.pth")
//	if err != nil {
//		return err
//	}
//	defer f.Close()
//	report, err := weights.Load(f, []weights.Want{
//		{Name: "features.0.0.weight", Shape: []int{32, 3, 3, 3}},
//		{Name: "classifier.1.weight", Head: true}, // read past, reported
//	}, func(w weights.Want, t weights.Tensor) error { return use(t) })
package weights

import (
	"fmt"
	"slices"
	"strings"

	"graft/internal/near"
)

// Format names what kind of file [Open] found.
type Format string

// The formats that [Open] recognises, by content rather than by file name.
const (
	TorchZip    Format = "pytorch zip"
	TorchLegacy Format = "pytorch legacy"
	Safetensors Format = "safetensors"
	Sharded     Format = "sharded index"
)

// Info describes one tensor without reading its values.
type Info struct {
	Name  string
	DType DType
	Shape []int // outermost first; empty for a scalar
}

// source is one opened container. Names keep the order of the file.
type source interface {
	infos() []Info
	read(name string) (Tensor, error)
	close() error
}

// File is an opened weights file. Reading is safe for concurrent use.
type File struct {
	Path     string
	Format   Format
	Metadata map[string]string // safetensors "__metadata__"; nil elsewhere
	// Dict is the key path of the dictionary taken from a wrapped checkpoint,
	// such as "state_dict" or "model_ema"; empty when the file is the dictionary.
	Dict string
	// Notes say, one sentence each, what was chosen or left aside while opening.
	Notes []string

	src   source
	index map[string]int
	all   []Info
}

func newFile(path string, format Format, src source) *File {
	f := &File{Path: path, Format: format, src: src, all: src.infos()}
	f.index = make(map[string]int, len(f.all))
	for i, info := range f.all {
		f.index[info.Name] = i
	}
	return f
}

// Names returns the tensor names in the order of the file.
func (f *File) Names() []string {
	names := make([]string, len(f.all))
	for i, info := range f.all {
		names[i] = info.Name
	}
	return names
}

// Len returns the number of tensors.
func (f *File) Len() int { return len(f.all) }

// Info describes the tensor called name without reading it.
func (f *File) Info(name string) (Info, bool) {
	i, ok := f.index[name]
	if !ok {
		return Info{}, false
	}
	info := f.all[i]
	info.Shape = slices.Clone(info.Shape)
	return info, true
}

// Tensor reads the tensor called name. Views of one storage come back as
// independent copies. An unknown name is an error that suggests near ones.
func (f *File) Tensor(name string) (Tensor, error) {
	if _, ok := f.index[name]; !ok {
		return Tensor{}, fmt.Errorf("weights: no tensor %q in %s%s", name, f.Path, near.Hint(name, f.Names()))
	}
	t, err := f.src.read(name)
	if err != nil {
		return Tensor{}, fmt.Errorf("weights: %s: %w", f.Path, err)
	}
	return t, nil
}

// Close releases the underlying files. Tensors already read stay valid.
func (f *File) Close() error { return f.src.close() }

// Rename returns a view of f in which each tensor named by a key of names is
// known by the value instead; other names stay. The view shares f's files, so
// close only one of them.
func (f *File) Rename(names map[string]string) *File {
	old := make(map[string]string, len(names))
	infos := make([]Info, len(f.all))
	for i, info := range f.all {
		original := info.Name
		if to, ok := names[original]; ok {
			info.Name = to
		}
		old[info.Name] = original
		infos[i] = info
	}
	view := newFile(f.Path, f.Format, renamed{f.src, infos, old})
	view.Metadata, view.Dict, view.Notes = f.Metadata, f.Dict, f.Notes
	return view
}

type renamed struct {
	source
	list []Info
	old  map[string]string
}

func (r renamed) infos() []Info { return r.list }

func (r renamed) read(name string) (Tensor, error) {
	t, err := r.source.read(r.old[name])
	t.Name = name
	return t, err
}

// String says what was opened, in one line.
func (f *File) String() string {
	parts := []string{fmt.Sprintf("%s: %s, %d tensors", f.Path, f.Format, f.Len())}
	return strings.Join(append(parts, f.Notes...), "; ")
}
