// Package vi edits in the manner of vi: it reads keys and calls the methods of an
// editor. What a key means is in tables: of motions, operators, text objects and
// commands. It knows neither the terminal nor what runs a cell, as opposed to
// package repl, which asks it first about each key and does what it leaves over.
// There are no registers, marks, macros or ex commands.
//
//	v := vi.New()
//	v.Key(&e, "esc")
//	v.Key(&e, "d")
//	v.Key(&e, "w")
package vi

import (
	"strings"
	"unicode/utf8"

	"graft/repl/editor"
)

// Mode is what keys mean.
type Mode int

// The modes.
const (
	Insert Mode = iota
	Normal
	Visual
	Lines // Visual, line by line
)

// String is the name of the mode as a prompt shows it.
func (m Mode) String() string { return [...]string{"ins", "nav", "vis", "lin"}[m] }

// Act is what is left to do about a key.
type Act int

// The acts.
const (
	Pass   Act = iota // the key is none of vi's: do what it always does
	Done              // nothing
	Older             // show an older entry of the history
	Newer             // show a newer one
	Search            // search the history
	Format            // bring the cell into gofmt's form
)

// Vi is the state between two keys. Its methods may be called on nil, which passes
// all keys on.
type Vi struct {
	mode   Mode
	count  int    // typed so far, 0 for none
	times  int    // the count before the operator
	op     string // the operator that waits for a motion
	prefix string // keys of a name that is not whole: g, or an i or a of a text object
	find   find   // the last f, F, t or T
	anchor int    // the other end in Visual and Lines

	typed    []string // keys of the command being typed
	again    []string // keys of the last change
	counting bool     // Insert was begun by a command: what is inserted counts
	before   string   // the text then
	inserted string   // what the last change inserted
	replay   bool
}

// New returns the state at a new prompt, which is Insert.
func New() *Vi { return &Vi{} }

// Mode returns the mode.
func (v *Vi) Mode() Mode {
	if v == nil {
		return Insert
	}
	return v.mode
}

// Reset goes back to Insert, as at a new prompt. The last change stays.
func (v *Vi) Reset() {
	if v != nil {
		*v = Vi{again: v.again, inserted: v.inserted, find: v.find}
	}
}

// Selecting reports whether there is a selection.
func (v *Vi) Selecting() bool { return v != nil && (v.mode == Visual || v.mode == Lines) }

// Region returns the bytes of e's text that are selected.
func (v *Vi) Region(e *editor.Editor) (start, end int) {
	text := e.Text()
	anchor := min(v.anchor, len(text))
	start, end = min(anchor, e.Cursor()), max(anchor, e.Cursor())
	if v.mode == Lines {
		return editor.LineStart(text, start), editor.LineEnd(text, end)
	}
	return start, editor.Next(text, end)
}

// Key takes a key by its name, such as "w", "esc" or "ctrl+r". A letter with alt is
// esc and the letter: that is what terminals send for both.
func (v *Vi) Key(e *editor.Editor, key string) Act {
	if v == nil {
		return Pass
	}
	if letter, ok := strings.CutPrefix(key, "alt+"); ok {
		if capital, ok := strings.CutPrefix(letter, "shift+"); ok {
			letter = strings.ToUpper(capital)
		}
		if len(letter) == 1 {
			v.key(e, "esc")
			return v.key(e, letter)
		}
	}
	return v.key(e, key)
}

func (v *Vi) key(e *editor.Editor, key string) Act {
	if key == "ctrl+[" { // as terminals with enhanced keyboards report it
		key = "esc"
	}
	switch {
	case v.mode != Insert:
		return v.command(e, key)
	case key == "esc":
		v.leave(e)
		return Done
	}
	return Pass
}

// enter begins Insert. What was done since the command began and what is typed
// until it ends are taken back by one undo.
func (v *Vi) enter(e *editor.Editor) { v.mode, v.counting, v.before = Insert, true, e.Text() }

