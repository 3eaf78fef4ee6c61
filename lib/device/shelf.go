package device

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"graft/internal/whole"
)

// shelf is a folder of compiled programs, a file each:
//
//	"graftx1\n"  SHA-256 of the rest  the rest
//
// One that is not whole is removed.
// When all are larger than limit together, those used least recently go.
type shelf struct {
	dir   string
	limit int64 // bytes
}

const (
	shelfMagic = "graftx1\n"
	// shelfLimit is a few hundred training steps: that of MobileNetV2 takes 6 MB.
	shelfLimit = 1 << 30
)

// worthKeeping is the time from which on a compilation is kept.
var worthKeeping = 200 * time.Millisecond

func (s shelf) path(key string) string { return filepath.Join(s.dir, key) }

// read returns what is kept under key, nil for nothing. The caller calls done once
// the plugin has taken it: a process that dies in between leaves a mark, by which
// the next one knows not to try again.
func (s shelf) read(key string) (kept []byte, done func()) {
	if s.fatal(key) {
		s.remove(key)
		return nil, nil
	}
	data, err := os.ReadFile(s.path(key))
	if err != nil {
		return nil, nil
	}
	kept, ok := unwrap(data)
	if !ok {
		s.remove(key)
		return nil, nil
	}
	mark := s.path(key) + ".loading." + strconv.Itoa(os.Getpid())
	if f, err := os.Create(mark); err == nil {
		_ = f.Close() // an empty file has nothing to lose
	}
	now := time.Now()
	_ = os.Chtimes(s.path(key), now, now) // a read-only cache keeps its order
	return kept, func() { _ = os.Remove(mark) }
}

// fatal reports whether a process died while its plugin took key, and clears the
// marks of dead processes.
func (s shelf) fatal(key string) bool {
	marks, _ := filepath.Glob(s.path(key) + ".loading.*") // the pattern is right, so no error
	found := false
	for _, mark := range marks {
		pid, err := strconv.Atoi(mark[strings.LastIndexByte(mark, '.')+1:])
		if err != nil || !alive(pid) {
			found = true
			_ = os.Remove(mark)
		}
	}
	return found
}

func alive(pid int) bool {
	p, err := os.FindProcess(pid)
	return err == nil && !errors.Is(p.Signal(syscall.Signal(0)), os.ErrProcessDone)
}

func unwrap(data []byte) ([]byte, bool) {
	rest, ok := bytes.CutPrefix(data, []byte(shelfMagic))
	if !ok || len(rest) <= sha256.Size {
		return nil, false
	}
	sum := sha256.Sum256(rest[sha256.Size:])
	return rest[sha256.Size:], bytes.Equal(sum[:], rest[:sha256.Size])
}

func (s shelf) remove(key string) { _ = os.Remove(s.path(key)) }

// write keeps data under key, if it can.
func (s shelf) write(key string, data []byte) {
	if int64(len(data)) > s.limit || os.MkdirAll(s.dir, 0o755) != nil {
		return
	}
	sum := sha256.Sum256(data)
	err := whole.Write(s.path(key), 0o600, func(f *os.File) error {
		for _, part := range [][]byte{[]byte(shelfMagic), sum[:], data} {
			if _, err := f.Write(part); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		s.trim()
	}
}

// trim removes the files used least recently until the rest is within the limit.
func (s shelf) trim() {
	entries, err := os.ReadDir(s.dir)
	if err != nil {
		return
	}
	var files []fs.FileInfo
	total := int64(0)
	for _, e := range entries {
		if info, err := e.Info(); err == nil {
			files = append(files, info)
			total += info.Size()
		}
	}
	slices.SortFunc(files, func(a, b fs.FileInfo) int { return cmp.Compare(a.ModTime().UnixNano(), b.ModTime().UnixNano()) })
	for _, info := range files {
		if total <= s.limit {
			return
		}
		if os.Remove(s.path(info.Name())) == nil {
			total -= info.Size()
		}
	}
}

// gpus are the models of NVIDIA's cards as the driver lists them.
func gpus() string {
	paths, _ := filepath.Glob("/proc/driver/nvidia/gpus/*/information")
	var names []string
	for _, path := range append(paths, "/proc/driver/nvidia/version") {
		text, _ := os.ReadFile(path)
		for line := range strings.Lines(string(text)) {
			if strings.HasPrefix(line, "Model:") || strings.HasPrefix(line, "NVRM") {
				names = append(names, line)
			}
		}
	}
	return strings.Join(names, "")
}
