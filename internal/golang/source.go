package golang

import (
	"fmt"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/width"
)

// source is the text of one evaluated cell, kept for positions, tracebacks and
// re-emitted declarations.
type source struct {
	id   string // file name in positions: unique, and safe inside a line directive
	name string // of the cell, as messages show it
	text string
}

// sources numbers the cells of a session. It may be used by several goroutines.
type sources struct {
	mu   sync.RWMutex
	byID map[string]*source
}

// add registers a cell. Byte order marks and carriage returns are dropped, so
// that columns are those of the text as editors show it.
func (s *sources) add(cell Cell) *source {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.byID == nil {
		s.byID = map[string]*source{}
	}
	src := newSource(fmt.Sprintf("ˑ%d", len(s.byID)+1), cell)
	s.byID[src.id] = src
	return src
}

func newSource(id string, cell Cell) *source {
	text := strings.TrimPrefix(cell.Source, "\ufeff")
	return &source{id: id, name: cell.Name, text: strings.ReplaceAll(text, "\r", "")}
}

// find returns the source of a file name in a position, or nil.
func (s *sources) find(id string) *source {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.byID[id]
}

// position returns line and column, from 1, of a byte offset.
func (s *source) position(off int) (line, col int) {
	off = min(max(off, 0), len(s.text))
	before := s.text[:off]
	return strings.Count(before, "\n") + 1, off - strings.LastIndexByte(before, '\n')
}

// offset returns the byte offset of a line and column, both from 1; a position
// outside the text gives its nearest end.
func (s *source) offset(line, col int) int {
	off := 0
	for range line - 1 {
		i := strings.IndexByte(s.text[off:], '\n')
		if i < 0 {
			return len(s.text)
		}
		off += i + 1
	}
	return min(off+max(col-1, 0), len(s.text))
}

// firstLine returns the length of the text from one offset to another that is on the
// line of the first.
func (s *source) firstLine(from, to int) int {
	text, _, _ := strings.Cut(s.text[from:to], "\n")
	return len(text)
}

// errorAt makes an error about length bytes at off.
func (s *source) errorAt(kind Kind, off, length int, message string) *Error {
	line, col := s.position(off)
	e := &Error{Kind: kind, Message: message, Cell: s.name, Line: line, Col: col, Length: max(length, 1)}
	e.Caret = s.caret(line, col, e.Length)
	return e
}

// caret returns the line and below it carets under length bytes from col. Tabs
// are kept and wide characters take two columns, so that the carets line up in
// a terminal.
func (s *source) caret(line, col, length int) string {
	start := s.offset(line, 1)
	text, _, _ := strings.Cut(s.text[start:], "\n")
	from := min(col-1, len(text))
	to := min(from+length, len(text))
	var pad strings.Builder
	for _, r := range text[:from] {
		if r == '\t' {
			pad.WriteByte('\t')
			continue
		}
		pad.WriteString(strings.Repeat(" ", columns(r)))
	}
	carets := 0
	for _, r := range text[from:to] {
		carets += columns(r)
	}
	return text + "\n" + pad.String() + strings.Repeat("^", max(carets, 1))
}

// columns is the number of terminal columns of r: marks stand on the letter before
// them.
func columns(r rune) int {
	if unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf) {
		return 0
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	}
	return 1
}
