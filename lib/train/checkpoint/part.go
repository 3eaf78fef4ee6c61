package checkpoint

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"

	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/tensors"
	"graft/lib/weights"
)

// Tensors are variables of a store by path.
type Tensors = map[string]*tensors.Tensor

func writeTensors(folder, kind string, t Tensors) (Part, error) {
	list, err := Encode(t)
	if err != nil {
		return Part{}, err
	}
	return writePart(folder, kind, ".safetensors", func(w io.Writer) error { return weights.Write(w, list, nil) })
}

// writePart writes a file under a name made of its content.
func writePart(folder, kind, ending string, write func(io.Writer) error) (p Part, err error) {
	hash := sha256.New()
	name, err := writeTemp(folder, func(w io.Writer) error { return write(io.MultiWriter(w, hash)) })
	if err != nil {
		return p, err
	}
	p.Digest = hex.EncodeToString(hash.Sum(nil))
	p.File = kind + "-" + p.Digest[:16] + ending
	return p, os.Rename(name, filepath.Join(folder, p.File))
}

// createFile makes a file that is going to be written; tests have it fail.
var createFile = func(folder string) (*os.File, error) { return os.CreateTemp(folder, partPrefix+"*") }

// writeTemp writes a file that is on disk when it returns, and gone if it fails.
func writeTemp(folder string, write func(io.Writer) error) (name string, err error) {
	f, err := createFile(folder)
	if err != nil {
		return "", err
	}
	err = write(f)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return "", errors.Join(err, os.Remove(f.Name()))
	}
	return f.Name(), nil
}

// syncFolder makes renames in a folder last. Windows has no such call.
func syncFolder(folder string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	f, err := os.Open(folder)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// Check holds the parts of a point in folder against their digests.
func Check(folder string, parts map[string]Part) error {
	for _, part := range parts {
		f, err := os.Open(filepath.Join(folder, filepath.Base(part.File)))
		if err != nil {
			return err
		}
		hash := sha256.New()
		_, err = io.Copy(hash, f)
		if err = errors.Join(err, f.Close()); err != nil {
			return err
		}
		if hex.EncodeToString(hash.Sum(nil)) != part.Digest {
			return fmt.Errorf("%s is damaged: its digest is another", part.File)
		}
	}
	return nil
}

// Encode gives tensors the form of package weights; the numbers are shared, not copied.
func Encode(all Tensors) ([]weights.Tensor, error) {
	var list []weights.Tensor
	for path, t := range all {
		var one weights.Tensor
		var err error
		if e := t.ConstBytes(func(data []byte) { one, err = weights.New(path, t.DType(), t.Shape().Dimensions, data) }); e != nil {
			err = e
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		list = append(list, one)
	}
	return list, nil
}

// ReadTensors reads the tensors of a part in folder.
func ReadTensors(folder string, p Part) (t Tensors, err error) {
	f, err := weights.Open(filepath.Join(folder, filepath.Base(p.File)))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return Decode(f)
}

// Decode reads all tensors of f.
func Decode(f *weights.File) (Tensors, error) {
	all := Tensors{}
	for _, name := range f.Names() {
		from, err := f.Tensor(name)
		if err != nil {
			return nil, err
		}
		to := tensors.FromShape(shapes.Make(from.DType, from.Shape...))
		if err := to.MutableBytes(func(data []byte) { copy(data, from.Bytes()) }); err != nil {
			return nil, err
		}
		all[name] = to
	}
	return all, nil
}
