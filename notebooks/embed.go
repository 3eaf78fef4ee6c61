// Package notebooks holds the numbered lessons. They are plain Jupyter notebooks
// that any front end can open; this package only carries them inside the binary,
// as opposed to internal/notebook, which reads the format.
//
//	data, err := notebooks.Lesson(1)
package notebooks

import (
	"embed"
	"fmt"
	"io/fs"
)

//go:embed *.ipynb
var files embed.FS

// Lesson returns the text of the lesson whose file name begins with number, as in
// 01-first-transfer.ipynb, and that name.
func Lesson(number int) (name string, text []byte, err error) {
	found, err := fs.Glob(files, fmt.Sprintf("%02d-*.ipynb", number))
	if err != nil || len(found) == 0 {
		return "", nil, fmt.Errorf("notebooks: no lesson %d", number)
	}
	text, err = files.ReadFile(found[0])
	return found[0], text, err
}
