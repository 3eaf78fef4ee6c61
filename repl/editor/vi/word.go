package vi

import (
	"unicode"
	"unicode/utf8"
)

// The classes of characters that words are made of.
const (
	blank = iota
	letters
	marks
)

func class(r rune) int {
	switch {
	case unicode.IsSpace(r):
		return blank
	case r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.M, r):
		return letters
	}
	return marks
}

func blankOrNot(r rune) int { return min(class(r), letters) }

func blankAt(text string, at int) bool {
	r, n := utf8.DecodeRuneInString(text[at:])
	return n == 0 || class(r) == blank
}

// words makes a motion of one that moves by one word.
func words(class func(rune) int, step func(text string, at int, class func(rune) int) int) func(string, int, int) (int, bool) {
	return func(text string, at, n int) (int, bool) {
		from := at
		for range n {
			at = step(text, at, class)
		}
		return at, at != from
	}
}

// next is the start of the next word; an empty line is one.
func next(text string, at int, class func(rune) int) int {
	r, n := utf8.DecodeRuneInString(text[at:])
	if n > 0 && class(r) != blank {
		at = pass(text, at, class, class(r))
	}
	for at < len(text) {
		r, n := utf8.DecodeRuneInString(text[at:])
		if class(r) != blank {
			break
		}
		at += n
		if r == '\n' && at < len(text) && text[at] == '\n' {
			break
		}
	}
	return at
}

// end is the last character of the word, or of the next one from there.
func end(text string, at int, class func(rune) int) int {
	_, n := utf8.DecodeRuneInString(text[at:])
	to := pass(text, at+n, class, blank)
	if to == len(text) {
		return at
	}
	r, _ := utf8.DecodeRuneInString(text[to:])
	to = pass(text, to, class, class(r))
	_, n = utf8.DecodeLastRuneInString(text[:to])
	return to - n
}

// wordEnd makes a motion of the end of the word, even if that is where it begins,
// and then of further words.
func wordEnd(class func(rune) int) func(string, int, int) (int, bool) {
	return func(text string, at, n int) (int, bool) {
		r, _ := utf8.DecodeRuneInString(text[at:])
		to := pass(text, at, class, class(r))
		_, size := utf8.DecodeLastRuneInString(text[:to])
		for at = to - size; n > 1; n-- {
			at = end(text, at, class)
		}
		return at, true
	}
}

// back is the start of the word, or of the one before from there.
func back(text string, at int, class func(rune) int) int {
	at = passBack(text, at, class, blank)
	if at == 0 {
		return 0
	}
	r, _ := utf8.DecodeLastRuneInString(text[:at])
	return passBack(text, at, class, class(r))
}

// pass returns the end of the characters of one class that begin at at.
func pass(text string, at int, class func(rune) int, of int) int {
	for at < len(text) {
		r, n := utf8.DecodeRuneInString(text[at:])
		if class(r) != of {
			break
		}
		at += n
	}
	return at
}

func passBack(text string, at int, class func(rune) int, of int) int {
	for at > 0 {
		r, n := utf8.DecodeLastRuneInString(text[:at])
		if class(r) != of {
			break
		}
		at -= n
	}
	return at
}
