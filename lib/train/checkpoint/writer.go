package checkpoint

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
)

// Writer writes the points of one fit into its folder, of which the last two stay: a
// damaged last one costs what lies between them.
type Writer struct {
	Folder *Folder

	number int              // of the last point
	once   map[string]Part  // base and about
	kept   map[uintptr]Part // tensors that are on disk, by identity
	recent [2]map[string]Part
}

// Draft is a point on its way to disk, with what its parts are made of.
type Draft struct {
	Base  Tensors                         // what cannot move any more, written once: nil if it is
	About []byte                          // JSON for the layer above, written once: nil if it is, or for nothing
	Now   Tensors                         // written with every point
	Kept  map[string]Tensors              // by kind, each written again only if it is another map
	Point func(parts map[string]Part) any // becomes the JSON of the point
}

// NewWriter writes a fit that begins in folder.
func NewWriter(folder *Folder) *Writer {
	return &Writer{Folder: folder, once: map[string]Part{}, kept: map[uintptr]Part{}}
}

// GoOn writes a fit that goes on in folder from the point of that number, which stays
// until the second one from now if it is the newest.
func GoOn(folder *Folder, number int, parts map[string]Part) *Writer {
	w := NewWriter(folder)
	w.number = Points(folder.Path)[0]
	for _, kind := range []string{"base", "about"} {
		if p, ok := parts[kind]; ok {
			w.once[kind] = p
		}
	}
	if w.number == number {
		w.recent[0] = parts
	}
	return w
}

// Has reports whether a part that is written once, base or about, is on disk.
func (w *Writer) Has(kind string) bool {
	_, ok := w.once[kind]
	return ok
}

// Write writes a point and removes what is older than the one before. If it fails, the
// one before stands.
func (w *Writer) Write(d Draft) error {
	parts, err := w.parts(d)
	if err != nil {
		return err
	}
	w.number++
	if err := writePoint(w.Folder.Path, w.number, d.Point(parts)); err != nil {
		return err
	}
	w.recent = [2]map[string]Part{parts, w.recent[0]}
	w.clean()
	return nil
}

// parts writes the parts of d.
func (w *Writer) parts(d Draft) (parts map[string]Part, err error) {
	folder := w.Folder.Path
	if d.Base != nil {
		p, err := writeTensors(folder, "base", d.Base)
		if err != nil {
			return nil, err // it is not on disk, so the next draft must bring it again
		}
		w.once["base"] = p
	}
	if d.About != nil {
		p, err := writePart(folder, "about", ".json", func(to io.Writer) error { _, err := to.Write(d.About); return err })
		if err != nil {
			return nil, err
		}
		w.once["about"] = p
	}
	parts = map[string]Part{}
	for kind, p := range w.once {
		parts[kind] = p
	}
	kept := map[uintptr]Part{}
	for kind, t := range d.Kept {
		id := reflect.ValueOf(t).Pointer()
		p, ok := w.kept[id]
		if !ok {
			if p, err = writeTensors(folder, kind, t); err != nil {
				return nil, err
			}
			w.kept[id] = p
		}
		kept[id], parts[kind] = p, p
	}
	w.kept = kept // tensors that went may leave their address to others
	// The name has the number, too: two points never share it, so one damaged file
	// leaves the other whole.
	parts["now"], err = writeTensors(folder, fmt.Sprintf("now-%08d", w.number+1), d.Now)
	return parts, err
}

// clean removes what neither of the two last points names.
func (w *Writer) clean() {
	keep := map[string]bool{lockName: true}
	for i, parts := range w.recent {
		if parts != nil {
			keep[pointName(w.number-i)] = true
			for _, part := range parts {
				keep[part.File] = true
			}
		}
	}
	entries, err := os.ReadDir(w.Folder.Path)
	if err != nil {
		return
	}
	for _, e := range entries {
		if !keep[e.Name()] {
			_ = os.Remove(filepath.Join(w.Folder.Path, e.Name())) // or by the next one
		}
	}
}
