package session

import (
	"context"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"graft/internal/golang"
	"graft/internal/session/event"
	"graft/lib/display"
)

// tape records events as one line each; text of one stream in a row is one, in however
// many pieces it came.
type tape struct {
	mu     sync.Mutex
	lines  []string
	said   event.Stream // the last line, if it is text
	answer func(event.Input)
}

func (t *tape) handle(e event.Event) {
	t.mu.Lock()
	defer t.mu.Unlock()
	more, ok := e.(event.Stream)
	if ok && more.Name == t.said.Name {
		more.Text = t.said.Text + more.Text
		t.lines = t.lines[:len(t.lines)-1]
		e = more
	}
	t.said = more
	t.lines = append(t.lines, line(e))
	if in, ok := e.(event.Input); ok {
		t.answer(in)
	}
}

func line(e event.Event) string {
	switch e := e.(type) {
	case event.Stream:
		return fmt.Sprintf("%s %q", e.Name, e.Text)
	case event.Show:
		return fmt.Sprintf("show %q", e.Bundle.Data[display.Text])
	case event.Page:
		return fmt.Sprintf("page %q", e.Bundle.Data[display.Text])
	case event.Result:
		return fmt.Sprintf("result %d %v", e.Count, e.Bundle.Data[display.Text])
	case event.Error:
		return fmt.Sprintf("error %s %q", e.Name, e.Traceback)
	case event.ClearOutput:
		return "clear"
	case event.Input:
		return "input"
	}
	return fmt.Sprintf("%T", e)
}

func (t *tape) text() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return strings.Join(t.lines, "\n") + "\n"
}

// took is a time that differs from run to run.
var took = regexp.MustCompile(`took [0-9.]+ [mµn]?s`)

// loop is a time of :timeit, and loops their number.
var (
	loop  = regexp.MustCompile(`[0-9.e-]+ ([mµn]?s)( ±| per)`)
	loops = regexp.MustCompile(`[0-9]+ loops?\)`)
)

// folder is a temporary one that a cell made.
var folder = regexp.MustCompile(`[^\s"]*/photos[0-9]+`)

// TestTranscripts runs the cells of testdata/*.txtar with the fake interpreter, one
// session per file, and compares the events of each.
func TestTranscripts(t *testing.T) {
	transcripts(t, "testdata/*.txtar", func() *Session { _, s := newFake(); return s })
}

// TestGoTranscripts does the same with Go.
func TestGoTranscripts(t *testing.T) {
	t.Setenv("GRAFT_CACHE", t.TempDir()) // no checkpoints but the test's own
	transcripts(t, "testdata/go/*.txtar", func() *Session { return New(Options{History: "-"}) })
}

func transcripts(t *testing.T, pattern string, open func() *Session) {
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		t.Fatal("no transcripts", err)
	}
	for _, path := range files {
		path, err := filepath.Abs(path)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(filepath.Base(path), func(t *testing.T) {
			t.Chdir(t.TempDir()) // some cells go elsewhere
			s := open()
			defer s.Close()
			transcript(t, s, path)
		})
	}
}

func transcript(t *testing.T, s *Session, path string) {
	a, err := txtar.ParseFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(a.Files); i += 2 {
		cell, want := a.Files[i], string(a.Files[i+1].Data)
		tp := tape{answer: func(in event.Input) { in.Reply("an answer", true) }}
		req := Request{Code: strings.TrimSuffix(string(cell.Data), "\n"), Store: true}
		req.Silent = strings.Contains(cell.Name, "silent")
		req.Ask = strings.Contains(cell.Name, "ask")
		req.Store = !strings.Contains(cell.Name, "unstored")
		s.Execute(t.Context(), req, tp.handle)
		got := folder.ReplaceAllString(took.ReplaceAllString(tp.text(), "took TIME"), "FOLDER")
		got = loops.ReplaceAllString(loop.ReplaceAllString(got, "TIME$2"), "LOOPS)")
		if strings.TrimSpace(got) != strings.TrimSpace(want) {
			t.Errorf("cell %d (%s):\n%swant:\n%s", i/2+1, cell.Name, got, want)
		}
	}
}

