package editor

import (
	"strings"
	"testing"
)

// shown writes the text with a bar at the cursor and angles round the selection.
func shown(e *Editor) string {
	start, end, ok := e.Region()
	if !ok {
		return marked(e)
	}
	if start == e.cursor {
		return e.text[:start] + "<|" + e.text[start:end] + ">" + e.text[end:]
	}
	return e.text[:start] + "<" + e.text[start:end] + "|>" + e.text[end:]
}

// keep makes a method that reports something one that does not.
func keep(f func(*Editor) bool) func(*Editor) { return func(e *Editor) { f(e) } }

func left(e *Editor)  { e.Select((*Editor).Left) }
func right(e *Editor) { e.Select((*Editor).Right) }

func TestSelection(t *testing.T) {
	word := func(e *Editor) { e.Select((*Editor).WordLeft) }
	for _, c := range []struct {
		name, from string
		do         []func(*Editor)
		want       string
	}{
		{"over a wide character", "a写|b", []func(*Editor){left}, "a<|写>b"},
		{"there and back", "a|b", []func(*Editor){left, right}, "a|b"},
		{"over the start", "ab|c", []func(*Editor){left, right, right}, "ab<c|>"},
		{"over lines", "ab\nc|d", []func(*Editor){func(e *Editor) { e.Select(keep((*Editor).Up)) }}, "a<|b\nc>d"},
		{"word by word", "foo bar|", []func(*Editor){word, word}, "<|foo bar>"},
		{"a plain move ends it", "ab|c", []func(*Editor){left, (*Editor).End}, "abc|"},
		{"left goes to its start", "abc|d", []func(*Editor){left, left, (*Editor).Left}, "a|bcd"},
		{"right goes to its end", "abc|d", []func(*Editor){left, left, (*Editor).Right}, "abc|d"},
		{"typing replaces it", "ab|c", []func(*Editor){left, func(e *Editor) { e.Type("x") }}, "ax|c"},
		{"an opening bracket replaces it", "ab|", []func(*Editor){left, func(e *Editor) { e.Type("(") }}, "a(|"},
		{"pasting replaces it", "ab|c", []func(*Editor){left, func(e *Editor) { e.Insert("x\ny") }}, "ax\ny|c"},
		{"a new line replaces it", "\tab|c", []func(*Editor){left, (*Editor).Newline}, "\ta\n\t|c"},
		{"backspace deletes it", "abc|d", []func(*Editor){left, left, (*Editor).Backspace}, "a|d"},
		{"delete deletes it", "abc|d", []func(*Editor){left, left, (*Editor).Delete}, "a|d"},
		{"undo brings it back as text", "abc|d", []func(*Editor){left, left, (*Editor).Delete, keep((*Editor).Undo)}, "a|bcd"},
		{"a mark holds over moves", "|abc", []func(*Editor){(*Editor).Mark, (*Editor).Right, (*Editor).End}, "<abc|>"},
		{"a mark ends at the second time", "a|b", []func(*Editor){(*Editor).Mark, (*Editor).Mark, (*Editor).End}, "ab|"},
		{"a mark ends with a change", "a|b", []func(*Editor){(*Editor).Mark, func(e *Editor) { e.Type("x") }, (*Editor).End}, "axb|"},
		{"unmark", "a|b", []func(*Editor){(*Editor).Mark, (*Editor).End, keep((*Editor).Unmark)}, "ab|"},
		{"exchange", "a|b", []func(*Editor){(*Editor).Mark, (*Editor).End, (*Editor).Exchange}, "a<|b>"},
		{"all", "a\nb|c", []func(*Editor){(*Editor).SelectAll}, "<a\nbc|>"},
		{"cut and yank", "abc|d", []func(*Editor){left, left, keep((*Editor).CutRegion), (*Editor).End, (*Editor).Yank}, "adbc|"},
		{"copy ends it and yank", "abc|", []func(*Editor){left, keep((*Editor).CopyRegion), (*Editor).Yank}, "abc|c"},
		{"indent what is selected", "a\nb|\nc", []func(*Editor){func(e *Editor) { e.Select((*Editor).Top) }, (*Editor).IndentLines}, "<\ta\n\tb|>\nc"},
		{"a line of which nothing is selected stays", "|a\nb", []func(*Editor){func(e *Editor) { e.Select(keep((*Editor).Down)) }, (*Editor).IndentLines}, "<\ta|>\nb"},
		{"dedent what is selected", "\ta\n  b\n|", []func(*Editor){(*Editor).SelectAll, (*Editor).DedentLines}, "<a\nb|>\n"},
		{"comment at one margin", "\tif x {\n\n\t\ty\n\t}|", []func(*Editor){(*Editor).SelectAll, (*Editor).Comment}, "<\t// if x {\n\n\t// \ty\n\t// }|>"},
		{"and back", "\t// if x {\n\n\t// \ty\n\t// }|", []func(*Editor){(*Editor).SelectAll, (*Editor).Comment}, "<\tif x {\n\n\t\ty\n\t}|>"},
		{"some comments get another", "// a\nb|", []func(*Editor){(*Editor).SelectAll, (*Editor).Comment}, "<// // a\n// b|>"},
	} {
		e := with(c.from)
		for _, do := range c.do {
			do(e)
		}
		if got := shown(e); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestCopiedIsForTheClipboard(t *testing.T) {
	e := with("a|b")
	e.KillEnd()
	if s := e.Copied(); s != "" {
		t.Errorf("a killed line went to the clipboard: %q", s)
	}
	left(e)
	e.CutRegion()
	if s, again := e.Copied(), e.Copied(); s != "a" || again != "" {
		t.Errorf("copied %q, then %q", s, again)
	}
}

func TestKillRing(t *testing.T) {
	for _, c := range []struct {
		name, from string
		do         func(*Editor)
		want       string
	}{
		{"kills in a row are one", "|a b c", func(e *Editor) { e.KillWordRight(); e.KillWordRight(); e.Bottom(); e.Yank() }, " ca b|"},
		{"backwards too", "a b c|", func(e *Editor) { e.KillWordLeft(); e.KillWordLeft(); e.Yank() }, "a b c|"},
		{"a move begins another", "a b|", func(e *Editor) { e.KillWordLeft(); e.Home(); e.KillEnd(); e.Yank() }, "a |"},
		{"older", "a b|", func(e *Editor) { e.KillWordLeft(); e.Home(); e.KillEnd(); e.Yank(); e.YankOlder() }, "b|"},
		{"older than the oldest", "a b|", func(e *Editor) {
			e.KillWordLeft()
			e.Home()
			e.KillEnd()
			e.Yank()
			e.YankOlder()
			e.YankOlder()
		}, "a |"},
		{"older without yank", "a b|", func(e *Editor) { e.KillWordLeft(); e.Type("x"); e.YankOlder() }, "a x|"},
		{"nothing to yank", "a|", (*Editor).Yank, "a|"},
		{"survives a reset", "ab|", func(e *Editor) { e.KillStart(); e.Reset(); e.Yank() }, "ab|"},
	} {
		e := with(c.from)
		c.do(e)
		if got := marked(e); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// What is kept for undo and yank is bounded in bytes, not only in number.
func TestLargeTextsAreNotKeptOften(t *testing.T) {
	var e Editor
	large := strings.Repeat("x", 10<<20)
	for range 10 {
		e.Insert(large)
		e.KillStart()
		e.Left() // the next kill is another
	}
	if e.undo.size > undoBytes || e.ring.size > ringBytes {
		t.Errorf("%d MB for undo, %d MB killed", e.undo.size>>20, e.ring.size>>20)
	}
	sum := 0
	for _, c := range e.undo.past {
		sum += len(c.old) + len(c.put)
	}
	if sum != e.undo.size {
		t.Errorf("%d bytes for undo, counted %d", sum, e.undo.size)
	}
	for e.Undo() {
	}
	if e.undo.size != 0 {
		t.Errorf("%d bytes of nothing", e.undo.size)
	}
}
