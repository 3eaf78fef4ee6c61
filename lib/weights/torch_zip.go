package weights

import (
	"archive/zip"
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// openTorchZip reads the form that torch.save writes since 1.6: a zip archive
// with NAME/data.pkl and one file NAME/data/KEY for each storage.
func openTorchZip(f *os.File, size int64, set settings) (*File, error) {
	z, err := zip.NewReader(f, size)
	if err != nil {
		return nil, fmt.Errorf("zip: %w (an unfinished download?)", err)
	}
	files := map[string]*zip.File{}
	root := ""
	for _, e := range z.File {
		files[e.Name] = e
		if strings.HasSuffix(e.Name, "/data.pkl") && root == "" {
			root = strings.TrimSuffix(e.Name, "data.pkl")
		}
	}
	if root == "" {
		return nil, errors.New("a zip archive without data.pkl: not from torch.save")
	}
	if err := littleEndian(files[root+"byteorder"]); err != nil {
		return nil, err
	}
	entry := files[root+"data.pkl"]
	r, err := entry.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	object, err := unpickle(bufio.NewReader(r), int64(entry.UncompressedSize64), storages{}.persist)
	if err != nil {
		return nil, err
	}
	return newTorchFile(f, TorchZip, object, set, func(s *storage) (func([]byte, int64) error, error) {
		return zipStorage(f, files[root+"data/"+s.key], s)
	})
}

func littleEndian(e *zip.File) error {
	if e == nil { // older files do not say
		return nil
	}
	r, err := e.Open()
	if err != nil {
		return err
	}
	defer r.Close()
	order, err := io.ReadAll(io.LimitReader(r, 16))
	if err == nil && strings.TrimSpace(string(order)) != "little" {
		err = fmt.Errorf("byte order %q (save it on a little-endian machine)", order)
	}
	return err
}

// zipStorage reads a storage where it lies; a compressed one is inflated whole.
func zipStorage(f *os.File, e *zip.File, s *storage) (func([]byte, int64) error, error) {
	want := uint64(s.numel) * uint64(s.dtype.Size())
	if e == nil || e.UncompressedSize64 < want {
		return nil, fmt.Errorf("storage %q is missing or shorter than %d bytes", s.key, want)
	}
	if e.Method == zip.Store {
		start, err := e.DataOffset()
		return func(b []byte, off int64) error { return readFull(f, b, start+off) }, err
	}
	return func(b []byte, off int64) error {
		r, err := e.Open()
		if err != nil {
			return err
		}
		defer r.Close()
		if _, err := io.CopyN(io.Discard, r, off); err != nil {
			return err
		}
		_, err = io.ReadFull(r, b)
		return err
	}, nil
}

func readFull(f io.ReaderAt, b []byte, off int64) error {
	if n, err := f.ReadAt(b, off); n < len(b) {
		return fmt.Errorf("the file ends early: %w", err)
	}
	return nil
}
