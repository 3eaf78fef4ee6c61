package history

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A file that another process holds takes its cells when it is free again.
func TestLockedFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "h.sqlite")
	if err := fill(t, path, "kept").Close(); err != nil {
		t.Fatal(err)
	}
	release := lock(t, path, "pragma locking_mode=exclusive", "begin exclusive")
	s, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if got, err := s.Tail(5); err == nil {
		t.Errorf("a locked file gave %v", got)
	}
	if err := s.Append(1, "waits"); err == nil {
		t.Error("a locked file took a cell")
	}
	_ = s.SetOutput(1, "42")
	tells(t, s, "another process holds it; cells are written when it lets go")
	release()
	if err := s.Append(2, "next"); err != nil {
		t.Fatal(err)
	}
	got, err := s.Tail(5)
	if err != nil || sources(got) != "kept,waits,next" || got[1].Output != "42" {
		t.Errorf("%+v, %v", got, err)
	}
	tells(t, s, "")
	lock(t, path, "begin immediate")
	_ = s.Append(3, "later")
	tells(t, s, "another process holds it")
	if err := s.Close(); err == nil || !strings.HasSuffix(err.Error(), "cells of this session that are lost: 1") {
		t.Errorf("closed with %v", err)
	}
}

// lock holds a history as a process does that is in the middle of a transaction.
func lock(t *testing.T, path string, commands ...string) (release func()) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	db.SetMaxOpenConns(1)
	for _, command := range commands {
		if _, err := db.Exec(command); err != nil {
			t.Fatal(err)
		}
	}
	return func() { _ = db.Close() }
}

// tells checks what is told, and that it is told once.
func tells(t *testing.T, s *Store, part string) {
	t.Helper()
	told := ""
	if err := s.Trouble(); err != nil {
		told = err.Error()
	}
	if (part == "") != (told == "") || !strings.Contains(told, part) {
		t.Errorf("told %q, want %q", told, part)
	}
	if err := s.Trouble(); err != nil {
		t.Errorf("told twice: %v", err)
	}
}

// On a full disk what is there can be read, and the rest waits for room.
func TestFullDisk(t *testing.T) {
	path := filepath.Join(t.TempDir(), "h.sqlite")
	s := fill(t, path, "kept")
	defer s.Close()
	var pages int
	if err := s.db.QueryRow("pragma page_count").Scan(&pages); err != nil {
		t.Fatal(err)
	}
	if _, err := s.db.Exec(fmt.Sprintf("pragma max_page_count=%d", pages)); err != nil {
		t.Fatal(err)
	}
	long := strings.Repeat("x", 1<<16)
	if err := s.Append(2, long); err == nil {
		t.Fatal("a full disk took a cell")
	}
	_ = s.Append(3, long)
	tells(t, s, "full (13): cells are written when there is room")
	if got, err := s.Tail(5); err != nil || sources(got) != "kept" {
		t.Errorf("%v, %v", got, err)
	}
	if _, err := s.db.Exec("pragma max_page_count=100000"); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Tail(5); err != nil || sources(got) != "kept,"+long+","+long {
		t.Errorf("%d cells, %v", len(got), err)
	}
	tells(t, s, "")
}

// Every damaged file stays, and whoever finds it says where.
func TestDamagedFiles(t *testing.T) {
	path := filepath.Join(t.TempDir(), "h.sqlite")
	other := func() {
		db, err := sql.Open("sqlite", "file:"+path)
		if err == nil {
			_, err = db.Exec("create table history (cell text)")
		}
		if err != nil {
			t.Fatal(err)
		}
		_ = db.Close()
	}
	garbage := func() { write(t, path, strings.Repeat("not a database ", 400)) }
	truncated := func() {
		if err := fill(t, path, strings.Repeat("x", 1<<16)).Close(); err != nil {
			t.Fatal(err)
		}
		if err := os.Truncate(path, 9000); err != nil {
			t.Fatal(err)
		}
	}
	for i, damage := range []func(){garbage, truncated, other} {
		_ = os.Remove(path)
		damage()
		s := fill(t, path, fmt.Sprint("new ", i))
		aside := path + ".corrupt"
		if i > 0 {
			aside += fmt.Sprint("-", i+1)
		}
		tells(t, s, fmt.Sprintf("%q is damaged: it is now %q", path, aside))
		if got, err := s.Tail(5); err != nil || sources(got) != fmt.Sprint("new ", i) {
			t.Errorf("%d: %v, %v", i, got, err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(aside); err != nil {
			t.Error(err)
		}
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// Where no file can be made the session has a history of its own.
func TestNoPlaceForAFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	write(t, file, "")
	for _, path := range []string{file + "/below/h.sqlite", t.TempDir()} {
		s := fill(t, path, "x")
		tells(t, s, "cells of this session are not kept (set GRAFT_CACHE to a folder that can be written)")
		if got, err := s.Tail(5); err != nil || sources(got) != "x" {
			t.Errorf("%s: %v, %v", path, got, err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}

// A file that can only be read still has its cells.
func TestBorrow(t *testing.T) {
	path := filepath.Join(t.TempDir(), "h.sqlite")
	if err := fill(t, path, "a", "b").Close(); err != nil {
		t.Fatal(err)
	}
	s, err := Open("")
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	s.borrow(path)
	if err := s.Append(1, "mine"); err != nil {
		t.Fatal(err)
	}
	got, err := s.Tail(5)
	if err != nil || sources(got) != "a,b,mine" || got[2].Session != 2 {
		t.Errorf("%+v, %v", got, err)
	}
}
