package golang

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	_ "graft/internal/golang/registry/std"
	"graft/internal/goldentest"
)

// TestTranscripts runs testdata/*.txtar: scenarios of cells, each cell followed by
// the events it must give. Lines of output stand as they are; "= " begins a result,
// "! " an error, "# " a note. "-- scenario: NAME --" begins a scenario: a session of
// its own, with the text below it as its comment.
func TestTranscripts(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no transcripts: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			transcript(t, file)
		})
	}
}

// transcript runs the scenarios of one file, and writes it again if asked to.
func transcript(t *testing.T, file string) {
	archive, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var out []txtar.File
	for _, s := range scenarios(archive.Files) {
		got := s
		t.Run(strings.TrimPrefix(s[0].Name, scenarioMark), func(t *testing.T) { got = scenario(t, s) })
		out = append(out, got...)
	}
	if goldentest.Updating() {
		archive.Files = out
		if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

const scenarioMark = "scenario: "

// scenarios cuts files before every mark.
func scenarios(files []txtar.File) (list [][]txtar.File) {
	for _, f := range files {
		if len(list) == 0 || strings.HasPrefix(f.Name, scenarioMark) {
			list = append(list, nil)
		}
		list[len(list)-1] = append(list[len(list)-1], f)
	}
	return list
}

// scenario compares the events of its cells, and returns it with those it got.
func scenario(t *testing.T, files []txtar.File) (out []txtar.File) {
	in := newInterp(t)
	n := 0
	for i, f := range files {
		if f.Name != "cell" {
			switch {
			case strings.HasPrefix(f.Name, scenarioMark):
				out = append(out, f)
			case f.Name != "want":
				t.Errorf("a part is named %q: it would not run", f.Name)
			}
			continue
		}
		n++
		got := in.events(Cell{Name: fmt.Sprintf("cell[%d]", n), Source: strings.TrimSuffix(string(f.Data), "\n")})
		out = append(out, f, txtar.File{Name: "want", Data: []byte(got)})
		want := ""
		if i+1 < len(files) && files[i+1].Name == "want" {
			want = string(files[i+1].Data)
		}
		if !goldentest.Updating() && got != want {
			t.Errorf("cell %d:\n%s--- got:\n%s--- want:\n%s", n, f.Data, got, want)
		}
	}
	return out
}

// session is an interpreter with the name of the next cell.
type session struct{ *Interp }

func newInterp(t testing.TB) session {
	t.Helper()
	in, err := New(Options{MaxAlloc: 8 << 30})
	if err != nil {
		t.Fatal(err)
	}
	return session{in}
}

// events evaluates a cell and writes what came of it.
func (s session) events(cell Cell) string {
	var out bytes.Buffer
	env := &Env{Stdout: &out, Stderr: &out}
	res, err := s.Eval(env, cell)
	b := out.Bytes()
	if len(b) > 0 && b[len(b)-1] != '\n' {
		out.WriteString("\n")
	}
	if res.Show {
		var text strings.Builder
		if err = s.Do(env, func() { showValues(&text, res) }); err == nil {
			out.WriteString("= " + text.String() + "\n")
		}
	}
	var e *Error
	if errors.As(err, &e) {
		fmt.Fprintf(&out, "! %s: %s\n", e.Kind, strings.ReplaceAll(e.Pretty(), "\n", "\n! "))
	}
	for _, note := range res.Notes {
		fmt.Fprintf(&out, "# %s\n", note)
	}
	return out.String()
}

func showValues(w io.Writer, res Result) {
	for i, v := range res.Values {
		if i > 0 {
			io.WriteString(w, ", ")
		}
		fmt.Fprintf(w, "%v (%s)", v, typeText(res.Types[i]))
	}
}
