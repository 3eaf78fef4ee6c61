//go:build linux

// Command repl measures terminals of their own kind side by side: graft and IPython,
// each in a pty with a terminal emulator behind it, as a user would see them.
//
//	go run ./bench/repl ROUNDS GRAFT IPYTHON
//
// A key is on the screen when the emulator shows it: the emulator's own time, some
// tenths of a millisecond, is in the figures of both.
package main

import (
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/charmbracelet/x/vt"
	"github.com/creack/pty"
)

// peer is a program with the words of its language.
type peer struct {
	name, command string
	count, line   string // a cell that prints 2,000 lines, a line of a long cell
	run           string // keys that run a cell
}

// keys is how many keys each measurement presses.
const keys = 200

// limit ends a wait.
const limit = 60 * time.Second

func main() {
	rounds, err := strconv.Atoi(os.Args[1])
	check(err)
	peers := []peer{
		{"graft", os.Args[2], "for i := range 2000 { fmt.Println(i) }", "x := f(\"写\", 1) // a line", "\r"},
		{"IPython", os.Args[3], "for i in range(2000): print(i)", "x = f(\"写\", 1) # a line", "\x1b\r"},
	}
	rows := map[string]map[string][]float64{}
	for range rounds {
		for _, p := range peers {
			if rows[p.name] == nil {
				rows[p.name] = map[string][]float64{}
			}
			measure(p, rows[p.name])
		}
	}
	fmt.Printf("load %s, %d rounds, medians\n%-44s%10s%10s%10s\n", load(), rounds, "", peers[0].name, peers[1].name, "ratio")
	for _, what := range order {
		a, b := median(rows[peers[0].name][what]), median(rows[peers[1].name][what])
		fmt.Printf("%-44s%10.2f%10.2f%10.2f\n", what, a, b, a/b)
	}
}

var order = []string{
	"start to prompt, ms", "key to screen, 2,000 lines above, p50 ms", "key to screen, 2,000 lines above, p99 ms",
	"key to screen, cell of 2,000 lines, p50 ms", "key to screen, cell of 2,000 lines, p99 ms",
	"memory at rest (RSS), MB", "memory at rest (PSS), MB", "CPU at rest, percent",
}

func measure(p peer, out map[string][]float64) {
	add := func(what string, v float64) { out[what] = append(out[what], v) }
	t := start(p.command)
	add(order[0], ms(t.until(func() bool { return strings.Contains(t.screen(), "In [1]:") })))
	time.Sleep(2 * time.Second) // what loads behind the prompt has come
	rss, pss := t.memory()
	add(order[5], rss)
	add(order[6], pss)
	before := t.cpu()
	time.Sleep(2 * time.Second)
	add(order[7], 100*(t.cpu()-before)/2)
	t.typed(p.count)
	t.typed(p.run)
	t.until(func() bool { return strings.Contains(t.screen(), "In [2]:") })
	p50, p99 := t.pace()
	add(order[1], p50)
	add(order[2], p99)
	t.typed("\x1b[200~" + strings.Repeat(p.line+"\n", 2000) + "\x1b[201~")
	t.until(t.quiet)
	p50, p99 = t.pace()
	add(order[3], p50)
	add(order[4], p99)
	t.end()
}

// term is a program in a terminal.
type term struct {
	cmd   *exec.Cmd
	pty   *os.File
	began time.Time

	mu    sync.Mutex
	em    *vt.Emulator
	drawn time.Time
	fed   chan struct{}
}

func start(command string) *term {
	words := strings.Fields(command)
	t := &term{cmd: exec.Command(words[0], words[1:]...), em: vt.NewEmulator(100, 40), fed: make(chan struct{}, 1), began: time.Now()}
	t.cmd.Env = append(os.Environ(), "TERM=xterm-256color", "LANG=C.UTF-8")
	var err error
	t.pty, err = pty.StartWithSize(t.cmd, &pty.Winsize{Rows: 40, Cols: 100})
	check(err)
	go t.draw()
	go t.answer()
	return t
}

