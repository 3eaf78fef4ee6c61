package hub

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
)

const commit = "0123456789abcdef0123456789abcdef01234567"

// hubServer replays the part of the Hugging Face hub's API that downloads use:
// the model's info, and files that redirect to a content network whose answers
// carry ETags. cut, if set, breaks transfers of file bodies off in the middle.
type hubServer struct {
	*httptest.Server
	files  map[string]string
	cut    atomic.Bool
	bodies atomic.Int64 // transfers of file bodies
}

func newHubServer(t *testing.T, files map[string]string) *hubServer {
	t.Helper()
	s := &hubServer{files: files}
	mux := http.NewServeMux()
	mux.HandleFunc("/api/models/acme/net/revision/{rev}", s.info)
	mux.HandleFunc("/acme/net/resolve/{rev}/{file...}", s.resolve)
	mux.HandleFunc("/cdn/{file...}", s.blob)
	s.Server = httptest.NewServer(mux)
	t.Cleanup(s.Close)
	t.Setenv("HF_ENDPOINT", s.URL)
	t.Setenv("HF_HUB_CACHE", t.TempDir())
	t.Setenv("GRAFT_CACHE", t.TempDir())
	return s
}

func (s *hubServer) info(w http.ResponseWriter, _ *http.Request) {
	var names []string
	for name := range s.files {
		names = append(names, fmt.Sprintf(`{"rfilename":%q}`, name))
	}
	fmt.Fprintf(w, `{"id":"acme/net","sha":%q,"siblings":[%s]}`, commit, strings.Join(names, ","))
}

func (s *hubServer) resolve(w http.ResponseWriter, r *http.Request) {
	text, ok := s.files[r.PathValue("file")]
	if !ok {
		http.Error(w, "Entry not found", http.StatusNotFound)
		return
	}
	w.Header().Set("X-Repo-Commit", commit)
	w.Header().Set("X-Linked-ETag", `"`+digestOf([]byte(text))+`"`)
	w.Header().Set("X-Linked-Size", fmt.Sprint(len(text)))
	http.Redirect(w, r, "/cdn/"+r.PathValue("file")+"?signature=abc", http.StatusFound)
}

func (s *hubServer) blob(w http.ResponseWriter, r *http.Request) {
	text := s.files[r.PathValue("file")]
	w.Header().Set("ETag", `"`+digestOf([]byte(text))+`"`)
	w.Header().Set("Content-Length", fmt.Sprint(len(text)))
	if r.Method == http.MethodHead {
		return
	}
	s.bodies.Add(1)
	if s.cut.Load() {
		text = text[:len(text)/2]
	}
	_, _ = w.Write([]byte(text))
}

func TestHuggingFace(t *testing.T) {
	s := newHubServer(t, map[string]string{"config.json": "{}", "pytorch_model.bin": "pickle", "model.safetensors": "tensors"})
	path, err := Fetch(t.Context(), Source{Ref: "hf:acme/net"})
	require.NoError(t, err)
	require.Equal(t, filepath.Join(os.Getenv("HF_HUB_CACHE"), "models--acme--net", "snapshots", commit, "model.safetensors"), path)
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, "tensors", string(text))
	link, err := os.Readlink(path)
	require.NoError(t, err)
	require.Equal(t, "../../blobs/"+digestOf([]byte("tensors")), link, "the layout that the Hugging Face library shares")

	s.Close()
	t.Setenv(EnvOffline, "1")
	again, err := Fetch(t.Context(), Source{Ref: "hf:acme/net"})
	require.NoError(t, err)
	require.Equal(t, path, again)
	require.EqualValues(t, 1, s.bodies.Load())
	_, err = Fetch(t.Context(), Source{Ref: "hf:acme/net", File: "config.json"})
	require.ErrorContains(t, err, EnvOffline)
}

func TestHuggingFaceShards(t *testing.T) {
	newHubServer(t, map[string]string{
		"model.safetensors.index.json":     `{"weight_map":{}}`,
		"model-00001-of-00002.safetensors": "one", "model-00002-of-00002.safetensors": "two", "other.safetensors": "no",
	})
	path, err := Fetch(t.Context(), Source{Ref: "hf:acme/net@main"})
	require.NoError(t, err)
	require.FileExists(t, filepath.Join(filepath.Dir(path), "model-00002-of-00002.safetensors"))
	require.NoFileExists(t, filepath.Join(filepath.Dir(path), "other.safetensors"))
}

func TestHuggingFaceBrokenTransfer(t *testing.T) {
	s := newHubServer(t, map[string]string{"model.safetensors": "tensors"})
	s.cut.Store(true)
	_, err := Fetch(t.Context(), Source{Ref: "hf:acme/net"})
	require.Error(t, err)
	_, ok := Cached(Source{Ref: "hf:acme/net"})
	require.False(t, ok)
	s.cut.Store(false)
	_, err = Fetch(t.Context(), Source{Ref: "hf:acme/net", SHA256: digestOf([]byte("tensors"))})
	require.NoError(t, err)
}

func TestHuggingFaceErrors(t *testing.T) {
	newHubServer(t, map[string]string{"README.md": "hello"})
	_, err := Fetch(t.Context(), Source{Ref: "hf:acme/net"})
	require.ErrorContains(t, err, "no weights")
	_, err = Fetch(t.Context(), Source{Ref: "hf:acme/net", File: "x.bin"})
	require.ErrorContains(t, err, "README.md")
	_, err = Fetch(t.Context(), Source{Ref: "hf:acme/gone"})
	require.ErrorContains(t, err, "HF_TOKEN")
	_, err = Fetch(t.Context(), Source{Ref: "hf:acme/net", File: "README.md", SHA256: digestOf(nil)})
	require.ErrorContains(t, err, "did not arrive whole")
}
