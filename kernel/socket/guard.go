package socket

import (
	"encoding/binary"
	"fmt"
)

// The most bytes and frames that one message of a client may have. The library
// would make room for whatever a frame announces, and anybody who reaches the port
// may announce anything.
const (
	heaviest   = 256 << 20
	mostFrames = 1 << 16
)

// greeting is the length of what a connection begins with.
const greeting = 64

// The bits of a frame's first byte.
const (
	flagMore = 1
	flagLong = 2
)

// guard follows the frames of a connection as they come in (ZMTP 3, sections
// "greeting" and "framing") and finds a message that is too heavy before anybody
// makes room for it.
type guard struct {
	rest   uint64 // bytes to come of the greeting or of a frame's body
	head   []byte // of the next frame, as much as has come
	total  uint64 // bytes of the message so far
	frames int    // of it
}

func newGuard() *guard { return &guard{rest: greeting} }

// check takes the bytes that came next.
func (g *guard) check(p []byte) error {
	for len(p) > 0 {
		n := min(g.rest, uint64(len(p)))
		g.rest -= n
		if p = p[n:]; len(p) == 0 {
			return nil
		}
		g.head = append(g.head, p[0])
		p = p[1:]
		if err := g.frame(); err != nil {
			return err
		}
	}
	return nil
}

// frame reads the head of a frame once it is whole.
func (g *guard) frame() error {
	long := g.head[0]&flagLong != 0
	size := uint64(0)
	switch {
	case long && len(g.head) == 9:
		size = binary.BigEndian.Uint64(g.head[1:])
	case !long && len(g.head) == 2:
		size = uint64(g.head[1])
	default:
		return nil
	}
	more := g.head[0]&flagMore != 0
	g.head = g.head[:0]
	g.frames++
	if size > heaviest || g.total+size > heaviest || g.frames > mostFrames {
		return fmt.Errorf("socket: a message above %d bytes or %d frames", heaviest, mostFrames)
	}
	g.rest = size
	g.total += size
	if !more {
		g.total, g.frames = 0, 0
	}
	return nil
}