// An interrupt counts as soon as anybody can know that the cell has begun.
func TestInterruptAtTheFirstMoment(t *testing.T) {
	s := New(Options{})
	t.Cleanup(func() { _ = s.Close() })
	for range 20 {
		res := s.Execute(t.Context(), Request{Code: "for { }", Began: func(int) { s.Interrupt() }}, func(event.Event) {})
		if res.Error == nil || res.Error.Name != "Interrupt" {
			t.Fatalf("%+v", res)
		}
	}
}

func TestInterruptEndsTheRunningCell(t *testing.T) {
	f, s := newFake()
	defer s.Close()
	s.Interrupt() // nothing runs: no effect
	var tp tape
	done := make(chan Outcome)
	go func() { done <- s.Execute(t.Context(), Request{Code: "wait x", Store: true}, tp.handle) }()
	<-f.started
	s.Interrupt()
	if res := <-done; res.Error == nil || res.Error.Name != "Interrupt" {
		t.Errorf("interrupted cell: %+v", res)
	}
	if res := s.Execute(t.Context(), Request{Code: "print y", Store: true}, tp.handle); res.Err != nil || res.Count != 2 {
		t.Errorf("next cell: %+v", res)
	}
}

func TestInterruptEndsAQuestion(t *testing.T) {
	_, s := newFake()
	defer s.Close()
	tp := tape{answer: func(event.Input) { s.Interrupt() }}
	res := s.Execute(t.Context(), Request{Code: "read", Ask: true}, tp.handle)
	if res.Err == nil || !strings.Contains(res.Err.Error(), "interrupted") {
		t.Errorf("cell: %+v", res)
	}
}

func TestLateOutputKeepsItsCell(t *testing.T) {
	f, s := newFake()
	defer s.Close()
	var a, b tape
	s.Execute(t.Context(), Request{Code: "later LATE\nprint a", Store: true}, a.handle)
	heard := make(chan bool)
	go func() {
		s.Execute(t.Context(), Request{Code: "wait b", Store: true}, b.handle)
		close(heard)
	}()
	<-f.started
	(<-f.late)()
	s.Interrupt()
	<-heard
	deadline := time.After(10 * time.Second)
	for !strings.Contains(a.text(), "LATE") {
		select {
		case <-deadline:
			t.Fatalf("late output is lost: %q and %q", a.text(), b.text())
		case <-time.After(time.Millisecond):
		}
	}
	if strings.Contains(b.text(), "LATE") {
		t.Errorf("late output in another cell: %q", b.text())
	}
}

func TestNativeOutputGoesToTheRunningCell(t *testing.T) {
	f, s := newFake()
	defer s.Close()
	var tp tape
	done := make(chan bool)
	go func() { s.Execute(t.Context(), Request{Code: "wait x"}, tp.handle); close(done) }()
	<-f.started
	s.Native("stderr", []byte("from C\n"))
	s.Interrupt()
	<-done
	if !strings.HasPrefix(tp.text(), `stderr "from C\n"`) {
		t.Errorf("events: %s", tp.text())
	}
}

func TestNativeOutputBesideASilentCell(t *testing.T) {
	f, s := newFake()
	defer s.Close()
	var seen, silent tape
	s.Execute(t.Context(), Request{Code: "print x"}, seen.handle)
	done := make(chan bool)
	go func() { s.Execute(t.Context(), Request{Code: "wait x", Silent: true}, silent.handle); close(done) }()
	<-f.started
	s.Native("stdout", []byte("from C\n"))
	s.last.Flush()
	s.Interrupt()
	<-done
	if seen.text() != "stdout \"x\\nfrom C\\n\"\n" {
		t.Errorf("events: %s", seen.text())
	}
}

func TestInterruptEndsChildPrograms(t *testing.T) {
	f, s := newFake()
	defer s.Close()
	done := make(chan bool)
	go func() { s.Execute(t.Context(), Request{Code: "wait x"}, func(event.Event) {}); close(done) }()
	<-f.started
	cmd := exec.Command("sleep", "300")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	s.Interrupt()
	<-done
	if err := cmd.Wait(); err == nil || cmd.ProcessState.ExitCode() != -1 {
		t.Errorf("sleep ended with %v", err)
	}
}

