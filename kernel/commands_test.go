package kernel

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"graft/internal/notebook"
)

// The commands of the terminal are those of the kernel: the shell, files, and a plain
// answer where only a terminal can do it.
func TestCommands(t *testing.T) {
	l := start(t, local(t))
	dir := t.TempDir()
	cells := "n := 20\n//%%\nfmt.Println(\"loading\")\nn + 1\n//%%\nnope\n"
	if err := os.WriteFile(filepath.Join(dir, "part.go"), []byte(cells), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ cell, status, said string }{
		{"%cd " + dir, "ok", "busy execute_input display_data idle"},
		{"!echo out; exit 3", "error", `busy execute_input stdout="out\n" error idle`},
		{"%load part.go", "error", `busy execute_input stdout="loading\n" display_data error idle`},
		{"n", "ok", "busy execute_input execute_result idle"},
		{"%save all.ipynb", "ok", "busy execute_input display_data idle"},
		{"!cat; echo over", "ok", `busy execute_input stdout="over\n" idle`},
		{":theme dark", "error", "busy execute_input error idle"},
		{":help load", "ok", "busy execute_input idle"},
	} {
		reply, out := l.cell(c.cell, "allow_stdin", true)
		if reply.fields["status"] != c.status || words(out) != c.said {
			t.Errorf("%s: %v\n%s\nwant %s", c.cell, reply, words(out), c.said)
		}
		if c.cell == "%load part.go" && reply.fields["evalue"] != "part.go:6:1: undefined: nope" {
			t.Errorf("place of the error: %v", reply.fields["evalue"])
		}
		if payload, _ := reply.fields["payload"].([]any); c.cell == ":help load" && len(payload) != 1 {
			t.Errorf("help: %v", reply)
		}
	}
	nb, err := notebook.Read(filepath.Join(dir, "all.ipynb"))
	if err != nil || len(nb.Cells) != 4 || nb.Cells[3].Source != "n" || len(nb.Cells[3].Outputs) != 1 {
		t.Errorf("saved: %+v, %v", nb, err)
	}
}

// An interrupt ends a line of the shell as it ends Go.
func TestInterruptOfTheShell(t *testing.T) {
	l := start(t, local(t))
	id := l.say(l.shell, "execute_request", map[string]any{"code": "!echo begun; sleep 300"})
	for a := l.heard(); a.ParentID() != id || a.Header.Type != "stream"; a = l.heard() {
	}
	l.reply(l.control, l.say(l.control, "interrupt_request", map[string]any{}))
	if a := l.reply(l.shell, id); a.fields["status"] != "error" || a.fields["ename"] != "Interrupt" {
		t.Errorf("%v\n%s", a, l.log)
	}
	l.alive()
}

// Commands, their arguments and files complete in Jupyter, too.
func TestCommandsComplete(t *testing.T) {
	l := start(t, local(t))
	for code, want := range map[string]string{"%tim": "time timeit", ":theme d": "dark", "!ls\n%he": "help"} {
		a := l.ask("complete_request", map[string]any{"code": code, "cursor_pos": len(code)})
		var got []string
		list, _ := a.fields["matches"].([]any)
		for _, m := range list {
			got = append(got, m.(string))
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %v", code, a)
		}
	}
}
