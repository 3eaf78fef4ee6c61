package command

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"graft/lib/display"
	"graft/lib/plot"
)

// Rows returns the commands, in the order of the help.
func Rows() []Row {
	return []Row{
		{Name: "help", Help: "this list", run: help},
		{Name: "vars", Args: "[text]", Help: "variables of the session, those whose name contains text", run: vars},
		{Name: "time", Args: "CODE", Help: "run the rest of the cell and say how long it took", Rest: true, run: timed},
		{Name: "history", Args: "[n] [text]", Help: "the last n cells (20) of all sessions, those that contain text", run: past},
		{Name: "clear", Help: "take the output away", run: func(_ context.Context, h Host, _ string) error { h.Clear(); return nil }},
		{Name: "reset", Help: "forget all names of the session; a network in memory goes too", run: func(_ context.Context, h Host, _ string) error { return h.Reset() }},
	}
}

func help(_ context.Context, h Host, _ string) error {
	t := plot.Table{Columns: []string{"command", "what it does"}}
	for _, r := range Rows() {
		t.Rows = append(t.Rows, []string{strings.TrimSpace(":" + r.Name + " " + r.Args), r.Help})
	}
	t.Rows = append(t.Rows, []string{"name?", "help on a name; name?? shows the source of your own"})
	h.Show(t.Display())
	return nil
}

func vars(_ context.Context, h Host, text string) error {
	t := plot.Table{Columns: []string{"name", "type", "value"}}
	for _, v := range h.Vars() {
		if strings.Contains(v.Name, text) {
			t.Rows = append(t.Rows, []string{v.Name, v.Type, v.Value})
		}
	}
	if len(t.Rows) == 0 {
		h.Show(display.Plain("no variables"))
		return nil
	}
	h.Show(t.Display())
	return nil
}

func timed(ctx context.Context, h Host, source string) error {
	start := time.Now()
	err := h.Run(ctx, source)
	h.Show(display.Plain("took " + round(time.Since(start)).String()))
	return err
}

// round keeps three digits or so.
func round(d time.Duration) time.Duration {
	unit := time.Duration(1)
	for d/unit >= 1000 {
		unit *= 10
	}
	return d.Round(unit)
}

func past(_ context.Context, h Host, args string) error {
	n, text := 20, args
	first, rest, _ := strings.Cut(args, " ")
	if k, err := strconv.Atoi(first); err == nil {
		if k < 1 {
			return fmt.Errorf("command: history: number of cells %d (want 1 or more)", k)
		}
		n, text = k, strings.TrimSpace(rest)
	}
	cells, err := h.History(n, text)
	if err != nil {
		return err
	}
	if len(cells) == 0 {
		cells = []string{"no cells"}
	}
	h.Show(display.Plain(strings.Join(cells, "\n\n")))
	return nil
}
