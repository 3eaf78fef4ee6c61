package data

import (
	"cmp"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// Usual names of the columns, best first.
var (
	imageColumns = []string{"image", "image file", "image_file", "file", "filename", "file_name", "file name", "path", "image_path", "img", "image_name", "photo", "picture", "name"}
	labelColumns = []string{"label", "class", "category", "target", "species", "kind", "type", "y"}
)

// CSV loads a table of file names and labels, or numbers ([Target]). Commas,
// semicolons, tabs, bars or blanks may separate the columns; UTF-8 with or
// without a mark, UTF-16 with one, and Windows-1252 are read. Names may use either slash
// and either form of accented letters. Labels are trimmed. Every row that cannot
// be used is named by its number in [Set.Health]: a missing or broken file, an
// empty name or label, a wrong number of cells, a second label for the same file
// (the first counts), a repetition.
func CSV(path string, opts ...Option) (*Set, error) {
	set := settle(opts)
	t, err := readTable(path, set)
	if err != nil {
		return nil, err
	}
	s := &Set{name: cmp.Or(set.name, path), set: set, regression: set.target != "", problems: t.wrong, notes: t.notes}
	c := reading{set: s, table: t, seen: map[string]seen{}, labels: map[string]string{}}
	if err := c.columns(); err != nil {
		return nil, fmt.Errorf("data: %q: %w", path, err)
	}
	c.root = set.root
	if c.root == "" {
		c.root = c.findRoot(filepath.Dir(path))
	}
	for _, r := range t.rows {
		c.row(r)
	}
	if c.others > 0 {
		s.note("%s with other labels left out", plural(c.others, "row", "rows"))
	}
	return s.finish(c.labels)
}

// reading turns the rows of a table into examples.
type reading struct {
	set          *Set
	table        *table
	image, label int
	where        map[int]string
	root         string
	folders      folders
	seen         map[string]seen // by file
	labels       map[string]string
	others       int
}

type seen struct {
	label string
	row   int
}

func (c *reading) columns() (err error) {
	set := c.set.set
	if set.image == "" {
		c.image, err = c.table.guess("file names", imageColumns, -1)
	} else {
		c.image, err = c.table.find(set.image)
	}
	if err != nil {
		return err
	}
	switch {
	case set.target != "":
		c.label, err = c.table.find(set.target)
	case set.label != "":
		c.label, err = c.table.find(set.label)
	default:
		c.label, err = c.table.guess("labels", labelColumns, c.image)
	}
	if err != nil {
		return err
	}
	c.where = map[int]string{}
	for column, value := range set.where {
		i, err := c.table.find(column)
		if err != nil {
			return err
		}
		c.where[i] = value
	}
	return nil
}

// findRoot picks the folder that has most of the first files: the table's own,
// or one in it.
func (c *reading) findRoot(dir string) string {
	candidates := []string{dir}
	entries, _ := os.ReadDir(dir) // unreadable: the rows will say so
	for _, entry := range entries {
		if entry.IsDir() && !passedOver(entry.Name()) {
			candidates = append(candidates, filepath.Join(dir, entry.Name()))
		}
	}
	best, most := dir, 0
	for _, root := range candidates {
		found := 0
		for _, r := range c.table.rows[:min(50, len(c.table.rows))] {
			if _, ok := c.folders.find(root, r.cells[c.image]); ok {
				found++
			}
		}
		if found > most {
			best, most = root, found
		}
	}
	return best
}

func (c *reading) row(r row) {
	for i, value := range c.where {
		if strings.TrimSpace(r.cells[i]) != value {
			return
		}
	}
	name, label := strings.TrimSpace(r.cells[c.image]), strings.TrimSpace(r.cells[c.label])
	wrong := func(kind Kind, reason string) {
		c.set.problem(Problem{Kind: kind, Name: name, Row: r.number, Reason: reason})
	}
	if name == "" {
		wrong(Malformed, "no file name")
		return
	}
	if label == "" {
		wrong(Malformed, "no label")
		return
	}
	if names := c.set.set.labels; names != nil && !c.set.regression {
		class, ok := names[label]
		if !ok {
			c.others++
			return
		}
		label = class
	}
	file, ok := c.folders.find(c.root, name)
	if !ok {
		wrong(Missing, "there is no such file in "+c.root)
		return
	}
	if earlier, ok := c.seen[file]; ok {
		if earlier.label == label {
			wrong(Repeat, fmt.Sprintf("the same as row %d, used once", earlier.row))
		} else {
			wrong(Conflict, fmt.Sprintf("%s here, %s in row %d, which counts", label, earlier.label, earlier.row))
		}
		return
	}
	e := example{name: name, path: file, row: r.number}
	if c.set.regression {
		target, err := number(label)
		if err != nil {
			wrong(Malformed, err.Error())
			return
		}
		e.target = target
	}
	c.seen[file] = seen{label, r.number}
	c.labels[e.id()] = label
	c.set.examples = append(c.set.examples, e)
}

// number reads a target; a decimal comma is one, as in tables that need their
// commas for nothing else.
func number(text string) (float32, error) {
	v, err := strconv.ParseFloat(strings.Replace(text, ",", ".", 1), 32)
	if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
		return 0, fmt.Errorf("%q is no number", text)
	}
	return float32(v), nil
}

// folders finds files whatever form their names have.
type folders struct {
	byName map[string]map[string]string // composed name -> name on disk, per folder
}

// find returns the file called name, seen from root. The name is tried as it
// stands, then with backslashes as slashes, then in the other Unicode form.
func (f *folders) find(root, name string) (string, bool) {
	name = strings.TrimSpace(name)
	if name == "" {
		return "", false
	}
	for _, variant := range []string{name, strings.ReplaceAll(name, `\`, "/")} {
		full := filepath.FromSlash(variant)
		if !filepath.IsAbs(full) {
			full = filepath.Join(root, full)
		}
		if info, err := os.Stat(full); err == nil && !info.IsDir() {
			return full, true
		}
		if actual, ok := f.listed(full); ok {
			return actual, true
		}
	}
	return "", false
}

func (f *folders) listed(full string) (string, bool) {
	dir, base := filepath.Split(full)
	names, ok := f.byName[dir]
	if !ok {
		names = map[string]string{}
		entries, _ := os.ReadDir(dir) // no such folder: no such file
		for _, entry := range entries {
			if !entry.IsDir() {
				names[norm.NFC.String(entry.Name())] = entry.Name()
			}
		}
		if f.byName == nil {
			f.byName = map[string]map[string]string{}
		}
		f.byName[dir] = names
	}
	actual, ok := names[norm.NFC.String(base)]
	return filepath.Join(dir, actual), ok
}
