package checkpoint

import (
	"os"
	"path/filepath"
	"slices"
	"time"
)

// Fit is a checkpoint as [Unfinished] finds it.
type Fit struct {
	Folder string
	Net    string
	Epoch  int // in which it stands
	Epochs int
	Time   time.Time // of the checkpoint
	InUse  bool      // a fit holds it
}

// Unfinished lists the checkpoints below dir ("" is [Dir]), the latest
// first. Folders without a checkpoint that can be read are left out.
func Unfinished(dir string) []Fit {
	if dir == "" {
		dir = Dir()
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil
	}
	var list []Fit
	for _, e := range entries {
		folder := filepath.Join(dir, e.Name())
		for _, n := range Points(folder) {
			var h head
			if ReadPoint(folder, n, &h) == nil {
				list = append(list, Fit{folder, h.Net, h.At.Epoch, h.Epochs, h.Written, inUse(folder)})
				break
			}
		}
	}
	slices.SortFunc(list, func(a, b Fit) int { return b.Time.Compare(a.Time) })
	return list
}

// Prune makes room below root for one more fit: the oldest checkpoints of fits that no
// longer run go, so that keep are left with the new one, and so do folders of fits that
// ended before their first point. What cannot be removed is left for the next time.
func Prune(root string, keep int) {
	left, known := 0, map[string]bool{}
	for _, u := range Unfinished(root) {
		known[u.Folder] = true
		if u.InUse {
			continue
		}
		if left++; left >= keep {
			_ = os.RemoveAll(u.Folder)
		}
	}
	locks, err := filepath.Glob(filepath.Join(root, "*", lockName))
	if err != nil {
		return
	}
	for _, lock := range locks {
		if folder := filepath.Dir(lock); !known[folder] && len(Points(folder)) == 0 && !inUse(folder) {
			_ = os.RemoveAll(folder)
		}
	}
}
