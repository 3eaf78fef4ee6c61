package command

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"graft/internal/near"
	"graft/internal/notebook"
	"graft/lib/display"
)

// load runs the cells of a file, or a whole program, up to the first that fails.
func load(ctx context.Context, h Host, args string) error {
	path, err := pathOf("load", args)
	if err != nil {
		return err
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("command: :load: %w%s", err, neighbour(path, err))
	}
	name := filepath.Base(path)
	if ctx, err = nested(ctx, path); err != nil {
		return err
	}
	if !isNotebook(path) && notebook.IsProgram(string(text)) {
		return h.RunFile(ctx, name, 1, withoutShebang(string(text)))
	}
	nb, err := notebook.Decode(path, text)
	if err != nil {
		return err
	}
	for i, c := range nb.Cells {
		if c.Kind != notebook.Code {
			continue
		}
		cell, line := name, c.Line
		if line == 0 {
			cell, line = fmt.Sprintf("%s[%d]", name, i+1), 1
		}
		if err := h.RunFile(ctx, cell, line, c.Source); err != nil {
			return err
		}
	}
	return nil
}

func isNotebook(path string) bool { return strings.EqualFold(filepath.Ext(path), ".ipynb") }

// withoutShebang leaves the first line of a script empty.
func withoutShebang(text string) string {
	if !strings.HasPrefix(text, "#!") {
		return text
	}
	if i := strings.IndexByte(text, '\n'); i >= 0 {
		return text[i:]
	}
	return ""
}

// deepest is how many files may load each other: one that loads itself ends there.
const deepest = 16

type depthKey struct{}

func nested(ctx context.Context, path string) (context.Context, error) {
	depth, _ := ctx.Value(depthKey{}).(int)
	if depth >= deepest {
		return nil, fmt.Errorf("command: :load %q: %d files load each other (does one load itself?)", path, depth)
	}
	return context.WithValue(ctx, depthKey{}, depth+1), nil
}

// save writes the cells of this session. A file that it has not written itself is
// replaced only when it is told to.
func save(_ context.Context, h Host, args string) error {
	rest, force := strings.CutPrefix(args, "-f ")
	path, err := pathOf("save", rest)
	if err != nil {
		return err
	}
	ext := strings.ToLower(filepath.Ext(path))
	if ext != ".ipynb" && ext != ".go" {
		return fmt.Errorf("command: :save %q (want a name that ends in .ipynb or .go)", path)
	}
	full, err := filepath.Abs(path)
	if err != nil {
		return fmt.Errorf("command: :save: %w", err)
	}
	if _, err := os.Lstat(path); err == nil && !force && !h.Own(full) {
		return fmt.Errorf("command: :save %q: the file exists (:save -f %s replaces it)", path, args)
	}
	nb, left := h.Notebook(), ""
	if ext == ".go" {
		if n := leaveFailed(nb); n > 0 {
			left = fmt.Sprintf("; %s that failed is left out", plural(n, "cell"))
			if n > 1 {
				left = fmt.Sprintf("; %d cells that failed are left out", n)
			}
		}
		err = nb.WriteCells(path)
	} else {
		err = nb.Write(path)
	}
	if err != nil {
		return err
	}
	h.Wrote(full)
	h.Show(display.Plain(fmt.Sprintf("%s in %s%s", plural(len(nb.Cells), "cell"), path, left)))
	return nil
}

// leaveFailed takes the cells that failed out of a notebook, so that it runs to its
// end, and returns their number.
func leaveFailed(nb *notebook.Notebook) int {
	before := len(nb.Cells)
	nb.Cells = slices.DeleteFunc(nb.Cells, func(c *notebook.Cell) bool {
		return slices.ContainsFunc(c.Outputs, func(o notebook.Output) bool { return o["output_type"] == "error" })
	})
	return before - len(nb.Cells)
}

// changeFolder goes to a folder and says where that is.
func changeFolder(_ context.Context, h Host, args string) error {
	before, _ := os.Getwd()
	path := args
	switch args {
	case "":
		path = "~"
	case "-":
		if path = os.Getenv("OLDPWD"); path == "" {
			return errors.New("command: :cd -: there is no folder before this one")
		}
	}
	path, err := pathOf("cd", path)
	if err != nil {
		return err
	}
	if err := os.Chdir(path); err != nil {
		return fmt.Errorf("command: :cd: %w%s", err, neighbour(path, err))
	}
	_ = os.Setenv("OLDPWD", before) // as shells do, for them too
	now, err := os.Getwd()
	if err != nil {
		return fmt.Errorf("command: :cd: %w", err)
	}
	_ = os.Setenv("PWD", now)
	h.Show(display.Plain(now))
	return nil
}

// pathOf is the path that a command was given: quotes are taken off, and ~ is the
// home folder.
func pathOf(name, arg string) (string, error) {
	path := strings.TrimSpace(arg)
	if n := len(path); n > 1 && (path[0] == '"' || path[0] == '\'' || path[0] == '`') && path[n-1] == path[0] {
		path = path[1 : n-1]
	}
	if path == "" {
		return "", fmt.Errorf("command: :%s without a file (:%s cells.go)", name, name)
	}
	return expand(path)
}

func expand(path string) (string, error) {
	if path != "~" && !strings.HasPrefix(path, "~/") {
		return path, nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", fmt.Errorf("command: %s: %w", path, err)
	}
	return home + path[1:], nil
}

// neighbour is the name that was probably meant where a file is missing.
func neighbour(path string, err error) string {
	if !errors.Is(err, fs.ErrNotExist) {
		return ""
	}
	entries, _ := os.ReadDir(filepath.Dir(path))
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return near.Hint(filepath.Base(path), names)
}
