//go:build unix

package repl

import (
	"image"
	"os"

	"golang.org/x/sys/unix"
)

// cellSize is the size of a cell of the terminal in pixels, zero if the system does
// not know it.
func cellSize(terminal *os.File) image.Point {
	ws, err := unix.IoctlGetWinsize(int(terminal.Fd()), unix.TIOCGWINSZ)
	if err != nil || ws.Col == 0 || ws.Row == 0 {
		return image.Point{}
	}
	return image.Pt(int(ws.Xpixel/ws.Col), int(ws.Ypixel/ws.Row))
}
