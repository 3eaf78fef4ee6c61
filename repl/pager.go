package repl

import (
	"strings"
	"unicode"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"graft/repl/editor"
	"graft/repl/render"
)

// pager shows a text that is longer than the window, on the terminal's other screen,
// with the keys of less. What is printed meanwhile waits for the first screen. (The
// viewport of bubbles v2.2.1 finds its matches in the wrong places of text that has
// colours.)
type pager struct {
	document
	width int // that lines were laid out for
	lines []string
	top   int // first line in the window

	asking  string // "/" or "?" while a pattern is typed
	query   editor.Editor
	pattern string
	back    bool // the pattern was asked for with ?
	at      int  // line of the match that was found last
	said    string
}

// document is a text to read and where it is from.
type document struct {
	title string
	draw  func(render.Painter) string // laid out for a window
	short func(render.Painter) string // what stays in the scrollback of a long one
}

// read shows a text: in the scrollback if the window holds it, or if somebody is
// busy with something else, and in the pager otherwise.
func (m *model) read(r document) {
	text := m.painter.Colour(r.draw(m.painter))
	more := 1 + strings.Count(text, "\n")
	if m.unpaged || more <= m.height-2 || m.phase != idle || m.pager != nil || !m.edit.Empty() || len(m.held)+len(m.queue) > 0 {
		m.print(text)
		return
	}
	short := r.short(m.painter)
	more -= 1 + strings.Count(short, "\n")
	m.print(short + "\n" + m.painter.Theme.Muted.Render(m.painter.Hang("… "+plural(more, "more line")+"; the pager had them (:pager off prints all)")))
	m.pager = &pager{document: r, at: -1}
	m.withhold(true)
}

// firstLines is the beginning of a text that is read elsewhere.
func firstLines(text string, n int) string {
	lines := strings.SplitN(text, "\n", n+1)
	return strings.Join(lines[:min(n, len(lines))], "\n")
}

// closePager goes back to the first screen, and to what was printed meanwhile.
func (m *model) closePager() {
	m.pager = nil
	m.withhold(false)
}

// pagerKeys are the keys of the pager, those of less and of the prompt.
var pagerKeys = map[string]func(p *pager, rows int){
	"j": func(p *pager, _ int) { p.top++ }, "k": func(p *pager, _ int) { p.top-- },
	"f": func(p *pager, rows int) { p.top += rows }, "b": func(p *pager, rows int) { p.top -= rows },
	"d": func(p *pager, rows int) { p.top += rows / 2 }, "u": func(p *pager, rows int) { p.top -= rows / 2 },
	"g": func(p *pager, _ int) { p.top = 0 }, "G": func(p *pager, _ int) { p.top = len(p.lines) },
	"n": func(p *pager, _ int) { p.find(p.back) }, "N": func(p *pager, _ int) { p.find(!p.back) },
	"h": func(p *pager, _ int) {
		p.said = "j k line · f b window · d u half · g G ends · / ? n N search · q back"
	},
	"/": func(p *pager, _ int) { p.ask("/") }, "?": func(p *pager, _ int) { p.ask("?") },
}

// otherKeys are other names of those keys.
var otherKeys = map[string]string{
	"down": "j", "enter": "j", "ctrl+n": "j", "up": "k", "ctrl+p": "k", "space": "f", "pgdown": "f", "ctrl+f": "f", "ctrl+v": "f",
	"pgup": "b", "ctrl+b": "b", "alt+v": "b", "ctrl+d": "d", "ctrl+u": "u", "home": "g", "<": "g", "end": "G", ">": "G",
}

// pagerKey takes a key while the pager is open.
func (m *model) pagerKey(k tea.KeyPressMsg) {
	p, name := m.pager, k.String()
	p.said = ""
	if p.asking != "" {
		p.searchKey(k)
		p.clamp(m.pagerRows())
		return
	}
	if other, ok := otherKeys[name]; ok {
		name = other
	}
	if k.Text != "" && otherKeys[k.Text] == "" && name != "f" {
		name = k.Text // capitals, and signs of keyboards where they need more keys
	}
	switch do, known := pagerKeys[name]; {
	case known:
		do(p, m.pagerRows())
		p.clamp(m.pagerRows())
	case name == "q" || name == "Q" || name == "esc" || name == "ctrl+c" || name == "ctrl+g":
		m.closePager()
	}
}

func (p *pager) ask(sign string) {
	p.asking = sign
	p.query.Reset()
}

// searchKey takes a key while a pattern is typed.
func (p *pager) searchKey(k tea.KeyPressMsg) {
	switch name := k.String(); {
	case name == "enter":
		if !p.query.Empty() {
			p.pattern, p.at = p.query.Text(), -1
		}
		p.back, p.asking = p.asking == "?", ""
		p.find(p.back)
	case name == "esc" || name == "ctrl+c" || name == "ctrl+g" || name == "backspace" && p.query.Empty():
		p.asking = ""
	default:
		typeLine(&p.query, k)
	}
}

// find goes to the next line that matches, from the last match or from the top of
// the window, and round the end of the text.
func (p *pager) find(back bool) {
	n := len(p.lines)
	if p.pattern == "" || n == 0 {
		p.said = "no pattern (/ searches)"
		return
	}
	step, from := 1, p.at
	if from < 0 {
		from = p.top - 1
	}
	if back {
		step = -1
		if p.at < 0 {
			from = p.top
		}
	}
	for i := 1; i <= n; i++ {
		at := ((from+i*step)%n + n) % n
		if len(p.matches(p.lines[at])) > 0 {
			if wrapped := (at < from) != back && at != from && p.at >= 0; wrapped {
				p.said = "round the end"
			}
			p.at, p.top = at, at
			return
		}
	}
	p.said = "not found: " + p.pattern
}

// matches returns where a line matches, in runes of its text without colours.
// Capitals count if the pattern has some.
func (p *pager) matches(line string) (list [][2]int) {
	if p.pattern == "" {
		return nil
	}
	text, pattern := ansi.Strip(line), p.pattern
	if strings.IndexFunc(pattern, unicode.IsUpper) < 0 {
		text, pattern = strings.Map(unicode.ToLower, text), strings.Map(unicode.ToLower, pattern)
	}
	for at := 0; ; {
		i := strings.Index(text[at:], pattern)
		if i < 0 {
			return list
		}
		start := utf8.RuneCountInString(text[:at+i])
		list = append(list, [2]int{start, start + utf8.RuneCountInString(pattern)})
		at += i + len(pattern)
	}
}

func (p *pager) clamp(rows int) { p.top = max(0, min(p.top, len(p.lines)-rows)) }

// pagerRows is how many lines of text the window holds above the line of state.
func (m *model) pagerRows() int { return max(1, m.height-1) }
