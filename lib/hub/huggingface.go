package hub

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	hf "github.com/gomlx/go-huggingface/hub"
)

// weightsFiles are the files that hold a repository's weights, best first: the
// index of sharded ones is found before a single pickle.
var weightsFiles = []string{"model.safetensors", "model.safetensors.index.json", "pytorch_model.bin", "pytorch_model.bin.index.json"}

// hfCache is the folder shared with the Hugging Face library, found by the same
// environment variables.
func hfCache() string {
	if dir := os.Getenv("HF_HUB_CACHE"); dir != "" {
		return dir
	}
	if home := os.Getenv("HF_HOME"); home != "" {
		return filepath.Join(home, "hub")
	}
	return hf.DefaultCacheDir()
}

// cachedHF looks in the shared cache: refs/REV names the commit whose files lie
// in snapshots/COMMIT.
func (r ref) cachedHF(s Source) (string, bool) {
	root := filepath.Join(hfCache(), "models--"+strings.ReplaceAll(r.name, "/", hf.RepoIdSeparator))
	commit := r.version
	if text, err := os.ReadFile(filepath.Join(root, "refs", filepath.FromSlash(r.version))); err == nil {
		commit = strings.TrimSpace(string(text))
	}
	names := []string{s.File}
	if s.File == "" {
		names = weightsFiles
	}
	for _, name := range names {
		path := filepath.Join(root, "snapshots", commit, filepath.FromSlash(name))
		if verify(path, s.Size, s.SHA256) == nil {
			return path, true
		}
	}
	return "", false
}

func (r ref) downloadHF(ctx context.Context, s Source, quiet bool) (string, error) {
	repo := hf.New(r.name).WithRevision(r.version).WithCacheDir(hfCache()).WithProgressBar(false).WithAuth(os.Getenv("HF_TOKEN"))
	if err := repo.DownloadInfo(true); err != nil {
		return "", r.explain(ctx, fmt.Errorf("%w (a private or gated model needs HF_TOKEN)", err))
	}
	names, err := r.filesHF(repo, s)
	if err != nil {
		return "", err
	}
	dir, err := repo.CacheDir()
	if err != nil {
		return "", unwritable(err)
	}
	stop := watch(ctx, r.title(), filepath.Join(dir, "blobs"), 0, quiet)
	paths, err := repo.DownloadFilesCtx(ctx, names...)
	stop(err)
	if err != nil {
		return "", r.explain(ctx, err)
	}
	if err := checkHF(paths, s); err != nil {
		return "", fmt.Errorf("hub: %q: %w", r.text, err)
	}
	return paths[0], r.remember(dir, repo.Info().CommitHash)
}

// checkHF verifies what arrived. go-huggingface v0.4.0 reports a transfer that
// broke off as a success and leaves a link to nothing, hence the look at every
// file; a bad one is removed with its blob, or it would be taken for good.
func checkHF(paths []string, s Source) error {
	for i, path := range paths {
		want := Source{}
		if i == 0 {
			want = s
		}
		if err := verify(path, want.Size, want.SHA256); err != nil {
			if blob, linkErr := filepath.EvalSymlinks(path); linkErr == nil {
				os.Remove(blob)
			}
			os.Remove(path)
			return fmt.Errorf("%q did not arrive whole (fetch it again): %w", filepath.Base(path), err)
		}
	}
	return nil
}

// remember writes which commit a revision stands for, as the Hugging Face
// library does and go-huggingface v0.4.0 does not, so that both find the files
// without a network.
func (r ref) remember(dir, commit string) error {
	if commit == "" || commit == r.version {
		return nil
	}
	path := filepath.Join(dir, "refs", filepath.FromSlash(r.version))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return unwritable(err)
	}
	if err := os.WriteFile(path, []byte(commit), 0o644); err != nil {
		return unwritable(err)
	}
	return nil
}

// filesHF lists what to download: the file asked for, or the weights, and the
// shards that an index speaks of.
func (r ref) filesHF(repo *hf.Repo, s Source) ([]string, error) {
	var offered []string
	for name, err := range repo.IterFileNames() {
		if err != nil {
			return nil, fmt.Errorf("hub: files of %q: %w", r.text, err)
		}
		offered = append(offered, name)
	}
	want := s.File
	if want == "" {
		i := slices.IndexFunc(weightsFiles, func(name string) bool { return slices.Contains(offered, name) })
		if i < 0 {
			return nil, fmt.Errorf("hub: %q offers no weights that graft reads (it has %s)", r.text, strings.Join(offered, ", "))
		}
		want = weightsFiles[i]
	}
	if !slices.Contains(offered, want) {
		return nil, fmt.Errorf("hub: no %q in %q (it has %s)", want, r.text, strings.Join(offered, ", "))
	}
	return append([]string{want}, shardsOf(want, offered)...), nil
}

// shardsOf returns the files an index.json stands for: "model.safetensors.index.json"
// has "model-00001-of-00002.safetensors" beside it.
func shardsOf(want string, offered []string) []string {
	base, ok := strings.CutSuffix(want, ".index.json")
	if !ok {
		return nil
	}
	ext := filepath.Ext(base)
	stem := strings.TrimSuffix(base, ext) + "-"
	var shards []string
	for _, name := range offered {
		if strings.HasPrefix(name, stem) && strings.HasSuffix(name, ext) {
			shards = append(shards, name)
		}
	}
	return shards
}
