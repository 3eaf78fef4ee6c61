package feature

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
)

// Features on disk: a folder per key in the cache, in it packs, each written once
// under another name and then renamed. A pack is
//
//	"graftf2\n"  rank uint32  shape [rank]uint32  length uint32  key of the folder  CRC-32C uint32
//	records: length uint32, key, values [size]float32, CRC-32C uint32
//
// all little-endian; each checksum covers what stands before it, from the magic or
// from the record's length on. What cannot be read is computed again: a cut, changed
// or misplaced file costs time, never a wrong number.
const packMagic = "graftf2\n"

// Keys are digests; what is longer, or has more axes, is damage.
const (
	maxKey  = 1 << 12
	maxRank = 8
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// place is where a row lies on disk.
type place struct {
	path   string
	offset int64
}

// writePack writes rows as a new pack in dir and says where each of them is.
func writePack(dir string, shape []int, rows map[string][]float32) (places map[string]place, err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("feature: the feature cache cannot be written (free some space, or set GRAFT_CACHE to another folder): %w", err)
		}
	}()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	f, err := os.CreateTemp(dir, newPack+"*")
	if err != nil {
		return nil, err
	}
	defer os.Remove(f.Name())
	offsets, err := encodePack(f, filepath.Base(dir), shape, rows)
	if err = errors.Join(err, f.Close()); err != nil {
		return nil, err
	}
	path := filepath.Join(dir, filepath.Base(f.Name())[len(newPack):]+".pack")
	if err := os.Rename(f.Name(), path); err != nil {
		return nil, err
	}
	places = make(map[string]place, len(rows))
	for key, at := range offsets {
		places[key] = place{path, at}
	}
	return places, nil
}

// newPack begins the names of packs that are being written.
const newPack = ".new-"

// encodePack writes a pack and returns the offset of each record.
func encodePack(w io.Writer, key string, shape []int, rows map[string][]float32) (map[string]int64, error) {
	b := bufio.NewWriterSize(w, 1<<20)
	head := binary.LittleEndian.AppendUint32([]byte(packMagic), uint32(len(shape)))
	for _, d := range shape {
		head = binary.LittleEndian.AppendUint32(head, uint32(d))
	}
	head = appendText(head, key)
	head = binary.LittleEndian.AppendUint32(head, crc32.Checksum(head, castagnoli))
	at, offsets := int64(len(head)), map[string]int64{}
	if _, err := b.Write(head); err != nil {
		return nil, err
	}
	for _, key := range slices.Sorted(maps.Keys(rows)) {
		record := appendText(nil, key)
		for _, v := range rows[key] {
			record = binary.LittleEndian.AppendUint32(record, math.Float32bits(v))
		}
		record = binary.LittleEndian.AppendUint32(record, crc32.Checksum(record, castagnoli))
		if _, err := b.Write(record); err != nil {
			return nil, err
		}
		offsets[key] = at
		at += int64(len(record))
	}
	return offsets, b.Flush()
}

func appendText(b []byte, text string) []byte {
	return append(binary.LittleEndian.AppendUint32(b, uint32(len(text))), text...)
}

var errPack = errors.New("feature: not a whole pack")

// readPack calls visit for every record of a pack up to the first that is not
// whole. The folder's name is the key that the pack must have.
func readPack(path string, visit func(shape []int, key string, row []float32, at place)) (err error) {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	return decodePack(bufio.NewReaderSize(f, 1<<20), info.Size(), filepath.Base(filepath.Dir(path)), func(shape []int, key string, row []float32, at int64) {
		visit(shape, key, row, place{path, at})
	})
}

// decodePack reads a pack of length bytes.
func decodePack(r io.Reader, length int64, key string, visit func(shape []int, key string, row []float32, at int64)) error {
	c := &checked{r: r}
	shape, size, err := c.head(key, length)
	if err != nil {
		return err
	}
	for {
		at := c.read
		name, row, err := c.record(size)
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		visit(shape, name, row, at)
	}
}

// at reads the record at a place.
func (p place) at(key string, dst []float32) (err error) {
	f, err := os.Open(p.path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	length := int64(4 + len(key) + 4*len(dst) + 4)
	c := &checked{r: bufio.NewReaderSize(io.NewSectionReader(f, p.offset, length), int(min(length, 1<<20)))}
	name, row, err := c.record(len(dst))
	if err == nil && name != key {
		err = errPack
	}
	copy(dst, row)
	return err
}

// checked reads parts of a pack and their checksums.
type checked struct {
	r    io.Reader
	sum  uint32
	read int64
}

func (c *checked) bytes(n int) ([]byte, error) {
	b := make([]byte, n)
	got, err := io.ReadFull(c.r, b)
	c.read += int64(got)
	c.sum = crc32.Update(c.sum, castagnoli, b[:got])
	if err == io.EOF && n > 0 {
		return nil, io.EOF
	}
	if err != nil {
		return nil, errPack
	}
	return b, nil
}

func (c *checked) number() (int, error) {
	b, err := c.bytes(4)
	if err != nil {
		return 0, err
	}
	return int(binary.LittleEndian.Uint32(b)), nil
}

func (c *checked) text() (string, error) {
	n, err := c.number()
	if err != nil {
		return "", err
	}
	if n > maxKey {
		return "", errPack
	}
	b, err := c.bytes(n)
	return string(b), inside(err)
}

// ends reads a checksum and begins the next one.
func (c *checked) ends() error {
	sum := c.sum
	got, err := c.number()
	c.sum = 0
	if err != nil || uint32(got) != sum {
		return errPack
	}
	return nil
}

// inside is for what must follow: the end of the file is damage there.
func inside(err error) error {
	if err == io.EOF {
		return errPack
	}
	return err
}

func (c *checked) head(key string, length int64) (shape []int, size int, err error) {
	magic, err := c.bytes(len(packMagic))
	if err != nil || !bytes.Equal(magic, []byte(packMagic)) {
		return nil, 0, errPack
	}
	rank, err := c.number()
	if err != nil || rank > maxRank {
		return nil, 0, errPack
	}
	size = 1
	for range rank {
		d, err := c.number()
		if err != nil {
			return nil, 0, errPack
		}
		shape = append(shape, d)
		if size *= d; int64(size) > length || d > 1<<30 {
			return nil, 0, errPack
		}
	}
	name, err := c.text()
	if err = errors.Join(err, c.ends()); err != nil || name != key {
		return nil, 0, errPack
	}
	return shape, size, nil
}

// record reads a record of size numbers; io.EOF where no record begins.
func (c *checked) record(size int) (key string, row []float32, err error) {
	if key, err = c.text(); err != nil {
		return "", nil, err
	}
	values, err := c.bytes(4 * size)
	if err != nil {
		return "", nil, inside(err)
	}
	if err := c.ends(); err != nil {
		return "", nil, err
	}
	row = make([]float32, size)
	for i := range row {
		row[i] = math.Float32frombits(binary.LittleEndian.Uint32(values[4*i:]))
	}
	return key, row, nil
}
