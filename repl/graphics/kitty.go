package graphics

import (
	"fmt"
	"image"
	"strings"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/ansi/kitty"
)

// quiet keeps the terminal from replying: replies would arrive as keys.
const quiet = 2

// kittyPicture shows an image by kitty's protocol. Its number names the image in the
// terminal.
type kittyPicture struct {
	number int
	img    image.Image
	grid   image.Point // size in cells
	cell   image.Point
	// placeholders are letters that stand for the cells of the image; else it is
	// put on the screen above the text.
	placeholders bool
	wrap         func(string) string // of every command
	sent         func() string       // the command that sends the image, made once
}

func (p *kittyPicture) rows() int { return p.grid.Y }

func (p *kittyPicture) prepare() { p.sent() }

// part returns rows from to to. The first row carries the image.
func (p *kittyPicture) part(from, to int) []string {
	lines := make([]string, to-from)
	for i := range lines {
		if p.placeholders {
			lines[i] = p.letters(from + i)
		} else {
			lines[i] = ansi.CursorForward(p.grid.X)
		}
	}
	if !p.placeholders {
		lines[0] = p.put(from, to) + lines[0]
	}
	if from == 0 {
		lines[0] = p.sent() + lines[0]
	}
	return lines
}

// transmit sends the image in chunks of 4096 bytes.
func (p *kittyPicture) transmit() string {
	var b strings.Builder
	o := &kitty.Options{
		Action: kitty.Transmit, Format: kitty.PNG, Transmission: kitty.Direct, Chunk: true,
		ID: p.number, Quiet: quiet, ChunkFormatter: p.wrap,
	}
	if p.placeholders {
		o.Action, o.VirtualPlacement, o.Columns, o.Rows = kitty.TransmitAndPut, true, p.grid.X, p.grid.Y
	}
	if err := kitty.EncodeGraphics(&b, padded(p.img, p.grid, p.cell), o); err != nil {
		return ""
	}
	return b.String()
}

// put shows rows from to to at the cursor, which stays where it is.
func (p *kittyPicture) put(from, to int) string {
	return p.wrap(ansi.KittyGraphics(nil, "a=p", fmt.Sprintf("q=%d", quiet), fmt.Sprintf("i=%d", p.number),
		"x=0", fmt.Sprintf("y=%d", from*p.cell.Y), fmt.Sprintf("w=%d", p.grid.X*p.cell.X), fmt.Sprintf("h=%d", (to-from)*p.cell.Y),
		fmt.Sprintf("c=%d", p.grid.X), fmt.Sprintf("r=%d", to-from), "C=1"))
}

// letters are the placeholders of a row. Each tells its row and column, so that one
// that was wrapped or cut off by a narrower window still shows the right part; their
// colour and the third mark are the number of the image, which terminals
// with 256 colours and tmux pass on as it is.
func (p *kittyPicture) letters(row int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "\x1b[38;5;%dm", p.number&0xff)
	for column := range p.grid.X {
		b.WriteRune(kitty.Placeholder)
		for _, n := range []int{row, column, p.number >> 24} {
			b.WriteRune(kitty.Diacritic(n))
		}
	}
	b.WriteString("\x1b[39m")
	return b.String()
}

// kittyNumber makes the number of image n: one of 65,000, not 0 in its low byte,
// which is the colour of placeholders, nor anywhere but in the low and the high byte.
func kittyNumber(n int) int { return (n/255%255+1)<<24 | (n%255 + 1) }
