package std

import (
	"testing"

	"graft/internal/golang/registry"
	"graft/internal/golang/registry/registrytest"
)

func TestTables(t *testing.T) {
	paths := registry.Paths()
	if len(paths) < 150 {
		t.Errorf("%d packages, want at least 150", len(paths))
	}
	registrytest.Run(t, paths)
}

func TestDocsAndSource(t *testing.T) {
	docs := registry.Lookup("net/http").Docs()
	for _, key := range []string{"", "Get", "Client", "Client.Do", "Client.Timeout", "ErrServerClosed", "DefaultMaxHeaderBytes"} {
		if docs[key] == "" {
			t.Errorf("net/http: no docs of %q", key)
		}
	}
	if text := registry.Lookup("slices").Source()["slices.go"]; len(text) < 1000 {
		t.Errorf("source of slices has %d bytes", len(text))
	}
}
