package hub

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"
	"graft/lib/display"
)

// Fetch returns the path of s on this machine, downloading it if need be.
// Progress goes to the display sink of ctx. Cancelling ctx stops a download
// promptly; what had arrived never counts as the file. Two processes that fetch
// the same source download it once.
//
// The path is a file, or a folder when s.File is empty or ends in "/". It may be
// read but not changed. Errors: an unknown scheme, a missing client program, a
// digest that differs, no network, a cache folder that cannot be written.
func Fetch(ctx context.Context, s Source, opts ...Option) (string, error) {
	var set settings
	for _, opt := range opts {
		opt(&set)
	}
	r, err := parse(s.Ref)
	if err != nil {
		return "", err
	}
	if path, ok := r.cached(s); ok {
		return path, nil
	}
	if r.local() {
		return r.find(s)
	}
	if Offline() {
		return "", fmt.Errorf("hub: %q is not in the cache and the hub is offline (unset %s to fetch it)", s.Ref, EnvOffline)
	}
	unlock, err := r.lock(ctx)
	if err != nil {
		return "", err
	}
	defer unlock()
	if path, ok := r.cached(s); ok { // another process fetched it meanwhile
		return path, nil
	}
	if s.Notice != "" && !set.quiet {
		display.From(ctx).Show(display.Plain(s.Notice))
	}
	return r.download(ctx, s, set.quiet)
}

// Cached returns the path of s if it is on this machine already.
func Cached(s Source) (path string, ok bool) {
	r, err := parse(s.Ref)
	if err != nil {
		return "", false
	}
	return r.cached(s)
}

// lockPoll is how often a process that waits for another's download looks.
const lockPoll = 100 * time.Millisecond

// lock keeps other processes from fetching the same package at the same time.
func (r ref) lock(ctx context.Context) (unlock func(), err error) {
	path := filepath.Join(CacheDir(), "locks", r.slug()+".lock")
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, unwritable(err)
	}
	l := flock.New(path)
	ok, err := l.TryLockContext(ctx, lockPoll)
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil:
		return nil, unwritable(err)
	case !ok:
		return nil, fmt.Errorf("hub: %q stays locked by another process (remove %s if none runs)", r.text, path)
	}
	return func() { _ = l.Unlock() }, nil
}

func unwritable(err error) error {
	return fmt.Errorf("hub: cache folder %q cannot be written (make it writable, or set GRAFT_CACHE to another folder): %w", CacheDir(), err)
}

// download fetches the package of s and puts what s asks for into the cache.
func (r ref) download(ctx context.Context, s Source, quiet bool) (string, error) {
	if r.scheme == "hf" {
		return r.downloadHF(ctx, s, quiet)
	}
	work, err := workDir()
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(work)
	stop := watch(ctx, r.title(), work, s.ArchiveSize, quiet)
	archive, err := r.client(ctx, work)
	stop(err)
	if err != nil {
		return "", r.explain(ctx, err)
	}
	if err := verify(archive, 0, s.ArchiveSHA256); err != nil {
		return "", fmt.Errorf("hub: package %q is not the one expected: %w (an upload was replaced, or a proxy changed it)", r.text, err)
	}
	return r.keep(ctx, s, archive, work)
}

// keep unpacks what s asks for and moves it into the cache in one step.
func (r ref) keep(ctx context.Context, s Source, archive, work string) (string, error) {
	unpacked := filepath.Join(work, "unpacked")
	if err := unpack(ctx, archive, unpacked, s.File); err != nil {
		return "", fmt.Errorf("hub: %q: %w", r.text, err)
	}
	from := filepath.Join(unpacked, filepath.FromSlash(s.File))
	if err := verify(from, s.Size, s.SHA256); err != nil {
		return "", fmt.Errorf("hub: %q in %q: %w", s.File, r.text, err)
	}
	to := r.place(s)
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return "", unwritable(err)
	}
	if err := os.RemoveAll(to); err != nil {
		return "", unwritable(err)
	}
	if err := os.Rename(from, to); err != nil {
		return "", unwritable(err)
	}
	return to, seal(to, s)
}

func workDir() (string, error) {
	tmp := filepath.Join(CacheDir(), "tmp")
	if err := os.MkdirAll(tmp, 0o755); err != nil {
		return "", unwritable(err)
	}
	dir, err := os.MkdirTemp(tmp, "fetch-")
	if err != nil {
		return "", unwritable(err)
	}
	return dir, nil
}

// explain turns a client's failure into an error with a remedy.
func (r ref) explain(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	var missing *missingClient
	if errors.As(err, &missing) {
		return err
	}
	return fmt.Errorf("hub: could not fetch %q (check the network; what is cached works with %s=1): %w", r.text, EnvOffline, err)
}
