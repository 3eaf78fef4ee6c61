package editor

import (
	"strings"
	"testing"
)

// insertGroup inserts "abc" in three changes that are one to the user.
func insertGroup(e *Editor) {
	e.Group()
	for _, s := range []string{"a", "b", "c"} {
		e.Insert(s)
	}
	e.Ungroup()
}

// The oldest changes go by the group: whatever is left of them to undo is whole.
func TestGroupsAreForgottenWhole(t *testing.T) {
	var e Editor
	for range undoDepth/2 + 1 {
		insertGroup(&e)
	}
	if n := len(e.undo.past); n > undoDepth || n < undoDepth-3 {
		t.Errorf("%d changes are kept", n)
	}
	for e.Undo() {
		if text := strings.ReplaceAll(e.Text(), "abc", ""); text != "" {
			t.Fatalf("%q is left of a group", text)
		}
	}
	if e.Text() == "" {
		t.Error("nothing was forgotten")
	}
	if e.undo.size != 0 {
		t.Errorf("%d bytes of nothing", e.undo.size)
	}
}

// A group larger than what is kept is still one undo, open or closed, and all that is
// kept.
func TestLargeGroup(t *testing.T) {
	var e Editor
	insertGroup(&e)
	e.Group()
	for range 2 * undoDepth {
		e.Insert("x")
	}
	e.Ungroup()
	e.Undo()
	if e.Text() != "abc" {
		t.Errorf("%.20q after the undo", e.Text())
	}
	if e.Undo() {
		t.Error("more than a group is kept")
	}
	e.Redo()
	e.Insert("y")
	if n := len(e.undo.past); n != 1 {
		t.Errorf("%d changes are kept of a group that is not the last", n)
	}
}

// Typing at the start of a group does not join what was typed before it.
func TestGroupBeginsAnew(t *testing.T) {
	var e Editor
	typeAll(&e, "ab")
	e.Group()
	typeAll(&e, "cd")
	e.KillStart()
	e.Ungroup()
	e.Undo()
	if e.Text() != "ab" {
		t.Errorf("%q after the undo", e.Text())
	}
}
