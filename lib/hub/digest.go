package hub

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// verify checks the size (0 skips) and the SHA-256 digest ("" skips) of a file.
func verify(path string, size int64, digest string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if info.IsDir() {
		if digest != "" {
			return errors.New("a folder has no digest of its own (give ArchiveSHA256)")
		}
		return nil
	}
	if size > 0 && info.Size() != size {
		return fmt.Errorf("size %d bytes, want %d (a damaged or different file)", info.Size(), size)
	}
	if digest == "" {
		return nil
	}
	got, err := sha256File(path)
	if err != nil {
		return err
	}
	if !strings.EqualFold(got, digest) {
		return fmt.Errorf("sha256 %s, want %s (a damaged or different file)", got, digest)
	}
	return nil
}

func sha256File(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// stamp is what a seal remembers of a verified file, so that a large one need
// not be hashed again at every start; a file that changed since is hashed again.
type stamp struct {
	Digest string `json:"digest"` // of the file, or of the package for a folder
	Size   int64  `json:"size"`
	Mtime  int64  `json:"mtime_ns"`
}

func sealPath(path string) string { return strings.TrimRight(path, "/") + ".sealed" }

func stampOf(path string, s Source) (stamp, error) {
	info, err := os.Stat(path)
	if err != nil {
		return stamp{}, err
	}
	if info.IsDir() {
		return stamp{Digest: s.ArchiveSHA256}, nil
	}
	return stamp{Digest: s.SHA256, Size: info.Size(), Mtime: info.ModTime().UnixNano()}, nil
}

// seal marks path as complete and verified. It is written last.
func seal(path string, s Source) error {
	st, err := stampOf(path, s)
	if err != nil {
		return err
	}
	text, err := json.Marshal(st)
	if err != nil {
		return err
	}
	if err := os.WriteFile(sealPath(path), text, 0o644); err != nil {
		return unwritable(err)
	}
	return nil
}

// sealed reports whether path is there, complete and with s's digest.
func sealed(path string, s Source) bool {
	text, err := os.ReadFile(sealPath(path))
	if err != nil {
		return false
	}
	var had stamp
	if json.Unmarshal(text, &had) != nil {
		return false
	}
	now, err := stampOf(path, s)
	if err != nil {
		return false
	}
	if had == now {
		return true
	}
	if now.Size == 0 || s.SHA256 == "" || verify(path, s.Size, s.SHA256) != nil {
		return false
	}
	return seal(path, s) == nil
}
