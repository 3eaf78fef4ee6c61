package repl

import (
	"fmt"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"graft/repl/editor"
)

// keyMap are the keys that do more than edit; each carries its line of help.
type keyMap struct {
	Run, RunNow, Newline, Complete, Back, Format, About, External        key.Binding
	Up, Down, Older, Newer, Search, SearchOn, Suggestion, SuggestionWord key.Binding
	PageUp, PageDown, Cancel, Interrupt, Leave, Clear, Suspend, Kill     key.Binding
	Prefix, Mode, Steer                                                  key.Binding
}

func bind(help, does string, keys ...string) key.Binding {
	return key.NewBinding(key.WithKeys(keys...), key.WithHelp(help, does))
}

var keys = keyMap{
	Run:            bind("enter", "run a complete cell, or a new line", "enter"),
	RunNow:         bind("alt+ / ctrl+enter", "run the cell as it is", "alt+enter", "ctrl+enter"),
	Newline:        bind("ctrl+j / shift+enter", "go to a new line", "ctrl+j", "shift+enter", "ctrl+o"),
	Complete:       bind("tab", "complete, or indent selected lines", "tab"),
	Back:           bind("shift+tab", "back in a list; move lines out", "shift+tab"),
	Format:         bind("alt+g", "format the cell as gofmt does", "alt+g", "alt+shift+f"),
	About:          bind("f1", "help on the name at the cursor, or this", "f1"),
	External:       bind("f2 / ctrl+x ctrl+e", "edit the cell in $EDITOR", "f2", "ctrl+x ctrl+e"),
	Clear:          bind("ctrl+l", "clear the screen", "ctrl+l"),
	Search:         bind("ctrl+r", "search the history, then on to older", "ctrl+r"),
	SearchOn:       bind("ctrl+s", "on to newer ones", "ctrl+s"),
	Suggestion:     bind("→ / end", "take the grey proposal", "right", "end", "ctrl+f", "ctrl+e"),
	SuggestionWord: bind("alt+→ / alt+f", "take a word of it", "alt+right", "ctrl+right", "alt+f"),
	Up:             bind("↑ / ctrl+p", "line above, then older cells", "up", "ctrl+p"),
	Down:           bind("↓ / ctrl+n", "line below, then newer cells", "down", "ctrl+n"),
	Older:          bind("alt+p", "older cells, from any line", "alt+p"),
	Newer:          bind("alt+n", "newer cells, from any line", "alt+n"),
	Cancel:         bind("esc", "close, unselect, back to the draft", "esc", "ctrl+g", "ctrl+["),
	PageUp:         bind("page up", "half a window up in a long cell", "pgup", "alt+v"),
	PageDown:       bind("page down", "half a window down", "pgdown"),
	Interrupt:      bind("ctrl+c", "interrupt; clear the line; leave", "ctrl+c"),
	Leave:          bind("ctrl+d", "leave (on an empty line, twice)", "ctrl+d"),
	Suspend:        bind("ctrl+z", "back to the shell for a while", "ctrl+z"),
	Kill:           bind(`ctrl+\`, "leave at once, even while running", `ctrl+\`),
	Prefix:         bind("ctrl+x", "begins the keys with two parts", "ctrl+x"),
	Steer:          bind("f6 / ctrl+x f", "give the keys to a fit in the background", "f6", "ctrl+x f"),
	Mode:           bind("f4", "vi's keys, or Emacs' again", "f4"),
}

// edit is a key that moves in the text or changes it.
type edit struct {
	key.Binding
	do func(*editor.Editor)
}

// does makes a method that reports something one that does not.
func does(f func(*editor.Editor) bool) func(*editor.Editor) {
	return func(e *editor.Editor) { f(e) }
}

// moves are the keys that move the cursor.
var moves = []edit{
	{bind("← / ctrl+b", "left", "left", "ctrl+b"), (*editor.Editor).Left},
	{bind("→ / ctrl+f", "right", "right", "ctrl+f"), (*editor.Editor).Right},
	{bind("ctrl+← / alt+b", "a word to the left", "ctrl+left", "alt+left", "alt+b"), (*editor.Editor).WordLeft},
	{bind("ctrl+→ / alt+f", "a word to the right", "ctrl+right", "alt+right", "alt+f"), (*editor.Editor).WordRight},
	{bind("home / ctrl+a", "start of the line", "home", "ctrl+a"), (*editor.Editor).Home},
	{bind("end / ctrl+e", "end of the line", "end", "ctrl+e"), (*editor.Editor).End},
	{bind("ctrl+home / alt+<", "start of the cell", "ctrl+home", "alt+<", "alt+shift+,"), (*editor.Editor).Top},
	{bind("ctrl+end / alt+>", "end of the cell", "ctrl+end", "alt+>", "alt+shift+."), (*editor.Editor).Bottom},
}

// changes are the keys that change the text.
var changes = []edit{
	{bind("backspace", "delete the character before", "backspace", "ctrl+h", "shift+backspace"), (*editor.Editor).Backspace},
	{bind("delete / ctrl+d", "delete the character at the cursor", "delete", "ctrl+d"), (*editor.Editor).Delete},
	{bind("ctrl+w", "cut the selection, or a word", "ctrl+w"), cut},
	{bind("alt+backspace", "cut the word before", "alt+backspace", "ctrl+backspace"), (*editor.Editor).KillWordLeft},
	{bind("alt+d", "cut the word after", "alt+d", "ctrl+delete", "alt+delete"), (*editor.Editor).KillWordRight},
	{bind("ctrl+k", "cut to the end of the line", "ctrl+k"), (*editor.Editor).KillEnd},
	{bind("ctrl+u", "cut to the start of the line", "ctrl+u"), (*editor.Editor).KillStart},
	{bind("ctrl+y", "insert what was cut or copied", "ctrl+y"), (*editor.Editor).Yank},
	{bind("alt+y", "instead, what was cut before that", "alt+y"), does((*editor.Editor).YankOlder)},
	{bind("ctrl+_ / ctrl+/", "undo", "ctrl+_", "ctrl+/", "ctrl+7", "ctrl+shift+-", "ctrl+x ctrl+u"), does((*editor.Editor).Undo)},
	{bind("alt+/", "redo", "alt+/", "ctrl+shift+z", "ctrl+x ctrl+r"), does((*editor.Editor).Redo)},
	{bind("ctrl+t", "swap two characters", "ctrl+t"), (*editor.Editor).Transpose},
	{bind("alt+u", "the word in capitals", "alt+u"), (*editor.Editor).UpperWord},
	{bind("alt+l", "the word in small letters", "alt+l"), (*editor.Editor).LowerWord},
	{bind("alt+c", "capitalise the word", "alt+c"), (*editor.Editor).TitleWord},
	{bind("alt+;", "comment the lines, or uncomment", "alt+;"), (*editor.Editor).Comment},
	{bind("alt+j", "join the next line to this one", "alt+j"), (*editor.Editor).Join},
}

// selections are the keys that select; the moving keys do it with shift.
var selections = []edit{
	{bind("ctrl+space", "begin to select; moving extends it", "ctrl+space", "ctrl+@"), (*editor.Editor).Mark},
	{bind("alt+w", "copy, to the system's clipboard too", "alt+w"), does((*editor.Editor).CopyRegion)},
	{bind("ctrl+x h", "select the whole cell", "ctrl+x h"), (*editor.Editor).SelectAll},
	{bind("ctrl+x ctrl+x", "the other end of the selection", "ctrl+x ctrl+x"), (*editor.Editor).Exchange},
}

// edits are all keys that edit.
var edits = func() []edit {
	all := append(append(append([]edit{}, moves...), changes...), selections...)
	for _, m := range append(moves, edit{bind("", "", "up"), does((*editor.Editor).Up)}, edit{bind("", "", "down"), does((*editor.Editor).Down)}) {
		all = append(all, edit{shifted(m.Keys()), func(e *editor.Editor) { e.Select(m.do) }})
	}
	return all
}()

// applyEdit does in e what the key k says, and reports whether k is one that edits.
func applyEdit(e *editor.Editor, k fmt.Stringer) bool {
	for _, known := range edits {
		if key.Matches(k, known.Binding) {
			known.do(e)
			return true
		}
	}
	return false
}

// typeLine takes a key where a line is typed that is no cell.
func typeLine(e *editor.Editor, k tea.KeyPressMsg) {
	if k.Text != "" {
		e.Insert(k.Text)
		return
	}
	applyEdit(e, k)
}

// shifted are the named keys of a move with shift, in the order in which terminals'
// modifiers are written: ctrl+shift+left.
func shifted(names []string) key.Binding {
	var out []string
	for _, name := range names {
		at := strings.LastIndexByte(name, '+') + 1
		if len(name)-at > 1 {
			out = append(out, name[:at]+"shift+"+name[at:])
		}
	}
	return key.NewBinding(key.WithKeys(out...))
}

func cut(e *editor.Editor) {
	if !e.CutRegion() {
		e.KillBlankLeft()
	}
}

// section is a part of the help page.
type section struct {
	title string
	rows  []key.Binding
}

// sections is the help page: every key there is.
func sections() []section {
	k := keys
	return []section{
		{"the cell", []key.Binding{k.Run, k.RunNow, k.Newline, k.Complete, k.Back, k.Format, k.About, k.External}},
		{"history", []key.Binding{k.Up, k.Down, k.Older, k.Newer, k.Search, k.SearchOn, k.Suggestion, k.SuggestionWord, k.Cancel}},
		{"moving", append(rows(moves), k.PageUp, k.PageDown)},
		{"selecting", append([]key.Binding{bind("shift+move", "select; typing replaces it")}, rows(selections)...)},
		{"changing", rows(changes)},
		{"session", []key.Binding{k.Interrupt, k.Steer, k.Leave, k.Clear, k.Suspend, k.Kill}},
		{"vi", []key.Binding{
			k.Mode, bind("GRAFT_EDIT_MODE=vi", "in the environment: from the start"),
			bind("esc then =", "format the cell"), bind("esc then /", "search the history"),
		}},
	}
}

func rows(list []edit) []key.Binding {
	var out []key.Binding
	for _, e := range list {
		out = append(out, e.Binding)
	}
	return out
}
