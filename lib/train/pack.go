package train

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

	"graft/lib/hub"
)

// Features on disk: a folder per key in the cache, in it packs, each written once
// under another name and then renamed. A pack is
//
//	"graftf1\n"  rank uint32  shape [rank]uint32
//	records: length uint32, key, values [size]float32, CRC-32C uint32 of key and values
//
// all little-endian. What cannot be read is computed again: a cut or changed file
// costs time, never a wrong number.
const packMagic = "graftf1\n"

// maxPack bounds what is written at a time, in bytes: wide early features of many
// images are cheaper to compute than to keep.
const maxPack = 1 << 30

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func packDir(key string) string { return filepath.Join(hub.CacheDir(), "features", key) }

// writePack writes rows as a new pack in dir.
func writePack(dir string, shape []int, rows map[string][]float32) (err error) {
	if len(rows) == 0 || len(rows)*volume(shape)*4 > maxPack {
		return nil
	}
	defer func() {
		if err != nil {
			err = fmt.Errorf("train: the feature cache cannot be written (free some space, or set GRAFT_CACHE to another folder): %w", err)
		}
	}()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, ".new-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	err = encodePack(f, shape, rows)
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), filepath.Join(dir, filepath.Base(f.Name())[len(".new-"):]+".pack"))
}

func encodePack(w io.Writer, shape []int, rows map[string][]float32) error {
	b := bufio.NewWriterSize(w, 1<<20)
	head := binary.LittleEndian.AppendUint32([]byte(packMagic), uint32(len(shape)))
	for _, d := range shape {
		head = binary.LittleEndian.AppendUint32(head, uint32(d))
	}
	if _, err := b.Write(head); err != nil {
		return err
	}
	for _, key := range slices.Sorted(maps.Keys(rows)) {
		record := binary.LittleEndian.AppendUint32(nil, uint32(len(key)))
		record = append(record, key...)
		for _, v := range rows[key] {
			record = binary.LittleEndian.AppendUint32(record, math.Float32bits(v))
		}
		record = binary.LittleEndian.AppendUint32(record, crc32.Checksum(record[4:], castagnoli))
		if _, err := b.Write(record); err != nil {
			return err
		}
	}
	return b.Flush()
}

// readPacks adds the rows of all packs in dir to tab, and removes packs that are not
// whole.
func readPacks(dir string, tab *table) {
	packs, err := filepath.Glob(filepath.Join(dir, "*.pack"))
	if err != nil {
		return
	}
	for _, path := range packs {
		data, err := os.ReadFile(path)
		if err == nil {
			err = decodePack(data, tab)
		}
		if err != nil {
			_ = os.Remove(path) // a pack that stays is only read in vain again
		}
	}
}

var errPack = errors.New("train: not a whole pack")

// decodePack adds records to tab up to the first that is not whole.
func decodePack(data []byte, tab *table) error {
	rest, ok := bytes.CutPrefix(data, []byte(packMagic))
	if !ok || len(rest) < 4 {
		return errPack
	}
	rank := int(binary.LittleEndian.Uint32(rest))
	rest = rest[4:]
	if rank > 8 || len(rest) < 4*rank {
		return errPack
	}
	shape, size := make([]int, rank), 1
	for i := range shape {
		shape[i] = int(binary.LittleEndian.Uint32(rest[4*i:]))
		size *= shape[i]
	}
	if tab.shape != nil && !slices.Equal(tab.shape, shape) || size < 0 || size > len(data) {
		return errPack
	}
	rest = rest[4*rank:]
	for len(rest) > 0 {
		n, row, key := decodeRecord(rest, size)
		if n == 0 {
			return errPack
		}
		tab.shape, tab.rows[rowKey{content: key}] = shape, row
		rest = rest[n:]
	}
	return nil
}

// decodeRecord reads one record and returns its length in bytes, 0 if it is not
// whole.
func decodeRecord(data []byte, size int) (n int, row []float32, key string) {
	if len(data) < 4 {
		return 0, nil, ""
	}
	length := int(binary.LittleEndian.Uint32(data))
	if length > 1<<16 || len(data) < 4+length+4*size+4 {
		return 0, nil, ""
	}
	n = 4 + length + 4*size + 4
	if crc32.Checksum(data[4:n-4], castagnoli) != binary.LittleEndian.Uint32(data[n-4:]) {
		return 0, nil, ""
	}
	values := data[4+length : n-4]
	row = make([]float32, size)
	for i := range row {
		row[i] = math.Float32frombits(binary.LittleEndian.Uint32(values[4*i:]))
	}
	return n, row, string(data[4 : 4+length])
}
