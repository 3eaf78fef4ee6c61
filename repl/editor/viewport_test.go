package editor

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"
)

// numbered is n lines that say which they are.
func numbered(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "line %d\n", i)
	}
	return b.String()
}

func drawn(rows []Row) string {
	var lines []string
	for _, r := range rows {
		line := ""
		for _, g := range r.Glyphs {
			line += g.Text
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "|")
}

func TestViewport(t *testing.T) {
	text := numbered(100)
	line := func(n int) int { return strings.Index(text, fmt.Sprintf("line %d\n", n)) }
	var v Viewport
	for _, c := range []struct {
		what   string
		cursor int
		want   string
	}{
		{"the start", 0, "line 0|line 1|line 2"},
		{"a row in it", line(2), "line 0|line 1|line 2"},
		{"one below", line(3), "line 1|line 2|line 3"},
		{"one up stays", line(2), "line 1|line 2|line 3"},
		{"far away", line(50), "line 49|line 50|line 51"},
		{"the end", len(text), "line 98|line 99|"},
		{"the last but one", line(99), "line 98|line 99|"},
		{"and up", line(97), "line 97|line 98|line 99"},
		{"the start again", 0, "line 0|line 1|line 2"},
	} {
		if got := drawn(v.Rows(text, c.cursor, 20, 3, ByRune)); got != c.want {
			t.Errorf("%s: %s, want %s", c.what, got, c.want)
		}
	}
	if got := drawn(new(Viewport).Rows("ab\nc", 4, 20, 10, ByRune)); got != "ab|c" {
		t.Errorf("a short text in a high window: %q", got)
	}
}

// The rows of a viewport are rows of the whole layout, and the cursor is in them.
func TestViewportShowsTheLayout(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	letters := []string{"a", "写", "\t", "\n", "e\u0301", "👩‍🔬", " ", "longer words"}
	for range 300 {
		var b strings.Builder
		for range random.IntN(200) {
			b.WriteString(letters[random.IntN(len(letters))])
		}
		e := with(b.String() + "|")
		width, height := 1+random.IntN(12), 1+random.IntN(8)
		all := Layout(e.Text(), width, ByRune)
		var v Viewport
		for range 20 {
			e.MoveTo(random.IntN(len(e.text) + 1))
			rows := v.Rows(e.Text(), e.Cursor(), width, height, ByRune)
			first, _ := Place(all, rows[0].Start)
			if first < len(all)-1 && all[first+1].Start == rows[0].Start {
				first++
			}
			if got, want := drawn(rows), drawn(all[first:min(len(all), first+height)]); got != want {
				t.Fatalf("%q width %d, cursor %d: rows\n%s\nof\n%s", e.Text(), width, e.cursor, got, want)
			}
			if row, _ := Place(all, e.cursor); row < first || row >= first+len(rows) {
				t.Fatalf("the cursor's row %d is not among %d of %d", row, first, len(rows))
			}
		}
	}
}

// A line of megabytes is laid out in parts that together are the line.
func TestPartsOfALongLine(t *testing.T) {
	for _, text := range []string{strings.Repeat("写👩‍🔬x", 9000), strings.Repeat("e\u0301", 20000), strings.Repeat("x", 2*reach)} {
		at, n := 0, 0
		for p := partOf("a\n"+text+"\nb", 2); ; p = p.next("a\n" + text + "\nb") {
			if p.start != at+2 || p.end < p.start || p.end-p.start > 2*reach {
				t.Fatalf("part %d is %d to %d, want it at %d", n, p.start-2, p.end-2, at)
			}
			at, n = p.end-2, n+1
			if p.end == p.to {
				break
			}
		}
		if at != len(text) || n < 2 {
			t.Errorf("%d parts up to %d of %d bytes", n, at, len(text))
		}
		p := partOf(text, len(text))
		for ; p.start > 0; n-- {
			next := p
			if p = p.before(text); p.end != next.start {
				t.Fatalf("the part before %d ends at %d", next.start, p.end)
			}
		}
	}
}

// operations are what keys do, for tests that press them in any order.
var operations = []func(*Editor, string){
	do((*Editor).Left), do((*Editor).Right), do((*Editor).Home), do((*Editor).End), do((*Editor).Top), do((*Editor).Bottom),
	do((*Editor).WordLeft), do((*Editor).WordRight), do(keep((*Editor).Up)), do(keep((*Editor).Down)),
	do((*Editor).Backspace), do((*Editor).Delete), do((*Editor).KillEnd), do((*Editor).KillStart), do((*Editor).KillWordLeft),
	do((*Editor).KillWordRight), do((*Editor).KillBlankLeft), do((*Editor).Yank), do(keep((*Editor).YankOlder)),
	do(keep((*Editor).Undo)), do(keep((*Editor).Redo)), do((*Editor).Mark), do((*Editor).Exchange), do((*Editor).SelectAll),
	do(keep((*Editor).Unmark)), do(keep((*Editor).CutRegion)), do(keep((*Editor).CopyRegion)), do(left), do(right),
	do(func(e *Editor) { e.Select(keep((*Editor).Up)) }), do(func(e *Editor) { e.Select((*Editor).WordRight) }),
	do((*Editor).Transpose), do((*Editor).UpperWord), do((*Editor).LowerWord), do((*Editor).TitleWord), do((*Editor).Comment),
	do((*Editor).IndentLines), do((*Editor).DedentLines), do((*Editor).Join), do((*Editor).Newline), do((*Editor).Group), do((*Editor).Ungroup),
	(*Editor).Insert, (*Editor).Set, (*Editor).Reformat,
	func(e *Editor, s string) { typeAll(e, s) },
	func(e *Editor, s string) { typeAll(e, "([{\"") },
	func(e *Editor, s string) { typeAll(e, ")]}\"") },
	func(e *Editor, s string) { e.Replace(len(s), 2*len(s), s) },
	func(e *Editor, s string) { e.MoveTo(len(s)) },
}

func do(f func(*Editor)) func(*Editor, string) { return func(e *Editor, _ string) { f(e) } }

// FuzzEdits checks that no keys in any order leave the cursor or the selection
// inside a character, or the text unfit, and that undo brings the start back.
func FuzzEdits(f *testing.F) {
	f.Add("写é🚀", []byte{0, 1, 2, 42, 4, 27, 27, 33, 19, 20})
	f.Add("e\u0301\n👩‍🔬(", []byte{42, 45, 21, 0, 8, 35, 39, 44, 19, 19, 20})
	f.Add("if x {\n\ty\n}", []byte{43, 23, 36, 37, 25, 17, 18, 46, 10, 47})
	f.Fuzz(func(t *testing.T, text string, ops []byte) {
		var e Editor
		for _, op := range ops {
			if len(e.text) > 2000 {
				break // yanking doubles the text
			}
			operations[int(op)%len(operations)](&e, text)
			check(t, &e)
		}
		want := e.Text()
		n := 0
		for e.Undo() {
			n++
			check(t, &e)
		}
		if e.Text() != "" && len(ops) < undoDepth {
			t.Fatalf("%q is left after undo", e.Text())
		}
		for range n {
			e.Redo()
		}
		if e.Text() != want {
			t.Fatalf("redo gives %q, want %q", e.Text(), want)
		}
	})
}

func check(t *testing.T, e *Editor) {
	t.Helper()
	start, end, _ := e.Region()
	for _, at := range []int{e.cursor, start, end} {
		if at < 0 || at > len(e.text) || boundary(e.text, at) != at {
			t.Fatalf("cursor %d, selection %d to %d in %q", e.cursor, start, end, e.text)
		}
	}
	if !utf8.ValidString(e.text) || Clean(e.text) != e.text {
		t.Fatalf("text %q", e.text)
	}
	for _, at := range e.closers {
		if at >= len(e.text) {
			t.Fatalf("a partner at %d of %d", at, len(e.text))
		}
	}
	rows := new(Viewport).Rows(e.text, e.cursor, 7, 3, ByRune)
	if r, c := Place(rows, e.cursor); r >= len(rows) || c > 7+TabWidth {
		t.Fatalf("cursor at row %d column %d", r, c)
	}
}

// BenchmarkKeys measures one typed character, with the rows that a window shows
// afterwards, in the middle of texts of all sizes.
func BenchmarkKeys(b *testing.B) {
	line := "\tfmt.Println(\"写真\", x+1) // a comment\n"
	for _, c := range []struct{ name, text string }{
		{"1 line", line}, {"2000 lines", strings.Repeat(line, 2000)}, {"10 MB", strings.Repeat(line, 10<<20/len(line))}, {"10 MB in one line", strings.Repeat(line[:len(line)-1], 10<<20/len(line))},
	} {
		b.Run(c.name, func(b *testing.B) {
			var e Editor
			var v Viewport
			e.Insert(c.text)
			e.MoveTo(len(c.text) / 2)
			key := func() {
				e.Type("x")
				v.Rows(e.Text(), e.Cursor(), 80, 24, ByRune)
				e.Kind(e.Cursor())
			}
			key() // reads the text up to the cursor once
			for b.Loop() {
				key()
			}
		})
	}
}
