package render

import (
	"go/doc/comment"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"graft/lib/display"
	"graft/repl/editor/syntax"
)

// Help is what is known about a name.
type Help struct {
	Signature string // as Go source
	Doc       string // doc comment; may be empty
	Source    string // may be empty
}

// readable is the width beyond which running text is hard to read.
const readable = 84

// Help sets a description: source in its colours, the doc comment as go doc sets
// it.
func (p Painter) Help(h Help) string {
	parts := []string{p.Declaration(h.Signature)}
	if doc := p.Comment(h.Doc); doc != "" {
		parts = append(parts, doc)
	}
	if h.Source != "" && h.Source != h.Signature {
		parts = append(parts, p.Code(h.Source))
	}
	return strings.Join(parts, "\n\n")
}

// Code draws source in its colours.
func (p Painter) Code(src string) string {
	src = strings.TrimRight(src, "\n")
	return strings.Join(p.Lines(p.Rows(src, Prompt{}), Prompt{}, Source(src, syntax.Code, p.Theme)), "\n")
}

// Declaration draws a declaration in its colours; one that is wider than the window
// is folded between its words.
func (p Painter) Declaration(src string) string {
	const indent = "    "
	if !strings.Contains(src, "\n") && ansi.StringWidthWc(src) > p.width() {
		src = strings.ReplaceAll(ansi.WordwrapWc(src, max(1, p.width()-len(indent)), ""), "\n", "\n"+indent)
	}
	return p.Code(src)
}

// Comment sets the text of a doc comment: paragraphs folded between words, headings
// strong, lists with hanging marks, code in its colours.
func (p Painter) Comment(text string) string {
	var parts []string
	for _, block := range blocks(text) {
		parts = append(parts, p.block(block))
	}
	return strings.Join(parts, "\n\n")
}

// blocks takes the text of a doc comment apart. Names in brackets are links, whatever
// they name: the brackets are not for reading.
func blocks(text string) []comment.Block {
	parser := comment.Parser{
		LookupPackage: func(name string) (string, bool) { return name, true },
		LookupSym:     func(string, string) bool { return true },
	}
	return parser.Parse(Sanitize(text)).Content
}

func (p Painter) block(b comment.Block) string {
	switch b := b.(type) {
	case *comment.Code:
		return p.indented(b.Text)
	case *comment.Heading:
		return p.Theme.Title.Render(p.words(wordsOf(b.Text), ""))
	case *comment.List:
		return p.list(b)
	case *comment.Paragraph:
		return p.words(wordsOf(b.Text), "")
	}
	return ""
}

// indented draws the code of a comment four cells to the right.
func (p Painter) indented(src string) string {
	const indent = "    "
	inner := p
	inner.Width = max(1, p.width()-len(indent))
	return indent + strings.ReplaceAll(inner.Code(src), "\n", "\n"+indent)
}

func (p Painter) list(l *comment.List) string {
	end := "\n"
	if l.BlankBetween() {
		end = "\n\n"
	}
	var items []string
	for _, it := range l.Items {
		mark := "  • "
		if it.Number != "" {
			mark = " " + it.Number + ". "
		}
		hang := strings.Repeat(" ", ansi.StringWidthWc(mark))
		var parts []string
		for _, b := range it.Content {
			if par, ok := b.(*comment.Paragraph); ok {
				parts = append(parts, p.words(wordsOf(par.Text), hang))
			}
		}
		items = append(items, mark+strings.TrimPrefix(strings.Join(parts, "\n\n"), hang))
	}
	return strings.Join(items, end)
}

// words folds running text between words, each line behind indent.
func (p Painter) words(text, indent string) string {
	width := max(1, min(p.width(), readable)-len(indent))
	folded := ansi.HardwrapWc(ansi.WordwrapWc(text, width, ""), width, true)
	return indent + strings.ReplaceAll(folded, "\n", "\n"+indent)
}

// wordsOf is the plain text of a paragraph, on one line.
func wordsOf(list []comment.Text) string {
	var b strings.Builder
	for _, t := range list {
		switch t := t.(type) {
		case comment.Plain:
			b.WriteString(string(t))
		case comment.Italic:
			b.WriteString(string(t))
		case *comment.Link:
			b.WriteString(wordsOf(t.Text))
			if !t.Auto {
				b.WriteString(" (" + t.URL + ")")
			}
		case *comment.DocLink:
			b.WriteString(wordsOf(t.Text))
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// Summary is the first paragraph of a doc comment, on one line.
func Summary(doc string) string {
	for _, block := range blocks(doc) {
		if par, ok := block.(*comment.Paragraph); ok {
			return wordsOf(par.Text)
		}
	}
	return ""
}

// Page draws a text to read.
func (p Painter) Page(b display.Bundle) string {
	if s := text(b, display.Text); s != "" {
		return p.Hang(Sanitize(s))
	}
	return p.Bundle(b)
}

// Hang folds lines that are wider than the window so that their columns stay: what
// follows a gap of two blanks goes on below itself.
func (p Painter) Hang(s string) string {
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		if ansi.StringWidthWc(l) > p.width() {
			lines[i] = p.hang(l)
		}
	}
	return strings.Join(lines, "\n")
}

func (p Painter) hang(line string) string {
	body := strings.TrimLeft(line, " ")
	lead := line[:len(line)-len(body)]
	if i := strings.Index(body, "  "); i > 0 {
		rest := strings.TrimLeft(body[i:], " ")
		first := line[:len(line)-len(rest)]
		switch {
		case ansi.StringWidthWc(first) <= p.width()/2:
			lead, body = first, rest
		case lead == "":
			return strings.TrimRight(first, " ") + "\n" + p.words(rest, "    ")
		}
	}
	indent := strings.Repeat(" ", ansi.StringWidthWc(lead))
	return lead + strings.TrimPrefix(p.words(body, indent), indent)
}
