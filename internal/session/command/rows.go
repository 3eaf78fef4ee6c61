package command

import (
	"context"
	"fmt"
	"go/token"
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
		{Name: "clear", Args: "[wait]", Help: "take the output away; with wait, when the next output comes", run: clearOutput},
		{Name: "password", Args: "NAME [prompt]", Help: "ask for a text, do not show it, and keep it in the variable NAME", run: password},
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

func clearOutput(_ context.Context, h Host, args string) error {
	if args != "" && args != "wait" {
		return fmt.Errorf("command: :clear %s (:clear or :clear wait)", args)
	}
	h.Clear(args == "wait")
	return nil
}

// password keeps the text out of the history, where tokens written in cells end up.
func password(ctx context.Context, h Host, args string) error {
	name, prompt, _ := strings.Cut(args, " ")
	if !token.IsIdentifier(name) || name == "_" {
		return fmt.Errorf("command: :password %q is no name of a variable (:password token)", name)
	}
	if prompt = strings.TrimSpace(prompt); prompt == "" {
		prompt = name
	}
	text, err := h.Ask(prompt+": ", true)
	if err != nil {
		return err
	}
	return h.Run(ctx, name+" := "+strconv.Quote(text))
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
