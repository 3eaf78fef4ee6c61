package data

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// ImageFolder loads a folder that has one folder per class. Folders inside a class
// belong to it. Hidden names, notebook checkpoints, archive leftovers and files
// that are no pictures are passed over; links are followed, loops end. Every
// picture is decoded once, and what cannot be used is named in [Set.Health].
func ImageFolder(dir string, opts ...Option) (*Set, error) {
	s := &Set{name: dir, set: settle(opts)}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("data: %w", err)
	}
	root, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return nil, fmt.Errorf("data: %w", err)
	}
	w := walk{set: s, dir: dir, labels: map[string]string{}}
	loose := 0
	for _, entry := range entries {
		name := entry.Name()
		if passedOver(name) {
			continue
		}
		info, err := os.Stat(filepath.Join(dir, name))
		switch {
		case err != nil:
			s.problem(Problem{Kind: Missing, Name: name, Reason: "a link to nothing"})
		case !info.IsDir():
			loose++
		default:
			w.class(name, []string{root})
		}
	}
	if err := w.layout(loose); err != nil {
		return nil, err
	}
	return s.finish(w.labels)
}

// walk collects the pictures of a folder.
type walk struct {
	set    *Set
	dir    string
	labels map[string]string // class by example id
	others int               // files that are no pictures
	names  []string          // classes found
}

func (w *walk) class(name string, above []string) {
	before := len(w.set.examples)
	w.folder(name, name, above)
	if len(w.set.examples) == before {
		w.set.problem(Problem{Kind: Empty, Name: name + "/", Reason: "a class folder without pictures: not a class"})
		return
	}
	w.names = append(w.names, name)
}

// folder adds what lies in rel to a class. above holds the real paths of the
// folders it lies in, to find loops.
func (w *walk) folder(class, rel string, above []string) {
	full := filepath.Join(w.dir, filepath.FromSlash(rel))
	real, err := filepath.EvalSymlinks(full)
	if err == nil && slices.Contains(above, real) {
		w.set.note("%s links to a folder it lies in: not followed", rel)
		return
	}
	entries, err2 := os.ReadDir(full)
	if err != nil || err2 != nil {
		w.set.problem(Problem{Kind: Unreadable, Name: rel + "/", Reason: reason(firstError(err, err2))})
		return
	}
	slices.SortFunc(entries, func(a, b os.DirEntry) int { return naturally(a.Name(), b.Name()) })
	for _, entry := range entries {
		w.entry(class, path.Join(rel, entry.Name()), append(above[:len(above):len(above)], real))
	}
}

func firstError(a, b error) error {
	if a != nil {
		return a
	}
	return b
}

func (w *walk) entry(class, rel string, above []string) {
	name := path.Base(rel)
	if passedOver(name) {
		return
	}
	full := filepath.Join(w.dir, filepath.FromSlash(rel))
	info, err := os.Stat(full)
	switch {
	case err != nil && pictureName(name):
		w.set.problem(Problem{Kind: Missing, Name: rel, Reason: "a link to nothing"})
	case err != nil:
		w.others++
	case info.IsDir():
		w.folder(class, rel, above)
	case pictureName(name):
		e := example{name: rel, path: full}
		w.set.examples = append(w.set.examples, e)
		w.labels[e.id()] = class
	default:
		w.others++
	}
}

// layout says what is odd about the folder as a whole.
func (w *walk) layout(loose int) error {
	if len(w.names) == 0 {
		if loose > 0 {
			return fmt.Errorf("data: %s has %d files but no folder of pictures (one folder per class is needed, or a table: data.CSV)", w.dir, loose)
		}
		return fmt.Errorf("data: %s has no folder of pictures (one folder per class is needed)", w.dir)
	}
	if loose > 0 {
		w.set.note("%s beside the class folders not used", plural(loose, "file", "files"))
	}
	if w.others > 0 {
		w.set.note("%s that are no pictures not used", plural(w.others, "file", "files"))
	}
	if !slices.ContainsFunc(w.names, func(n string) bool { return !isPart(n) }) {
		w.set.note("the folders %s look like parts of a split, not classes (open one of them)", strings.Join(w.names, ", "))
	}
	return nil
}

func isPart(name string) bool {
	return slices.Contains([]string{"train", "training", "val", "valid", "validation", "test", "testing"}, strings.ToLower(name))
}

// passedOver are names that systems and tools leave behind.
func passedOver(name string) bool {
	switch strings.ToLower(name) {
	case "__macosx", "thumbs.db", "desktop.ini", "@eadir", "$recycle.bin":
		return true
	}
	return strings.HasPrefix(name, ".")
}

// pictureNames are the endings of files that are meant to be pictures, readable
// ones and others, which are then named as unreadable.
var pictureNames = []string{".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".gif", ".bmp", ".dib", ".tif", ".tiff", ".webp", ".heic", ".heif", ".avif"}

func pictureName(name string) bool {
	return slices.Contains(pictureNames, strings.ToLower(path.Ext(name)))
}
