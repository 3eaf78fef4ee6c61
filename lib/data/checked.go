package data

import (
	"encoding/hex"
	"encoding/json"
	"hash/fnv"
	"image"
	"os"
	"path/filepath"
	"sync"
	"time"

	"graft/internal/whole"
	"graft/lib/hub"
)

// checked remembers, in graft's cache folder, which files were found good, so
// that opening a large folder again takes no time. A file counts as the same if
// its path, length and time of change are; [Set.Image] compares the content
// anyway. Bad files are not remembered: they are looked at, and named, each time.
type checked struct {
	path string

	mu    sync.Mutex
	files map[string]verdict // by absolute path
	fresh bool               // something to write
}

// verdict is what is known of a good file.
type verdict struct {
	Bytes   int64     `json:"b"`
	Changed time.Time `json:"t"`
	Key     string    `json:"k"`
	Width   int       `json:"w"`
	Height  int       `json:"h"`
}

// worthKeeping is the least number of files whose check is remembered.
const worthKeeping = 100

// recall reads what is known of the files of a set; whatever goes wrong, nothing
// is known.
func recall(name string, examples int) *checked {
	if examples < worthKeeping {
		return nil
	}
	if absolute, err := filepath.Abs(name); err == nil {
		name = absolute
	}
	h := fnv.New64a()
	h.Write([]byte(name))
	c := &checked{path: filepath.Join(hub.CacheDir(), "checked", hex.EncodeToString(h.Sum(nil))+".json")}
	text, err := os.ReadFile(c.path)
	if err != nil || json.Unmarshal(text, &c.files) != nil || c.files == nil {
		c.files = map[string]verdict{}
	}
	return c
}

// find returns what is known of the example's file, if it is still the same.
func (c *checked) find(e *example, maxPixels int64) bool {
	info, err := os.Stat(e.path)
	if c == nil || err != nil {
		return false
	}
	c.mu.Lock()
	v, ok := c.files[e.path]
	c.mu.Unlock()
	if !ok || v.Bytes != info.Size() || !v.Changed.Equal(info.ModTime()) || int64(v.Width)*int64(v.Height) > maxPixels {
		return false
	}
	e.key, e.size = v.Key, image.Pt(v.Width, v.Height)
	return true
}

// add remembers a good file.
func (c *checked) add(e *example) {
	info, err := os.Stat(e.path)
	if c == nil || err != nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.files[e.path] = verdict{info.Size(), info.ModTime(), e.key, e.size.X, e.size.Y}
	c.fresh = true
}

// keep writes what is known; failing to costs only time later.
func (c *checked) keep() {
	if c == nil || !c.fresh {
		return
	}
	text, err := json.Marshal(c.files)
	if err != nil || os.MkdirAll(filepath.Dir(c.path), 0o755) != nil {
		return
	}
	_ = whole.Write(c.path, 0o644, func(f *os.File) error { _, err := f.Write(text); return err }) // it only saves time
}
