package editor

// change is one edit: put stands where old was.
type change struct {
	at            int
	old, put      string
	before, after int // the cursor
	group         int // changes of one group are taken back together
}

// log is the changes that can be taken back, and those that were.
type log struct {
	past, future []change
	size         int // bytes of text in past
	group        int
	open         bool // changes join one group until it is closed
}

// Limits of what is kept for undo. The last group is kept whatever its size: an undo
// takes all of it back or none.
const (
	undoDepth = 1000
	undoBytes = 32 << 20
	runBytes  = 1000 // a longer run of typing is taken back in parts
)

// add remembers a change. In a run, typed text joins the text typed before it up
// to the next blank.
func (l *log) add(c change, run bool) {
	l.future = nil
	if n := len(l.past) - 1; run && n >= 0 && l.past[n].group == l.group && l.past[n].continued(c) {
		l.past[n].put += c.put
		l.size += len(c.put)
		return
	}
	if !l.open {
		l.group++
	}
	c.group = l.group
	l.past = append(l.past, c)
	l.size += len(c.old) + len(c.put)
	for (len(l.past) > undoDepth || l.size > undoBytes) && l.past[0].group != l.group {
		l.forget(l.past[0].group)
	}
}

// forget drops the oldest changes, which are one group.
func (l *log) forget(group int) {
	for l.past[0].group == group {
		l.size -= len(l.past[0].old) + len(l.past[0].put)
		l.past[0] = change{}
		l.past = l.past[1:]
	}
}

func (c change) continued(next change) bool {
	return c.old == "" && next.old == "" && c.at+len(c.put) == next.at && len(c.put) < runBytes && next.put != " " && next.put != "\n"
}

// settle notes where the cursor is after the last change.
func (l *log) settle(cursor int) {
	if n := len(l.past) - 1; n >= 0 {
		l.past[n].after = cursor
	}
}

// Group makes one undo take back all changes until Ungroup. Within a group it does
// nothing.
func (e *Editor) Group() {
	if !e.undo.open {
		e.undo.group++
		e.undo.open = true
	}
}

// Ungroup ends a Group.
func (e *Editor) Ungroup() { e.undo.open = false }

// Undo takes the last change back and reports whether there was one.
func (e *Editor) Undo() bool {
	l := &e.undo
	l.open = false
	n := len(l.past)
	if n == 0 {
		return false
	}
	for group := l.past[n-1].group; n > 0 && l.past[n-1].group == group; n-- {
		c := l.past[n-1]
		e.exchange(c.at, c.at+len(c.put), c.old)
		e.move(c.before)
		l.size -= len(c.old) + len(c.put)
		l.future = append(l.future, c)
	}
	l.past = l.past[:n]
	e.closers = nil
	return true
}

// Redo makes the change again that Undo took back last, and reports whether there
// was one.
func (e *Editor) Redo() bool {
	l := &e.undo
	n := len(l.future)
	if n == 0 {
		return false
	}
	for group := l.future[n-1].group; n > 0 && l.future[n-1].group == group; n-- {
		c := l.future[n-1]
		e.exchange(c.at, c.at+len(c.old), c.put)
		e.move(c.after)
		l.size += len(c.old) + len(c.put)
		l.past = append(l.past, c)
	}
	l.future = l.future[:n]
	return true
}
