package kernel

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"graft/kernel/wire"
)

func TestBadSignaturesAndFrames(t *testing.T) {
	l := start(t, local(t))
	forged := *l
	forged.key = wire.NewKey("another")
	for _, via := range []*zconn{l.shell, l.control, l.stdin} {
		forged.say(via, "execute_request", map[string]any{"code": "forged := 1"})
		via.send([]byte("no delimiter"))
		via.send([]byte("<IDS|MSG>"))
		via.send([]byte("<IDS|MSG>"), nil, []byte("{}"))
		via.send(nil)
	}
	l.alive()
	if a, _ := l.cell("forged"); a.fields["status"] != "error" {
		t.Errorf("a forged cell has run: %v", a)
	}
	if n := strings.Count(l.log.String(), "dropped"); n != 15 {
		t.Errorf("%d lines on dropped messages:\n%s", n, l.log)
	}
}

func TestEmptyKey(t *testing.T) {
	c := local(t)
	c.Key = ""
	start(t, c).alive()
}

func TestQueueOf500(t *testing.T) {
	l := start(t, local(t))
	var ids []string
	for i := range 500 {
		ids = append(ids, l.say(l.shell, "execute_request", map[string]any{"code": fmt.Sprintf("fmt.Println(%d)", i)}))
	}
	for i, id := range ids {
		if a := l.read(l.shell); a.ParentID() != id || a.fields["execution_count"] != float64(i+1) {
			t.Fatalf("reply %d: %v", i, a)
		}
	}
	for i, id := range ids {
		if got, want := words(l.output(id)), fmt.Sprintf(`busy execute_input stdout="%d\n" idle`, i); got != want {
			t.Fatalf("cell %d: %s", i, got)
		}
	}
}

// A client that goes leaves the kernel, its cell and the names to the next one.
func TestClientGone(t *testing.T) {
	l := start(t, local(t))
	l.cell("kept := 41")
	l.say(l.shell, "execute_request", map[string]any{"code": `fmt.Println("on"); for range 1000000 { fmt.Println("x") }; kept++`})
	for !strings.Contains(words([]answer{l.heard()}), "on") {
	}
	for _, c := range []*zconn{l.shell, l.control, l.stdin, l.iopub} {
		_ = c.Close()
	}
	l.connect()
	if _, out := l.cell("kept"); !strings.Contains(fmt.Sprint(out), "text/plain:42") {
		t.Errorf("after the client came back: %v", out)
	}
}

// A kernel whose client has died ends, whatever its cell does.
func TestParentGone(t *testing.T) {
	c := local(t)
	pidFile := filepath.Join(t.TempDir(), "pid")
	l := &live{t: t, conn: c, key: wire.NewKey(c.Key), log: &safeBuffer{}, done: make(chan struct{})}
	// The shell is the client; it dies when its input ends.
	cmd, hangUp := shell(t, fmt.Sprintf(`%s kernel run %s & echo $! >%s; read line`, world.graft, connectionFile(t, c, 0o600), pidFile), l.log)
	l.connect()
	l.say(l.shell, "execute_request", map[string]any{"code": `fmt.Println("on"); for { }`})
	for !strings.Contains(words([]answer{l.heard()}), "on") {
	}
	hangUp()
	_ = cmd.Wait()
	text, err := os.ReadFile(pidFile)
	if err != nil {
		t.Fatal(err)
	}
	pid, _ := strconv.Atoi(strings.TrimSpace(string(text)))
	for end := time.Now().Add(5 * time.Second); running(pid); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			_ = syscall.Kill(pid, syscall.SIGKILL)
			t.Fatalf("the kernel outlives its client:\n%s", l.log)
		}
	}
}

func TestStormOfSignals(t *testing.T) {
	l := start(t, local(t))
	storm := func() {
		for range 300 {
			_ = l.cmd.Process.Signal(os.Interrupt)
		}
	}
	// What is still under way when a storm is over may end a few more cells.
	settled := func(code string) []answer {
		for range 10 {
			if a, out := l.cell(code); a.fields["status"] == "ok" {
				return out
			}
		}
		t.Fatal("cells are interrupted for ever")
		return nil
	}
	storm()
	settled("kept := 42")
	for range 5 {
		id := l.say(l.shell, "execute_request", map[string]any{"code": `fmt.Println("on"); for { }`})
		for !strings.Contains(words([]answer{l.heard()}), "on") {
		}
		var over sync.WaitGroup
		over.Go(storm)
		if a := l.reply(l.shell, id); a.fields["ename"] != "Interrupt" {
			t.Fatalf("the cell: %v", a)
		}
		l.output(id)
		over.Wait()
		settled("1")
	}
	if out := settled("kept"); !strings.Contains(fmt.Sprint(out), "text/plain:42") {
		t.Errorf("kept: %v", out)
	}
}

// Shutdown ends the running cell, the programs that cells started, and the kernel.
func TestShutdownWhileACellRuns(t *testing.T) {
	for name, loop := range map[string]string{
		"a loop":                      `for { }`,
		"a native function":           `time.Sleep(time.Hour)`,
		"a program deaf to interrupt": `exec.Command("sh", "-c", "trap '' INT TERM; sleep 3602 & wait; sleep 3602").Run()`,
	} {
		t.Run(name, func(t *testing.T) {
			l := start(t, local(t))
			a, out := l.cell("import \"os/exec\"\nback := exec.Command(\"sleep\", \"3601\")\nback.Start()\nback.Process.Pid")
			if a.fields["status"] != "ok" {
				t.Fatal(a)
			}
			pid, err := strconv.Atoi(fmt.Sprint(out[len(out)-2].fields["data"].(map[string]any)["text/plain"]))
			if err != nil {
				t.Fatal(err)
			}
			l.say(l.shell, "execute_request", map[string]any{"code": `fmt.Println("on"); ` + loop})
			for !strings.Contains(words([]answer{l.heard()}), "on") {
			}
			id := l.say(l.control, "shutdown_request", map[string]any{"restart": true})
			if a := l.reply(l.control, id); a.fields["status"] != "ok" || a.fields["restart"] != true {
				t.Errorf("reply: %v", a)
			}
			if got := words(l.output(id)); got != "busy shutdown_reply idle" {
				t.Errorf("output: %s", got)
			}
			l.ended(2 * time.Second)
			if code := l.cmd.ProcessState.ExitCode(); code != 0 {
				t.Errorf("exit status %d:\n%s", code, l.log)
			}
			if running(pid) {
				_ = syscall.Kill(pid, syscall.SIGKILL)
				t.Error("a program that a cell started outlives the kernel")
			}
			if _, err := run(nil, "pgrep", "-fx", "sleep 3602"); err == nil {
				t.Error("the child of a program outlives the kernel")
			}
		})
	}
}
