package repl

import (
	"context"
	"fmt"
	"math"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"graft/lib/display"
	"graft/lib/plot"
	"graft/repl/render"
)

// fake is a session whose cells are words of a tiny language, one a line:
// "print X", "part X" (no line end), "value X", "show ID X", "update ID X",
// "colour X" (that does not end), "fit N" (a live board of two epochs), "train ID N" and
// "async ID N" (a fit with keys, see fakeFit), "fail X", "ask X", "clear", "native X"
// (past the session), "count X" (200 lines), "slow D" (takes so long, as it says),
// "page X", "lines N" (a value), "set NAME VALUE" (a setting), "wait" (until it is
// interrupted or released).
type fake struct {
	mu          sync.Mutex
	count       int
	ran         []string
	past        []string
	trouble     error     // of the history
	interrupted int       // cells
	last        func(any) // emit of the cell that ran last
	drain       func()
	released    chan struct{}
	stop        func() // ends the cell that runs
}

func newFake(past ...string) *fake {
	return &fake{count: 1, past: past, released: make(chan struct{}), stop: func() {}}
}

func (f *fake) Execute(ctx context.Context, code string, emit func(any)) outcome {
	f.mu.Lock()
	ctx, f.stop = context.WithCancel(ctx)
	f.ran = append(f.ran, code)
	n := f.count
	f.count++
	f.last = emit
	f.mu.Unlock()
	if f.drain != nil {
		defer f.drain()
	}
	took := time.Duration(0)
	for _, line := range strings.Split(code, "\n") {
		verb, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		if f.step(ctx, n, verb, rest, emit) {
			return outcome{failed: true}
		}
		if d, err := time.ParseDuration(rest); verb == "slow" && err == nil {
			took = d
		}
	}
	return outcome{elapsed: took}
}

func (f *fake) step(ctx context.Context, n int, verb, rest string, emit func(any)) (failed bool) {
	id, text, _ := strings.Cut(rest, " ")
	switch verb {
	case "print":
		emit(streamed{"stdout", rest + "\n"})
	case "native": // as a C library does it
		_, err := unix.Write(1, []byte(rest+"\n"))
		return err != nil
	case "count":
		for i := range 200 {
			emit(streamed{"stdout", fmt.Sprintf("line %03d %s\n", i, rest)})
		}
	case "colour":
		emit(streamed{"stdout", "\x1b[1;31;44m" + rest + "\nmore\n"})
	case "part":
		emit(streamed{"stdout", rest})
	case "value":
		emit(resulted{n, display.Plain(rest)})
	case "show":
		emit(shown{display.Bundle{ID: id, Data: map[string]any{display.Text: text}}})
	case "update":
		emit(updated{display.Bundle{ID: id, Data: map[string]any{display.Text: text}, Metadata: map[string]any{display.LineKey: "line " + text}}})
	case "plot":
		emit(shown{pictureSamples()[rest].Display()})
	case "value_of":
		emit(resulted{n, pictureSamples()[rest].Display()})
	case "fit":
		f.fit(emit)
	case "train", "async":
		return f.train(ctx, verb, rest, emit)
	case "fail":
		emit(erred{fmt.Sprintf("cell[%d]:1:1: %s\nfail %s\n     ^^^", n, rest, rest)})
		return true
	case "ask":
		line := make(chan string, 1)
		emit(asked{prompt: rest, reply: func(s string, ok bool) { line <- fmt.Sprint(s, " ", ok) }})
		emit(streamed{"stdout", "got " + <-line + "\n"})
	case "lines":
		count, _ := strconv.Atoi(rest)
		emit(resulted{n, display.Plain(strings.ReplaceAll(lettered(count), "/", "\n"))})
	case "page":
		emit(paged{display.Plain(strings.ReplaceAll(rest, "/", "\n"))})
	case "set":
		now, err := set(context.Background(), id, text, emit)
		emit(streamed{"stdout", fmt.Sprintln(id, "is", now, err)})
	case "clear":
		emit(cleared{})
	case "wait":
		return f.wait(ctx, emit)
	}
	return false
}

func (f *fake) wait(ctx context.Context, emit func(any)) bool {
	select {
	case <-ctx.Done():
		f.mu.Lock()
		f.interrupted++
		f.mu.Unlock()
		emit(erred{"interrupted"})
		return true
	case <-f.released:
		return false
	}
}

func (f *fake) fit(emit func(any)) {
	board := plot.Fit{Title: "fit", Planned: 2}
	for n := range 3 {
		b := board.Display()
		b.ID = "fit"
		if n == 0 {
			emit(shown{b})
		} else {
			emit(updated{b})
		}
		board.Epochs = append(board.Epochs, plot.Epoch{N: n + 1, TrainLoss: 1 / float64(n+2), ValidLoss: math.NaN()})
		if n == 1 {
			board.State = plot.Done
		}
	}
}

// endsArgument matches a line end behind an argument, where Go wants a comma.
var endsArgument = regexp.MustCompile(`\([^){` + "`" + `]*[^,({\s]\n`)

func (f *fake) IsComplete(code string) (string, string) {
	if depth := strings.Count(code, "{") - strings.Count(code, "}"); depth > 0 {
		return "incomplete", strings.Repeat("\t", depth)
	}
	if endsArgument.MatchString(code) {
		return "invalid", ""
	}
	return "complete", ""
}

func (f *fake) Complete(code string, cursor int) (list []choice, start, end int) {
	start = strings.LastIndexAny(code[:cursor], " .(\n") + 1
	for _, c := range []choice{{"Println", "func", "func(a ...any)"}, {"Printf", "func", "func(format string)"}, {"Stringer", "type", "interface"}} {
		if strings.HasPrefix(c.Text, code[start:cursor]) {
			list = append(list, c)
		}
	}
	return list, start, cursor
}

func (f *fake) Inspect(code string, cursor, level int) (render.Help, bool) {
	h := render.Help{Signature: "func fmt.Println(a ...any)", Doc: "Println writes a line.\n\nMore of it."}
	if level > 0 {
		h.Source = "func Println(a ...any) {}"
	}
	return h, strings.HasSuffix(code[:cursor], "fmt.Println")
}

func (f *fake) Signature(code string, cursor int) (call, bool) {
	args, ok := strings.CutPrefix(code[:cursor], "Printf(")
	if !ok {
		return call{}, false
	}
	c := call{"Printf(format string, a ...any) (n int, err error)", 7, 20}
	if strings.Contains(args, ",") {
		c.start, c.end = 22, 30
	}
	return c, true
}

// say prints as a goroutine of the last cell does.
func (f *fake) say(text string) {
	f.mu.Lock()
	last := f.last
	f.mu.Unlock()
	if last != nil {
		last(streamed{"stdout", text})
	}
}

// cells are those that ran.
func (f *fake) cells() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.ran)
}

func (f *fake) Native(stream string, text []byte) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.last != nil {
		f.last(streamed{stream, string(text)})
	}
}

func (f *fake) Interrupt() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.stop()
}

func (f *fake) History() ([]string, error) { return f.past, f.trouble }

// Close leaves a note where GRAFT_REPL_CLOSED says, for tests of the whole process.
func (f *fake) Close() error {
	path := os.Getenv("GRAFT_REPL_CLOSED")
	if path == "" {
		return nil
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	return os.WriteFile(path, fmt.Appendf(nil, "closed after %d interrupted", f.interrupted), 0o600)
}

func (f *fake) Count() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.count
}
