package graphics

import (
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"strings"
	"sync"

	"github.com/charmbracelet/x/ansi"
)

// Style is how a terminal shows pixels.
type Style struct {
	Kind         Kind        // Sixel or Kitty
	Cell         image.Point // size of a cell in pixels
	Ground       color.Color // behind the text; nil means black
	Placeholders bool        // kitty's pictures are letters of the text
	Tmux         bool        // commands pass through tmux
}

// Shelf keeps pictures between the moment in which the lines of the screen are
// made and the one in which they are written: only then is it known how much
// of a picture fits. It is encoded in the meantime. Its methods may be called from
// any goroutine.
type Shelf struct {
	mu       sync.Mutex
	count    int
	pictures map[int]picture
}

// picture is lines of the screen that belong together.
type picture interface {
	rows() int
	prepare() // does the slow part of part
	part(from, to int) []string
}

// NewShelf returns an empty shelf. Numbers of pictures start at first, which should
// differ from program to program: terminals know pictures by them.
func NewShelf(first int) *Shelf {
	return &Shelf{count: first, pictures: map[int]picture{}}
}

// Put takes an image and returns the lines that stand for it, one for each line of
// the screen that it fills. They show nothing until [Shelf.Expand] has replaced them.
func (s *Shelf) Put(img image.Image, st Style) []string {
	size := img.Bounds().Size()
	if size.X <= 0 || size.Y <= 0 || st.Cell.X <= 0 || st.Cell.Y <= 0 {
		return nil
	}
	grid := image.Pt((size.X+st.Cell.X-1)/st.Cell.X, (size.Y+st.Cell.Y-1)/st.Cell.Y)
	s.mu.Lock()
	defer s.mu.Unlock()
	n := s.count
	s.count++
	p := st.picture(img, grid, n)
	s.pictures[n] = p
	go p.prepare()
	lines := make([]string, grid.Y)
	for row := range lines {
		lines[row] = fmt.Sprintf(mark, n, row)
	}
	return lines
}

func (st Style) picture(img image.Image, grid image.Point, n int) picture {
	if st.Kind == Sixel {
		p := &sixelPicture{img: img, grid: grid, cell: st.Cell, ground: st.Ground}
		p.whole = once(func() []byte { return encodeSixel(img, img.Bounds(), st.Ground) })
		return p
	}
	p := &kittyPicture{
		number: kittyNumber(n), img: img, grid: grid, cell: st.Cell,
		placeholders: st.Placeholders, wrap: func(s string) string { return s },
	}
	p.sent = once(p.transmit)
	if st.Tmux {
		p.wrap = ansi.TmuxPassthrough
	}
	return p
}

// once makes the bytes of a picture, or none if the image panics: it may be the user's
// own type.
func once[T any](encode func() T) func() T {
	return sync.OnceValue(func() (out T) {
		defer func() { _ = recover() }()
		return encode()
	})
}

// padded fills img up to whole cells, which kitty would stretch it to.
func padded(img image.Image, grid, cell image.Point) image.Image {
	out := image.NewNRGBA(image.Rect(0, 0, grid.X*cell.X, grid.Y*cell.Y))
	draw.Draw(out, out.Rect, img, img.Bounds().Min, draw.Src)
	return out
}

// mark is the line that stands for a row of a picture: a command that no terminal
// knows, and that programs cannot write (see render.Sanitize).
const mark = "\x1b_graft;%d;%d\x1b\\"

func marked(line string) (n, row int, ok bool) {
	if !strings.HasPrefix(line, "\x1b_graft;") {
		return 0, 0, false
	}
	_, err := fmt.Sscanf(line, mark, &n, &row)
	return n, row, err == nil
}

// Prepare waits until Expand will be quick about these lines.
func (s *Shelf) Prepare(lines []string) {
	for _, l := range lines {
		n, _, ok := marked(l)
		if !ok {
			continue
		}
		s.mu.Lock()
		p := s.pictures[n]
		s.mu.Unlock()
		if p != nil {
			p.prepare()
		}
	}
}

// Expand replaces the lines that stand for pictures by what shows them. Lines of one
// picture that follow each other become one piece; a picture is forgotten with its
// last row.
func (s *Shelf) Expand(lines []string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []string
	for len(lines) > 0 {
		rows := s.Rows(lines)
		if n, from, ok := marked(lines[0]); ok {
			out = append(out, s.take(n, from, from+rows)...)
		} else {
			out = append(out, lines[0])
		}
		lines = lines[rows:]
	}
	return out
}

// Rows is how many lines, from the first on, are rows of one picture; 1 for text.
func (s *Shelf) Rows(lines []string) int {
	n, first, ok := marked(lines[0])
	rows := 1
	for ok && rows < len(lines) {
		if other, row, is := marked(lines[rows]); !is || other != n || row != first+rows {
			break
		}
		rows++
	}
	return rows
}

// take returns rows of a picture; blank lines if it is not there.
func (s *Shelf) take(n, from, to int) []string {
	p := s.pictures[n]
	if p == nil || to > p.rows() {
		return make([]string, to-from)
	}
	if to == p.rows() {
		delete(s.pictures, n)
	}
	return p.part(from, to)
}
