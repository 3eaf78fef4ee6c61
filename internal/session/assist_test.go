package session

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"graft/internal/golang"
	"graft/internal/session/command"
	"graft/internal/session/event"
	"graft/lib/device"
	"graft/lib/display"
)

// TestCommandsComplete marks the cursor with |.
func TestCommandsComplete(t *testing.T) {
	_, s := newFake()
	defer s.Close()
	t.Chdir(t.TempDir())
	t.Setenv("GRAFT_COMPLETE_ME", "1")
	for _, name := range []string{"a.go", "b.ipynb", "c.txt", "d e"} {
		if err := os.WriteFile(name, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir("sub", 0o700); err != nil {
		t.Fatal(err)
	}
	home, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("HOME", home)
	t.Setenv("PATH", home+":/no/such/folder")
	if err := os.WriteFile("callme", nil, 0o700); err != nil {
		t.Fatal(err)
	}
	for src, want := range map[string]string{
		":he|":                  "help",
		"%t|":                   "time timeit theme",
		"%|":                    strings.Join(command.Names(), " "),
		"%%ti|":                 "time timeit",
		":vars\n:he|":           "help",
		"!ls\n%wh|":             "who",
		":load |":               "a.go b.ipynb sub/",
		":load ~/a|":            "~/a.go",
		":load \"a|\"":          "a.go",
		":save -f b|":           "b.ipynb",
		":cd |":                 "sub/",
		":theme d|":             "dark",
		":help sa|":             "save",
		":help :sa|":            ":save",
		":env GRAFT_COMPLETE|":  "GRAFT_COMPLETE_ME",
		"!cat c|":               "c.txt callme",
		"!c|":                   "c.txt callme callme", // as a program and as a file
		"!ls && ca|":            "callme callme",
		"!cat x >c.|":           "c.txt",
		":checkpoints r|":       "resume",
		":device |":             "",
		":nothing |":            "",
		":time pr|":             "print",
		":time\npr|":            "print",
		":load a.go\npr|":       "print",
		"pr|":                   "print",
		"print :he|":            "print",
		":load a|\nx":           "a.go",
		"  \n :load a|":         "a.go",
		"!echo it's \\\n sub|":  "sub/",
		":pager |":              "on off",
		"!don't\npr|":           "print",
		":time print(|":         "print",
		"x := \"!ls\n\"\n!cat|": "print",
	} {
		cursor := strings.IndexByte(src, '|')
		list, start, end := s.Complete(strings.Replace(src, "|", "", 1), cursor)
		var got []string
		for _, c := range list {
			got = append(got, c.Text)
		}
		words := strings.Fields(want)
		slices.Sort(got)
		slices.Sort(words)
		if !slices.Equal(got, words) || start > cursor || end != cursor {
			t.Errorf("%q: %q for [%d:%d], want %q", src, got, start, end, words)
		}
	}
}

// What stands beside commands is asked about as if they were not there.
func TestAssistBesideCommands(t *testing.T) {
	s := New(Options{History: "-"})
	defer s.Close()
	const before = "!don't \"\n:load x.go\n:time "
	src := before + "strings.Repeat(\"a\", "
	if c, ok := s.Signature(src, len(src)); !ok || c.Text[c.Start:c.End] != "count int" {
		t.Errorf("signature: %+v %v", c, ok)
	}
	if d, ok := s.Describe(src, len(before)+len("strings.Re"), 0); !ok || !strings.HasPrefix(d.Signature, "func strings.Repeat(") {
		t.Errorf("description: %+v %v", d, ok)
	}
	src = before + "strings.Repe"
	if list, start, _ := s.Complete(src, len(src)); len(list) != 1 || list[0].Text != "Repeat" || start != len(before)+len("strings.") {
		t.Errorf("completion: %v at %d", list, start)
	}
	for code, want := range map[string]golang.Status{
		"!echo \\": golang.Incomplete, "!echo it's (": golang.Complete, ":load odd(name": golang.Complete, ":time\nif x {": golang.Incomplete,
		"!ls\nfunc f() {": golang.Incomplete, "%%time": golang.Complete,
	} {
		if got, _ := s.IsComplete(code); got != want {
			t.Errorf("IsComplete(%q) = %s, want %s", code, got, want)
		}
	}
}

// TestDescribeCommands marks the cursor with |.
func TestDescribeCommands(t *testing.T) {
	_, s := newFake()
	defer s.Close()
	for src, want := range map[string]string{
		"%lo|ad": ":load FILE", "|:load x": ":load FILE", ":load| x": ":load FILE", ":load x|": "", "!ls|": "", "|!ls": "!LINE", ":time prin|": "",
		":vars\n%run|": ":load FILE", ":nothing|": "", "x := 1\n:load|": "", "print|": "func print(text)",
	} {
		cursor := strings.IndexByte(src, '|')
		d, ok := s.Describe(strings.Replace(src, "|", "", 1), cursor, 0)
		if d.Signature != want || ok != (want != "") {
			t.Errorf("%q: %+v %v, want %q", src, d, ok, want)
		}
	}
}

// The verbs of the library show their parameters, too.
func TestSignatureOfTheLibrary(t *testing.T) {
	s := New(Options{History: "-"})
	defer s.Close()
	s.Execute(t.Context(), Request{Code: "var m *task.ImageClassifier"}, func(event.Event) {})
	for src, want := range map[string]string{
		`m.Fit(5, `: "opts ...train.Option", `graft.ImageClassifier("resnet18.a1_in1k", `: "photos *data.Set", `graft.OneCycle(`: "peak float64",
	} {
		c, ok := s.Signature(src, len(src))
		if got := c.Text[c.Start:c.End]; !ok || got != want {
			t.Errorf("%s: %q of %q, want %q", src, got, c.Text, want)
		}
	}
}

func TestInterruptEndsTheShell(t *testing.T) {
	for name, interrupt := range map[string]func(s *Session, cancel func()){
		"interrupt": func(s *Session, _ func()) { s.Interrupt() },
		"context":   func(_ *Session, cancel func()) { cancel() },
		"both":      func(s *Session, cancel func()) { cancel(); s.Interrupt() },
	} {
		t.Run(name, func(t *testing.T) { interruptedShell(t, interrupt) })
	}
}

func interruptedShell(t *testing.T, interrupt func(s *Session, cancel func())) {
	s := New(Options{History: "-"})
	defer s.Close()
	ctx, cancel := context.WithCancel(t.Context())
	begun := make(chan bool, 1)
	done := make(chan Outcome, 1)
	var tp tape
	go func() {
		done <- s.Execute(ctx, Request{Code: "!echo begun; sleep 300; echo not reached\nfmt.Println(1)"}, func(e event.Event) {
			tp.handle(e)
			if text, ok := e.(event.Stream); ok && strings.Contains(text.Text, "begun") {
				begun <- true
			}
		})
	}()
	within(t, begun, "output")
	interrupt(s, cancel)
	if res := within(t, done, "end"); res.Error == nil || res.Error.Name != "Interrupt" || strings.Contains(tp.text(), "not reached") {
		t.Errorf("%+v\n%s", res, tp.text())
	}
}

// One interrupt is one signal: a program that puts things in order at the first may
// give up at the second.
func TestInterruptReachesTheShellOnce(t *testing.T) {
	s := New(Options{History: "-"})
	defer s.Close()
	var tp tape
	begun := make(chan bool, 1)
	done := make(chan Outcome, 1)
	go func() {
		code := "!trap 'echo caught' INT; echo begun; n=0; while [ $n -lt 100000 ]; do n=$((n+1)); done; echo over"
		done <- s.Execute(t.Context(), Request{Code: code}, func(e event.Event) {
			tp.handle(e)
			if text, ok := e.(event.Stream); ok && strings.Contains(text.Text, "begun") {
				begun <- true
			}
		})
	}()
	within(t, begun, "output")
	s.Interrupt()
	within(t, done, "end")
	if n := strings.Count(tp.text(), "caught"); n != 1 || !strings.Contains(tp.text(), "over") {
		t.Errorf("caught %d signals:\n%s", n, tp.text())
	}
}

// A program in the background does not hold the cell, and goes on to belong to it.
func TestShellInTheBackground(t *testing.T) {
	s := New(Options{History: "-"})
	defer s.Close()
	t.Chdir(t.TempDir())
	late := make(chan bool, 1)
	res := s.Execute(t.Context(), Request{Code: "!(while [ ! -e go ]; do sleep 0.01; done; echo late) & echo first"}, func(e event.Event) {
		if text, ok := e.(event.Stream); ok && strings.Contains(text.Text, "late") {
			late <- true
		}
	})
	if err := os.WriteFile("go", nil, 0o600); err != nil || res.Err != nil { // or the program goes on for ever
		t.Fatal(err, res.Err)
	}
	within(t, late, "output of the background")
}

// Large output passes whole and in order, whatever is in it.
func TestShellOutputIsWhole(t *testing.T) {
	s := New(Options{History: "-", Limit: -1})
	defer s.Close()
	var got strings.Builder
	s.Execute(t.Context(), Request{Code: `!i=0; while [ $i -lt 20000 ]; do printf 'line %d\0\n' $i; i=$((i+1)); done`}, func(e event.Event) {
		if text, ok := e.(event.Stream); ok {
			got.WriteString(text.Text)
		}
	})
	if n := strings.Count(got.String(), "\x00\n"); n != 20000 || !strings.HasSuffix(got.String(), "line 19999\x00\n") {
		t.Errorf("%d lines, ends in %.40q", n, got.String()[max(0, got.Len()-40):])
	}
}

func TestFrontSettings(t *testing.T) {
	_, s := newFake()
	defer s.Close()
	now := map[string]string{"theme": "auto"}
	set := func(_ context.Context, name, value string) (string, error) {
		if value != "" {
			now[name] = value
		}
		return now[name], nil
	}
	var tp tape
	for _, code := range []string{":theme light", ":theme"} {
		s.Execute(t.Context(), Request{Code: code, Set: set}, tp.handle)
	}
	if tp.text() != "show \"theme: light\"\n" {
		t.Error(tp.text())
	}
}

func TestDeviceCommand(t *testing.T) {
	s := New(Options{History: "-"})
	defer s.Close()
	var tp tape
	s.Execute(t.Context(), Request{Code: ":device"}, tp.handle)
	d, err := device.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(tp.text(), "show ") || !strings.Contains(tp.text(), d.String()) {
		t.Error(tp.text())
	}
}

// Outputs beyond what a session keeps go, the oldest first; the code stays.
func TestRecordIsBounded(t *testing.T) {
	r := newRecord(1000)
	for i := range 3 {
		e, h := r.begin("cell", func(event.Event) {})
		b := display.Plain(strings.Repeat("x", 400))
		b.ID = fmt.Sprint("board ", i)
		h(event.Show{Bundle: b})
		r.end(e, i+1)
	}
	var kept []int
	for _, c := range r.notebook().Cells {
		kept = append(kept, len(c.Outputs))
	}
	if !slices.Equal(kept, []int{0, 1, 1}) {
		t.Errorf("outputs %v", kept)
	}
	e, h := r.begin("cell", func(event.Event) {})
	again := display.Plain("changed")
	again.ID = "board 0"
	h(event.Update{Bundle: again})
	for id, shown := range r.ids {
		if size := weight(shown); (size > 0) != (id != "board 0") {
			t.Errorf("%s takes %d bytes", id, size)
		}
	}
	for range 100 {
		h(event.Stream{Name: event.Stdout, Text: strings.Repeat("x", 99) + "\n"})
	}
	r.end(e, 4)
	if text := e.cell.Outputs[0]["text"].([]string); len(text) != 10 {
		t.Errorf("%d lines are kept of a cell that prints too much", len(text))
	}
}
