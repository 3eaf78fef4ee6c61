package golang

import (
	"slices"
	"strings"
	"testing"
)

func TestUnbound(t *testing.T) {
	in := newInterp(t)
	e := in.fail(t, &Env{}, `import "example.org/x/y"`, Compile)
	for _, want := range []string{`no package "example.org/x/y"`, ": most of the standard library", "graft extend example.org/x/y builds"} {
		if !strings.Contains(e.Message, want) {
			t.Errorf("want %q in %q", want, e.Message)
		}
	}
	e = in.fail(t, &Env{}, `import "string"`, Compile)
	if e.Message != `no package "string" (did you mean "strings"?)` {
		t.Errorf("a slip of the pen: %q", e.Message)
	}
}

func TestBound(t *testing.T) {
	got := bound([]string{"fmt", "os/exec", failPath, "graft/lib", "graft/lib/nn", "gonum.org/v1/gonum/mat", "gonum.org/v1/gonum/stat", "github.com/a/b"})
	if want := []string{"most of the standard library", "graft/lib", "gonum.org/v1/gonum", "github.com/a/b"}; !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}
