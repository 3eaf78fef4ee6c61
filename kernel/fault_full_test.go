//go:build full

package kernel

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// memory returns a field of the process's status, in MiB.
func (l *live) memory(field string) int {
	l.t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", l.cmd.Process.Pid))
	m := regexp.MustCompile(field + `:\s+(\d+) kB`).FindSubmatch(status)
	if err != nil || m == nil {
		l.t.Skip("no /proc here")
	}
	n, _ := strconv.Atoi(string(m[1]))
	return n >> 10
}

// 100 MB of text, from Go and from native code: the front end gets the beginning and
// a notice, the kernel answers meanwhile, and its memory stays what it was.
func TestHugeOutput(t *testing.T) {
	l := start(t, local(t))
	l.cell(`line := strings.Repeat("x", 1023) + "\n"; raw := os.NewFile(1, "raw")`)
	before := l.memory("VmRSS")
	for _, print := range []string{`fmt.Print(line)`, `raw.WriteString(line)`, `go fmt.Print(line)`} {
		id := l.say(l.shell, "execute_request", map[string]any{"code": "for range 100 << 10 { " + print + " }"})
		got := 0
		notice := false
		for {
			a := l.heard()
			if a.Header.Type == "stream" {
				text := a.fields["text"].(string)
				got += len(text)
				notice = notice || strings.Contains(text, "is dropped after")
				if got < 64<<10 {
					l.reply(l.control, l.say(l.control, "kernel_info_request", nil))
				}
			}
			if a.ParentID() == id && a.fields["execution_state"] == "idle" {
				break
			}
		}
		if got > 2<<20 || !notice {
			t.Errorf("%s: %d bytes arrived, notice %v", print, got, notice)
		}
		l.reply(l.shell, id)
	}
	if after := l.memory("VmHWM"); after-before > 128 {
		t.Errorf("memory %d MiB before, at most %d MiB after", before, after)
	}
	l.alive()
}

// A subscriber that has stopped reading holds nobody up.
func TestStuckSubscriber(t *testing.T) {
	l := start(t, local(t))
	stuck := dial(t, l.conn, l.conn.IOPub, "SUB", "")
	before := l.memory("VmRSS")
	l.cell(`import "graft/lib/display"
big := strings.Repeat("x", 4<<20)
type picture struct{}
func (picture) Display() display.Bundle { return display.Plain(big) }`)
	for range 200 {
		if a, out := l.cell("picture{}"); a.fields["status"] != "ok" || len(out) != 4 {
			t.Fatal(a, len(out))
		}
	}
	if after := l.memory("VmHWM"); after-before > 800 {
		t.Errorf("memory %d MiB before, at most %d MiB after", before, after)
	}
	_ = stuck.Close()
	l.alive()
}

// A shutdown in the middle of a fit or of saving takes no time and leaves the last
// whole file, nothing else.
func TestShutdownWhileAModelIsAtWork(t *testing.T) {
	tinyModel, err := os.ReadFile("../internal/session/testdata/tiny-model.txt")
	if err != nil {
		t.Fatal(err)
	}
	for name, loop := range map[string]string{
		"fit":  `m.Fit(1000000, graft.BatchSize(4), graft.OnStep(func(graft.Step) error { fmt.Println("on"); return nil }))`,
		"save": `for { m.Save(path); fmt.Println("on") }`,
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, "m.graft")
			l := start(t, local(t))
			if a, _ := l.cell(fmt.Sprintf("path := %q\n%sm.Fit(1, graft.BatchSize(4))\nm.Save(path)", path, tinyModel)); a.fields["status"] != "ok" {
				t.Fatal(a)
			}
			l.say(l.shell, "execute_request", map[string]any{"code": loop})
			for !strings.Contains(words([]answer{l.heard()}), "on") {
			}
			l.reply(l.control, l.say(l.control, "shutdown_request", nil))
			l.ended(2 * time.Second)
			if left, _ := os.ReadDir(dir); len(left) != 1 {
				t.Errorf("files: %v", left)
			}
			if a, _ := start(t, local(t)).cell(fmt.Sprintf("graft.Load(%q)", path)); a.fields["status"] != "ok" {
				t.Errorf("the file that was left: %v", a)
			}
		})
	}
}
