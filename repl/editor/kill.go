package editor

import "strings"

// ring is what was killed or copied, the newest last.
type ring struct {
	texts []string
	size  int // bytes of texts
	at    int // index of the text that was inserted last
	from  int // where it was inserted
}

// Limits of the ring. The newest text is kept whatever its size.
const (
	ringDepth = 60
	ringBytes = 32 << 20
)

func (r *ring) add(s string) {
	r.texts = append(r.texts, s)
	r.size += len(s)
	for len(r.texts) > ringDepth || r.size > ringBytes && len(r.texts) > 1 {
		r.size -= len(r.texts[0])
		r.texts[0] = ""
		r.texts = r.texts[1:]
	}
}

// extend adds to the newest text, behind it or before it.
func (r *ring) extend(s string, before bool) {
	n := len(r.texts) - 1
	if before {
		s += r.texts[n]
	} else {
		s = r.texts[n] + s
	}
	r.size += len(s) - len(r.texts[n])
	r.texts[n] = s
}

// Backspace deletes the selection, or the character before the cursor; of a pair
// that Type has closed by itself and that is still empty, both.
func (e *Editor) Backspace() {
	switch {
	case e.remove():
	case e.emptyPair():
		e.splice(e.cursor-1, e.cursor+1, "")
	default:
		e.splice(e.before(), e.cursor, "")
	}
}

// Delete deletes the selection, or the character at the cursor.
func (e *Editor) Delete() {
	if !e.remove() {
		e.splice(e.cursor, e.after(), "")
	}
}

func (e *Editor) remove() bool {
	start, end, ok := e.Region()
	if ok {
		e.take(start, end)
	}
	return ok
}

// KillEnd deletes to the end of the line, or the line end itself when there is
// nothing else, and keeps what it deletes for Yank.
func (e *Editor) KillEnd() {
	end := e.lineEnd(e.cursor)
	if end == e.cursor && end < len(e.text) {
		end++
	}
	e.kill(e.cursor, end)
}

// KillStart deletes to the start of the line and keeps it for Yank.
func (e *Editor) KillStart() { e.kill(e.lineStart(e.cursor), e.cursor) }

// KillWordLeft deletes the word before the cursor and keeps it for Yank.
func (e *Editor) KillWordLeft() { e.kill(e.wordLeft(), e.cursor) }

// KillWordRight deletes the word after the cursor and keeps it for Yank.
func (e *Editor) KillWordRight() { e.kill(e.cursor, e.wordRight()) }

// KillBlankLeft deletes back to the blank before the cursor and keeps it for Yank.
func (e *Editor) KillBlankLeft() {
	text := strings.TrimRight(e.Before(), " \t\n")
	e.kill(strings.LastIndexAny(text, " \t\n")+1, e.cursor)
}

func (e *Editor) kill(start, end int) {
	if start >= end {
		return
	}
	s := strings.Clone(e.text[start:end])
	if e.last == killing {
		e.ring.extend(s, start < e.cursor)
	} else {
		e.ring.add(s)
	}
	e.take(start, end)
	e.last = killing
}

// Keep makes s what Yank inserts.
func (e *Editor) Keep(s string) {
	if s != "" {
		e.ring.add(strings.Clone(s))
	}
}

// Copy makes s what Yank inserts and what [Editor.Copied] returns.
func (e *Editor) Copy(s string) {
	e.Keep(s)
	e.copied = e.Killed()
}

// Yank inserts what was killed or copied last.
func (e *Editor) Yank() { e.yank(len(e.ring.texts) - 1) }

// YankOlder puts what was killed before in place of what Yank or YankOlder has
// just inserted, and reports false if neither has.
func (e *Editor) YankOlder() bool {
	if e.last != yanking {
		return false
	}
	n := len(e.ring.texts)
	e.mark, e.shifted = e.ring.from+1, true
	e.yank((e.ring.at + n - 1) % n)
	return true
}

func (e *Editor) yank(i int) {
	if i < 0 {
		return
	}
	from, _, _ := e.Region()
	e.Insert(e.ring.texts[i])
	e.ring.at, e.ring.from, e.last = i, from, yanking
}

// Killed returns what Yank would insert.
func (e *Editor) Killed() string {
	if n := len(e.ring.texts); n > 0 {
		return e.ring.texts[n-1]
	}
	return ""
}
