package editor

// Backspace deletes the character before the cursor.
func (e *Editor) Backspace() { e.cut(e.before(), e.cursor) }

// Delete deletes the character at the cursor.
func (e *Editor) Delete() { e.cut(e.cursor, e.after()) }

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

// Yank inserts what was killed last.
func (e *Editor) Yank() { e.Insert(e.killed) }

func (e *Editor) kill(start, end int) {
	if start < end {
		e.killed = e.text[start:end]
		e.cut(start, end)
	}
}

func (e *Editor) cut(start, end int) {
	if start >= end {
		return
	}
	e.remember()
	e.text = e.text[:start] + e.text[end:]
	e.move(e.boundary(start))
}
