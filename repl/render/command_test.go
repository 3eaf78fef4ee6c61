package render

import (
	"strings"
	"testing"

	"graft/repl/style"
)

func TestCommands(t *testing.T) {
	for cell, want := range map[string]string{
		":load it's.go":           ":load",
		"%%time m.Fit(1)":         "%%time",
		"!ls -la \\\n  | wc\nx":   "!",
		"\n  :vars\n!ls\nif x {}": ":vars !",
		"x := 1\n:vars":           "",
		":time\n!x":               ":time",
		"":                        "",
		"%":                       "",
	} {
		spans, rest := Commands(cell, style.For(true))
		var got []string
		for _, s := range spans {
			got = append(got, cell[s.Start:s.End])
		}
		if strings.Join(got, " ") != want || len(rest) != len(cell) {
			t.Errorf("%q: %q, want %q; rest %q", cell, got, want, rest)
		}
	}
}
