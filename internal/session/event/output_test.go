package event

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"graft/lib/display"
)

type tape struct {
	mu    sync.Mutex
	lines []string
}

func (t *tape) handle(e Event) {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch e := e.(type) {
	case Stream:
		t.lines = append(t.lines, fmt.Sprintf("%s %q", e.Name, e.Text))
	case Show:
		t.lines = append(t.lines, fmt.Sprintf("show %v", e.Bundle.Data[display.Text]))
	case Update:
		t.lines = append(t.lines, fmt.Sprintf("update %v", e.Bundle.Data[display.Text]))
	}
}

func (t *tape) want(tt *testing.T, lines ...string) {
	tt.Helper()
	t.mu.Lock()
	defer t.mu.Unlock()
	if got, want := strings.Join(t.lines, "\n"), strings.Join(lines, "\n"); got != want {
		tt.Errorf("events:\n%s\nwant:\n%s", got, want)
	}
}

func TestOrderOfStreamsAndShows(t *testing.T) {
	var tp tape
	o := NewOutput(tp.handle, 0)
	fmt.Fprint(o.Stream(Stdout), "a")
	fmt.Fprint(o.Stream(Stdout), "b")
	fmt.Fprint(o.Stream(Stderr), "c")
	fmt.Fprint(o.Stream(Stdout), "d")
	o.Show(display.Plain("p"))
	fmt.Fprint(o.Stream(Stdout), "e")
	o.Finish()
	tp.want(t, `stdout "ab"`, `stderr "c"`, `stdout "d"`, "show p", `stdout "e"`)
}

func TestCharactersAreNotSplit(t *testing.T) {
	var tp tape
	o := NewOutput(tp.handle, 0)
	w := o.Stream(Stdout)
	for _, b := range []byte("é🚀x") {
		_, _ = w.Write([]byte{b})
		o.Flush()
	}
	_, _ = w.Write([]byte{0xf0, 0x9f})
	o.Flush()
	tp.want(t, `stdout "é"`, `stdout "🚀"`, `stdout "x"`)
	o.Finish()
	tp.want(t, `stdout "é"`, `stdout "🚀"`, `stdout "x"`, `stdout "\xf0\x9f"`)
}

func TestLimitSaysSoOnce(t *testing.T) {
	var tp tape
	o := NewOutput(tp.handle, 10)
	for range 100 {
		fmt.Fprint(o.Stream(Stdout), "12345678")
	}
	o.Finish()
	tp.want(t, `stdout "1234567812"`,
		`stderr "\ngraft: the rest of this cell's text is dropped after 10 bytes (write it to a file instead)\n"`)
}

func TestUpdatesAreThrottledAndTheLastArrives(t *testing.T) {
	var tp tape
	o := NewOutput(tp.handle, 0)
	live := display.NewLive(o)
	for i := range 50 {
		live.Update(display.Plain(fmt.Sprint(i)))
	}
	o.Finish()
	if n := len(tp.lines); n > 10 || tp.lines[0] != "show 0" || tp.lines[n-1] != "update 49" {
		t.Errorf("50 updates gave %q", tp.lines)
	}
}

func TestEveryLine(t *testing.T) {
	var tp tape
	o := NewOutput(tp.handle, 0)
	o.EveryLine = true
	live := display.NewLive(o)
	for _, text := range []string{"0", "1", "2"} {
		b := display.Plain(text)
		b.Metadata = map[string]any{display.LineKey: "line " + text}
		live.Update(b)
	}
	tp.want(t, "show 0", "update 1", "update 2")
}

func TestManyWriters(t *testing.T) {
	var tp tape
	o := NewOutput(tp.handle, -1)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 1000 {
				fmt.Fprintln(o.Stream(Stdout), "0123456789")
			}
		})
	}
	wg.Wait()
	o.Finish()
	total := 0
	for _, l := range tp.lines {
		total += strings.Count(l, `0123456789\n`)
	}
	if total != 8000 {
		t.Errorf("%d whole lines of 8000", total)
	}
}