func (t *term) draw() {
	buf := make([]byte, 1<<16)
	for {
		n, err := t.pty.Read(buf)
		if err != nil {
			return
		}
		t.mu.Lock()
		_, _ = t.em.Write(buf[:n])
		t.drawn = time.Now()
		t.mu.Unlock()
		select {
		case t.fed <- struct{}{}:
		default:
		}
	}
}

// answer sends the emulator's answers to the program's requests.
func (t *term) answer() {
	buf := make([]byte, 1<<12)
	for {
		n, err := t.em.Read(buf)
		if err != nil {
			return
		}
		if _, err := t.pty.Write(buf[:n]); err != nil {
			return
		}
	}
}

func (t *term) screen() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.em.String()
}

// row is the line of the cursor, up to it.
func (t *term) row() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	at := t.em.CursorPosition()
	var b strings.Builder
	for x := range at.X {
		if c := t.em.CellAt(x, at.Y); c != nil {
			b.WriteString(c.Content)
		}
	}
	return b.String()
}

func (t *term) typed(s string) {
	_, err := t.pty.WriteString(s)
	check(err)
}

// until waits for the screen and returns how long after the start that was.
func (t *term) until(ok func() bool) time.Duration {
	deadline := time.After(limit)
	for !ok() {
		select {
		case <-t.fed:
		case <-time.After(50 * time.Millisecond):
		case <-deadline:
			check(fmt.Errorf("%s: not within %s; screen\n%s", t.cmd.Args[0], limit, t.screen()))
		}
	}
	return time.Since(t.began)
}

// quiet reports whether nothing was drawn for a while.
func (t *term) quiet() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return time.Since(t.drawn) > time.Second
}

// pace presses keys one after the other, as somebody who types fast, and returns how
// long they took to the screen, in milliseconds.
func (t *term) pace() (p50, p99 float64) {
	var took []float64
	for i := range keys {
		letter := string(rune('a' + i%26))
		began := time.Now()
		t.typed(letter)
		t.until(func() bool { return strings.HasSuffix(t.row(), letter) })
		took = append(took, ms(time.Since(began)))
		if i%40 == 39 {
			t.typed("\x15") // the line is cleared
			t.until(func() bool { return !strings.HasSuffix(t.row(), letter) })
		}
		time.Sleep(20 * time.Millisecond)
	}
	slices.Sort(took)
	return took[len(took)/2], took[len(took)*99/100]
}

// memory is what the process holds, in megabytes.
func (t *term) memory() (rss, pss float64) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", t.cmd.Process.Pid))
	check(err)
	for line := range strings.Lines(string(text)) {
		f := strings.Fields(line)
		kb, _ := strconv.ParseFloat(f[1], 64)
		switch f[0] {
		case "Rss:":
			rss = kb / 1024
		case "Pss:":
			pss = kb / 1024
		}
	}
	return rss, pss
}

// cpu is the processor time that the process has used, in seconds.
func (t *term) cpu() float64 {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", t.cmd.Process.Pid))
	check(err)
	_, after, _ := strings.Cut(string(text), ") ")
	f := strings.Fields(after)
	user, _ := strconv.ParseFloat(f[11], 64)
	system, _ := strconv.ParseFloat(f[12], 64)
	return (user + system) / 100
}

func (t *term) end() {
	_ = t.cmd.Process.Kill()
	_ = t.cmd.Wait()
	_ = t.pty.Close()
	_ = t.em.Close()
}

func median(v []float64) float64 {
	slices.Sort(v)
	return v[len(v)/2]
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func load() string {
	text, _ := os.ReadFile("/proc/loadavg")
	load, _, _ := strings.Cut(string(text), " ")
	return load
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench/repl:", err)
		os.Exit(1)
	}
}
