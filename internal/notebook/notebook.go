// Package notebook reads and writes the files that hold cells: Jupyter notebooks
// (.ipynb, format 4), cell files split by lines that begin with //%%, and whole
// Go programs, which it recognises by their package clause. It runs nothing, as
// opposed to package batch.
//
//	nb, err := notebook.Read("lesson.ipynb")
//	for _, c := range nb.Cells {
//		fmt.Println(c.Kind, c.Source)
//	}
//
// Fields of a notebook that graft does not know survive reading and writing.
package notebook

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// The kinds of [Cell].
const (
	Code     = "code"
	Markdown = "markdown"
	Raw      = "raw"
)

// Notebook is a list of cells and what else its file says.
type Notebook struct {
	Cells []*Cell
	// Name of the file, for messages.
	Name string

	fields fields // of the file, "cells" apart; nil for a cell file
}

// Cell is one cell.
type Cell struct {
	Kind   string // Code, Markdown or Raw
	Source string
	// Line is the line of the file on which Source begins; 0 in a notebook.
	Line int
	// Count is the execution count, 0 if the cell has not run.
	Count   int
	Outputs []Output

	fields fields
}

type fields map[string]json.RawMessage

// IsProgram reports whether source is a whole program: its first token, after
// comments, is the word package.
func IsProgram(source string) bool {
	word, rest, _ := strings.Cut(strings.TrimSpace(skipComments(source)), " ")
	return word == "package" && strings.TrimSpace(rest) != ""
}

// skipComments drops white space and comments in front of the first token, and
// the #! line of a script.
func skipComments(s string) string {
	if strings.HasPrefix(s, "#!") {
		_, s, _ = strings.Cut(s, "\n")
	}
	for {
		s = strings.TrimLeft(s, " \t\r\n\ufeff")
		switch {
		case strings.HasPrefix(s, "//"):
			_, s, _ = strings.Cut(s, "\n")
		case strings.HasPrefix(s, "/*"):
			_, s, _ = strings.Cut(s, "*/")
		default:
			return s
		}
	}
}

// Read reads a notebook or a cell file; see [Decode].
func Read(path string) (*Notebook, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("notebook: %w", err)
	}
	return Decode(path, data)
}

// Decode reads the text of a file. The ending of its name says what it is: .ipynb
// is a notebook, everything else holds cells.
func Decode(name string, data []byte) (*Notebook, error) {
	if !strings.EqualFold(filepath.Ext(name), ".ipynb") {
		nb := Split(string(data))
		nb.Name = name
		return nb, nil
	}
	nb, err := Parse(data)
	if err != nil {
		return nil, fmt.Errorf("notebook: %q: %w", name, err)
	}
	nb.Name = name
	return nb, nil
}
