//go:build full

package notebooks

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"graft/internal/notebook"
)

// The whole lessons say the same, to the last digit, from a file and in Jupyter.
func TestLessonsInJupyter(t *testing.T) {
	for _, l := range lessons {
		name, text := l.text(t)
		t.Run(name, func(t *testing.T) {
			stdout, fromFile := run(t, name, text)
			holds(t, stdout, append(l.lines, l.claims...))
			if l.verdict != nil {
				l.verdict(t, judgements(stdout))
			}
			pictures(t, fromFile, l.pictures...)
			if l.number > 2 { // two in Jupyter are enough
				return
			}
			fromJupyter := filepath.Join(t.TempDir(), name)
			convert(t, name, fromJupyter)
			pictures(t, fromJupyter, l.pictures...)
			want, got := shown(t, fromFile), shown(t, fromJupyter)
			if len(want) < 5 {
				t.Fatalf("only %d cells show something: %q", len(want), want)
			}
			for i := range max(len(want), len(got)) {
				if i >= len(want) || i >= len(got) || got[i] != want[i] {
					t.Fatalf("from Jupyter:\n%s\nfrom a file:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
				}
			}
		})
	}
}

var judgementLine = regexp.MustCompile(`(?m)^(\S.*?) +(\d\.\d{3})   95 %: (\d\.\d{3}) to (\d\.\d{3})(?:   defective: (\d\.\d{3}))?$`)

func judgements(text string) map[string]judgement {
	judged := map[string]judgement{}
	for _, f := range judgementLine.FindAllStringSubmatch(text, -1) {
		var v [4]float64
		for i := range v {
			v[i], _ = strconv.ParseFloat(f[2+i], 64) // 0 without a last column
		}
		judged[f[1]] = judgement{v[0], v[1], v[2], v[3]}
	}
	return judged
}

// convert runs a lesson in Jupyter's nbconvert.
func convert(t *testing.T, lesson, out string) {
	t.Helper()
	j := installed(t)
	j.command(j.command("../scripts/jupyter-venv.sh"), "-m", "nbconvert", "--to", "notebook", "--execute", "--output", out, lesson)
}

// shown returns what the cells of a notebook print and show as text, without the
// cells that fit, whose tables have times.
func shown(t *testing.T, file string) []string {
	t.Helper()
	nb, err := notebook.Read(file)
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, c := range nb.Cells {
		if strings.Contains(c.Source, ".Fit(") {
			continue
		}
		printing := false // what a cell prints comes in pieces, as it runs
		for _, o := range c.Outputs {
			data, ok := o["data"].(map[string]any)
			switch {
			case ok:
				list = append(list, joined(data["text/plain"]))
			case printing:
				list[len(list)-1] += joined(o["text"])
			default:
				list = append(list, joined(o["text"]))
			}
			printing = !ok
		}
	}
	return list
}

// joined returns a text of a notebook, which may be a list of lines.
func joined(text any) string {
	lines, ok := text.([]any)
	if !ok {
		return fmt.Sprint(text)
	}
	var b strings.Builder
	for _, line := range lines {
		fmt.Fprint(&b, line)
	}
	return b.String()
}

// papermill runs the shortened lesson.
func TestLessonInPapermill(t *testing.T) {
	l := lessons[0]
	name, text := l.text(t)
	dir := t.TempDir()
	file, out := filepath.Join(dir, name), filepath.Join(dir, "out.ipynb")
	if err := os.WriteFile(file, []byte(l.shorter.Replace(string(text))), 0o644); err != nil {
		t.Fatal(err)
	}
	j := installed(t)
	j.command(j.command("../scripts/jupyter-venv.sh"), "-m", "papermill", "--kernel", "graft", "--cwd", dir, file, out)
	pictures(t, out, l.pictures...)
}
