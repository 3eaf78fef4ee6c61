package gonbhost

import (
	"bytes"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/janpfeifer/gonb/gonbui"
	"github.com/janpfeifer/gonb/gonbui/comms"
	"github.com/janpfeifer/gonb/gonbui/dom"
	"github.com/janpfeifer/gonb/gonbui/protocol"
	"graft/internal/session/event"
	"graft/lib/display"
)

// TestMain is also the program that cells start.
func TestMain(m *testing.M) {
	switch os.Getenv("GONBHOST_PROGRAM") {
	case "shows":
		gonbui.DisplayHTML("<b>" + os.Args[1] + "</b>")
		gonbui.UpdateHTML("bar-"+os.Args[1], "0 %")
		gonbui.UpdateHTML("bar-"+os.Args[1], strings.Repeat("100 %", 50_000))
		if gonbui.Error() != nil {
			os.Exit(3)
		}
		os.Exit(0)
	case "breaks":
		f, err := os.OpenFile(os.Getenv(protocol.GONB_PIPE_ENV), os.O_WRONLY, 0)
		if err == nil {
			_, err = f.WriteString("\x05no gob at all, and more of it")
		}
		if err != nil {
			os.Exit(3)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// tape records events.
type tape struct {
	mu    sync.Mutex
	lines []string
}

func (t *tape) handle(e event.Event) {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch e := e.(type) {
	case event.Show:
		t.lines = append(t.lines, "show "+describe(e.Bundle))
	case event.Update:
		t.lines = append(t.lines, "update "+describe(e.Bundle))
	case event.Stream:
		t.lines = append(t.lines, e.Name+" "+e.Text)
	}
}

func describe(b display.Bundle) string {
	text := fmt.Sprintf("%s %v", b.ID, b.Data)
	return text[:min(len(text), 60)]
}

// cell runs f as a cell and returns its events.
func cell(t *testing.T, f func()) string {
	t.Helper()
	var tp tape
	out := event.NewOutput(tp.handle, 0)
	if err := Start(func() *event.Output { return out }); err != nil {
		t.Fatal(err)
	}
	f()
	Drain()
	out.Finish()
	return strings.Join(tp.lines, "\n")
}

func program(t *testing.T, kind string, args ...string) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, args...)
	cmd.Env = append(os.Environ(), "GONBHOST_PROGRAM="+kind)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("program: %v\n%s", err, out)
	}
}

func expect(t *testing.T, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("events:\n%s\nwant:\n%s", got, want)
	}
}

func TestCellsShow(t *testing.T) {
	t.Cleanup(Close)
	id := gonbui.UniqueId()
	expect(t, cell(t, func() {
		gonbui.DisplayHTML("<b>a</b>")
		gonbui.DisplayPng([]byte{1, 2})
		gonbui.Sync()
		gonbui.UpdateHTML(id, "1")
		gonbui.UpdateHTML(id, "2")
	}), "show  map[text/html:<b>a</b>]\nshow  map[image/png:[1 2]]\nshow "+id+" map[text/html:1]\nupdate "+id+" map[text/html:2]")
	expect(t, cell(t, func() { gonbui.UpdateHTML(id, "3") }), "update "+id+" map[text/html:3]")
	expect(t, cell(t, func() { gonbui.RequestInput("name: ", true) }), "stdout name: ")
	if got := cell(t, func() { dom.TransientJavascript("alert(1)") }); !strings.Contains(got, "<script>alert(1)") || !strings.HasSuffix(got, "map[text/html:]") {
		t.Errorf("script:\n%s", got)
	}
	Close()
	expect(t, cell(t, func() { gonbui.DisplayHTML("again") }), "show  map[text/html:again]")
	if err := gonbui.Error(); err != nil {
		t.Error(err)
	}
}

func TestWidgetsAreRefusedOnce(t *testing.T) {
	t.Cleanup(Close)
	const refusal = "stderr graft: gonbui's widgets work under GoNB only (use graft/lib/display/control)\n"
	expect(t, cell(t, func() { comms.Start(); comms.Send("a", 1) }), refusal)
}

