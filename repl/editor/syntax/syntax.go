// Package syntax tells code from strings and comments in Go source that is still
// being typed, and finds the brackets that belong together, as opposed to
// go/scanner, which reads a text from its start each time, and to package render,
// which gives tokens their colours. A place can be asked for in the middle of a
// long text: [Index] remembers what it has read.
//
//	syntax.At(`x := "a(`, 8) // syntax.Quoted
package syntax

import (
	"sort"
	"strings"
)

// Kind is what a character typed at a place would be part of.
type Kind uint8

// The kinds. A stretch ends behind the delimiter that closes it; Quoted and Char
// end with their line at the latest, Line behind it, and Raw and Block go on.
const (
	Code   Kind = iota
	Quoted      // "text"
	Char        // 'x'
	Raw         // `text`
	Line        // comment to the end of its line
	Block       // /* comment */
)

// Comment reports whether k is one of the two kinds of comment.
func (k Kind) Comment() bool { return k == Line || k == Block }

// Long reports whether k goes on over line ends.
func (k Kind) Long() bool { return k == Raw || k == Block }

// stride is the distance in bytes between places that an Index remembers, and the
// longest stretch of code that Step reads.
const stride = 4096

// Step reads on from offset at, where kind holds, to where another kind begins,
// and returns both. It goes to the end of src where nothing else begins; long code
// comes in several steps.
func Step(src string, at int, kind Kind) (end int, next Kind) {
	switch kind {
	case Quoted:
		return quoted(src, at, '"', kind)
	case Char:
		return quoted(src, at, '\'', kind)
	case Raw:
		return until(src, at, "`", kind)
	case Line:
		return until(src, at, "\n", kind)
	case Block:
		return until(src, at, "*/", kind)
	}
	return code(src, at)
}

func until(src string, at int, closer string, kind Kind) (int, Kind) {
	if i := strings.Index(src[at:], closer); i >= 0 {
		return at + i + len(closer), Code
	}
	return len(src), kind
}

func quoted(src string, at int, quote byte, kind Kind) (int, Kind) {
	for ; at < len(src); at++ {
		switch src[at] {
		case quote, '\n':
			return at + 1, Code
		case '\\':
			if at+1 < len(src) && src[at+1] != '\n' {
				at++
			}
		}
	}
	return len(src), kind
}

func code(src string, at int) (int, Kind) {
	limit := min(len(src), at+stride)
	for ; at < limit; at++ {
		switch src[at] {
		case '"':
			return at + 1, Quoted
		case '\'':
			return at + 1, Char
		case '`':
			return at + 1, Raw
		case '/':
			if k := comment(src[at:]); k != Code {
				return at + 2, k
			}
		}
	}
	return limit, Code
}

func comment(s string) Kind {
	switch {
	case strings.HasPrefix(s, "//"):
		return Line
	case strings.HasPrefix(s, "/*"):
		return Block
	}
	return Code
}

// At returns the kind at offset at of src, which is read from its start.
func At(src string, at int) Kind { return new(Index).At(src, at) }

// Index finds the kind at places of a text that changes a little from one call to
// the next: what lies before the change is not read again. The zero value is
// ready to use.
type Index struct {
	text  string
	marks []mark // ascending
}

type mark struct {
	at   int
	kind Kind
}

// At returns the kind at offset at of text.
func (x *Index) At(text string, at int) Kind {
	x.follow(text)
	from := mark{}
	if i := sort.Search(len(x.marks), func(i int) bool { return x.marks[i].at > at }); i > 0 {
		from = x.marks[i-1]
	}
	for {
		end, next := Step(text, from.at, from.kind)
		if end > at || end == from.at {
			return from.kind
		}
		from = mark{end, next}
		if n := len(x.marks); n == 0 && end >= stride || n > 0 && end >= x.marks[n-1].at+stride {
			x.marks = append(x.marks, from)
		}
	}
}

// follow drops the marks that text has made wrong. The kind at a mark depends on
// what is before it, and on the byte at it: a slash there may begin a comment.
func (x *Index) follow(text string) {
	same := commonPrefix(x.text, text)
	x.text = text
	x.marks = x.marks[:sort.Search(len(x.marks), func(i int) bool { return x.marks[i].at >= same })]
}

func commonPrefix(a, b string) int {
	n := min(len(a), len(b))
	if a[:n] == b[:n] {
		return n
	}
	at := 0
	for at+stride <= n && a[at:at+stride] == b[at:at+stride] {
		at += stride
	}
	for at < n && a[at] == b[at] {
		at++
	}
	return at
}
