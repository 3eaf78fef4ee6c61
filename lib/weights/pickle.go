package weights

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/big"
)

// The pickle reader is our own rather than github.com/nlpodyssey/gopickle: that
// one allocates whatever length an opcode claims (2^63 bytes is one short file),
// indexes past its table on opcode 255, and makes objects of globals it does not
// know. Here every length is checked against the bytes left, the number of values
// is bounded, and an unknown global ends the read.
//
// It handles protocols 2 to 5 without out-of-band buffers. It does not handle the
// text opcodes of protocols 0 and 1, extension codes, or anything that would run.

const (
	maxPickleBytes  = 64 << 20 // a state dict of 10,000 tensors needs about 2 MiB
	maxPickleValues = 2 << 20  // bounds memory to about 200 MB whatever the file says
	maxLongBytes    = 64       // Python integers of 512 bits
)

var errPickle = errors.New("damaged pickle")

// Values of a pickle: nil, bool, int64, *big.Int, float64, string, []byte, and
// the types below. Nothing else is ever made.
type (
	tuple []any
	list  struct{ items []any }
	// object is a Python object kept as inert data: its class, what it was
	// called with, and its state.
	object struct {
		class string
		args  tuple
		state any
	}
	// class is a global on the stack, before it is called.
	class struct{ name string }
)

// pickle is the machine that reads one pickle.
type pickle struct {
	r     *bufio.Reader
	left  int64 // bytes of input that may still be read
	made  int
	stack []any
	marks []int
	memo  map[uint64]any
	// persist resolves persistent ids; state dicts keep their storages there.
	persist func(id any) (any, error)
	done    bool
}

// unpickle reads one pickle from r, at most limit bytes of it.
func unpickle(r *bufio.Reader, limit int64, persist func(any) (any, error)) (any, error) {
	p := &pickle{r: r, left: min(limit, maxPickleBytes), memo: map[uint64]any{}, persist: persist}
	for !p.done {
		if err := p.step(); err != nil {
			return nil, err
		}
	}
	return p.pop()
}

func (p *pickle) step() error {
	op, err := p.byte()
	if err != nil {
		return err
	}
	run := opcodes[op]
	if run == nil {
		return fmt.Errorf("%w: opcode 0x%02x is not one of protocols 2 to 5", errPickle, op)
	}
	if err := run(p); err != nil {
		return err
	}
	if len(p.stack)+len(p.memo) > maxPickleValues || p.made > maxPickleValues {
		return fmt.Errorf("%w: more than %d values", errPickle, maxPickleValues)
	}
	return nil
}

func (p *pickle) byte() (byte, error) {
	b, err := p.bytes(1)
	if err != nil {
		return 0, err
	}
	return b[0], nil
}

// bytes reads n bytes; it allocates no more than the input can hold.
func (p *pickle) bytes(n uint64) ([]byte, error) {
	if p.left < 0 || n > uint64(p.left) {
		return nil, fmt.Errorf("%w: it ends early or is longer than %d MiB", errPickle, maxPickleBytes>>20)
	}
	b := make([]byte, n)
	if _, err := io.ReadFull(p.r, b); err != nil {
		return nil, fmt.Errorf("%w: it ends early", errPickle)
	}
	p.left -= int64(n)
	return b, nil
}

// uint reads a little-endian unsigned integer of 1, 2, 4 or 8 bytes.
func (p *pickle) uint(size uint64) (uint64, error) {
	b, err := p.bytes(size)
	if err != nil {
		return 0, err
	}
	var wide [8]byte
	copy(wide[:], b)
	return binary.LittleEndian.Uint64(wide[:]), nil
}

// counted reads a length of the given size and then that many bytes.
func (p *pickle) counted(size uint64) ([]byte, error) {
	n, err := p.uint(size)
	if err != nil {
		return nil, err
	}
	return p.bytes(n)
}

// line reads up to a newline, which is dropped.
func (p *pickle) line() (string, error) {
	var out []byte
	for {
		b, err := p.byte()
		if err != nil {
			return "", err
		}
		if b == '\n' {
			return string(out), nil
		}
		out = append(out, b)
	}
}

func (p *pickle) push(v any) error {
	p.made++
	p.stack = append(p.stack, v)
	return nil
}

// pop takes the top value, not reaching below the innermost mark.
func (p *pickle) pop() (any, error) {
	v, err := p.top()
	if err == nil {
		p.stack = p.stack[:len(p.stack)-1]
	}
	return v, err
}

func (p *pickle) top() (any, error) {
	floor := 0
	if len(p.marks) > 0 {
		floor = p.marks[len(p.marks)-1]
	}
	if len(p.stack) <= floor {
		return nil, fmt.Errorf("%w: empty stack", errPickle)
	}
	return p.stack[len(p.stack)-1], nil
}

// popMark takes everything above the innermost mark.
func (p *pickle) popMark() (tuple, error) {
	if len(p.marks) == 0 {
		return nil, fmt.Errorf("%w: no mark", errPickle)
	}
	at := p.marks[len(p.marks)-1]
	p.marks = p.marks[:len(p.marks)-1]
	items := append(tuple(nil), p.stack[at:]...)
	p.stack = p.stack[:at]
	return items, nil
}

// popN takes n values, returned in the order they were pushed.
func (p *pickle) popN(n int) (tuple, error) {
	items := make(tuple, n)
	for i := n - 1; i >= 0; i-- {
		v, err := p.pop()
		if err != nil {
			return nil, err
		}
		items[i] = v
	}
	return items, nil
}

// long decodes Python's little-endian two's complement integer.
func long(b []byte) (any, error) {
	if len(b) > maxLongBytes {
		return nil, fmt.Errorf("%w: integer of %d bytes", errPickle, len(b))
	}
	big := new(big.Int)
	for i := len(b) - 1; i >= 0; i-- {
		big.Lsh(big, 8).Or(big, bigByte(b[i]))
	}
	if len(b) > 0 && b[len(b)-1] >= 0x80 {
		big.Sub(big, bigPower(8*len(b)))
	}
	if big.IsInt64() {
		return big.Int64(), nil
	}
	return big, nil
}

func bigByte(b byte) *big.Int { return big.NewInt(int64(b)) }

func bigPower(bits int) *big.Int { return new(big.Int).Lsh(big.NewInt(1), uint(bits)) }
