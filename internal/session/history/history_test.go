package history

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func sources(list []Entry) string {
	var all []string
	for _, e := range list {
		all = append(all, e.Source)
	}
	return strings.Join(all, ",")
}

func fill(t *testing.T, path string, cells ...string) *Store {
	t.Helper()
	s, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range cells {
		if err := s.Append(i+1, c); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

func TestSessionsShareOneFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "deep", "h.sqlite")
	a := fill(t, path, "a1", "a2")
	b := fill(t, path, "b1", "a1", "b3")
	defer a.Close()
	defer b.Close()
	if err := b.SetOutput(3, "42"); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		ask  func() ([]Entry, error)
		want string
	}{
		{"tail", func() ([]Entry, error) { return b.Tail(4) }, "a2,b1,a1,b3"},
		{"range", func() ([]Entry, error) { return b.Range(0, 2, 4) }, "a1,b3"},
		{"session before", func() ([]Entry, error) { return b.Range(-1, 1, 0) }, "a1,a2"},
		{"search", func() ([]Entry, error) { return b.Search("a*", 0, false) }, "a1,a2,a1"},
		{"search unique", func() ([]Entry, error) { return b.Search("a*", 0, true) }, "a2,a1"},
		{"search last", func() ([]Entry, error) { return b.Search("?1", 2, false) }, "b1,a1"},
	} {
		got, err := c.ask()
		if err != nil || sources(got) != c.want {
			t.Errorf("%s: %s, %v; want %s", c.name, sources(got), err, c.want)
		}
	}
	last, _ := a.Tail(1)
	if !slices.Equal(last, []Entry{{Session: 2, Line: 3, Source: "b3", Output: "42"}}) {
		t.Errorf("last cell: %+v", last)
	}
}

func TestInMemory(t *testing.T) {
	s := fill(t, "", "x")
	defer s.Close()
	if got, err := s.Tail(5); err != nil || sources(got) != "x" {
		t.Errorf("%v, %v", got, err)
	}
}

// Signs that mean something in a URI are signs of a path here.
func TestPathWithSigns(t *testing.T) {
	path := filepath.Join(t.TempDir(), "50%41?a#b c", "h.sqlite")
	if err := fill(t, path, "kept").Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); err != nil {
		t.Error(err)
	}
	s, err := Open("")
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	s.borrow(path)
	if got, err := s.Tail(5); err != nil || sources(got) != "kept" {
		t.Errorf("%v, %v", got, err)
	}
}
