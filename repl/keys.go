package repl

import (
	"charm.land/bubbles/v2/key"

	"graft/repl/editor"
)

// keyMap are the keys that do more than edit; each carries its line of help.
type keyMap struct {
	Run, RunNow, Newline, Complete, Back, Search, Suggestion key.Binding
	Up, Down, Cancel, Interrupt, Leave, Clear, Suspend, Kill key.Binding
	External, Steer                                          key.Binding
}

func bind(help, does string, keys ...string) key.Binding {
	return key.NewBinding(key.WithKeys(keys...), key.WithHelp(help, does))
}

var keys = keyMap{
	Run:        bind("enter", "run a complete cell, or go to a new line", "enter"),
	RunNow:     bind("alt+enter", "run the cell as it is", "alt+enter", "ctrl+enter"),
	Newline:    bind("ctrl+j", "go to a new line", "ctrl+j", "shift+enter"),
	Complete:   bind("tab", "complete the name, or the next proposal", "tab"),
	Back:       bind("shift+tab", "the proposal before", "shift+tab"),
	Search:     bind("ctrl+r", "search the history", "ctrl+r"),
	Suggestion: bind("→ / end", "take the grey proposal", "right", "end", "ctrl+f", "ctrl+e"),
	Up:         bind("↑", "line above, then older cells that start like this one", "up", "ctrl+p"),
	Down:       bind("↓", "line below, then newer cells", "down", "ctrl+n"),
	Cancel:     bind("esc", "close a list; back to the draft", "esc", "ctrl+g"),
	Interrupt:  bind("ctrl+c", "interrupt a running cell, clear the line, twice: leave", "ctrl+c"),
	Leave:      bind("ctrl+d", "leave (on an empty line)", "ctrl+d"),
	Clear:      bind("ctrl+l", "clear the screen", "ctrl+l"),
	Suspend:    bind("ctrl+z", "back to the shell for a while", "ctrl+z"),
	Steer:      bind("f6", "give the keys to a fit in the background", "f6", "alt+6"),
	External:   bind("f2", "edit the cell in $EDITOR", "f2"),
	Kill:       bind(`ctrl+\`, "leave at once, even from a running cell", `ctrl+\`),
}

// help lists the bindings of keyMap in the order of the help page.
func (k keyMap) help() []key.Binding {
	return []key.Binding{k.Run, k.RunNow, k.Newline, k.Complete, k.Back, k.Up, k.Down, k.Search, k.Suggestion,
		k.External, k.Steer, k.Cancel, k.Interrupt, k.Leave, k.Clear, k.Suspend, k.Kill}
}

// edit is a key that moves in the text or changes it.
type edit struct {
	key.Binding
	do func(*editor.Editor)
}

var edits = []edit{
	{bind("←", "left", "left", "ctrl+b"), (*editor.Editor).Left},
	{bind("→", "right", "right", "ctrl+f"), (*editor.Editor).Right},
	{bind("alt+←", "a word to the left", "alt+left", "ctrl+left", "alt+b"), (*editor.Editor).WordLeft},
	{bind("alt+→", "a word to the right", "alt+right", "ctrl+right", "alt+f"), (*editor.Editor).WordRight},
	{bind("home", "start of the line", "home", "ctrl+a"), (*editor.Editor).Home},
	{bind("end", "end of the line", "end", "ctrl+e"), (*editor.Editor).End},
	{bind("ctrl+home", "start of the cell", "ctrl+home", "alt+<"), (*editor.Editor).Top},
	{bind("ctrl+end", "end of the cell", "ctrl+end", "alt+>"), (*editor.Editor).Bottom},
	{bind("backspace", "delete the character before", "backspace", "ctrl+h"), (*editor.Editor).Backspace},
	{bind("delete", "delete the character at the cursor", "delete", "ctrl+d"), (*editor.Editor).Delete},
	{bind("ctrl+w", "cut the word before", "ctrl+w", "alt+backspace"), (*editor.Editor).KillWordLeft},
	{bind("alt+d", "cut the word after", "alt+d"), (*editor.Editor).KillWordRight},
	{bind("ctrl+k", "cut to the end of the line", "ctrl+k"), (*editor.Editor).KillEnd},
	{bind("ctrl+u", "cut to the start of the line", "ctrl+u"), (*editor.Editor).KillStart},
	{bind("ctrl+y", "insert what was cut", "ctrl+y"), (*editor.Editor).Yank},
	{bind("ctrl+_", "undo", "ctrl+_", "ctrl+/", "ctrl+7"), func(e *editor.Editor) { e.Undo() }},
}
