package train

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// UnfinishedFit is a checkpoint as [Unfinished] finds it.
type UnfinishedFit struct {
	Folder string
	Net    string
	Epoch  int // in which it stands
	Epochs int
	Time   time.Time // of the checkpoint
	InUse  bool      // a fit holds it
}

// Unfinished lists the checkpoints below dir ("" is [CheckpointDir]), the latest
// first. Folders without a checkpoint that can be read are left out.
func Unfinished(dir string) []UnfinishedFit {
	if dir == "" {
		dir = CheckpointDir()
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil
	}
	var list []UnfinishedFit
	for _, e := range entries {
		folder := filepath.Join(dir, e.Name())
		for _, n := range points(folder) {
			p, err := readPoint(folder, n)
			if err == nil {
				list = append(list, UnfinishedFit{folder, p.Net, p.At.Epoch, p.Epochs, p.Written, inUse(folder)})
				break
			}
		}
	}
	slices.SortFunc(list, func(a, b UnfinishedFit) int { return b.Time.Compare(a.Time) })
	return list
}

func inUse(folder string) bool {
	lock, err := lockFolder(folder)
	if err == nil {
		err = lock.Unlock()
	}
	return errors.Is(err, ErrInUse)
}

// latest is the checkpoint below dir that was written last, of those no fit holds.
func latest(dir string) (string, error) {
	list := Unfinished(dir)
	for _, u := range list {
		if !u.InUse {
			return u.Folder, nil
		}
	}
	if len(list) > 0 {
		return "", fmt.Errorf("train: %s: %w", list[0].Folder, ErrInUse)
	}
	return "", fmt.Errorf("train: no checkpoint of an unfinished fit in %s (fits write one every %s; with another folder, give it with Checkpoint)", dir, DefaultEvery)
}