// leave ends Insert.
func (v *Vi) leave(e *editor.Editor) {
	e.Ungroup()
	v.mode = Normal
	if v.counting && !v.replay {
		v.inserted = added(v.before, e.Text())
	}
	v.counting, v.before = false, ""
	if e.Cursor() > editor.LineStart(e.Text(), e.Cursor()) {
		e.Left()
	}
}

// added is what after has more than before, if it was put in at one place.
func added(before, after string) string {
	start := 0
	for start < min(len(before), len(after)) && before[start] == after[start] {
		start++
	}
	end := len(after) - (len(before) - start)
	if end < start || after[end:] != before[start:] {
		return ""
	}
	return strings.ToValidUTF8(after[start:end], "")
}

// command takes a key outside Insert.
func (v *Vi) command(e *editor.Editor, key string) Act {
	if key == "esc" {
		v.cancel(e)
		return Done
	}
	if v.prefix == "" && v.digit(key) {
		return Done
	}
	if v.prefix == "" && named(key) && !known(key) {
		v.clear()
		return Pass
	}
	name := v.prefix + key
	act, state := v.look(e, name)
	v.typed = append(v.typed, key)
	switch state {
	case partial:
		v.prefix = name
		return act
	case waiting:
		v.prefix = ""
		return act
	case changed:
		if !v.replay {
			v.again, v.inserted = v.typed, ""
		}
	}
	v.clear()
	if v.mode == Normal {
		e.OffEnd()
	}
	return act
}

// named reports whether key is the name of a key rather than a character.
func named(key string) bool { return len(key) > 1 && key[0] < utf8.RuneSelf }

func known(key string) bool {
	_, motion := motions[key]
	_, command := commands[key]
	return motion || command
}

// clear forgets what was typed of a command.
func (v *Vi) clear() { v.prefix, v.op, v.count, v.times, v.typed = "", "", 0, 0, nil }

func (v *Vi) cancel(e *editor.Editor) {
	v.clear()
	v.mode = Normal
	e.OffEnd()
}

// digit takes a digit of a count.
func (v *Vi) digit(key string) bool {
	if len(key) != 1 || key[0] < '0' || key[0] > '9' || key == "0" && v.count == 0 {
		return false
	}
	v.count = min(v.count*10+int(key[0]-'0'), most)
	v.typed = append(v.typed, key)
	return true
}

// most is the largest count.
const most = 9999

// n is the count of the command, 1 if none was typed.
func (v *Vi) n() int { return min(max(1, v.count)*max(1, v.times), most) }

// progress is how far a command got with a key.
type progress int

const (
	unknown progress = iota // there is no such command
	partial                 // more keys belong to its name
	waiting                 // an operator waits for what it is applied to
	moved                   // it is done and has changed no text
	changed                 // it is done and "." does it again
)

// look finds what name means here and does it.
func (v *Vi) look(e *editor.Editor, name string) (Act, progress) {
	if v.op != "" || v.Selecting() {
		if start, end, ok, state := v.object(e, name); state != unknown {
			if ok {
				v.span(e, start, end)
			}
			return Done, v.outcome(state, ok)
		}
	}
	if m, arg, state := motionOf(name); state == partial {
		return Done, partial
	} else if state != unknown {
		return v.motion(e, name, m, arg)
	}
	if v.op != "" {
		return v.doubled(e, name)
	}
	if op, ok := operators[name]; ok {
		return v.operator(e, name, op)
	}
	table := commands
	if v.Selecting() {
		table = visual
	}
	if c, ok := table[name]; ok {
		return c(v, e)
	}
	if r, ok := strings.CutPrefix(name, "r"); ok {
		return v.replace(e, r)
	}
	return Done, unknown
}

func (v *Vi) outcome(state progress, ok bool) progress {
	switch {
	case state == partial:
		return partial
	case ok && v.op != "" && operators[v.op].changes:
		return changed
	}
	return moved
}
