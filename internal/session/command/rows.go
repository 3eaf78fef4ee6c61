package command

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"graft/lib/display"
	"graft/lib/plot"
)

// Rows returns the commands, in the order of the help.
func Rows() []Row {
	return []Row{
		{Name: "help", Args: "[COMMAND]", Help: "this list, or more on one command", Aside: true, words: commandWords, run: help},
		{Name: "vars", Aliases: []string{"who"}, Args: "[TEXT]", Help: "the variables of the session whose name contains TEXT", Aside: true, run: vars},
		{Name: "time", Args: "CODE", Help: "run the rest of the cell and say how long it took", Rest: true, run: timed},
		{Name: "timeit", Args: "CODE", Help: "run it again and again: how long does one run take", Rest: true, run: timeit,
			More: "The rest of the cell is compiled once and repeated until the figure is steady. What it declares stays within it."},
		{Name: "history", Args: "[N] [TEXT]", Help: "the last N cells (20) of all sessions that contain TEXT", Aside: true, run: past},
		{Name: "load", Aliases: []string{"run"}, Args: "FILE", Help: "run the cells of a .go or .ipynb, or a whole program", words: cellFiles, run: load,
			More: "The names stay in the session. A line //%% begins a cell of a .go file; a file with a package clause is a program, and its main runs."},
		{Name: "save", Args: "[-f] FILE", Help: "write what was run to an .ipynb or a .go; -f replaces it", Aside: true, words: cellFiles, run: save,
			More: "An .ipynb has all cells with their outputs. A .go file has those that did not fail, parted by //%%, so that :load and graft run go through it."},
		{Name: "cd", Args: "[FOLDER]", Help: "go to a folder; home without one, - goes back", words: folders, run: changeFolder},
		{Name: "env", Args: "[NAME[=VALUE]]", Help: "show variables of the environment, or set one", words: envWords, run: environment,
			More: "NAME shows those whose name contains it. The values of tokens, keys and passwords are not shown."},
		{Name: shell, Args: "LINE", Help: "run a line in the shell", words: files, run: runShell,
			More: "sh runs it without input; its output belongs to the cell, and a status other than 0 is an error. A backslash at the end goes on in the next line."},
		{Name: "device", Help: "what computes: the backend, opened if need be", Aside: true, run: showDevice},
		{Name: "checkpoints", Aliases: []string{"checkpoint"}, Args: "[resume]", Help: "the fits that did not end, or go on with one", words: words("resume"), run: checkpoints,
			More: ":checkpoints resume 2 m goes on with the second of the list and calls its model m; without a number it is the first."},
		{Name: "clear", Args: "[wait]", Help: "take the output away, now or when the next one comes", Aside: true, words: words("wait"), run: clearOutput},
		{Name: "password", Args: "NAME", Help: "ask for a secret text and keep it in the variable NAME", run: password,
			More: "What follows NAME is the question. The text is neither shown nor kept in the history."},
		setting("theme", "the colours of the terminal", "auto", "dark", "light", "none"),
		setting("pager", "whether long results and help open in a pager", "on", "off"),
		setting("pictures", "how the terminal shows pictures", "auto", "kitty", "sixel", "blocks", "braille", "text"),
		setting("keys", "the keys of the prompt", "emacs", "vi"),
		{Name: "reset", Help: "forget all names; a network in memory goes too", run: func(_ context.Context, h Host, _ string) error { return h.Reset() }},
	}
}

// help is a text rather than a table, so that a narrow window can fold it.
func help(_ context.Context, h Host, name string) error {
	if name = strings.TrimLeft(name, ":%"); name == "" {
		h.Page(manual())
		return nil
	}
	r, ok := find(name)
	if !ok {
		return unknown(name)
	}
	text := r.Usage() + "\n    " + r.Help
	if r.More != "" {
		text += "\n    " + r.More
	}
	for _, other := range r.Aliases {
		text += "\n    The same as :" + other + "."
	}
	h.Page(display.Plain(text))
	return nil
}

// manual is the list of all commands.
func manual() display.Bundle {
	var text, table strings.Builder
	table.WriteString("| command | what it does |\n|:--|:--|\n")
	line := func(usage, does string) {
		fmt.Fprintf(&text, "%-21s  %s\n", usage, does)
		fmt.Fprintf(&table, "| `%s` | %s |\n", strings.ReplaceAll(usage, "|", "\\|"), does)
	}
	for _, r := range Rows() {
		line(r.Usage(), r.Help)
	}
	line("name?", "help on a name of Go; name?? shows its source")
	const end = "% may stand for :. Go may follow below a command. :help load tells more."
	b := display.Plain(text.String() + "\n" + end)
	b.Data[display.Markdown] = table.String() + "\n" + end
	return b
}

// Usage is the command as it is written.
func (r Row) Usage() string {
	if r.Name == shell {
		return shell + r.Args
	}
	return strings.TrimSpace(":" + r.Name + " " + r.Args)
}

func clearOutput(_ context.Context, h Host, args string) error {
	if args != "" && args != "wait" {
		return fmt.Errorf("command: :clear %s (:clear or :clear wait)", args)
	}
	h.Clear(args == "wait")
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
