package editor

// Select moves and selects what it moves over, or changes the selection there is.
func (e *Editor) Select(move func(*Editor)) {
	anchor := e.cursor
	if e.mark > 0 {
		anchor = e.mark - 1
	}
	e.mark = 0
	move(e)
	e.mark, e.shifted = anchor+1, true
}

// Mark begins a selection at the cursor that lasts until the text changes or
// Unmark; where one has just begun it ends it.
func (e *Editor) Mark() {
	if e.mark == e.cursor+1 && !e.shifted {
		e.mark = 0
		return
	}
	e.mark, e.shifted = e.cursor+1, false
}

// Unmark ends the selection and reports whether there was one.
func (e *Editor) Unmark() bool {
	was := e.mark > 0
	e.mark, e.shifted = 0, false
	return was
}

// SelectAll selects the whole text.
func (e *Editor) SelectAll() {
	e.move(0)
	e.Select((*Editor).Bottom)
}

// Exchange swaps the two ends of the selection: the cursor goes to the other.
func (e *Editor) Exchange() {
	if e.mark > 0 {
		e.mark, e.cursor = e.cursor+1, e.mark-1
	}
}

// Region returns the selected bytes; ok is false if nothing is selected, and both ends
// are the cursor's place then.
func (e *Editor) Region() (start, end int, ok bool) {
	if e.mark == 0 || e.mark == e.cursor+1 {
		return e.cursor, e.cursor, false
	}
	return min(e.cursor, e.mark-1), max(e.cursor, e.mark-1), true
}

// CutRegion deletes the selection, keeps it for Yank and [Editor.Copied], and
// reports whether there was one.
func (e *Editor) CutRegion() bool {
	start, end, ok := e.Region()
	if ok {
		e.Copy(e.text[start:end])
		e.take(start, end)
	}
	return ok
}

// CopyRegion keeps the selection for Yank and [Editor.Copied], ends it, and reports
// whether there was one.
func (e *Editor) CopyRegion() bool {
	start, end, ok := e.Region()
	if ok {
		e.Copy(e.text[start:end])
		e.Unmark()
	}
	return ok
}

// Copied returns the text that was copied since it was asked for last, for the
// clipboard of the system.
func (e *Editor) Copied() string {
	s := e.copied
	e.copied = ""
	return s
}
