package weights

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"os"
)

// openTorchLegacy reads the form that torch.save wrote before 1.6: five pickles
// (magic number, protocol, system, object, list of storage keys), then for each
// key of the list, in its order, a count and the raw values.
func openTorchLegacy(f *os.File, size int64, set settings) (*File, error) {
	in := &counting{r: f}
	buf := bufio.NewReader(in)
	at := func() int64 { return in.n - int64(buf.Buffered()) }
	known := storages{}
	var parts [5]any
	for i := range parts {
		var err error
		if parts[i], err = unpickle(buf, size-at(), known.persist); err != nil {
			return nil, err
		}
	}
	if parts[1] != int64(1001) {
		return nil, fmt.Errorf("legacy protocol %v (want 1001)", parts[1])
	}
	if sys, ok := parts[2].(*dict); ok && sys.get("little_endian") == false {
		return nil, fmt.Errorf("big-endian values (save it on a little-endian machine)")
	}
	starts, err := layOut(f, at(), size, parts[4], known)
	if err != nil {
		return nil, err
	}
	return newTorchFile(f, TorchLegacy, parts[3], set, func(s *storage) (func([]byte, int64) error, error) {
		start, ok := starts[s.key]
		if !ok {
			return nil, fmt.Errorf("storage %q is not in the file", s.key)
		}
		return func(b []byte, off int64) error { return readFull(f, b, start+off) }, nil
	})
}

// layOut walks the storages behind the pickles and returns where each begins.
func layOut(f *os.File, at, size int64, keys any, known storages) (map[string]int64, error) {
	order, ok := keys.(*list)
	if !ok {
		return nil, fmt.Errorf("%w: no list of storages", errPickle)
	}
	starts := map[string]int64{}
	for _, k := range order.items {
		key, _ := k.(string)
		s := known[key]
		if s == nil {
			return nil, fmt.Errorf("%w: unknown storage %v", errPickle, k)
		}
		var count [8]byte
		if err := readFull(f, count[:], at); err != nil {
			return nil, err
		}
		if n := int64(binary.LittleEndian.Uint64(count[:])); n != s.numel {
			return nil, fmt.Errorf("storage %q has %d elements, the pickle says %d", key, n, s.numel)
		}
		starts[key] = at + 8
		at += 8 + s.numel*int64(s.dtype.Size())
		if at > size {
			return nil, fmt.Errorf("storage %q reaches past the end of the file (an unfinished download?)", key)
		}
	}
	return starts, nil
}

// counting counts what has been read.
type counting struct {
	r io.Reader
	n int64
}

func (c *counting) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}