// A program that hears no polite signal ends all the same, with its own children.
func TestEndPrograms(t *testing.T) {
	_, s := newFake()
	defer s.Close()
	cmd := exec.Command("sh", "-c", `trap "" TERM; sleep 300 & echo ready; wait`)
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, err := out.Read(make([]byte, 6)); err != nil {
		t.Fatal(err)
	}
	s.EndPrograms()
	// The pipe ends when nobody holds it any more.
	if _, err := io.Copy(io.Discard, out); err != nil {
		t.Error(err)
	}
	_ = cmd.Wait()
}

func TestQuestions(t *testing.T) {
	_, s := newFake()
	defer s.Close()
	for code, want := range map[string]golang.Status{
		"x": golang.Complete, "if {": golang.Incomplete, "name?": golang.Complete, "a.b??": golang.Complete,
		":vars": golang.Complete, ":time if {": golang.Incomplete, ":vars\nif {": golang.Incomplete,
	} {
		if got, _ := s.IsComplete(code); got != want {
			t.Errorf("IsComplete(%q) = %s, want %s", code, got, want)
		}
	}
	list, from, to := s.Complete(":he", 3)
	if len(list) != 1 || list[0].Text != "help" || from != 1 || to != 3 {
		t.Errorf("commands: %v %d %d", list, from, to)
	}
	if list, _, _ := s.Complete("pr", 99); len(list) != 1 || list[0].Text != "print" {
		t.Errorf("names: %v", list)
	}
	b, ok := s.Inspect("print", 5, 1)
	if md, _ := b.Data[display.Markdown].(string); !ok || !strings.Contains(md, "```go\nfunc print(text) {}\n```") {
		t.Errorf("inspect: %v", b.Data)
	}
}

func TestHistoryIsShared(t *testing.T) {
	path := filepath.Join(t.TempDir(), "h.sqlite")
	open := func() *Session {
		return New(Options{History: path, start: func() (interp, error) { return &fake{vars: map[string]string{}}, nil }})
	}
	a := open()
	a.Execute(t.Context(), Request{Code: "value 1", Store: true}, func(event.Event) {})
	a.Execute(t.Context(), Request{Code: "value secret", Silent: true}, func(event.Event) {})
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	b := open()
	defer b.Close()
	got, err := b.History().Tail(10)
	if err != nil || len(got) != 1 || got[0].Source != "value 1" || got[0].Output != `"1"` {
		t.Errorf("history: %+v, %v", got, err)
	}
}

// A session without a file for its history works, and says so with one cell.
func TestHistoryThatIsNotKept(t *testing.T) {
	s := New(Options{History: t.TempDir(), start: func() (interp, error) { return &fake{vars: map[string]string{}}, nil }})
	defer s.Close()
	var tp tape
	for range 2 {
		s.Execute(t.Context(), Request{Code: "print x", Store: true}, tp.handle)
	}
	if n := strings.Count(tp.text(), "cells of this session are not kept"); n != 1 {
		t.Errorf("told %d times: %s", n, tp.text())
	}
	if got, err := s.History().Tail(10); err != nil || len(got) != 2 {
		t.Errorf("history: %+v, %v", got, err)
	}
}

func TestContextOfTheCaller(t *testing.T) {
	f, s := newFake()
	defer s.Close()
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-f.started; cancel() }()
	if res := s.Execute(ctx, Request{Code: "wait x"}, func(event.Event) {}); res.Error == nil || res.Error.Name != "Interrupt" {
		t.Errorf("cell: %+v", res)
	}
}

func TestInterpreterThatDoesNotStart(t *testing.T) {
	s := New(Options{History: "-", start: func() (interp, error) { return nil, fmt.Errorf("golang: no tables") }})
	defer s.Close()
	var tp tape
	s.Execute(t.Context(), Request{Code: "x"}, tp.handle)
	if want := "error Error [\"golang: no tables\"]\n"; tp.text() != want {
		t.Errorf("events: %s", tp.text())
	}
}
