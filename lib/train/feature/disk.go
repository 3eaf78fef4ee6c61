package feature

import (
	"cmp"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"graft/lib/hub"
)

// The cache of features is bounded in memory and on disk. What was used least
// recently goes first; what the running call uses stays.
const (
	// DefaultMemory is what computed features, or decoded examples, may take
	// in memory, in megabytes; GRAFT_FEATURE_MEMORY sets another number.
	DefaultMemory = 2048
	// DefaultDisk is what they may take in the cache folder, in megabytes;
	// GRAFT_FEATURE_DISK sets another number, 0 keeps nothing there.
	DefaultDisk = 10240
)

// limit is the number of bytes that an environment variable allows.
func limit(variable string, megabytes int64) (int64, error) {
	text := os.Getenv(variable)
	if text == "" {
		return megabytes << 20, nil
	}
	n, err := strconv.ParseInt(text, 10, 32)
	if err != nil || n < 0 {
		return 0, fmt.Errorf("feature: %s=%q (want a number of megabytes, 0 or more)", variable, text)
	}
	return n << 20, nil
}

func featureDir() string { return filepath.Join(hub.CacheDir(), "features") }

func packDir(key string) string { return filepath.Join(featureDir(), key) }

// pack is a file of the cache.
type pack struct {
	path  string
	bytes int64
	used  time.Time // time of change, which reading renews
}

// packs lists the files below dir, the one used least recently first.
func packs(dir string) []pack {
	var list []pack
	_ = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return nil // what cannot be seen cannot be removed
		}
		if info, err := d.Info(); err == nil {
			list = append(list, pack{path, info.Size(), info.ModTime()})
		}
		return nil
	})
	slices.SortFunc(list, func(a, b pack) int { return cmp.Or(a.used.Compare(b.used), cmp.Compare(a.path, b.path)) })
	return list
}

// abandoned is the age at which a pack that nobody finished is taken away.
const abandoned = time.Hour

// makeRoom removes packs of other folders than keep, the one used least recently
// first, until need more bytes fit into the limit. It reports whether they do.
func makeRoom(keep string, limit, need int64) bool {
	total := need
	var removable []pack
	for _, p := range packs(featureDir()) {
		name := filepath.Base(p.path)
		if strings.HasPrefix(name, newPack) && time.Since(p.used) > abandoned {
			_ = os.Remove(p.path)
			continue
		}
		total += p.bytes
		if filepath.Dir(p.path) != keep && strings.HasSuffix(name, ".pack") {
			removable = append(removable, p)
		}
	}
	for _, p := range removable {
		if total <= limit {
			break
		}
		if os.Remove(p.path) == nil {
			total -= p.bytes
			_ = os.Remove(filepath.Dir(p.path)) // the folder, if nothing is left in it
		}
	}
	return total <= limit
}
