package gonbhost

import (
	"bufio"
	"bytes"
	"encoding/gob"
	"errors"
	"fmt"
	"io"

	"github.com/janpfeifer/gonb/gonbui/protocol"
)

// longest bounds one frame, in bytes.
const longest = 1 << 28

var (
	errFraming = errors.New("not a message of gonbui")
	errFresh   = errors.New("another program begins")
)

// stream reads what gonbui sends, values of gob. A program may follow another one
// on the same pipe without an end between them, so it looks at the frames of gob:
// the definition of the type of all values begins a new program's stream.
type stream struct {
	in    *bufio.Reader
	frame []byte // what is left of the present one
	fresh []byte // the frame that begins another program
	begun bool   // the first frame was read
	dec   *gob.Decoder
}

func newStream(r io.Reader) *stream {
	s := &stream{in: bufio.NewReader(r)}
	s.dec = gob.NewDecoder(s)
	return s
}

// next reads one value; fresh is true if it is the first of another program. After
// an error that is not [io.EOF] or of framing, the next value may be right.
func (s *stream) next(to *protocol.DisplayData) (fresh bool, err error) {
	if err = s.dec.Decode(to); errors.Is(err, errFresh) {
		s.dec, s.frame, s.fresh = gob.NewDecoder(s), s.fresh, nil
		fresh, err = true, s.dec.Decode(to)
	}
	if err != nil {
		s.frame = nil
	}
	return fresh, err
}

// Read gives the decoder bytes of one frame.
func (s *stream) Read(b []byte) (int, error) {
	if s.fresh != nil {
		return 0, errFresh
	}
	if len(s.frame) == 0 {
		if err := s.read(); err != nil {
			return 0, err
		}
	}
	n := copy(b, s.frame)
	s.frame = s.frame[n:]
	return n, nil
}

// ReadByte makes the decoder read no more than it needs.
func (s *stream) ReadByte() (byte, error) {
	var b [1]byte
	_, err := s.Read(b[:])
	return b[0], err
}

// opening is how the frame that begins a stream names its type.
var opening = []byte("\x0bDisplayData")

// read gets the next frame: a length and as many bytes, which begin with the number
// of a type, negative if they define it.
func (s *stream) read() error {
	var raw []byte
	n, err := number(s.in, &raw)
	if err != nil {
		return err
	}
	if n == 0 || n > longest {
		return fmt.Errorf("%w: a frame of %d bytes", errFraming, n)
	}
	head := len(raw)
	raw = append(raw, make([]byte, n)...)
	if _, err := io.ReadFull(s.in, raw[head:]); err != nil {
		return fmt.Errorf("%w: %w", errFraming, err)
	}
	id, err := number(bytes.NewReader(raw[head:]), new([]byte))
	if err != nil {
		return fmt.Errorf("%w: %w", errFraming, err)
	}
	if defines := id&1 != 0; defines && bytes.Contains(raw, opening) && s.begun {
		s.fresh = raw
		return errFresh
	}
	s.frame, s.begun = raw, true
	return nil
}

// number reads an unsigned number as gob writes it (a small one is one byte, others
// follow the negated count of their bytes) and adds its bytes to raw.
func number(in io.ByteReader, raw *[]byte) (u uint64, err error) {
	b, err := in.ReadByte()
	if err != nil {
		return 0, err
	}
	*raw = append(*raw, b)
	if b < 0x80 {
		return uint64(b), nil
	}
	n := -int(int8(b))
	if n > 8 {
		return 0, errFraming
	}
	for range n {
		if b, err = in.ReadByte(); err != nil {
			return 0, errors.Join(errFraming, err)
		}
		*raw = append(*raw, b)
		u = u<<8 | uint64(b)
	}
	return u, nil
}