func TestProgramsShow(t *testing.T) {
	t.Cleanup(Close)
	known.Clear() // displays of programs that ran before
	want := func(name string) string {
		return fmt.Sprintf("show  map[text/html:<b>%[1]s</b>]\nshow bar-%[1]s map[text/html:0 %%]\nupdate bar-%[1]s map[text/html:100 %%100 %%100 %%100 %%100 %%100 %%10", name)
	}
	got := cell(t, func() {
		program(t, "shows", "one")
		program(t, "shows", "two")
		gonbui.DisplayHTML("own")
	})
	// What the process itself shows has a pipe of its own: it comes at any place.
	got, own := strings.ReplaceAll(got, "show  map[text/html:own]", ""), strings.Count(got, "show  map[text/html:own]")
	if got = strings.ReplaceAll(got, "\n\n", "\n"); own != 1 {
		t.Errorf("own display shown %d times", own)
	}
	for _, part := range []string{want("one")[:100], want("two")[:100]} {
		if !strings.Contains(got, part) {
			t.Errorf("%s\nis not in\n%s", part, got)
		}
	}
	if got := cell(t, func() { program(t, "breaks") }); !strings.HasPrefix(got, "stderr graft: what a program showed through gonbui is lost") {
		t.Errorf("broken: %s", got)
	}
	if got := cell(t, func() { program(t, "shows", "three") }); !strings.HasPrefix(got, want("three")[:50]) {
		t.Errorf("after a broken one: %s", got)
	}
}

func TestCloseRemovesThePipes(t *testing.T) {
	cell(t, func() {})
	dir := filepath.Dir(os.Getenv(protocol.GONB_PIPE_ENV))
	info, err := os.Stat(os.Getenv(protocol.GONB_PIPE_ENV))
	if err != nil || info.Mode() != os.ModeNamedPipe|0o600 {
		t.Errorf("pipe: %v, %v", info, err)
	}
	Close()
	Close()
	if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) || os.Getenv(protocol.GONB_PIPE_ENV) != "" {
		t.Errorf("%s is still there (%v), or the environment", dir, err)
	}
}

// TestStreamFollowsOneProgramAfterTheOther without an end between them.
func TestStreamFollowsOneProgramAfterTheOther(t *testing.T) {
	var both bytes.Buffer
	for _, name := range []string{"a", "b"} {
		enc := gob.NewEncoder(&both)
		for n := range 3 {
			if err := enc.Encode(&protocol.DisplayData{DisplayID: fmt.Sprint(name, n), Data: map[protocol.MIMEType]any{
				protocol.MIMECommValue: &protocol.CommValue{Address: strings.Repeat("x", 300*n), Value: n},
			}}); err != nil {
				t.Fatal(err)
			}
		}
	}
	whole := both.Bytes()
	s := newStream(bytes.NewReader(whole))
	var got []string
	for {
		var d protocol.DisplayData
		fresh, err := s.next(&d)
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, fmt.Sprint(d.DisplayID, fresh, d.Data[protocol.MIMECommValue].(protocol.CommValue).Value))
	}
	if want := "[a0false 0 a1false 1 a2false 2 b0true 0 b1false 1 b2false 2]"; fmt.Sprint(got) != want {
		t.Errorf("%v, want %s", got, want)
	}
	for n := range len(whole) { // cut anywhere, it ends
		s := newStream(bytes.NewReader(whole[:n]))
		for {
			if _, err := s.next(&protocol.DisplayData{}); err != nil {
				break
			}
		}
	}
}

// TestDrainSeesAProgramThatHasEnded, even if its pipe was not looked at before.
func TestDrainSeesAProgramThatHasEnded(t *testing.T) {
	t.Cleanup(Close)
	for n := range 50 {
		if got := cell(t, func() { program(t, "breaks") }); !strings.HasPrefix(got, "stderr graft: what a program showed") {
			t.Fatalf("program %d: %q", n, got)
		}
	}
}

// TestDrainMissesNothing: what was sent before Drain is there when it returns.
func TestDrainMissesNothing(t *testing.T) {
	t.Cleanup(Close)
	for n := range 2000 {
		if got := cell(t, func() { gonbui.DisplayHTML("x") }); got != "show  map[text/html:x]" {
			t.Fatalf("cell %d: %q", n, got)
		}
	}
}
