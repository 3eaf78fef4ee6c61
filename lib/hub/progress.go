package hub

import (
	"context"
	"fmt"
	"html"
	"io/fs"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"graft/lib/display"
)

// tick is how often a download's bar moves.
const tick = 250 * time.Millisecond

// watch shows how much has arrived in dir, of total bytes (0 if unknown), until
// the returned function is called with the outcome. The clients of registries
// report progress each in its own way, or not at all; the growing folder is
// true for all of them.
func watch(ctx context.Context, title, dir string, total int64, quiet bool) (stop func(error)) {
	if quiet {
		return func(error) {}
	}
	live := display.NewLive(display.From(ctx))
	live.Update(bar{title: title, total: total, begin: true}.bundle())
	done := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		t := time.NewTicker(tick)
		defer t.Stop()
		for {
			select {
			case <-t.C:
				live.Update(bar{title: title, have: sizeOf(dir), total: total}.bundle())
			case <-done:
				return
			}
		}
	})
	return func(err error) {
		close(done)
		wg.Wait()
		live.Update(bar{title: title, have: sizeOf(dir), total: total, done: true, err: err}.bundle())
	}
}

// bar is one state of a download.
type bar struct {
	title       string
	have, total int64
	begin, done bool
	err         error
}

const barWidth = 24

func (b bar) bundle() display.Bundle {
	text := b.text()
	line := "" // a log wants the start and the end, not every tick
	if b.begin || b.done {
		line = text
	}
	return display.Bundle{
		Data: map[string]any{
			display.Text: text,
			display.HTML: fmt.Sprintf(`<code style="white-space:pre">%s</code>`, html.EscapeString(text)),
		},
		Metadata: map[string]any{display.LineKey: line},
	}
}

func (b bar) text() string {
	switch {
	case b.err != nil:
		return fmt.Sprintf("fetch %s: stopped at %s", b.title, megabytes(b.have))
	case b.done:
		return fmt.Sprintf("fetch %s: %s, done", b.title, megabytes(b.have))
	case b.total <= 0:
		return fmt.Sprintf("fetch %s: %s", b.title, megabytes(b.have))
	case b.begin:
		return fmt.Sprintf("fetch %s: %s to come", b.title, megabytes(b.total))
	}
	full := int(min(b.have, b.total) * barWidth / b.total)
	return fmt.Sprintf("fetch %s %s%s %s / %s", b.title, strings.Repeat("█", full), strings.Repeat("░", barWidth-full), megabytes(b.have), megabytes(b.total))
}

func megabytes(n int64) string { return fmt.Sprintf("%.1f MB", float64(n)/1e6) }

// sizeOf adds up the files below dir; those that vanish meanwhile count nothing.
func sizeOf(dir string) (total int64) {
	_ = filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return nil
		}
		if info, err := d.Info(); err == nil {
			total += info.Size()
		}
		return nil
	})
	return total
}
