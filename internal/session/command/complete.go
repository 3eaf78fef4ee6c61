package command

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"graft/internal/golang"
)

// Complete returns proposals for what ends a text that ends in a command line, and
// where in the text they begin; ok is false where the text ends in Go.
func Complete(text string) (list []golang.Completion, start int, ok bool) {
	rest := text
	for {
		name, after, is := cut(rest)
		if !is {
			return startOfName(text, rest)
		}
		line := firstLine(name, after)
		if after == "" {
			return commandNames(name), len(text) - len(name), true
		}
		if takesRest(name) {
			return nil, 0, false
		}
		if line == after {
			return arguments(name, text, strings.TrimLeft(line, " \t"))
		}
		rest = after[len(line):]
	}
}

// Describe returns the command whose name is at cursor, in bytes; ok is false where
// there is none.
func Describe(cell string, cursor int) (row Row, ok bool) {
	rest := cell
	for {
		name, after, is := cut(rest)
		end := len(cell) - len(after)
		if !is || cursor < end-len(name)-1 {
			return Row{}, false
		}
		if cursor <= end {
			return find(name)
		}
		if takesRest(name) {
			return Row{}, false
		}
		rest = after[len(firstLine(name, after)):]
	}
}

// startOfName completes a command of which only the sign is written.
func startOfName(text, rest string) ([]golang.Completion, int, bool) {
	if sign := strings.TrimSpace(rest); sign == ":" || sign == "%" {
		return commandNames(""), len(text), true
	}
	return nil, 0, false
}

func commandNames(begin string) (list []golang.Completion) {
	for _, r := range Rows() {
		for _, name := range append([]string{r.Name}, r.Aliases...) {
			if name != shell && strings.HasPrefix(name, begin) {
				list = append(list, golang.Completion{Text: name, Kind: "command", Type: r.Help})
			}
		}
	}
	return list
}

// arguments completes the argument of a command, which ends text. Of a line for the
// shell it is the last word.
func arguments(name, text, arg string) ([]golang.Completion, int, bool) {
	row, known := find(name)
	if !known || row.words == nil {
		return nil, len(text), true
	}
	if name == shell {
		line := arg
		arg = line[strings.LastIndexAny(line, " \t|&;<>(=\"'`")+1:]
		if before := strings.TrimRight(strings.TrimSuffix(line, arg), " \t"); before == "" || strings.ContainsAny(before[len(before)-1:], "|&;(") {
			return append(programs(arg), row.words(arg)...), len(text) - len(arg), true
		}
	} else if rest, forced := strings.CutPrefix(arg, "-f "); forced {
		arg = strings.TrimLeft(rest, " ")
	}
	if arg != "" && strings.IndexByte("\"'`", arg[0]) >= 0 {
		arg = arg[1:]
	}
	return row.words(arg), len(text) - len(arg), true
}

// words proposes fixed words.
func words(all ...string) func(string) []golang.Completion {
	return func(begin string) (list []golang.Completion) {
		for _, w := range all {
			if strings.HasPrefix(w, begin) {
				list = append(list, golang.Completion{Text: w, Kind: "text"})
			}
		}
		return list
	}
}

func commandWords(begin string) []golang.Completion {
	sign := begin[:len(begin)-len(strings.TrimLeft(begin, ":%"))]
	list := commandNames(begin[len(sign):])
	for i := range list {
		list[i].Text = sign + list[i].Text
	}
	return list
}

// files proposes files and folders; ~ is the home folder.
func files(begin string) []golang.Completion {
	path, err := expand(begin)
	if err != nil || begin == "~" {
		return nil
	}
	list := golang.Files(path)
	for i := range list {
		list[i].Text = begin + strings.TrimPrefix(list[i].Text, path)
	}
	return list
}

func onlyFiles(begin string, keep func(golang.Completion) bool) []golang.Completion {
	return slices.DeleteFunc(files(begin), func(c golang.Completion) bool { return c.Kind != "folder" && !keep(c) })
}

func folders(begin string) []golang.Completion {
	return onlyFiles(begin, func(golang.Completion) bool { return false })
}

func cellFiles(begin string) []golang.Completion {
	return onlyFiles(begin, func(c golang.Completion) bool {
		return slices.Contains([]string{".go", ".ipynb"}, strings.ToLower(filepath.Ext(c.Text)))
	})
}

// programs proposes what the shell finds by name.
func programs(begin string) (list []golang.Completion) {
	if begin == "" || strings.Contains(begin, "/") {
		return nil
	}
	names := map[string]bool{}
	for _, dir := range filepath.SplitList(os.Getenv("PATH")) {
		entries, _ := os.ReadDir(dir) // a folder that is gone has no programs
		for _, e := range entries {
			if !strings.HasPrefix(e.Name(), begin) {
				continue
			}
			if info, err := os.Stat(filepath.Join(dir, e.Name())); err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0 {
				names[e.Name()] = true
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		list = append(list, golang.Completion{Text: name, Kind: "command", Type: "program"})
	}
	return list
}

func envWords(begin string) []golang.Completion {
	var list []golang.Completion
	for _, pair := range os.Environ() {
		if name, _, _ := strings.Cut(pair, "="); strings.HasPrefix(name, begin) {
			list = append(list, golang.Completion{Text: name, Kind: "var"})
		}
	}
	slices.SortFunc(list, func(a, b golang.Completion) int { return strings.Compare(a.Text, b.Text) })
	return list
}
