package display_test

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"testing"

	"graft/lib/display"
)

func line(text, line string) display.Bundle {
	b := display.Plain(text)
	b.Metadata = map[string]any{display.LineKey: line}
	return b
}

func TestLines(t *testing.T) {
	var out strings.Builder
	s := display.Lines(&out)
	s.Show(display.Plain("plain"))
	s.Show(display.Bundle{Data: map[string]any{display.HTML: "<b>"}})
	s.Show(line("a table", ""))
	s.Update(line("a table", "epoch 1\n"))
	s.Update(display.Plain("an update without a line"))
	fmt.Fprintln(s.Writer(), "written")
	if want := "plain\nepoch 1\nwritten\n"; out.String() != want {
		t.Errorf("%q, want %q", out.String(), want)
	}
}

// sink records what it is given.
type sink struct {
	mu             sync.Mutex
	shown, updated []display.Bundle
}

func (s *sink) Show(b display.Bundle)   { s.mu.Lock(); s.shown = append(s.shown, b); s.mu.Unlock() }
func (s *sink) Update(b display.Bundle) { s.mu.Lock(); s.updated = append(s.updated, b); s.mu.Unlock() }
func (s *sink) Writer() io.Writer       { return io.Discard }

func TestLiveShowsOnceAndThenUpdates(t *testing.T) {
	var s sink
	ctx := display.WithSink(context.Background(), &s)
	a, b := display.NewLive(display.From(ctx)), display.NewLive(display.From(ctx))
	var wg sync.WaitGroup
	for range 10 {
		wg.Go(func() { a.Update(display.Plain("a")) })
	}
	wg.Wait()
	b.Update(display.Plain("b"))
	if len(s.shown) != 2 || len(s.updated) != 9 {
		t.Fatalf("%d shown, %d updated", len(s.shown), len(s.updated))
	}
	if s.shown[0].ID == "" || s.shown[0].ID == s.shown[1].ID || s.updated[0].ID != s.shown[0].ID {
		t.Errorf("ids %q and %q", s.shown[0].ID, s.shown[1].ID)
	}
}

func TestFromWithoutASink(t *testing.T) {
	for _, ctx := range []context.Context{nil, context.Background()} {
		if display.From(ctx) == nil {
			t.Error("no sink")
		}
	}
}

func TestDefaultSink(t *testing.T) {
	var s, own sink
	display.SetDefault(&s)
	defer display.SetDefault(display.Lines(os.Stdout))
	if display.From(context.Background()) != display.Sink(&s) || display.From(display.WithSink(context.Background(), &own)) != display.Sink(&own) {
		t.Error("not the default, or not the context's own")
	}
}

func ExampleLines() {
	var out strings.Builder
	live := display.NewLive(display.Lines(&out))
	for epoch := range 2 {
		live.Update(line("the whole table", fmt.Sprintf("epoch %d", epoch+1)))
	}
	fmt.Print(out.String())
	// Output:
	// epoch 1
	// epoch 2
}
