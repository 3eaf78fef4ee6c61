package data

import (
	"context"
	"errors"
	"fmt"
	"image"
	"os"
	"path/filepath"
)

// Manifest lists the photographs of a [Set], so that another process can make the
// same set again without looking through the folder or the table it came from, which
// may hold more by then. It is JSON.
type Manifest struct {
	Source     string          `json:"source"`
	Classes    []string        `json:"classes,omitempty"`
	Regression bool            `json:"regression,omitempty"`
	Seed       uint64          `json:"seed"`
	MaxPixels  int64           `json:"max_pixels"`
	Examples   []ManifestEntry `json:"examples"`
}

// ManifestEntry is one photograph of a [Manifest].
type ManifestEntry struct {
	Name   string  `json:"name"`
	Path   string  `json:"path,omitempty"` // absolute; empty for pictures in memory
	Key    string  `json:"key"`            // digest of the content
	Width  int     `json:"width"`
	Height int     `json:"height"`
	Label  int     `json:"label,omitempty"`
	Target float32 `json:"target,omitempty"`
	Row    int     `json:"row,omitempty"`
}

// Manifest lists the set.
func (s *Set) Manifest() (Manifest, error) {
	m := Manifest{Source: s.name, Classes: s.Classes(), Regression: s.regression, Seed: s.set.seed, MaxPixels: s.set.maxPixels}
	for _, e := range s.examples {
		path := e.path
		if path != "" {
			var err error
			if path, err = filepath.Abs(path); err != nil {
				return m, fmt.Errorf("data: %w", err)
			}
		}
		m.Examples = append(m.Examples, ManifestEntry{e.name, path, e.key, e.size.X, e.size.Y, e.label, e.target, e.row})
	}
	return m, nil
}

// ErrInMemory is returned for a set whose pictures were never in files.
var ErrInMemory = errors.New("data: the set has pictures in memory, which are in no file (make it again)")

// Set makes the set that m lists. A file that is gone is an error that names it; one
// that changed is an error of [Set.Image], since its digest is another.
func (m Manifest) Set() (*Set, error) {
	s := &Set{name: m.Source, classes: m.Classes, regression: m.Regression, set: settle(nil)}
	s.set.ctx, s.set.seed, s.set.maxPixels = context.Background(), m.Seed, m.MaxPixels
	gone, first := 0, ""
	for _, e := range m.Examples {
		if e.Path == "" {
			return nil, ErrInMemory
		}
		if !m.Regression && (e.Label < 0 || e.Label >= len(m.Classes)) {
			return nil, fmt.Errorf("data: manifest: %q has class %d of %d", e.Name, e.Label, len(m.Classes))
		}
		if _, err := os.Stat(e.Path); err != nil {
			if gone++; gone == 1 {
				first = err.Error()
			}
		}
		s.examples = append(s.examples, example{
			name: e.Name, path: e.Path, key: e.Key, size: image.Pt(e.Width, e.Height), label: e.Label, target: e.Target, row: e.Row,
		})
	}
	if gone > 0 {
		return nil, fmt.Errorf("data: %d of %d photographs cannot be found, the first: %s", gone, len(m.Examples), first)
	}
	return s, nil
}
